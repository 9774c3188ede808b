import { expect } from 'chai';
import { silentLog } from '#shared/adapters/system/log';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { dailyPrune, pruneWhenShortened } from './prune.ts';

describe('when old rows are removed', () => {
  const knocks: string[] = [];
  const jobs = { knock: async (queue: string, payload: unknown) => void knocks.push(`${queue} ${JSON.stringify(payload)}`) };
  beforeEach(() => void (knocks.length = 0));

  it('once a day, whoever asks first', async () => {
    let free = true;
    const lease = async (): Promise<boolean> => {
      const taken = free;
      free = false;
      return taken;
    };
    for (let minute = 0; minute < 3; minute += 1) await dailyPrune({ lease }, jobs).run();
    expect(knocks).to.deep.equal(['maintenance {"task":"prune"}']);
  });

  it('at once where logging.keep_days was lowered, not where it was raised or stayed', () => {
    let apply = (_: Settings): void => {};
    const follow = (listener: (settings: Settings) => void): (() => void) => {
      apply = listener;
      return () => {};
    };
    pruneWhenShortened({ follow, settings: () => defaultSettings }, jobs, silentLog);
    const counts = [30, 40, 10, 10, 5].map((days) => {
      apply({ ...defaultSettings, logging: { ...defaultSettings.logging, keep_days: days } });
      return knocks.length;
    });
    expect(counts).to.deep.equal([0, 0, 1, 1, 2]);
  });
});
