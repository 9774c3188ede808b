/**
 * Named places where a process can die between two awaits near a venue or a commit. In production they do nothing; a test or the
 * chaos run sets what happens there: die, throw or hang.
 */
export const crashPoints = [
  'decide:before-save',
  'decide:after-commit',
  'submit:before-claim',
  'submit:after-claim',
  'submit:after-venue',
  'submit:after-report',
  'cancel:before-venue',
  'cancel:after-venue',
  'resolve:after-query',
  'poll:after-venue',
  'poll:after-report',
  'reconcile:after-venue',
  'reconcile:before-mend',
  'reconcile:after-mend',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** What to do at a crash point; resolves to go on. */
export type AtCrashPoint = (point: CrashPoint) => Promise<void> | void;

export const neverCrash: AtCrashPoint = () => {};
