import { expect } from 'chai';
import { held, reportText, type ChaosReport } from './chaos-report.ts';

const wipedAt = 1_000_000;

/** A full run of which nothing can be said. */
const sound: ChaosReport = {
  backend: 'redis',
  asked: { alerts: 500, kills: 50, faults: 200, seed: 1, seconds: 330, workers: 3, short: false },
  directory: '/evidence',
  chaosMs: 330_000,
  settleMs: 2_000,
  closeMs: 3_000,
  breaches: [],
  sender: { sent: 530, acknowledged: 510, repeated: 40, givenUp: 20, refused: [] },
  struck: { '429': 210 },
  killed: { workers: 48, postgres: 1, redis: 1 },
  paused: { api: 2 },
  missed: {},
  wipedAt,
  pickUps: [{ id: '7', receivedAt: wipedAt - 1_000, tookMs: 4_000 }],
  counts: { signals: 510, groups: 90, orders: 800, fills: 600 },
  outcomes: { opened: 90 },
};
const onPostgres: Partial<ChaosReport> = { backend: 'postgres', wipedAt: null, killed: { workers: 49, postgres: 1 } };
const short: Partial<ChaosReport> = { asked: { alerts: 20, kills: 3, faults: 10, seed: 1, seconds: 20, workers: 3, short: true }, wipedAt: null, killed: { workers: 3 } };
/** A signal that came so long after Redis was emptied, and was decided so much later. */
const pickedUp = (cameMs: number, tookMs: number): Partial<ChaosReport> => ({ pickUps: [...sound.pickUps, { id: '8', receivedAt: wipedAt + cameMs, tookMs }] });

describe('the report of a run of chaos', () => {
  const rows: [what: string, changes: Partial<ChaosReport>, told: string[]][] = [
    ['everything on Redis', {}, []],
    ['everything on PostgreSQL', onPostgres, []],
    ['a promise that was broken', { breaches: [{ promise: 'wallet', id: '1', what: 'off by 1' }] }, ['VIOLATED wallet [1] off by 1']],
    ['an alert that was refused', { sender: { ...sound.sender, refused: ['chaos 3: 400'] } }, ['refused alert chaos 3: 400']],
    ['never at rest', { settleMs: null }, ['at rest not within 60 s after the last fault; all closed after 3.0 s']],
    ['never all closed', { closeMs: null }, ['at rest 2.0 s after the last fault; all closed after not within 60 s']],
    ['too few alerts', { sender: { ...sound.sender, acknowledged: 499 } }, ['TOO MILD acknowledged alerts: 499 of 500']],
    ['too few faults', { struck: { '429': 199 } }, ['TOO MILD faults: 199 of 200']],
    ['too few kills', { killed: { ...sound.killed, workers: 47 } }, ['TOO MILD kills: 49 of 50']],
    ['PostgreSQL was never killed, on Redis', { killed: { workers: 49, redis: 1 } }, ['TOO MILD kills of postgres: 0 of 1']],
    ['PostgreSQL was never killed', { ...onPostgres, killed: { workers: 45, 'postgres-children': 5 } }, ['TOO MILD kills of postgres: 0 of 1']],
    ['Redis was never killed', { killed: { workers: 49, postgres: 1 } }, ['TOO MILD kills of redis: 0 of 1']],
    ['Redis was never emptied', { wipedAt: null }, ['TOO MILD times that Redis was emptied: 0 of 1', 'TOO MILD signals around that moment: 0 of 1']],
    ['Redis was emptied while nothing waited or came', { pickUps: [] }, ['TOO MILD signals around that moment: 0 of 1']],
    ['a signal that waited, decided in time', pickedUp(-40_000, 55_000), []],
    ['a signal that waited, decided too late', pickedUp(-40_000, 55_100), ['LATE signal 8, around the emptying of Redis: decided after 15.1 s, expected 15.0 s at the most']],
    ['a signal that came soon after, decided in time', pickedUp(9_000, 15_000), []],
    ['a signal that came soon after, decided too late', pickedUp(9_000, 55_000), ['LATE signal 8, around the emptying of Redis: decided after 55.0 s, expected 15.0 s at the most']],
    ['a signal that was never decided', pickedUp(0, Infinity), ['LATE signal 8, around the emptying of Redis: never decided, expected 15.0 s at the most']],
    ['signals that waited before and after', { pickUps: [...sound.pickUps, { id: '8', receivedAt: wipedAt - 60_000, tookMs: 60_000 }, { id: '9', receivedAt: wipedAt + 10_000, tookMs: 55_000 }] }, []],
    ['a short run that has killed no store', short, []],
    ['a short run with too few kills', { ...short, killed: { workers: 2 } }, ['TOO MILD kills: 2 of 3']],
  ];
  for (const [what, changes, told] of rows) {
    it(`${what}: ${told.length === 0 ? 'every promise held' : told.join('; ')}`, () => {
      const report = { ...sound, ...changes };
      const lines = reportText(report).split('\n');
      expect(lines.filter((line) => /^(VIOLATED|refused|LATE|TOO MILD)/.test(line) || line.includes('not within'))).to.deep.equal(told);
      expect([held(report), lines.at(-1) === 'every promise held']).to.deep.equal([told.length === 0, told.length === 0]);
    });
  }

  it('tells how to see the same plan again, and whom blows did not find', () => {
    const text = reportText({ ...sound, ...short, killed: {}, missed: { postgres: 2, workers: 1 } });
    expect(text).to.include('blows that found nobody: 3\n  postgres 2, workers 1\n');
    expect(text).to.match(/FAILED: 0 violations; evidence: \/evidence; .* --backend redis --alerts 20 --kills 3 --faults 10 --seed 1 --seconds 20 --workers 3 --short$/);
  });
});
