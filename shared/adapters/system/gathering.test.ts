import { expect } from 'chai';
import sinon from 'sinon';
import { createGathering, wireOf } from './gathering.ts';

describe('messages of a bus that leave together', () => {
  let clock: sinon.SinonFakeTimers;
  let sent: string[][];
  let ends: ((failure?: Error) => void)[];
  beforeEach(() => {
    clock = sinon.useFakeTimers();
    [sent, ends] = [[], []];
  });
  afterEach(() => clock.restore());

  const gathering = (): ReturnType<typeof createGathering> =>
    createGathering({ live: 50, price: 0, wake: 5, config: 5 }, (bundles) => {
      sent.push(bundles.map((bundle) => `${bundle.topic} ${wireOf(bundle)}`));
      return new Promise((resolve, reject) => ends.push((failure) => (failure === undefined ? resolve() : reject(failure))));
    });
  const end = async (index: number, failure?: Error): Promise<void> => {
    ends[index]?.(failure);
    await clock.tickAsync(0);
  };

  it('wait as long as their topic allows', async () => {
    const { publish } = gathering();
    void publish('live', '1');
    await clock.tickAsync(49);
    void publish('live', '2');
    expect(sent).to.deep.equal([]);
    await clock.tickAsync(1);
    expect(sent).to.deep.equal([['live [1,2]']]);
  });

  it('go with whoever may wait least, in the order in which they came', async () => {
    const { publish } = gathering();
    void publish('live', '1');
    void publish('live', '2');
    void publish('wake', '3');
    void publish('live', '4');
    await clock.tickAsync(5);
    expect(sent).to.deep.equal([['live [1,2]', 'wake 3', 'live 4']]);
  });

  it('go at once where their topic waits for nothing', async () => {
    const { publish } = gathering();
    void publish('price', '1');
    expect(sent).to.deep.equal([['price 1']]);
  });

  it('never overtake: what comes while others are under way goes after them', async () => {
    const { publish } = gathering();
    void publish('price', '1');
    void publish('price', '2');
    void publish('live', '3');
    await clock.tickAsync(1_000);
    expect(sent).to.have.length(1);
    await end(0);
    expect(sent[1]).to.deep.equal(['price 2', 'live 3']);
  });

  it('fail with their bundle, and no others do', async () => {
    const { publish } = gathering();
    const first = publish('price', '1').catch((error: Error) => error.message);
    const second = publish('price', '2');
    await end(0, new Error('the bus is away'));
    await end(1);
    expect([await first, await second]).to.deep.equal(['the bus is away', undefined]);
  });

  it('go on where sending threw at once', async () => {
    const sends = sinon.stub<[], Promise<void>>().resolves();
    sends.onFirstCall().throws(new Error('broken'));
    const { publish } = createGathering({ live: 0, price: 0, wake: 0, config: 0 }, sends);
    expect(await publish('price', '1').catch((error: Error) => error.message)).to.equal('broken');
    await publish('price', '2');
    expect(sends.callCount).to.equal(2);
  });

  it('are all sent before it is settled', async () => {
    const { publish, settled } = gathering();
    void publish('live', '1');
    let done = false;
    void settled().then(() => (done = true));
    await clock.tickAsync(0);
    expect([sent, done]).to.deep.equal([[['live 1']], false]);
    await end(0);
    expect(done).to.equal(true);
  });
});
