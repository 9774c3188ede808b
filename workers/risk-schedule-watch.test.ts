import { expect } from 'chai';
import { silentLog } from '#shared/adapters/system/log';
import { emptyRisk } from '#shared/engine/risk/risk';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import type { ShellPorts } from '#shared/shell/shell';
import { riskPlan } from '#test/support/risk-book';
import { waitFor } from '#test/support/wait-for';
import { riskCycleJob } from './jobs/risk-cycle.job.ts';
import { riskAfterFills, riskRounds } from './risk-schedule-watch.ts';

const now = 1_000_000;
const clock = { now: () => now };
const knocks = () => {
  const rung: unknown[][] = [];
  return { rung, jobs: { knock: async (...knock: unknown[]) => void rung.push(knock) } as unknown as ShellPorts['jobs'] };
};

describe('the rounds of the risk engine (R-187, R-188)', () => {
  it('knock for every user whose interval is over, each by its own settings', async () => {
    const { rung, jobs } = knocks();
    const users = [
      { userId: '1', lastCycleAt: null },
      { userId: '2', lastCycleAt: now - 9_999 },
      { userId: '3', lastCycleAt: now - 10_000 },
      { userId: '4', lastCycleAt: now - 10_000 },
    ];
    const planOf = async (userId: string): Promise<RiskPlan> => riskPlan({ cycleEveryMs: userId === '4' ? 60_000 : 10_000 });
    await riskRounds({ store: { riskUsers: async () => users }, jobs, clock, planOf }).run();
    expect(rung.map(([queue, payload]) => [queue, payload])).to.deep.equal([
      ['risk-cycle', { userId: '1', occasion: 'time' }],
      ['risk-cycle', { userId: '3', occasion: 'time' }],
    ]);
  });

  it('knock once for a burst of fills, and for each user', async () => {
    const { rung, jobs } = knocks();
    const fills = riskAfterFills(jobs, silentLog);
    for (const userId of ['1', '1', '2', '1']) fills.filled(userId);
    await waitFor('two knocks', () => rung.length === 2);
    expect(rung.map(([, payload]) => payload)).to.deep.equal([
      { userId: '1', occasion: 'fill' },
      { userId: '2', occasion: 'fill' },
    ]);
    fills.filled('1');
    fills.stop();
  });

  const cases: [title: string, occasion: 'time' | 'fill', sinceMs: number | null, plan: Partial<RiskPlan>, looks: boolean][] = [
    ['never before', 'time', null, {}, true],
    ['a knock that comes twice', 'time', 5, {}, false],
    ['the interval is over', 'time', 10_000, {}, true],
    ['a little early by another clock', 'time', 9_900, {}, true],
    ['a fill', 'fill', 1_000, {}, true],
    ['a fill, and fills start nothing', 'fill', 1_000, { cycleOnFill: false }, false],
  ];
  for (const [title, occasion, sinceMs, plan, looks] of cases) {
    it(`${title}: ${looks ? 'a cycle' : 'none'}`, async () => {
      const heard: unknown[] = [];
      const store = {
        risk: async () => (sinceMs === null ? null : { risk: emptyRisk('1'), version: 0, lastCycleAt: now - sinceMs }),
        transact: async (work: unknown) => {
          heard.push(work);
          return null;
        },
      };
      const ports = { store, clock, facts: { prepare: async () => ({}) }, atCrashPoint: () => {} } as unknown as ShellPorts;
      await riskCycleJob(ports, async () => riskPlan(plan)).handle({ userId: '1', occasion });
      expect(heard).to.deep.equal(looks ? [{ aggregate: 'risk', aggregateId: '1', key: null, event: { type: 'cycle', trigger: occasion } }] : []);
    });
  }
});
