import { expect } from 'chai';
import { keptLog, originsAt } from '#test/support/binance-account';
import { instrument } from '#test/support/engine-story';
import { startPaperRig, type PaperRig } from '#test/support/paper-rig';
import { defaultSettings } from '#shared/contracts/settings';
import { precisionOf } from '#shared/contracts/settings-plans';
import { effectiveRules } from '#shared/engine/instrument/effective-rules';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { makeTradable } from '#shared/engine/instrument/make-tradable';
import type { PrecisionPlan } from '#shared/engine/instrument/precision-plan';
import type { SubmitOutcome } from '#shared/ports/exchange.port';
import { createExchange } from './create-exchange.ts';
import { createInstrumentSource } from './instrument-source.ts';
import { createMemoryLedger } from './rate-budget.ts';

const urlsOf = (rig: PaperRig) => originsAt(rig.exchange.url);

/** What rules that are not enforced lead to over the wire: the venue reads the numbers, and refuses them by a name that R-146 mends. */
for (const market of ['spot', 'usdm'] as const)
  describe(`precision over the wire: ${market}`, () => {
    let rig: PaperRig;
    let rules: Instrument;
    before(async () => {
      rig = await startPaperRig();
      await rig.sim('POST', 'instruments', { market, symbol: 'ABCUSDT', tick: '0.25', step: '0.005', notionalMin: '5' });
      await rig.sim('POST', 'price', { market, symbol: 'ABCUSDT', price: '100', jump: true });
      const source = createInstrumentSource({ mode: 'paper', urls: urlsOf(rig), clock: { now: Date.now }, log: keptLog() });
      const listed = await source.fetchInstruments('binance', market);
      rules = listed.find(({ venueSymbol }) => venueSymbol === 'ABCUSDT') ?? instrument();
    });
    after(() => rig.close());

    async function send(id: string, changes: Partial<PrecisionPlan>, wish: { price: string; quantity: string }): Promise<SubmitOutcome> {
      const client = await rig.account(market, { USDT: '1000' });
      const access = { accountId: client.apiKey, venue: 'binance', market, mode: 'paper' as const, apiKey: client.apiKey, secret: client.secret };
      const exchange = createExchange(access, { urls: urlsOf(rig), log: keptLog(), clock: { now: Date.now }, ledger: createMemoryLedger(), times: { writeMs: 2_000, readMs: 2_000, backoffMs: 20, muteMs: 200 } });
      const by = effectiveRules(rules, rules, { ...precisionOf(defaultSettings), ...changes });
      if (typeof by === 'string') throw new Error(by);
      const fitted = makeTradable({ type: 'limit', reduceOnly: false, ...wish }, by.instrument);
      if (!fitted.ok) throw new Error(fitted.detail);
      try {
        return await exchange.submit({ clientOrderId: id, symbol: rules.symbol, side: 'buy', type: 'limit', quantity: fitted.quantity, price: fitted.price, reduceOnly: false });
      } finally {
        await exchange.close();
      }
    }

    const awkward = { price: '98.765432109876543219', quantity: '1.234567890123456789' };
    it('enforced: taken', async () => expect((await send('e1', {}, awkward)).kind).to.equal('accepted'));
    for (const [id, switched, wish] of [
      ['e2', { enforceTick: false }, awkward],
      ['e3', { enforceStep: false }, awkward],
      ['e4', { enforceNotionalMin: false }, { price: '99', quantity: '0.04' }],
      ['e5', { mode: 'force' }, { price: '98.765432109876543219', quantity: '1.2345678' }],
    ] as const) {
      it(`${Object.entries(switched).join(' ')}: it reaches the venue, which refuses it for its precision`, async () => {
        const outcome = await send(id, switched, wish);
        expect(outcome, JSON.stringify(outcome)).to.include({ kind: 'refused', refused: 'precision' });
      });
    }
  });
