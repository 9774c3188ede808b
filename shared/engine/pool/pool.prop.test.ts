import { expect } from 'chai';
import fc from 'fast-check';
import { PoolStory } from '#test/support/pool-story';
import { runs } from '#test/support/property-runs';
import type { PoolCommand } from '#shared/engine/messages/commands';
import type { Signal } from '#shared/engine/messages/signals';
import { price, ratio } from '#shared/engine/num/units';
import type { OpenGroup } from './pool.ts';
import { selectionRules } from './priority.ts';
import { occupancyOf, slotsTaken } from './slots.ts';
import { endOfWaiting } from './waiting-queue.ts';

interface Turn {
  what: 'entry' | 'price' | 'exit' | 'reverse' | 'hear' | 'close' | 'rules' | 'force' | 'promote' | 'remove' | 'timer';
  base: string;
  side: Signal['side'];
  timeframe: string;
  pick: number;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  what: fc.constantFrom<Turn['what'][]>('entry', 'entry', 'entry', 'price', 'exit', 'reverse', 'hear', 'hear', 'close', 'close', 'rules', 'force', 'promote', 'remove', 'timer'),
  base: fc.constantFrom('BTC', 'ETH', 'SOL', 'ADA'),
  side: fc.constantFrom<Signal['side'][]>('long', 'long', 'short'),
  timeframe: fc.constantFrom('15m', '15m', '1h'),
  pick: fc.nat(99),
});
const settings = fc.record({
  groupsMax: fc.integer({ min: 1, max: 3 }),
  queueLimit: fc.constantFrom(0, 0, 2),
  replacementAllowed: fc.boolean(),
  pyramidsCount: fc.boolean(),
  legsCount: fc.constantFrom(false, false, true),
  pyramidsBypass: fc.boolean(),
  dropOnExit: fc.boolean(),
  selection: fc.shuffledSubarray([...selectionRules]),
  queueLifeMs: fc.constantFrom(0, 0, 15_000),
  signalLifeMs: fc.constantFrom(0, 0, 0, 20_000),
  priceBandPercent: fc.constantFrom('0', '0', '5').map(ratio),
  confirmEntries: fc.constantFrom(false, false, true),
  confirmationLifeMs: fc.constantFrom(10_000, 300_000),
});

/** A pool with its groups around it: what it tells them arrives later, in any order, and some have begun to close meanwhile. */
class PoolLife {
  readonly story: PoolStory;
  private readonly told: Extract<PoolCommand, { type: 'tell-group' }>[] = [];
  private readonly closing = new Set<string>();
  private readonly keys = new Set<string>();
  /** What became of each entry so far. */
  private readonly entries = new Map<string, string>();
  private forced = 0;
  /** When the pool has asked to be woken. */
  private wakes: number[] = [];

  constructor(story: PoolStory) {
    this.story = story;
  }

  turn({ what, base, side, timeframe, pick }: Turn): void {
    this.wake();
    const queued = this.story.pool.waiting[pick % Math.max(this.story.pool.waiting.length, 1)];
    const open = this.story.pool.open[pick % Math.max(this.story.pool.open.length, 1)];
    switch (what) {
      case 'entry':
      case 'exit':
      case 'reverse':
        return this.check(() => this.story.signal(base, { kind: what, side, timeframe, alertAt: this.story.now, priceSignal: pick === 0 ? null : price(90 + pick) }));
      case 'price':
        return void this.story.price(base, pick === 0 ? null : String(90 + pick));
      case 'hear':
        return this.groupHears(pick);
      case 'close':
        if (open === undefined) return;
        if (!this.closing.has(open.groupId)) return void this.closing.add(open.groupId);
        this.closing.delete(open.groupId);
        return this.check(() => this.story.hear({ type: 'group-closed', groupId: open.groupId }));
      case 'rules':
        if (!this.story.without.delete(`${base}/USDT:USDT`)) this.story.without.set(`${base}/USDT:USDT`, 'unavailable');
        return this.check(() => this.story.hear({ type: 'timer' }));
      case 'timer':
        return this.check(() => this.story.hear({ type: 'timer' }));
      case 'force':
      case 'promote':
      case 'remove':
        if (queued === undefined) return;
        return this.check(() => this.story.hear({ type: `queue-${what}`, queueId: queued.id }), what === 'force' ? queued.signal.signalId : null);
    }
  }

  /** Whatever wakes are due by now come, together. */
  private wake(): void {
    const { now } = this.story;
    if (!this.wakes.some((at) => at <= now)) return;
    this.wakes = this.wakes.filter((at) => at > now);
    this.check(() => this.story.hear({ type: 'timer' }));
  }

  /** A group hears what the pool told it; one that is closing or gone sends an entry back. */
  private groupHears(pick: number): void {
    const [message] = this.told.splice(pick % Math.max(this.told.length, 1), 1);
    if (message === undefined) return;
    const { groupId, event } = message;
    const gone = !this.story.pool.open.some((open) => open.groupId === groupId);
    if (event.type === 'close-requested') this.closing.add(groupId);
    if (event.type !== 'add-pyramid') return;
    if (!gone && !this.closing.has(groupId)) return void this.entries.set(event.signal.signalId, 'pyramid');
    // It is no longer on its way, and the group has not got it.
    this.story.pool = { ...this.story.pool, open: this.story.pool.open.map((open) => (open.groupId === groupId ? { ...open, pyramids: open.pyramids - 1 } : open)) };
    this.check(() => this.story.hear({ type: 'entry-bounced', signal: event.signal, groupId, reason: 'group_closing' }));
  }

