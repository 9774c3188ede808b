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

const wrappers = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression', 'ChainExpression']);
const bareOf = (node) => (wrappers.has(node.type) ? bareOf(node.expression) : node);

function enclosingFunction(node) {
  let at = node.parent;
  while (at && !isFunction(at)) at = at.parent;
  return at ?? null;
}

/** What becomes of this one: the end of the `then` and `catch` that follow it. */
function endOf(node) {
  let at = node;
  while (at.parent.type === 'MemberExpression' && at.parent.object === at && at.parent.parent.type === 'CallExpression' && at.parent.parent.callee === at.parent && follows(at.parent.parent)) at = at.parent.parent;
  return at;
}

/** Is it all that the function makes? One of two branches is; one of several that are joined, or made one after the other, is not. */
function isWhole(node, { body }) {
  for (let at = endOf(node); at !== body; at = endOf(at.parent)) {
    const { parent } = at;
    const branch = (parent.type === 'ConditionalExpression' && parent.test !== at) || (parent.type === 'LogicalExpression' && (parent.right === at || parent.operator !== '&&'));
    if (!branch && !wrappers.has(parent.type)) return false;
  }
  return true;
}

/** Is it the one call that a `callOut` makes, or the whole of a `void` statement, which nobody waits for? */
function isCovered(node) {
  const around = enclosingFunction(node);
  if (around !== null && isCallOut(around.parent) && around.parent.arguments[2] === around && around.body.type !== 'BlockStatement' && !around.async) return isWhole(node, around);
  const { parent } = endOf(node);
  return parent.type === 'UnaryExpression' && parent.operator === 'void';
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
    const isMany = (type) => {
      const each = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
      return each !== undefined && isPromise(each);
    };
    const waits = (node) => node.parent.type === 'AwaitExpression' || (node.parent.type === 'ChainExpression' && node.parent.parent.type === 'AwaitExpression');
    /** A function with a body in these rooms: its own calls have names. */
    const isRoomed = (declaration) => declaration !== undefined && withBody.has(declaration.kind) && isRoom(pathOf(declaration.getSourceFile().fileName));
    const declarationOf = (node) => checker.getResolvedSignature(services.esTreeNodeToTSNodeMap.get(node))?.declaration;
    const isOurs = (node) => isRoomed(declarationOf(node));
    /** Promises at once, of whoever makes them elsewhere; what a list of ours is turned into is made here. */
    const bringsMany = (node) => {
      const file = declarationOf(node)?.getSourceFile();
      return isMany(typeOf(node)) && (file === undefined || !services.program.isSourceFileDefaultLibrary(file));
    };
    const joins = ({ callee }) => callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && ((callee.object.type === 'Identifier' && callee.object.name === 'Promise' && combinators.has(callee.property.name)) || (followers.has(callee.property.name) && isPromise(typeOf(callee.object))));
    const textOf = (node) => context.sourceCode.getText(node).replace(/\s+/g, ' ');
    const report = (node, call = textOf(node)) => {
      if (unnamed[`${path}#${call}`] === undefined) context.report({ node, messageId: 'unnamed', data: { call } });
    };
    const variableOf = (node) => {
      for (let scope = context.sourceCode.getScope(node); scope !== null; scope = scope.upper) if (scope.set.has(node.name)) return scope.set.get(node.name);
      return undefined;
    };
    const isOfThisFile = (node) => node.type === 'Identifier' && variableOf(node)?.defs.every(({ type }) => type !== 'ImportBinding') === true;
    const typeOf = (node) => services.getTypeAtLocation(node);
    /** A promise that is no call: it began elsewhere, and what goes on in it has no name here. */
    const found = (node) => {
      if ((isPromise(typeOf(node)) || isMany(typeOf(node)) || waits(node)) && !isCovered(node)) report(node);
    };
    /** Who gives what this parameter holds stands in the same file, and is looked at there. */
    const isLocal = ({ type, node, name }) => {
      if (type !== 'Parameter' || !node.params.includes(name)) return false;
      if (node.type === 'FunctionDeclaration') return !node.parent.type.startsWith('Export');
      return node.parent.type === 'VariableDeclarator' && !node.parent.parent.parent.type.startsWith('Export');
    };
    /** A function that is handed to whoever calls it without a name. */
    const handed = (node) => {
      if (node.type === 'Identifier' && variableOf(node)?.defs.some(isLocal)) return;
      const signatures = node.type === 'Identifier' || node.type === 'MemberExpression' ? typeOf(node).getCallSignatures() : [];
      if (signatures.some((signature) => isPromise(signature.getReturnType()) && !isRoomed(signature.declaration))) report(node);
    };
    /** What a pattern, a loop, an import or a parameter brings has begun elsewhere; all else is made by an expression, which is looked at. */
    const brought = (node) => {
      for (const { defs, name } of context.sourceCode.getDeclaredVariables(node)) {
        const [{ node: at, name: place }] = defs;
        const made = at.type === 'VariableDeclarator' && at.id === place && at.parent.parent.type !== 'ForOfStatement' && at.parent.declare !== true;
        if (!made && !defs.some(isLocal) && isPromise(typeOf(place))) report(place, name);
      }
    };

    return {
      CallExpression(node) {
        if (isCallOut(node)) {
          const point = node.arguments[1];
          if (point?.type !== 'Literal' && point?.type !== 'Identifier') context.report({ node, messageId: 'point' });
          return;
        }
        if ((isPromise(typeOf(node)) || bringsMany(node) || waits(node)) && !joins(node) && !isCovered(node) && !isOurs(node)) report(node, textOf(node.callee));
        // A function of another file calls what it is handed under a name, or is told so there; one of this file may pass it on.
        if (!isOurs(node) || isOfThisFile(node.callee)) node.arguments.forEach(handed);
      },
      NewExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Promise' && !isCovered(node)) report(node, 'Promise');
      },
      TaggedTemplateExpression(node) {
        if ((isPromise(typeOf(node)) || waits(node)) && !isCovered(node) && !isOurs(node)) report(node, textOf(node.tag));
      },
      ImportExpression(node) {
        if (!isCovered(node)) report(node);
      },
      MemberExpression(node) {
        const { parent } = node;
        if (!(parent.type === 'CallExpression' && parent.callee === node) && !(parent.type === 'AssignmentExpression' && parent.left === node)) found(node);
      },
      AwaitExpression({ argument }) {
        const bare = bareOf(argument);
        const type = typeOf(bare);
        if (bare.type === 'Identifier' && (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0) report(bare);
      },
      VariableDeclaration(node) {
        if (node.kind === 'await using') node.declarations.forEach(({ init }) => report(init));
        else brought(node);
      },
      ImportDeclaration: brought,
      ':function': brought,
      'ForOfStatement[await=true]'(node) {
        report(node.right);
      },
    };
  },
};
