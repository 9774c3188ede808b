import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One member of a union of object types: its `type`, the fields beside it, and what its comment says. */
export interface MessageForm {
  type: string;
  fields: string;
  about: string;
}

const root = join(import.meta.dirname, '../..');

/** Reads types and their comments from a source file, so that a page cannot say anything else than the code. */
export interface TypeSource {
  /** The members of a union of object types, written in place or as interfaces of the same file. */
  messages(union: string): MessageForm[];
  /** The words of a union of text literals. */
  words(union: string): string[];
}

export function typeSource(path: string): TypeSource {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const aliases = new Map(source.statements.filter(ts.isTypeAliasDeclaration).map((node) => [node.name.text, node]));
  const interfaces = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((node) => [node.name.text, node]));

  const unionOf = (name: string): readonly ts.TypeNode[] => {
    const type = aliases.get(name)?.type;
    if (type === undefined) throw new Error(`${path} has no type ${name}`);
    return ts.isUnionTypeNode(type) ? type.types : [type];
  };

  /** The comment before a member; it stands before the `|`, which belongs to no member. */
  const aboutMember = (members: readonly ts.TypeNode[], index: number): string => {
    const from = index === 0 ? (members[0]?.parent.getFullStart() ?? 0) : (members[index - 1]?.getEnd() ?? 0);
    return commentIn(source.text.slice(from, members[index]?.getStart()));
  };

  const form = (members: readonly ts.TypeElement[], about: string): MessageForm => {
    const properties = members.filter(ts.isPropertySignature);
    const text = (node: ts.PropertySignature): string => node.type?.getText() ?? 'unknown';
    const type = properties.find((node) => node.name.getText() === 'type');
    if (type === undefined) throw new Error(`${path}: a member of a union has no type`);
    const others = properties.filter((node) => node !== type);
    return { type: text(type).replaceAll("'", ''), fields: others.map((node) => `${node.name.getText()}: ${text(node)}`).join('; '), about };
  };

  return {
    messages: (union) =>
      unionOf(union).map((member, index, all) => {
        if (ts.isTypeLiteralNode(member)) return form([...member.members], aboutMember(all, index));
        const named = interfaces.get(member.getText());
        if (named === undefined) throw new Error(`${path}: ${union} has a member ${member.getText()} that is not in this file`);
        return form([...named.members], commentIn(named.getFullText().slice(0, named.getLeadingTriviaWidth())));
      }),
    words: (union) => unionOf(union).map((member) => member.getText().replaceAll("'", '')),
  };
}

const commentIn = (text: string): string => {
  const found = [...text.matchAll(/\/\*\*(.*?)\*\//gs)].at(-1)?.[1] ?? '';
  return found.replace(/^\s*\*\s?/gm, '').replace(/\s+/g, ' ').trim();
};
