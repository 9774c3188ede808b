// An ESLint rule: every promise that begins in certain rooms of the code comes from a call with a name of its own (`callOut` in
// shared/shell/crash-points.ts), so that tests can let a process die, throw and hang before and after each.
import { relative } from 'node:path';
import ts from 'typescript';

const combinators = new Set(['all', 'allSettled', 'any', 'race', 'resolve', 'reject']);
const followers = new Set(['then', 'catch', 'finally']);
const isFunction = (node) => /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type);
const isCallOut = (node) => node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'callOut';
const follows = (node) => node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier' && followers.has(node.callee.property.name);
const withBody = new Set([ts.SyntaxKind.FunctionDeclaration, ts.SyntaxKind.FunctionExpression, ts.SyntaxKind.ArrowFunction, ts.SyntaxKind.MethodDeclaration]);

function enclosingFunction(node) {
  let at = node.parent;
  while (at && !isFunction(at)) at = at.parent;
  return at ?? null;
}

/** Is it the call that a `callOut` makes, or the whole of a `void` statement, which nobody waits for? */
function isCovered(node) {
  const around = enclosingFunction(node);
  if (around !== null && isCallOut(around.parent) && around.parent.arguments[2] === around && around.body.type !== 'BlockStatement' && !around.async) return true;
  let at = node;
  while (at.parent.type === 'MemberExpression' && at.parent.parent.type === 'CallExpression' && follows(at.parent.parent)) at = at.parent.parent;
  return at.parent.type === 'UnaryExpression' && at.parent.operator === 'void';
}

export const namedCallOuts = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: {
          rooms: { type: 'array', items: { type: 'string' } },
          // A file as `path`, or one call of it as `path#callee`, with the reason why it needs no name.
          unnamed: { type: 'object', additionalProperties: { type: 'string', minLength: 20 } },
        },
        required: ['rooms', 'unnamed'],
        additionalProperties: false,
      },
    ],
    messages: {
      unnamed: "`{{call}}` leaves the process without a name. Write `await callOut(ports, 'station:call', () => {{call}}(...))` and add the name to shared/shell/crash-points.ts, so that tests let the process die, throw and hang here.",
      point: 'The name of a call out is a text of its own, or a parameter by which the caller names it.',
    },
  },
  create(context) {
    const [{ rooms, unnamed }] = context.options;
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const pathOf = (file) => relative(context.cwd, file).replaceAll('\\', '/');
    const path = pathOf(context.filename);
    if (unnamed[path] !== undefined) return {};

    const isRoom = (file) => rooms.some((room) => new RegExp(room).test(file)) && unnamed[file] === undefined;
    const isPromise = (type) => (type.isUnion() ? type.types.some(isPromise) : checker.getPropertyOfType(type, 'then') !== undefined);
    const waits = (node) => node.parent.type === 'AwaitExpression' || (node.parent.type === 'ChainExpression' && node.parent.parent.type === 'AwaitExpression');
    /** A function with a body in these rooms: its own calls have names. */
    const isOurs = (node) => {
      const declaration = checker.getResolvedSignature(services.esTreeNodeToTSNodeMap.get(node))?.declaration;
      return declaration !== undefined && withBody.has(declaration.kind) && isRoom(pathOf(declaration.getSourceFile().fileName));
    };
    const joins = ({ callee }) => callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && ((callee.object.type === 'Identifier' && callee.object.name === 'Promise' && combinators.has(callee.property.name)) || (followers.has(callee.property.name) && isPromise(services.getTypeAtLocation(callee.object))));
    const calleeOf = (node) => context.sourceCode.getText(node.callee).replace(/\s+/g, ' ');
    const isAllowed = (node) => unnamed[`${path}#${calleeOf(node)}`] !== undefined;
    const report = (node) => context.report({ node, messageId: 'unnamed', data: { call: calleeOf(node) } });

    return {
      CallExpression(node) {
        if (isCallOut(node)) {
          const point = node.arguments[1];
          if (point?.type !== 'Literal' && point?.type !== 'Identifier') context.report({ node, messageId: 'point' });
        } else if ((isPromise(services.getTypeAtLocation(node)) || waits(node)) && !joins(node) && !isCovered(node) && !isOurs(node) && !isAllowed(node)) report(node);
      },
      NewExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Promise' && !isCovered(node) && !isAllowed(node)) report(node);
      },
      'ForOfStatement[await=true]'(node) {
        context.report({ node: node.right, messageId: 'unnamed', data: { call: context.sourceCode.getText(node.right) } });
      },
    };
  },
};
