import { unreachable } from '../assert.ts';
import type { PoolCommand } from '../messages/commands.ts';
import type { Signal } from '../messages/signals.ts';
import { heard, hindrance, neverGoes, type Asking } from './hindrance.ts';
import type { PoolFacts } from './pool-settings.ts';
import { dropOvertaken, overtakenBy, withExit } from './overtaken.ts';
import { sameGroup, type Pool } from './pool.ts';
import { refuse, settle, type PoolDecision } from './settle-signal.ts';
import { enqueue } from './waiting-queue.ts';
import { admitOrWait, refusedAlready } from './weigh.ts';

/** What one signal means to a pool, before anybody is promoted. */
export function hearSignal(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  switch (signal.kind) {
    case 'entry':
      return hearEntry(pool, signal, facts);
    case 'exit':
      return hearExit(pool, signal, 'exit_signal', facts);
    case 'reduce':
      return hearReduce(pool, signal);
    case 'reverse':
      return hearReverse(pool, signal, facts);
    default:
      return unreachable(signal.kind);
  }
}

/**
 * Existing group: a pyramid. Other side open: wait. Free slot: a new group. Otherwise: wait. One that waits is never
 * overtaken by a newer one for the same group: it is replaced. One that would be refused in its turn is refused at once.
 */
function hearEntry(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  const never = neverGoes(signal, facts);
  if (never !== null) return refuse(pool, signal, never.code, never.detail);
  const off = facts.accountsOff[signal.accountId];
  // Whatever else stands in its way: it must not go by itself when the halt is over.
  if (off?.refusal !== undefined) return refuse(pool, signal, off.refusal, `the account ${off.why}`);
  const before = pool.waiting.find((each) => sameGroup(each.signal, signal));
  const asking: Asking = { ...heard(signal), waitsBehind: before?.reason === 'group_closing' };
  const now = hindrance(pool, asking, facts);
  if (now?.reason === 'account_disabled') return refuse(pool, signal, 'account_disabled', now.detail);
  const hindered = now ?? (before === undefined ? null : { reason: before.reason, detail: `entry ${before.id} waits for the same group` });
  const overtaken = overtakenBy(pool, signal);
  // One that would wait outlives an exit where the configuration says so.
  if (overtaken !== null && (hindered === null || facts.settings.dropOnExit)) return dropOvertaken(pool, signal, overtaken);
  if (hindered === null) return admitOrWait(pool, signal, facts);
  const refused = hindered.reason === 'missing_precision' ? null : refusedAlready(pool, asking, facts);
  return refused === null ? enqueue(pool, signal, hindered, facts) : { state: pool, commands: [refused] };
}

/** Closes the group and drops the entry that waits for it, unless that is to survive. */
function hearExit(pool: Pool, signal: Signal, reason: 'exit_signal' | 'reverse', { settings, now }: PoolFacts): PoolDecision {
  const open = pool.open.find((each) => sameGroup(each, signal));
  const queued = pool.waiting.filter((each) => sameGroup(each.signal, signal));
  const dropped = settings.dropOnExit ? queued : [];
  const commands: PoolCommand[] = dropped.map((each) => settle(each.signal, 'done', 'dropped_from_queue', null, `dropped by the exit of signal ${signal.signalId}`));
  const what = `${signal.symbol} ${signal.timeframe} ${signal.side}`;
  if (open !== undefined) commands.push({ type: 'tell-group', groupId: open.groupId, event: { type: 'close-requested', reason, signalId: signal.signalId, slippageMaxPercent: signal.slippageMaxPercent }, key: `signal:${signal.signalId}:close:${open.groupId}` });
  else if (dropped.length > 0) commands.push(settle(signal, 'accepted', 'dropped_from_queue'));
  else commands.push(settle(signal, 'done', 'refused', 'nothing_to_close', queued.length > 0 ? `no open group for ${what}, and waiting_rule.drop_on_exit is off: the queued entry stays` : `no open group and no queued entry for ${what}`));
  return { state: withExit({ ...pool, waiting: pool.waiting.filter((each) => !dropped.includes(each)) }, signal, now), commands };
}

function hearReduce(pool: Pool, signal: Signal): PoolDecision {
  const open = pool.open.find((each) => sameGroup(each, signal));
  if (open === undefined || signal.reduceFraction === null) return { state: pool, commands: [settle(signal, 'done', 'refused', 'nothing_to_close', `no open group for ${signal.symbol} ${signal.timeframe} ${signal.side}`)] };
  return {
    state: pool,
    commands: [{ type: 'tell-group', groupId: open.groupId, event: { type: 'reduce-requested', signalId: signal.signalId, fraction: signal.reduceFraction, slippageMaxPercent: signal.slippageMaxPercent }, key: `signal:${signal.signalId}:reduce:${open.groupId}` }],
  };
}

/**
 * Closes the present side now and drops the entry that waits for it; the other side waits in the queue and goes when the first is closed
 * (R-110, A-21).
 */
function hearReverse(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  const present: Signal = { ...signal, side: signal.side === 'long' ? 'short' : 'long' };
  const open = pool.open.find((each) => sameGroup(each, present));
  const dropped = facts.settings.dropOnExit ? pool.waiting.filter((each) => sameGroup(each.signal, present)) : [];
  const entered = hearEntry(withExit({ ...pool, waiting: pool.waiting.filter((each) => !dropped.includes(each)) }, present, facts.now), { ...signal, kind: 'entry' }, facts);
  const commands: PoolCommand[] = [...dropped.map((each) => settle(each.signal, 'done', 'dropped_from_queue', null, `dropped by the reversal of signal ${signal.signalId}`)), ...entered.commands];
  if (open === undefined) return { state: entered.state, commands };
  const event = { type: 'close-requested', reason: 'reverse', signalId: null, slippageMaxPercent: signal.slippageMaxPercent } as const;
  return { state: entered.state, commands: [...commands, { type: 'tell-group', groupId: open.groupId, event, key: `signal:${signal.signalId}:close:${open.groupId}` }] };
}
