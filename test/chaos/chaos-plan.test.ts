import { expect } from 'chai';
import { readChaosOptions, type ChaosOptions } from './chaos-options.ts';
import { planChaos } from './chaos-plan.ts';
import type { Step } from './chaos-steps.ts';

const asked = (changes: Partial<ChaosOptions> = {}): ChaosOptions => ({ backends: ['redis'], alerts: 500, kills: 50, faults: 200, seed: 1, seconds: 330, workers: 3, short: false, ...changes });
const those = <Kind extends Step['do']>(steps: readonly Step[], kind: Kind): Extract<Step, { do: Kind }>[] => steps.filter((step): step is Extract<Step, { do: Kind }> => step.do === kind);

describe('the plan of a run of chaos', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planChaos(asked(), 'redis')).to.deep.equal(planChaos(asked(), 'redis'));
    expect(planChaos(asked({ seed: 2 }), 'redis')).not.to.deep.equal(planChaos(asked(), 'redis'));
  });

  for (let seed = 1; seed <= 20; seed += 1) {
    it(`has what was asked for within its time: seed ${seed}`, () => {
      for (const backend of ['postgres', 'redis'] as const) {
        const steps = planChaos(asked({ seed }), backend);
        const victims = those(steps, 'kill').map(({ victim }) => victim);
        expect(those(steps, 'alert').length).to.be.greaterThan(500);
        expect(those(steps, 'fault').reduce((sum, { body }) => sum + body.times, 0)).to.be.greaterThan(200);
        expect(victims).to.have.length(50);
        expect(victims).to.include('postgres');
        expect(victims.includes('redis')).to.equal(backend === 'redis');
        expect(those(steps, 'wipe')).to.have.length(backend === 'redis' ? 1 : 0);
        expect(steps.every(({ atMs }) => atMs >= 0 && atMs <= 330_000), 'within the time').to.equal(true);
        expect(those(steps, 'walk').every(({ prices }) => prices.every((price) => Number(price) > 80 && Number(price) < 120 && /^\d+\.\d\d$/.test(price))), 'prices stay near').to.equal(true);
      }
    });
  }

  const rows: [string[], Partial<ChaosOptions> | RegExp][] = [
    [[], { backends: ['postgres', 'redis'], alerts: 500, kills: 50, faults: 200, short: false }],
    [['--backend', 'redis', '--seed=7'], { backends: ['redis'], seed: 7 }],
    [['--kills', '0', '--alerts', '20'], { kills: 0, alerts: 20 }],
    [['--kills', '5', '--short', '--seed', '7'], { alerts: 20, kills: 5, faults: 10, seconds: 20, seed: 7, short: true }],
    [['--backend', 'mysql'], /^--backend: found "mysql", expected postgres or redis$/],
    [['--alerts', 'many'], /^--alerts: found "many"/],
    [['--speed', '3'], /^--speed: expected one of/],
    [['--seconds', '1'], /^--seconds/],
  ];
  for (const [words, expected] of rows) {
    it(`reads ${words.join(' ') || 'nothing'}`, () => {
      const read = readChaosOptions(words);
      if (expected instanceof RegExp) expect(read).to.match(expected);
      else expect(read).to.deep.include(expected);
    });
  }
});
