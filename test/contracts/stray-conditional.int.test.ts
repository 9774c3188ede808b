import { expect } from 'chai';
import { createExchange } from '#shared/adapters/exchange/create-exchange';
import { createMemoryLedger } from '#shared/adapters/exchange/rate-budget';
import type { Price, Qty } from '#shared/engine/num/units';
import type { ExchangePort, OrderRequest } from '#shared/ports/exchange.port';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { keptLog, originsAt } from '../support/binance-account.ts';
import { idOf, other } from '../support/found-scene.ts';
import { startPaperRig, type PaperClient, type PaperRig } from '../support/paper-rig.ts';
import { ShellStory } from '../support/shell-story.ts';
import { postgresRig, type StoreRig } from '../support/store-rig.ts';

const symbol = 'ABC/USDT:USDT';

/**
 * Conditional orders live in a service of their own on USD-M: no list of open orders shows them. A comparison over our adapter, ccxt, HTTP
 * and a server that keeps books must look there as well.
 */
describe('a conditional order of our scheme that nobody wants', function () {
  this.timeout(60_000);
  let venue: PaperRig;
  let rig: StoreRig;
  let story: ShellStory;
  let client: PaperClient;
  let exchange: ExchangePort;
  let ours: string;

  before(async () => {
    [venue, rig] = await Promise.all([startPaperRig(), postgresRig()]);
    await venue.sim('POST', 'instruments', { market: 'usdm', symbol: 'ABCUSDT', tick: '0.01', step: '0.001', notionalMin: '5' });
    await venue.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '100', jump: true });
  });
  after(() => Promise.all([venue.close(), rig.close()]));
  beforeEach(async () => {
    client = await venue.account('usdm', { USDT: '1000' });
    const access = { accountId: client.apiKey, venue: 'binance', market: 'usdm', mode: 'paper', apiKey: client.apiKey, secret: client.secret } as const;
    exchange = createExchange(access, { urls: originsAt(venue.exchange.url), log: keptLog(), clock: { now: Date.now }, ledger: createMemoryLedger() });
    story = await ShellStory.on(rig);
    story.ports.exchangeFor = async () => exchange;
    // Nothing at the venue is young any more.
    story.ahead = 40_000;
    ours = idOf(await rig.store.deploymentPrefix());
  });
  afterEach(() => exchange.close());

  const stop = (clientOrderId: string): OrderRequest => ({ clientOrderId, symbol, side: 'sell', type: 'market', quantity: '1' as Qty, price: null, triggerPrice: '90' as Price, reduceOnly: false });
  const place = async (...ids: string[]): Promise<void> => {
    for (const id of ids) expect((await exchange.submit(stop(id))).kind, id).to.equal('accepted');
  };
  /** What the venue's own list of conditional orders shows. */
  const resting = async (): Promise<string[]> => ((await client.signed('GET', '/fapi/v1/openAlgoOrders')).json as { clientAlgoId: string }[]).map(({ clientAlgoId }) => clientAlgoId).sort();
  const compare = async (): Promise<unknown[]> => {
    await rig.store.askReconcile(story.accountId, 'asked');
    const end = await reconcileAccount(story.ports, story.accountId, 'test');
    return [end?.status, end?.mended];
  };
  const told = async (): Promise<string[]> => (await rig.differences(story.accountId)).map(({ kind, state, action }) => `${kind} ${state} ${action ?? '-'}`);

  it('is found by a comparison and cancelled; a person’s stays; compared again, nothing is left to do', async () => {
    await place(ours, 'web_mine');
    expect(await resting()).to.deep.equal([ours, 'web_mine'].sort());
    expect(await compare()).to.deep.equal(['differences', 1]);
    expect([await resting(), await told()]).to.deep.equal([['web_mine'], ['orphan_order done cancelled']]);
    expect(await exchange.query({ clientOrderId: ours, venueOrderId: null, symbol, conditional: true })).to.have.nested.property('report.status', 'cancelled');
    expect([await compare(), await told()]).to.deep.equal([['clean', 0], ['orphan_order done cancelled']]);
  });

  it('of another deployment: it is seen, never touched, and the account goes into safe mode', async () => {
    const theirs = idOf(other);
    await place(theirs);
    await compare();
    expect([await resting(), await told()]).to.deep.equal([[theirs], ['other_deployment asks -']]);
    expect((await rig.store.halts()).filter(({ scopeId }) => scopeId === story.accountId).map(({ code }) => code)).to.deep.equal(['second_deployment']);
  });

  it('that has just been placed is left alone: it may be on its way into our rows', async () => {
    story.ahead = 0;
    await place(ours);
    await compare();
    expect([await resting(), await told()]).to.deep.equal([[ours], []]);
  });
});
