import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crashPoints, crashPointsOf } from '#shared/shell/crash-points';
import { struckElsewhere } from './armed-strikes.ts';
import type { CrewReport } from './seed-crew.ts';
import { failureText, summaryText } from './simulation-summary.ts';
import type { UserStreams } from './life-streams.ts';

const life = (seed: number, userStreams: UserStreams): CrewReport => ({ seed, failure: null, steps: 1, virtualMs: 1, signals: 1, groups: 1, decisions: 1, orders: 1, fills: 1, settleMs: 1, userStreams, crashes: null, faults: null });
const source = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

describe('the summary of a simulation', () => {
  it('names every crash point there is: before and after its call, or once with the tests that strike it', () => {
    const lines = summaryText([], 0).split('\n');
    const told = lines.filter((line) => !/^(never struck| {2}(died|threw|hung) )/.test(line));
    const words = told.flatMap((line) => line.split(/[\s,]+/));
    const simulated = new Set(crashPointsOf('simulation'));
    expect(crashPoints.map((point) => [point, words.filter((word) => word === point).length])).to.deep.equal(crashPoints.map((point) => [point, simulated.has(point) ? 2 : 1]));
    expect(lines.filter((line) => line.length > 180), 'too long to read').to.deep.equal([]);
  });

  for (const [by, [written, ...run]] of Object.entries(struckElsewhere)) {
    it(`the file that it names for "${by}" strikes all of them`, () => {
      expect(source(written!)).to.include(`crashPointsOf('${by}')`);
      for (const path of run) expect(source(path), path).to.include(basename(written!, '.ts'));
    });
  }

  it('tells how many lives had no user-data streams, and a failure how to live without them again', () => {
    const lives = [life(1, 'on'), life(2, 'silent'), life(3, 'silent'), life(4, 'refused')];
    expect(summaryText(lives, 0)).to.include('without user-data streams: 3 seeds (open and silent 2, never opened 1)\n');
    const replays = lives.map((each) => failureText({ ...each, failure: { invariant: 1, message: 'broken', lines: [] } }).split('\n').find((line) => line.startsWith('replay')));
    expect(replays).to.deep.equal(['--seed 1', '--seed 2 --streams off', '--seed 3 --streams off', '--seed 4 --streams off'].map((words) => `replay: npm run simulate -- ${words}`));
  });
});
