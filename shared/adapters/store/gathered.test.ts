import { expect } from 'chai';
import { gathered } from './gathered.ts';

/** A question whose answers the test gives when it likes. */
function asker(of: 'a read' | 'a claim' = 'a read') {
  const asked: { keys: string[]; answer: (of?: (key: string) => string) => void; fail: (error: Error) => void }[] = [];
  const ask = gathered(
    (keys: string[]) =>
      new Promise<ReadonlyMap<string, string>>((resolve, reject) => {
        asked.push({ keys, answer: (of = (key) => key.toUpperCase()) => resolve(new Map(keys.map((key) => [key, of(key)]))), fail: reject });
      }),
    of,
  );
  return { ask, asked };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('questions gathered into one', () => {
  it('asked at the same moment go out together, each key once', async () => {
    const { ask, asked } = asker();
    const answers = Promise.all([ask('a'), ask('b'), ask('a')]);
    await turn();
    expect(asked.map(({ keys }) => keys)).to.deep.equal([['a', 'b']]);
    asked[0]?.answer();
    expect(await answers).to.deep.equal(['A', 'B', 'A']);
  });

  it('what is claimed is given to one of those who ask for it, never to two', async () => {
    const { ask, asked } = asker('a claim');
    const answers = Promise.all([ask('a'), ask('a'), ask('b')]);
    await turn();
    asked[0]?.answer();
    expect(await answers).to.deep.equal(['A', undefined, 'B']);
  });

  it('beyond three under way they wait, share the next, and get an answer that was begun after they asked', async () => {
    const { ask, asked } = asker();
    const early: Promise<string | undefined>[] = [];
    for (const key of ['a', 'b', 'c']) {
      early.push(ask(key));
      await turn();
    }
    const late = Promise.all([ask('a'), ask('d')]);
    await turn();
    expect(asked.length).to.equal(3);
    asked[0]?.answer();
    await turn();
    expect(asked[3]?.keys).to.deep.equal(['a', 'd']);
    asked[3]?.answer((key) => `${key} later`);
    for (const each of asked.slice(1, 3)) each.answer();
    expect([await Promise.all(early), await late]).to.deep.equal([
      ['A', 'B', 'C'],
      ['a later', 'd later'],
    ]);
  });

  it('a key without an answer is undefined; a failure fails those who asked, and the next are asked anew', async () => {
    const { ask, asked } = asker();
    const failed = ask('a').catch((error: Error) => error.message);
    await turn();
    asked[0]?.fail(new Error('the database is away'));
    expect(await failed).to.equal('the database is away');
    const next = ask('a');
    await turn();
    asked[1]?.answer();
    expect(await next).to.equal('A');
  });
});
