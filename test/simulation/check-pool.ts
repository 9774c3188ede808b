import type { PoolCommand, SettleSignal } from '#shared/engine/messages/commands';
import type { PoolEvent } from '#shared/engine/messages/events';
import { queueReasons, type Pool } from '#shared/engine/pool/pool';
import type { PoolSettings } from '#shared/engine/pool/pool-settings';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { refusals } from '#shared/engine/refusal';
import { compare } from '#shared/engine/num/units';
import { holds } from './violation.ts';

/** One decision of a pool, as it was committed. */
export interface PoolDecided {
  before: Pool | undefined;
  after: Pool;
  event: PoolEvent;
  commands: readonly PoolCommand[];
  /** Open groups of the user after the decision, those it opened included. */
  open: readonly PositionGroup[];
  /** Versions of the configuration that may have been in use. */
  settings: readonly PoolSettings[];
}

const inFlightEntry = (group: PositionGroup): number =>
  group.orders.filter(({ role, status }) => role === 'entry' && !['filled', 'cancelled', 'rejected', 'expired', 'abandoned', 'ready'].includes(status)).length;

/** Slots in use (A-22, A-24). */
export const slotsUsed = (open: readonly PositionGroup[], { pyramidsCount, legsCount }: Pick<PoolSettings, 'pyramidsCount' | 'legsCount'>): number =>
  open.reduce((used, group) => used + 1 + (pyramidsCount ? group.pyramids.length - 1 : 0) + (legsCount ? inFlightEntry(group) : 0), 0);

/** Whose entry a command lets into the market. */
const letIn = (command: PoolCommand): string[] =>
  command.type === 'open-group' ? [command.event.signal.signalId] : command.type === 'tell-group' && command.event.type === 'add-pyramid' ? [command.event.signal.signalId] : [];

/** Invariant 5: nobody was let in beyond the slots or without an alert, and who waited has not just vanished. */
export function checkPoolState({ before, after, event, commands, open, settings }: PoolDecided): void {
  const opened = commands.flatMap((command) => (command.type === 'open-group' ? [command] : []));
  const forced = event.type === 'queue-force';
  const fresh = new Set(opened.map(({ groupId }) => groupId));
  const present = open.filter(({ id }) => !fresh.has(id));
  // Each goes while a slot is free, and takes at least one.
  const fits = settings.some((each) => slotsUsed(present, each) + opened.length - 1 < each.groupsMax);
  holds(5, opened.length === 0 || forced || fits, () => `${opened.length} groups are opened beside ${present.length} of user ${after.userId}, slots: ${settings.map((each) => `${slotsUsed(present, each)} of ${each.groupsMax}`).join(' or ')}`);
  for (const group of open.filter(({ id }) => fresh.has(id))) {
    const opposite = open.find((each) => each.accountId === group.accountId && each.symbol === group.symbol && each.side !== group.side && group.market === 'usdm');
    holds(5, opposite === undefined, () => `group ${group.id} is opened against group ${opposite?.id}, which is open on the other side of ${group.symbol}`);
    const twin = open.find((each) => each.id !== group.id && each.accountId === group.accountId && each.symbol === group.symbol && each.side === group.side && each.timeframe === group.timeframe);
    holds(5, twin === undefined, () => `group ${group.id} is opened beside group ${twin?.id} of the same symbol, timeframe and side`);
  }
  const knocked = new Set([...(before?.waiting ?? []).map(({ signal }) => signal.signalId), ...(event.type === 'signal' || event.type === 'entry-bounced' ? [event.signal.signalId] : [])]);
  for (const signalId of commands.flatMap(letIn)) holds(5, knocked.has(signalId), () => `signal ${signalId} is let in by ${event.type} and neither came with it nor waited`);
  const settled = new Set(commands.flatMap((command) => (command.type === 'settle-signal' ? [command.signalId] : command.type === 'open-group' ? [command.event.signal.signalId] : command.type === 'tell-group' && 'signal' in command.event ? [command.event.signal.signalId] : [])));
  const waiting = new Set(after.waiting.map(({ signal }) => signal.signalId));
  for (const { signal } of before?.waiting ?? []) {
    holds(5, waiting.has(signal.signalId) || settled.has(signal.signalId), () => `signal ${signal.signalId} waited and was lost by ${event.type}`);
  }
  const ids = after.waiting.map(({ id }) => id);
  holds(5, new Set(ids).size === ids.length, () => `two entries wait under one id of ${ids.join(' ')}`);
}

/** Invariant 10: a refusal names its reason from the closed list, a wait its own. */
export function checkSettled({ signalId, status, outcome, reason }: SettleSignal): void {
  if (outcome === 'refused') holds(10, reason !== null && reason in refusals, () => `signal ${signalId} is refused for "${reason}", which is not on the list`);
  if (status === 'waiting') holds(10, queueReasons.some((each) => each === reason), () => `signal ${signalId} waits for "${reason}", which is not on the list`);
}

/** Invariant 5 at rest: every signal that was posted has an outcome, and who waits has a reason that still stands. */
export function checkSignals(posted: ReadonlyMap<string, string>, told: ReadonlyMap<string, SettleSignal>, pools: readonly Pool[]): void {
  const waiting = new Set(pools.flatMap((pool) => pool.waiting.map(({ signal }) => signal.signalId)));
  for (const [signalId, kind] of posted) {
    const fate = told.get(signalId);
    holds(5, fate !== undefined, () => `signal ${signalId} (${kind}) was posted and nothing came of it`);
    holds(5, (fate.status === 'waiting') === waiting.has(signalId), () => `signal ${signalId} is ${fate.status} (${fate.outcome}), and ${waiting.has(signalId) ? 'is' : 'is not'} in the queue`);
  }
}

/** Invariant 5 at rest: nobody waits for a slot while one is free. */
export function checkQueue(pool: Pool, open: readonly PositionGroup[], settings: PoolSettings): void {
  if (settings.confirmEntries || compare(settings.priceBandPercent, '0') > 0) return;
  // Where parts of groups count, nobody tells the pool that one has gone: it looks from time to time.
  if (settings.pyramidsCount || settings.legsCount) return;
  const used = slotsUsed(open, settings);
  for (const entry of pool.waiting) {
    const opposite = open.some((group) => group.accountId === entry.signal.accountId && group.symbol === entry.signal.symbol && group.side !== entry.signal.side);
    holds(5, entry.reason !== 'pool_full' || opposite || used >= settings.groupsMax, () => `signal ${entry.signal.signalId} waits for a slot, ${used} of ${settings.groupsMax} are used`);
  }
}
