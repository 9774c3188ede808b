import { expect } from 'chai';
import { callOut, neverCrash, type AtCrashPoint } from './crash-points.ts';

describe('a call out of the process', () => {
  it('is in production the call and nothing else: the very same promise, begun at once', () => {
    let begun = false;
    const answer = Promise.resolve('answer');
    expect(callOut({ atCrashPoint: neverCrash }, 'submit:venue', () => ((begun = true), answer))).to.equal(answer);
    expect(begun).to.equal(true);
  });

  const rows: [what: string, at: AtCrashPoint, call: () => Promise<string>, passed: string[], result: string][] = [
    ['passes its name before and after', () => {}, async () => 'done', ['before', 'call', 'after'], 'done'],
    ['waits where it is held up', async () => {}, async () => 'done', ['before', 'call', 'after'], 'done'],
    ['is not made where the process throws before it', (_, moment) => (moment === 'before' ? Promise.reject(new Error('struck')) : undefined), async () => 'done', ['before'], 'struck'],
    ['was made where it throws after it', (_, moment) => (moment === 'after' ? Promise.reject(new Error('struck')) : undefined), async () => 'done', ['before', 'call', 'after'], 'struck'],
    ['has no after where it fails itself', () => {}, () => Promise.reject(new Error('refused')), ['before', 'call'], 'refused'],
  ];
  for (const [what, at, call, passed, result] of rows) {
    it(what, async () => {
      const seen: string[] = [];
      const atCrashPoint: AtCrashPoint = (point, moment) => (seen.push(moment), at(point, moment));
      const got = await callOut({ atCrashPoint }, 'cancel:query', () => (seen.push('call'), call())).catch((error: unknown) => (error as Error).message);
      expect([seen, got]).to.deep.equal([passed, result]);
    });
  }
});
