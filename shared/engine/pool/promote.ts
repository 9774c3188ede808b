import type { PoolCommand } from '../messages/commands.ts';
import type { PoolEvent } from '../messages/events.ts';
import { said } from '../messages/said.ts';
import { groupOf, hindrance, inTurn, neverGoes, type Asking, type Hindrance } from './hindrance.ts';
import type { PoolFacts } from './pool-settings.ts';
import type { Pool, QueuedEntry } from './pool.ts';
import { settle, type PoolDecision } from './settle-signal.ts';
import { lineUp } from './standings.ts';
import { askToBeWoken } from './wake-pool.ts';
import { expiryOf } from './waiting-queue.ts';
import { weigh } from './weigh.ts';

/** A person asks for one entry. */
export interface PersonAsks {
  queueId: string;
  forced: boolean;
}

/** A decision as it grows. */
interface Draft {
  pool: Pool;
  commands: PoolCommand[];
  groupIds: string[];
  /** What those who had their turn wait for. */
  noted: Map<string, Hindrance>;
  /** Somebody could go but for an id of a group. */
  moreNow: boolean;
  /** What hinders whom in one state of the pool: most events change nothing for those who wait, and then it is asked once. */
  asked: { pool: Pool; found: Map<string, Hindrance | null> };
}

/**
 * The end of every decision of a pool: who cannot wait any longer leaves, who may go goes in the order of their rank, each
 * judged by the present facts, and who stays knows why (invariant 5). During a halt nobody goes.
 */
export function promote(decided: PoolDecision, facts: PoolFacts, event: PoolEvent, person: PersonAsks | null = null): PoolDecision {
  const draft: Draft = { pool: decided.state, commands: [...decided.commands], groupIds: withoutUsed(facts.groupIds, decided.commands), noted: new Map(), moreNow: false, asked: { pool: decided.state, found: new Map() } };
  sweep(draft, facts);
  if (person !== null) hearPerson(draft, person, facts);
  if (!facts.halted) letGo(draft, facts);
  noteReasons(draft, facts);
  return askToBeWoken({ state: draft.pool, commands: draft.commands }, facts, event, draft);
}

function hindering(draft: Draft, entry: QueuedEntry, facts: PoolFacts): Hindrance | null {
  if (draft.asked.pool !== draft.pool) draft.asked = { pool: draft.pool, found: new Map() };
  const { found } = draft.asked;
  const known = found.get(entry.id);
  if (known !== undefined) return known;
  const hindered = hindrance(draft.pool, inTurn(entry), facts);
  found.set(entry.id, hindered);
  return hindered;
}

const without = (pool: Pool, entry: QueuedEntry): Pool => ({ ...pool, waiting: pool.waiting.filter((each) => each.id !== entry.id) });

/** Who has waited too long expires, who can never go any more is refused: neither stands in anybody's way. */
function sweep(draft: Draft, facts: PoolFacts): void {
  for (const entry of draft.pool.waiting) {
    const expiry = expiryOf(entry, facts.settings);
    const never = neverGoes(entry.signal, facts);
    if (expiry !== null && expiry.at <= facts.now) draft.commands.push(settle(entry.signal, 'done', 'expired', null, expiry.why));
    else if (never !== null) draft.commands.push(settle(entry.signal, 'refused', 'refused', never.code, never.detail));
    else continue;
    draft.pool = without(draft.pool, entry);
  }
}

/** One entry out of turn. Asking confirms it, whether or not it can go by now; a limit is lifted for this moment only. */
function hearPerson(draft: Draft, { queueId, forced }: PersonAsks, facts: PoolFacts): void {
  const found = draft.pool.waiting.find((each) => each.id === queueId);
  if (found === undefined) return;
  const entry = { ...found, unconfirmed: false };
  if (found.unconfirmed) draft.pool = { ...draft.pool, waiting: draft.pool.waiting.map((each) => (each.id === queueId ? entry : each)) };
  const refused = facts.halted ? 'new positions are halted' : tryOne(draft, { ...inTurn(entry), entry, forced, confirmed: true }, facts);
  if (refused === null) return;
  draft.commands.push({ type: 'tell', level: 'warn', category: 'pool', message: `Entry ${queueId} (${entry.signal.symbol} ${entry.signal.timeframe} ${entry.signal.side}) was to be ${forced ? 'forced' : 'promoted'} and stays: ${refused}`, ...said(forced ? 'force_stays' : 'entry_stays', { entry: queueId, symbol: entry.signal.symbol, timeframe: entry.signal.timeframe, side: entry.signal.side, detail: refused }) });
}

function letGo(draft: Draft, facts: PoolFacts): void {
  const free = draft.pool.waiting.filter((entry) => !draft.noted.has(entry.id) && hindering(draft, entry, facts) === null);
  if (free.length === 0) return;
  for (const { entry } of lineUp(draft.pool, free, facts)) tryOne(draft, inTurn(entry), facts);
}

/** Lets one entry go if it may; otherwise answers why it stays. One that is refused leaves as well. */
function tryOne(draft: Draft, asking: Asking & { entry: QueuedEntry }, facts: PoolFacts): string | null {
  const { signal, entry } = asking;
  const verdict = weigh(draft.pool, asking, { ...facts, groupIds: draft.groupIds.length === 0 ? facts.groupIds : draft.groupIds });
  if (verdict.kind === 'waits') {
    draft.noted.set(entry.id, verdict);
    return verdict.detail;
  }
  if (verdict.kind === 'refused') {
    draft.commands.push(verdict.told);
    draft.pool = without(draft.pool, entry);
    return verdict.told.detail ?? '';
  }
  if (groupOf(draft.pool, signal) === undefined && draft.groupIds.length === 0) {
    draft.moreNow = true;
    return 'it goes with the next decision';
  }
  draft.pool = without(verdict.decision.state, entry);
  draft.commands.push(...verdict.decision.commands);
  draft.groupIds = withoutUsed(draft.groupIds, verdict.decision.commands);
  return null;
}

/** Why each one stays, where that has changed: people read it, and what is looked at again depends on it. */
function noteReasons(draft: Draft, facts: PoolFacts): void {
  const waiting = draft.pool.waiting.map((entry) => {
    const why = draft.noted.get(entry.id) ?? hindering(draft, entry, facts);
    if (why === null || why.reason === entry.reason) return entry;
    draft.commands.push(settle(entry.signal, 'waiting', 'queued', why.reason, why.detail));
    return { ...entry, reason: why.reason };
  });
  if (waiting.some((entry, index) => entry !== draft.pool.waiting[index])) draft.pool = { ...draft.pool, waiting };
}

const withoutUsed = (ids: readonly string[], commands: readonly PoolCommand[]): string[] => {
  const used = new Set(commands.flatMap((command) => (command.type === 'open-group' ? [command.groupId] : [])));
  return ids.filter((id) => !used.has(id));
};
