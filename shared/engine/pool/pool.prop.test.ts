import { expect } from 'chai';
import fc from 'fast-check';
import { PoolStory } from '#test/support/pool-story';
import { runs } from '#test/support/property-runs';
import type { PoolCommand } from '#shared/engine/messages/commands';
import type { PoolEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';

interface Turn {
  what: 'entry' | 'exit' | 'reverse' | 'hear' | 'close' | 'rules' | 'force' | 'promote' | 'remove' | 'timer';
  base: string;
  side: Signal['side'];
  timeframe: string;
  pick: number;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  what: fc.constantFrom<Turn['what'][]>('entry', 'entry', 'entry', 'exit', 'reverse', 'hear', 'hear', 'close', 'close', 'rules', 'force', 'promote', 'remove', 'timer'),
  base: fc.constantFrom('BTC', 'ETH', 'SOL', 'ADA'),
  side: fc.constantFrom<Signal['side'][]>('long', 'long', 'short'),
  timeframe: fc.constantFrom('15m', '15m', '1h'),
  pick: fc.nat(99),
});
const settings = fc.record({ groupsMax: fc.integer({ min: 1, max: 3 }), queueLimit: fc.constantFrom(0, 0, 2), replacementAllowed: fc.boolean() });

/** A pool with its groups around it: what it tells them arrives later, in any order, and some have begun to close meanwhile. */
class PoolLife {
  readonly story: PoolStory;
  private readonly told: Extract<PoolCommand, { type: 'tell-group' }>[] = [];
  private readonly closing = new Set<string>();
  private readonly keys = new Set<string>();
  /** What became of each entry so far. */
  private readonly entries = new Map<string, string>();
  private forced = 0;

  constructor(story: PoolStory) {
    this.story = story;
  }

  turn({ what, base, side, timeframe, pick }: Turn): void {
    const queued = this.story.pool.waiting[pick % Math.max(this.story.pool.waiting.length, 1)];
    const open = this.story.pool.open[pick % Math.max(this.story.pool.open.length, 1)];
    switch (what) {
      case 'entry':
      case 'exit':
      case 'reverse':
        return this.check(() => this.story.signal(base, { kind: what, side, timeframe, priceSignal: pick === 0 ? null : (String(90 + pick) as Signal['priceSignal']) }));
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
        if (what === 'force') this.forced += 1;
        return this.check(() => this.story.hear({ type: `queue-${what}`, queueId: queued.id }));
    }
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
    this.check(() => this.story.hear({ type: 'entry-bounced', signal: event.signal, groupId, reason: 'group_closing' }));
  }

  private check(hear: () => unknown): void {
    hear();
    const { pool, commands, settings: limits } = this.story;
    for (const command of commands) this.note(command);
    const free = Math.max(0, pool.open.length - limits.groupsMax);
    expect(free, `invariant 5: ${pool.open.length} open of ${limits.groupsMax}`).to.be.at.most(this.forced);
    const groups = pool.open.map(({ symbol, timeframe, side }) => `${symbol} ${timeframe} ${side}`);
    expect(new Set(groups).size, `two groups for one of ${groups.join(', ')}`).to.equal(groups.length);
    expect(new Set(pool.open.map(({ groupId }) => groupId)).size, 'two groups with one id').to.equal(groups.length);
    const sides = new Set(pool.open.map(({ symbol, side }) => `${symbol} ${side}`));
    for (const { symbol } of pool.open) expect(sides.has(`${symbol} long`) && sides.has(`${symbol} short`), `A-21: both sides of ${symbol} are open`).to.equal(false);
    const waiting = new Set(pool.waiting.map(({ signal }) => signal.signalId));
    expect(waiting.size, 'an entry waits twice').to.equal(pool.waiting.length);
    for (const [signalId, fate] of this.entries) expect(waiting.has(signalId), `invariant 5: entry ${signalId} is ${fate}`).to.equal(fate === 'queued');
  }

  private note(command: PoolCommand): void {
    if (command.type === 'settle-signal' && (this.entries.has(command.signalId) || command.outcome === 'queued')) this.entries.set(command.signalId, command.outcome);
    if (command.type === 'open-group') this.entries.set(command.event.signal.signalId, 'opened');
    if (command.type !== 'tell-group') return;
    expect(this.keys.has(command.key), `invariant 5: ${command.key} is told twice, so the second is lost`).to.equal(false);
    this.keys.add(command.key);
    this.told.push(command);
    if (command.event.type === 'add-pyramid') this.entries.set(command.event.signal.signalId, 'told');
  }

  /** Everybody closes, every message arrives: then nobody may wait any more. */
  finish(): void {
    this.story.without.clear();
    for (let round = 0; round < 200; round += 1) {
      if (this.told.length > 0) this.groupHears(0);
      else if (this.story.pool.open.length > 0) this.turn({ what: 'close', base: '', side: 'long', timeframe: '', pick: round });
      else if (this.story.pool.waiting.length > 0) this.check(() => this.story.hear({ type: 'timer' } satisfies PoolEvent));
      else return;
    }
    throw new Error(`these wait forever: ${this.story.waiting.join(', ')}`);
  }
}

describe('a pool lives through anything', () => {
  it('property: invariant 5, slots are kept and no waiting entry is lost', () => {
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
