/** A JSON object whose members are not known yet. */
export type Tree = Record<string, unknown>;
export const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A leaf in which two documents differ; null where one of them has nothing there. */
export interface SettingsChange {
  path: string;
  before: unknown;
  after: unknown;
}

/** The leaves in which two documents differ, in the order of the first; lists are leaves. */
export function changesBetween(before: unknown, after: unknown, path = ''): SettingsChange[] {
  if (isTree(before) && isTree(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => changesBetween(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  return sameJson(before, after) ? [] : [{ path, before: before ?? null, after: after ?? null }];
}

/** Dotted paths of leaves in which two documents differ. */
export const changedPaths = (before: unknown, after: unknown): string[] => changesBetween(before, after).map(({ path }) => path);

/** Dotted paths of all leaves. An object without members is a leaf. */
export function leafPaths(value: unknown, path = ''): string[] {
  if (!isTree(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, below]) => leafPaths(below, path === '' ? key : `${path}.${key}`));
}

/** What stands at a dotted path, or undefined. */
export const valueAt = (document: unknown, path: string): unknown => path.split('.').reduce<unknown>((value, key) => (isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined), document);

/** Equal whatever the order of keys, which a database does not keep. */
function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => sameJson(each, b[index]));
  if (!isTree(a) || !isTree(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

/** `document` with its keys in the order of `like`, for people who read it; members of a list in that of the first. */
export function inOrderOf<Document>(document: Document, like: unknown): Document {
  if (Array.isArray(document) && Array.isArray(like)) return document.map((each) => inOrderOf<unknown>(each, like[0])) as Document;
  if (!isTree(document) || !isTree(like)) return document;
  const known = Object.keys(like).filter((key) => Object.hasOwn(document, key));
  const others = Object.keys(document).filter((key) => !Object.hasOwn(like, key));
  return Object.fromEntries([...known, ...others].map((key) => [key, inOrderOf(document[key], like[key])])) as Document;
}
