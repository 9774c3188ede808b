import { differences, sameValue, valueAt, withValue, type Tree } from './settings-tree.ts';

/** What became of a draft on which two people worked. */
export interface Rebased {
  /** Theirs with the own edits on top; where both changed a setting, the own value stands. */
  draft: Tree;
  /** Settings the others changed. */
  theirs: string[];
  /** Settings that both changed, and to different values. */
  clashes: string[];
}

/** Own edits of `base` put on top of what others have made of it meanwhile. */
export function rebase(base: Tree, mine: Tree, theirs: Tree): Rebased {
  const own = differences(base, mine);
  const changed = differences(base, theirs);
  return {
    draft: own.reduce((draft, path) => withValue(draft, path, valueAt(mine, path)), theirs),
    theirs: changed,
    clashes: own.filter((path) => changed.includes(path) && !sameValue(valueAt(mine, path), valueAt(theirs, path))),
  };
}
