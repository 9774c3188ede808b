import { expect } from 'chai';
import { defaultSettings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import { nothingOpen } from '#shared/engine/pool/slots';
import { emptyPool } from '#shared/engine/pool/pool';
import { instrument, signal } from '#test/support/engine-story';
import type { PoolFacts } from '#shared/engine/pool/pool-settings';
import { gatherFacts, type FactPorts } from './gather-facts.ts';
import { NotReady } from './not-ready.ts';

/** Facts for one entry, while whose rules are fetched new positions are halted and a configuration is applied, or not. */
async function factsAfter(changes: boolean): Promise<{ halted: boolean; groupsMax: number; reads: number }> {
  const now = 1_000_000;
  let stamp = 7;
  let halted = false;
  let groupsMax = 3;
  let reads = 0;
  let known: Awaited<ReturnType<FactPorts['settings']>> | null = null;
  const source = gatherFacts({
    clock: { now: () => now },
    deploymentPrefix: 'qtest',
    instrument: () => instrument(),
    seek: async () => {
      if (changes) [halted, groupsMax, stamp] = [true, 1, 8];
    },
    priceLast: () => null,
    settings: async (_, fresh) => {
      if (fresh || known === null) {
        reads += 1;
        known = { settings: { ...poolSettingsOf(defaultSettings), groupsMax }, halted, stamp: String(stamp) };
      }
      return known;
    },
    accounts: { prepare: async () => {}, atHand: () => ({}) },
    groupIds: async () => ['101'],
  });
  const event = { type: 'signal', signal: signal() } as const;
  const underLock = async (): Promise<PoolFacts> => (await source.prepare({ aggregate: 'pool', aggregateId: '1', key: 'k', event })).forPool(emptyPool('1'), event, nothingOpen, String(stamp));
  const facts = await underLock().catch(async (error: unknown) => {
    if (!(error instanceof NotReady)) throw error;
    await error.remedy?.();
    return underLock();
  });
  return { halted: facts.halted, groupsMax: facts.settings.groupsMax, reads };
}

describe('facts of a pool', () => {
  it('a decision goes by what was halted and applied before its lock was taken', async () => {
    expect(await factsAfter(true)).to.deep.equal({ halted: true, groupsMax: 1, reads: 2 });
  });
  it('where nothing has changed the configuration is read once', async () => {
    expect(await factsAfter(false)).to.deep.equal({ halted: false, groupsMax: 3, reads: 1 });
  });
});
