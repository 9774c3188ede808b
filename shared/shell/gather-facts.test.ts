import { expect } from 'chai';
import { defaultSettings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import { nothingOpen } from '#shared/engine/pool/slots';
import { emptyPool } from '#shared/engine/pool/pool';
import { instrument, signal } from '#test/support/engine-story';
import { gatherFacts } from './gather-facts.ts';

/** Facts for one entry whose rules take `waitMs` to come, while new positions are halted and a configuration is applied. */
async function factsAfter(waitMs: number): Promise<{ halted: boolean; groupsMax: number; reads: number }> {
  let now = 1_000_000;
  let halted = false;
  let groupsMax = 3;
  let reads = 0;
  const source = gatherFacts({
    clock: { now: () => now },
    deploymentPrefix: 'qtest',
    instrument: () => instrument(),
    seek: async () => {
      now += waitMs;
      [halted, groupsMax] = [true, 1];
    },
    priceLast: () => null,
    settings: async () => {
      reads += 1;
      return { settings: { ...poolSettingsOf(defaultSettings), groupsMax }, halted };
    },
    accounts: { prepare: async () => {}, atHand: () => ({}) },
    groupIds: async () => ['101'],
  });
  const event = { type: 'signal', signal: signal() } as const;
  const facts = (await source.prepare({ aggregate: 'pool', aggregateId: '1', key: 'k', event })).forPool(emptyPool('1'), event, nothingOpen);
  return { halted: facts.halted, groupsMax: facts.settings.groupsMax, reads };
}

describe('facts of a pool', () => {
  it('a decision that a venue has held up goes by what was halted and applied meanwhile', async () => {
    expect(await factsAfter(4_000)).to.deep.equal({ halted: true, groupsMax: 1, reads: 2 });
  });
  it('one that was not held up reads the configuration once', async () => {
    expect(await factsAfter(20)).to.deep.equal({ halted: false, groupsMax: 3, reads: 1 });
  });
});