  private check(hear: () => unknown, forced: string | null = null): void {
    const before = this.story.pool.open;
    hear();
    const { pool, commands, settings: limits } = this.story;
    this.checkSlots(before, forced);
    for (const command of commands) this.note(command);
    const over = Math.max(0, pool.open.length - limits.groupsMax);
    expect(over, `invariant 5: ${pool.open.length} open of ${limits.groupsMax}`).to.be.at.most(this.forced);
    const groups = pool.open.map(({ symbol, timeframe, side }) => `${symbol} ${timeframe} ${side}`);
    expect(new Set(groups).size, `two groups for one of ${groups.join(', ')}`).to.equal(groups.length);
    expect(new Set(pool.open.map(({ groupId }) => groupId)).size, 'two groups with one id').to.equal(groups.length);
    const sides = new Set(pool.open.map(({ symbol, side }) => `${symbol} ${side}`));
    for (const { symbol } of pool.open) expect(sides.has(`${symbol} long`) && sides.has(`${symbol} short`), `A-21: both sides of ${symbol} are open`).to.equal(false);
    const waiting = new Set(pool.waiting.map(({ signal }) => signal.signalId));
    expect(waiting.size, 'an entry waits twice').to.equal(pool.waiting.length);
    this.checkWakes();
    for (const [signalId, fate] of this.entries) expect(waiting.has(signalId), `invariant 5: entry ${signalId} is ${fate}`).to.equal(fate === 'queued');
  }

  /** Nobody went while every slot was taken, but by force or past the limit (invariant 5, A-22). */
  private checkSlots(before: readonly OpenGroup[], forced: string | null): void {
    const { pool, commands, settings: limits } = this.story;
    const still = new Set(pool.open.map(({ groupId }) => groupId));
    let taken = slotsTaken(occupancyOf(before.filter(({ groupId }) => still.has(groupId))), limits);
    for (const command of commands) {
      if (command.type === 'tell-group' && command.event.type === 'add-pyramid') {
        if (!limits.pyramidsBypass && command.event.signal.signalId !== forced) expect(taken, `invariant 5: a pyramid at ${taken} of ${limits.groupsMax}`).to.be.below(limits.groupsMax);
        taken += limits.pyramidsCount ? 1 : 0;
      }
      if (command.type !== 'open-group') continue;
      if (command.event.signal.signalId === forced) this.forced += 1;
      else expect(taken, `invariant 5: a group at ${taken} of ${limits.groupsMax}`).to.be.below(limits.groupsMax);
      const opened = pool.open.find(({ groupId }) => groupId === command.groupId);
      taken += 1 + (limits.legsCount ? (opened?.legsOpen ?? 0) : 0);
    }
    expect(taken, 'slots as counted and as told').to.equal(slotsTaken(occupancyOf(pool.open), limits));
  }

  /** Whoever leaves by the clock alone is woken for it, and so is whoever waits for what nobody tells. */
  private checkWakes(): void {
    const { pool, settings: limits, now } = this.story;
    const next = Math.min(...this.wakes);
    for (const entry of pool.waiting) {
      const end = endOfWaiting(entry, limits);
      if (end !== null) expect(next, `entry ${entry.id} ends at ${end} and nobody looks`).to.be.at.most(end);
      if (['price_band', 'no_price'].includes(entry.reason)) expect(next, `entry ${entry.id} waits for a price and nobody looks`).to.be.at.most(now + 30_000);
    }
  }

  private note(command: PoolCommand): void {
    if (command.type === 'wake-at') this.wakes.push(command.at);
    if (command.type === 'settle-signal' && (this.entries.has(command.signalId) || command.outcome === 'queued')) this.entries.set(command.signalId, command.outcome);
    if (command.type === 'open-group') this.entries.set(command.event.signal.signalId, 'opened');
    if (command.type !== 'tell-group') return;
    expect(this.keys.has(command.key), `invariant 5: ${command.key} is told twice, so the second is lost`).to.equal(false);
    this.keys.add(command.key);
    this.told.push(command);
    if (command.event.type === 'add-pyramid') this.entries.set(command.event.signal.signalId, 'told');
  }

  /** Everybody closes, every message arrives, prices are good, people confirm: then nobody may wait any more. */
  finish(): void {
    const { story } = this;
    story.without.clear();
    for (let round = 0; round < 200; round += 1) {
      const [first] = story.pool.waiting;
      if (this.told.length > 0) this.groupHears(0);
      else if (story.pool.open.length > 0) this.turn({ what: 'close', base: '', side: 'long', timeframe: '', pick: round });
      else if (first !== undefined) {
        story.price(first.signal.symbol.split('/')[0] ?? '', first.signal.priceSignal ?? '100');
        this.check(() => story.hear(story.settings.confirmEntries ? { type: 'queue-promote', queueId: first.id } : { type: 'timer' }));
      } else return;
    }
    throw new Error(`these wait forever: ${story.waiting.join(', ')}`);
  }
}

describe('a pool lives through anything', () => {
  it('property: invariant 5, under any settings slots are kept and no waiting entry is lost', () => {
    fc.assert(
      fc.property(settings, fc.array(turn, { minLength: 5, maxLength: 60, size: 'max' }), (limits, turns) => {
        const life = new PoolLife(new PoolStory(limits));
        for (const each of turns) life.turn(each);
        life.finish();
      }),
      runs(),
    );
  }).timeout(600_000);
});
