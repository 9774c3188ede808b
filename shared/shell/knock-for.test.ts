import { expect } from 'chai';
import type { OutboxClaim } from '#shared/ports/store.port';
import type { KnockOptions } from '#shared/ports/job-queue.port';
import { knockFor } from './knock-for.ts';

describe('knocking for outbox rows', () => {
  const row = (id: string, priority: number) => ({ id, kind: 'cancel' as const, venue: 'binance', priority });
  const start = 1_700_000_040_000; // the start of a minute
  let at: number;
  let knocks: { outboxId: string; options: KnockOptions }[];
  const ports = {
    clock: { now: () => at },
    jobs: { knock: async (_queue: string, payload: unknown, options: KnockOptions = {}) => void knocks.push({ ...(payload as { outboxId: string }), options }) },
    log: { debug() {} },
  } as unknown as Parameters<typeof knockFor>[0];
  /** Jobs left when a queue has folded what waits under one key, as its port promises. */
  const jobs = (): string[] => [...new Map(knocks.map(({ outboxId, options }, index) => [options.dedupeKey ?? `none ${index}`, outboxId])).values()];
  beforeEach(() => {
    at = start;
    knocks = [];
  });

  it('is one job however often the sweeper finds the row, so that the limit of the venue goes to orders', () => {
    for (const second of [0, 5, 10, 15]) {
      at = start + second * 1_000;
      knockFor(ports, { outbox: [row('1', 1), row('2', 10)], inbox: [] });
    }
    expect(jobs()).to.deep.equal(['1', '2']);
    expect(knocks.slice(0, 2).map(({ options }) => options.priority)).to.deep.equal([1, 10]);
  });

  it('rings anew in another minute, should a job have been lost with its key in place', () => {
    knockFor(ports, { outbox: [row('1', 1)], inbox: [] });
    at += 60_000;
    knockFor(ports, { outbox: [row('1', 1)], inbox: [] });
    expect(jobs()).to.deep.equal(['1', '1']);
  });

  it('leaves alone what the process sends itself, and hands over what was claimed with the commit', () => {
    const carried: [string, number][] = [];
    const dispatch = { room: () => true, take: (id: string) => id === '1', carry: (claim: OutboxClaim, askedAt: number) => void carried.push([claim.kind, askedAt]) };
    knockFor(ports, { outbox: [row('1', 1), row('2', 1), { ...row('3', 1), claim: { kind: 'nothing' } }], inbox: [] }, dispatch, 7);
    expect(jobs()).to.deep.equal(['2']);
    expect(carried).to.deep.equal([['nothing', 7]]);
  });
});
