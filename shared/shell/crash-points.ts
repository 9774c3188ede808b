/** Which tests let a process die, throw and hang at a point, before the call and after it. */
export type ProvedBy =
  /** `npm run simulate`, for every point, moment and way. */
  | 'simulation'
  /** `test/contracts/struck.contract.ts`: it takes a person's decision, a venue that loses what it had, a trade or a deployment that is not ours, or a setting that is off at first; or it is done by the clock, or by a price. */
  | 'contract'
  /** `api/intake/intake-crash.int.test.ts`, on PostgreSQL. */
  | 'intake';

/**
 * Every call out of the process between an alert and a closed position, by name: store, venue, queue. Each is passed twice, before the
 * call and after it (`callOut`); lint refuses one without a name. An offset has calls of its own only where its cycle begins: its steps
 * are events of groups, decided and sent as all others are.
 */
const provedBy = {
  // An alert, in the api.
  'ingest:endpoint': 'intake',
  'ingest:symbols': 'intake',
  'ingest:symbols-again': 'intake',
  'ingest:rules-age': 'intake',
  'ingest:ask-for-rules': 'intake',
  'ingest:rules-age-again': 'intake',
  'ingest:new-symbols': 'intake',
  'ingest:end-window': 'intake',
  'ingest:store': 'intake',
  'ingest:find-repeated': 'intake',
  'ingest:note-delivery': 'intake',
  'ingest:count-stranger': 'intake',

  // An event, by the engine.
  'decide:event': 'simulation',
  'decide:prepare': 'simulation',
  'decide:save': 'simulation',
  'decide:remedy': 'simulation',
  'decide:failed': 'simulation',
  'decide:touched-group': 'simulation',

  // An order: recorded as sending, sent, acknowledged.
  'submit:claim': 'simulation',
  'submit:halted': 'simulation',
  'submit:exchange': 'simulation',
  'submit:venue': 'simulation',
  'submit:trades': 'simulation',
  'submit:rules': 'simulation',
  'submit:put-back': 'simulation',
  'submit:ask-later': 'simulation',

  // A cancel.
  'cancel:finish': 'simulation',
  'cancel:exchange': 'simulation',
  'cancel:venue': 'simulation',
  'cancel:query': 'simulation',
  'cancel:trades': 'simulation',
  'cancel:later': 'simulation',
  'cancel:open-orders': 'contract',
  'cancel:gone-trades': 'contract',
  'cancel:note-absent': 'contract',

  // A submit that nobody knows the outcome of.
  'resolve:finish': 'simulation',
  'resolve:exchange': 'simulation',
  'resolve:query': 'simulation',
  'resolve:trades': 'simulation',
  'resolve:open-orders': 'simulation',
  'resolve:clock-offset': 'simulation',
  'resolve:late-trades': 'simulation',
  'resolve:known-trades': 'contract',
  'resolve:orders-of-trades': 'simulation',
  'resolve:note-absent': 'simulation',
  'resolve:group': 'simulation',
  'resolve:later': 'simulation',

  // Fills, by poll and by stream.
  'fill:orders': 'simulation',
  'fill:exchange': 'simulation',
  'fill:open-orders': 'simulation',
  'fill:query': 'simulation',
  'fill:watermark': 'simulation',
  'fill:trades': 'simulation',
  'fill:known-trades': 'simulation',
  'fill:older-trades': 'simulation',
  'fill:known-older-trades': 'simulation',
  'fill:set-watermark': 'simulation',
  'stream:accounts': 'simulation',
  'stream:lease': 'simulation',
  'stream:exchange': 'simulation',
  'stream:listen': 'simulation',
  'stream:close': 'simulation',
  'stream:order': 'simulation',
  'stream:gap': 'simulation',
  'stream:deployment': 'simulation',

  // A whole account, compared with its venue.
  'reconcile:hold-entries': 'simulation',
  'reconcile:accounts': 'simulation',
  'reconcile:due': 'simulation',
  'reconcile:knock': 'simulation',
  'reconcile:rearm': 'simulation',
  'reconcile:begin': 'simulation',
  'reconcile:account': 'simulation',
  'reconcile:plan': 'simulation',
  'reconcile:exchange': 'simulation',
  'reconcile:prefix': 'simulation',
  'reconcile:own': 'simulation',
  'reconcile:positions': 'simulation',
  'reconcile:balances': 'simulation',
  'reconcile:all-orders': 'simulation',
  'reconcile:open-orders': 'simulation',
  'reconcile:query': 'simulation',
  'reconcile:query-conditional': 'simulation',
  'reconcile:stranger': 'simulation',
  'reconcile:own-again': 'simulation',
  'reconcile:facts': 'simulation',
  'reconcile:stop-facts': 'simulation',
  'reconcile:trades': 'simulation',
  'reconcile:orders-of-trades': 'simulation',
  'reconcile:known-trades': 'simulation',
  'reconcile:known-differences': 'simulation',
  'reconcile:keep': 'simulation',
  'reconcile:end-gone': 'simulation',
  'reconcile:order': 'simulation',
  'reconcile:order-trades': 'simulation',
  'reconcile:cancel': 'simulation',
  'reconcile:cancel-conditional': 'contract',
  'reconcile:group': 'simulation',
  'reconcile:group-id': 'contract',
  'reconcile:note-group': 'contract',
  'reconcile:adopted': 'contract',
  'reconcile:end-difference': 'simulation',
  'reconcile:end': 'simulation',
  'halt:set': 'contract',
  'halt:account': 'contract',
  'halt:unknown': 'contract',
  'halt:clock': 'contract',
  'halt:accounts': 'contract',
  'halt:exchange': 'contract',
  'halt:venue-clock': 'contract',
  'halt:venue-status': 'contract',
  'halt:stop-file': 'contract',
  'halt:see-file': 'contract',

  // Another deployment, heard on an account's stream.
  'deployment:prefix': 'contract',
  'deployment:note': 'contract',
  'deployment:accepted': 'contract',
  'deployment:compare': 'contract',

  // The emergency stop of a position that nobody here has opened.
  'orphan:stops': 'contract',
  'orphan:fire': 'contract',
  'orphan:compare': 'contract',
  'orphan:knock': 'contract',

  // Safe mode that a clean comparison ends.
  'rearm:halts': 'contract',
  'rearm:account': 'contract',
  'rearm:plan': 'contract',
  'rearm:differences': 'contract',
  'rearm:unknown': 'contract',
  'rearm:look': 'contract',
  'rearm:lift': 'contract',

  // Where a cycle of the risk engine begins.
  'offset:users': 'contract',
  'offset:due-plan': 'contract',
  'offset:knock': 'contract',
  'offset:knock-fill': 'contract',
  'offset:plan': 'simulation',
  'offset:risk': 'simulation',

  // A price, and the groups that wait for it.
  'wake:all': 'contract',
  'wake:some': 'contract',
  'wake:paper': 'contract',
  'wake:store': 'contract',
  'wake:publish': 'contract',
  'wake:knock': 'contract',

  // Rules that entries wait for have come.
  'rules:pools': 'contract',
  'rules:look': 'contract',

  // A round of what one process does for all.
  'round:lease': 'contract',

  // The sweeper.
  'sweep:lease': 'simulation',
  'sweep:events': 'simulation',
  'sweep:knock-event': 'simulation',
  'sweep:orders': 'simulation',
  'sweep:polls': 'simulation',
  'sweep:knock-poll': 'simulation',
} as const satisfies Record<string, ProvedBy>;

