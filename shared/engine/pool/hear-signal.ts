import { unreachable } from '../assert.ts';
import type { PoolCommand } from '../messages/commands.ts';
import type { Signal } from '../messages/signals.ts';
import { admit } from './admit.ts';
import type { PoolFacts } from './pool-settings.ts';
import { sameGroup, type Pool } from './pool.ts';
import { refuse, settle, type PoolDecision } from './settle-signal.ts';
import { enqueue, whyNotNow } from './waiting-queue.ts';

/** What one signal means to a pool, before anybody is promoted. */
export function hearSignal(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  switch (signal.kind) {
    case 'entry':
      return hearEntry(pool, signal, facts);
    case 'exit':
      return hearExit(pool, signal, 'exit_signal');
    case 'reduce':
      return hearReduce(pool, signal);
    case 'reverse':
      return hearReverse(pool, signal, facts);
    default:
      return unreachable(signal.kind);
  }
}

/** Existing group: a pyramid. Other side open: wait. Free slot: a new group. Otherwise: wait. One that waits is never overtaken: it is replaced. */
function hearEntry(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  if (signal.executionMode !== 'grid') return refuse(pool, signal, 'execution_mode_unavailable', `the endpoint asks for ${signal.executionMode}; grid is available`);
  if (signal.market === 'spot' && signal.side === 'short') return refuse(pool, signal, 'short_not_supported', `${signal.symbol} is on a spot account`);
  const ageMs = facts.now - (signal.alertAt ?? signal.receivedAt);
  const lifeMs = facts.settings.signalLifeMs;
  if (lifeMs > 0 && ageMs > lifeMs) return refuse(pool, signal, 'stale_signal', `the alert is ${Math.round(ageMs / 1000)} s old, an entry lives ${lifeMs / 1000} s`);
  const blocked = whyNotNow(pool, signal, facts) ?? pool.waiting.find((each) => sameGroup(each.signal, signal))?.reason ?? null;
  if (blocked !== null) return enqueue(pool, signal, blocked, facts);
  return admit(pool, signal, facts);
}

/** Closes the group and drops the entry that waits for it. */
function hearExit(pool: Pool, signal: Signal, reason: 'exit_signal' | 'reverse'): PoolDecision {
  const open = pool.open.find((each) => sameGroup(each, signal));
  const queued = pool.waiting.filter((each) => sameGroup(each.signal, signal));
  const commands: PoolCommand[] = queued.map((each) => settle(each.signal, 'done', 'dropped_from_queue', null, `dropped by the exit of signal ${signal.signalId}`));
  if (open !== undefined) commands.push({ type: 'tell-group', groupId: open.groupId, event: { type: 'close-requested', reason, signalId: signal.signalId }, key: `signal:${signal.signalId}:close:${open.groupId}` });
  else if (queued.length > 0) commands.push(settle(signal, 'accepted', 'dropped_from_queue'));
  else commands.push(settle(signal, 'done', 'refused', 'nothing_to_close', `no open group and no queued entry for ${signal.symbol} ${signal.timeframe} ${signal.side}`));
  return { state: { ...pool, waiting: pool.waiting.filter((each) => !queued.includes(each)) }, commands };
}

function hearReduce(pool: Pool, signal: Signal): PoolDecision {
  const open = pool.open.find((each) => sameGroup(each, signal));
  if (open === undefined || signal.reduceFraction === null) return { state: pool, commands: [settle(signal, 'done', 'refused', 'nothing_to_close', `no open group for ${signal.symbol} ${signal.timeframe} ${signal.side}`)] };
  return {
    state: pool,
    commands: [{ type: 'tell-group', groupId: open.groupId, event: { type: 'reduce-requested', signalId: signal.signalId, fraction: signal.reduceFraction }, key: `signal:${signal.signalId}:reduce:${open.groupId}` }],
  };
}

/** Closes the present side now; the other side waits in the queue and goes when it is closed. */
function hearReverse(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  const entry: Signal = { ...signal, kind: 'entry' };
  const present: Signal = { ...signal, side: signal.side === 'long' ? 'short' : 'long' };
  const open = pool.open.find((each) => sameGroup(each, present));
  if (open === undefined) return hearEntry(pool, entry, facts);
  const queued = hearEntry(pool, entry, facts);
  const close: PoolCommand = { type: 'tell-group', groupId: open.groupId, event: { type: 'close-requested', reason: 'reverse', signalId: null }, key: `signal:${signal.signalId}:close:${open.groupId}` };
  return { state: queued.state, commands: [...queued.commands, close] };
}