export type CrashPoint = keyof typeof provedBy;
export const crashPoints = Object.keys(provedBy) as CrashPoint[];

/** The crash points that one kind of test is responsible for. */
export const crashPointsOf = (by: ProvedBy): CrashPoint[] => crashPoints.filter((point) => provedBy[point] === by);

export const crashMoments = ['before', 'after'] as const;
export type CrashMoment = (typeof crashMoments)[number];

/** What to do at a crash point; resolves to go on, rejects to throw there, never resolves where the process has died. */
export type AtCrashPoint = (point: CrashPoint, moment: CrashMoment) => Promise<void> | void;

/** Nothing happens: as it is in production. */
export const neverCrash: AtCrashPoint = () => {};

/**
 * Makes one call out of the process under its name. In production this is the call and nothing else, not even another turn of the
 * microtask queue; a test or the simulation lets the process die, throw or hang before it and after it.
 */
export function callOut<Answer>({ atCrashPoint }: { atCrashPoint: AtCrashPoint }, point: CrashPoint, call: () => Promise<Answer>): Promise<Answer> {
  return atCrashPoint === neverCrash ? call() : between(atCrashPoint, point, call);
}

async function between<Answer>(atCrashPoint: AtCrashPoint, point: CrashPoint, call: () => Promise<Answer>): Promise<Answer> {
  const before = atCrashPoint(point, 'before');
  if (before !== undefined) await before;
  const answer = await call();
  const after = atCrashPoint(point, 'after');
  if (after !== undefined) await after;
  return answer;
}
