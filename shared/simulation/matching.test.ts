import { expect } from 'chai';
import { Story } from '#test/support/matching-story';

describe('matching', () => {
  describe('a limit order', () => {
    const rows: { name: string; side: 'BUY' | 'SELL'; limit: string; prices: string[]; trades: string[] }[] = [
      { name: 'rests while the price stays away', side: 'BUY', limit: '99', prices: ['99.01', '105'], trades: [] },
      { name: 'fills when the price touches it', side: 'BUY', limit: '99', prices: ['99'], trades: ['BUY 1@99 0.001 BTC maker'] },
      { name: 'fills at its limit when the price runs through it', side: 'BUY', limit: '99', prices: ['90'], trades: ['BUY 1@99 0.001 BTC maker'] },
      { name: 'sells at its limit when the price rises through it', side: 'SELL', limit: '101', prices: ['110'], trades: ['SELL 1@101 0.101 USDT maker'] },
      { name: 'takes the better price when it is marketable on arrival', side: 'BUY', limit: '101', prices: [], trades: ['BUY 1@100 0.001 BTC'] },
      { name: 'takes the better price when it sells into the market', side: 'SELL', limit: '99', prices: [], trades: ['SELL 1@100 0.1 USDT'] },
    ];
    for (const row of rows) {
      it(row.name, () => {
        const story = new Story('spot', { USDT: '1000', BTC: '5' }).price('100');
        story.order('x', row.side, { price: row.limit, quantity: '1' });
        story.price(...row.prices);
        expect(story.trades).to.deep.equal(row.trades);
      });
    }

    it('never pays more than its limit, slippage or not', () => {
      const story = new Story('spot', { USDT: '1000' }, { slippageBps: '50' }).price('100');
      story.order('x', 'BUY', { price: '100.2', quantity: '1' });
      story.order('y', 'BUY', { price: '101', quantity: '1' });
      expect(story.trades).to.deep.equal(['BUY 1@100.2 0.001 BTC', 'BUY 1@100.5 0.001 BTC']);
    });

    it('fills the nearer of two first, and the older of two at one price', () => {
      const story = new Story('spot', { USDT: '1000' }).price('100');
      story.order('far', 'BUY', { price: '90', quantity: '1' });
      story.order('near', 'BUY', { price: '95', quantity: '1' });
      story.order('near2', 'BUY', { price: '95', quantity: '1' });
      story.price('80');
      expect(story.fills.map((fill) => fill.clientOrderId)).to.deep.equal(['near', 'near2', 'far']);
    });

    it('rests without any price and fills at its limit once one comes', () => {
      const story = new Story('spot', { USDT: '1000' });
      story.order('x', 'BUY', { price: '99', quantity: '1' });
      expect(story.status('x')).to.equal('NEW');
      expect(story.price('99').status('x')).to.equal('FILLED');
    });
  });

  it('E-40: market orders slip one basis point and pay commission', () => {
    const story = new Story('usdm', { USDT: '10000' }, { slippageBps: '1', fees: ['0.001', '0.001'] }).price('50000');
    story.order('in', 'BUY', { quantity: '0.1' });
    story.price('51000').order('out', 'SELL', { quantity: '0.1' });
    expect(story.trades).to.deep.equal(['BUY 0.1@50005 5.0005 USDT', 'SELL 0.1@50994.9 5.09949 USDT']);
    expect(story.fills[1]?.realised).to.equal('98.99');
    expect(story.balance('USDT')).to.equal('10088.89001/0');
  });

  it('an order begotten by an algo order of the same name does not hide the older one', () => {
    const story = new Story('usdm', { USDT: '10000' }).price('100');
    story.order('x', 'BUY', { price: '99', quantity: '1' });
    story.algo('x', 'BUY', { type: 'STOP_MARKET', stopPrice: '110', quantity: '1' });
    story.price('111');
    expect(story.order('x', 'BUY', { price: '98', quantity: '1' })).to.deep.include({ refused: 'duplicate_client_id' });
  });

  describe('refusals leave everything as it was', () => {
    const rows: [string, 'spot' | 'usdm', 'BUY' | 'SELL', Parameters<Story['order']>[2]][] = [
      ['price_tick', 'spot', 'BUY', { price: '99.001', quantity: '1' }],
      ['price_precision', 'usdm', 'BUY', { price: '99.001', quantity: '1' }],
      ['quantity_step', 'spot', 'BUY', { price: '99', quantity: '1.000001' }],
      ['quantity_precision', 'usdm', 'BUY', { price: '99', quantity: '1.0001' }],
      ['quantity_min', 'spot', 'BUY', { price: '99', quantity: '0.000001' }],
      ['quantity_zero', 'usdm', 'BUY', { price: '99', quantity: '0' }],
      ['quantity_max', 'usdm', 'BUY', { price: '99', quantity: '1001' }],
      ['notional_min', 'spot', 'BUY', { price: '99', quantity: '0.05' }],
      ['notional_min', 'usdm', 'BUY', { quantity: '0.049' }],
      ['price_band_high', 'usdm', 'BUY', { price: '105.01', quantity: '1' }],
      ['price_band_low', 'usdm', 'SELL', { price: '94.99', quantity: '1' }],
      ['price_band_low', 'spot', 'BUY', { price: '19.99', quantity: '1' }],
      ['insufficient_balance', 'spot', 'BUY', { price: '99', quantity: '11' }],
      ['insufficient_balance', 'spot', 'SELL', { quantity: '6' }],
      ['insufficient_margin', 'usdm', 'BUY', { price: '100', quantity: '201' }],
      ['reduce_only', 'usdm', 'SELL', { quantity: '1', reduceOnly: true }],
      ['would_match', 'spot', 'BUY', { type: 'LIMIT_MAKER', price: '100', quantity: '1' }],
      ['would_match', 'usdm', 'BUY', { price: '101', quantity: '1', timeInForce: 'GTX' }],
      ['not_fillable', 'usdm', 'BUY', { price: '99', quantity: '1', timeInForce: 'FOK' }],
      ['would_trigger', 'spot', 'SELL', { type: 'STOP_LOSS', stopPrice: '100', quantity: '1' }],
      ['would_trigger', 'usdm', 'SELL', { type: 'TAKE_PROFIT_MARKET', kind: 'algo', stopPrice: '100', quantity: '1' }],
      ['unknown_symbol', 'spot', 'BUY', { symbol: 'NOPE', quantity: '1' }],
    ];
    for (const [reason, market, side, wish] of rows) {
      it(`${reason} on ${market}: ${side} ${JSON.stringify(wish)}`, () => {
        const story = new Story(market, { USDT: '1000', BTC: '5' }).price('100');
        const happened = story.happenings.length;
        expect(story.refused(story.order('x', side, wish))).to.equal(reason);
        expect(story.happenings.length).to.equal(happened);
        expect(story.balance('USDT')).to.equal('1000/0');
      });
    }

    it('no_price: a market order before any price is known', () => {
      for (const market of ['spot', 'usdm'] as const) expect(new Story(market, { USDT: '1000' }).order('x', 'BUY', { quantity: '1' })).to.deep.equal({ refused: 'no_price' });
    });

    it('duplicate_client_id: only while the first is open', () => {
      const story = new Story('spot', { USDT: '1000' }).price('100');
      story.order('x', 'BUY', { price: '90', quantity: '1' });
      expect(story.refused(story.order('x', 'BUY', { price: '90', quantity: '1' }))).to.equal('duplicate_client_id');
      story.cancel('x');
      expect(story.refused(story.order('x', 'BUY', { quantity: '1' }))).to.equal(null);
      expect(story.refused(story.order('x', 'BUY', { quantity: '1' }))).to.equal(null);
      expect(story.fills.length).to.equal(2);
    });

    it('too_many_conditional_orders: spot holds five a symbol', () => {
      const story = new Story('spot', { BTC: '10' }).price('100');
      for (let n = 0; n < 5; n += 1) expect(story.refused(story.order(`x${n}`, 'SELL', { type: 'STOP_LOSS', stopPrice: '90', quantity: '1' }))).to.equal(null);
      expect(story.refused(story.order('x5', 'SELL', { type: 'STOP_LOSS', stopPrice: '90', quantity: '1' }))).to.equal('too_many_conditional_orders');
    });
  });

  describe('time in force', () => {
    it('IOC fills what it can at once and expires otherwise', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.order('away', 'BUY', { price: '99', quantity: '1', timeInForce: 'IOC' });
      story.order('now', 'BUY', { price: '100', quantity: '1', timeInForce: 'IOC' });
      story.order('part', 'BUY', { price: '100', quantity: '1', timeInForce: 'IOC', fillParts: 4 });
      expect([story.status('away'), story.status('now'), story.status('part')]).to.deep.equal(['EXPIRED', 'FILLED', 'EXPIRED']);
      expect(story.trades.map((trade) => trade.split(' ')[1])).to.deep.equal(['1@100', '0.25@100']);
    });
    it('FOK on spot expires in the answer when it cannot fill, and fills whole when it can', () => {
      const story = new Story('spot', { USDT: '1000' }).price('100');
      story.order('away', 'BUY', { price: '99', quantity: '1', timeInForce: 'FOK' });
      story.order('now', 'BUY', { price: '100', quantity: '1', timeInForce: 'FOK', fillParts: 3 });
      expect([story.status('away'), story.status('now')]).to.deep.equal(['EXPIRED', 'FILLED']);
      expect(story.balance('USDT')).to.equal('900/0');
    });
  });

  describe('spot funds', () => {
    it('lock with a resting buy, return with its cancel', () => {
      const story = new Story('spot', { USDT: '1000' }).price('100');
      story.order('x', 'BUY', { price: '90', quantity: '2' });
      expect(story.balance('USDT')).to.equal('820/180');
      story.cancel('x');
      expect(story.balance('USDT')).to.equal('1000/0');
    });
    it('are paid from the lock, and what a better price saves returns', () => {
      const story = new Story('spot', { USDT: '1000' }).price('100');
      story.order('x', 'BUY', { price: '110', quantity: '2' });
      expect([story.balance('USDT'), story.balance('BTC')]).to.deep.equal(['800/0', '1.998/0']);
    });
    it('unlock portion by portion', () => {
      const story = new Story('spot', { BTC: '3' }).price('100');
      story.order('x', 'SELL', { price: '110', quantity: '3', fillParts: 3 });
      story.price('110');
      expect([story.balance('BTC'), story.balance('USDT'), story.status('x')]).to.deep.equal(['0/2', '109.89/0', 'PARTIALLY_FILLED']);
      story.price('110', '111');
      expect([story.balance('BTC'), story.balance('USDT'), story.status('x')]).to.deep.equal(['0/0', '329.67/0', 'FILLED']);
    });
    it('buy for an amount of quote currency', () => {
      const story = new Story('spot', { USDT: '1000' }).price('300');
      story.order('x', 'BUY', { quoteQuantity: '100' });
      expect(story.trades).to.deep.equal(['BUY 0.33333@300 0.00033333 BTC']);
      expect(story.balance('USDT')).to.equal('900.001/0');
    });
    it('a triggered market buy that cannot be paid expires and frees its lock', () => {
      const story = new Story('spot', { USDT: '110' }).price('100');
      story.order('x', 'BUY', { type: 'STOP_LOSS', stopPrice: '110', quantity: '1' });
      story.jump('120');
      expect([story.status('x'), story.balance('USDT')]).to.deep.equal(['EXPIRED', '110/0']);
    });
  });

  describe('conditional orders', () => {
    it('a spot stop waits, then trades at its trigger; in a jump at the new price', () => {
      const walked = new Story('spot', { BTC: '1' }).price('100');
      walked.order('x', 'SELL', { type: 'STOP_LOSS', stopPrice: '95', quantity: '1' });
      expect(walked.price('95.01').trades).to.deep.equal([]);
      expect(walked.price('90').trades).to.deep.equal(['SELL 1@95 0.095 USDT']);
      const jumped = new Story('spot', { BTC: '1' }).price('100');
      jumped.order('x', 'SELL', { type: 'STOP_LOSS', stopPrice: '95', quantity: '1' });
      expect(jumped.jump('90').trades).to.deep.equal(['SELL 1@90 0.09 USDT']);
    });
    it('a stop-limit goes to the book and may be left behind', () => {
      const story = new Story('spot', { BTC: '1' }).price('100');
      story.order('x', 'SELL', { type: 'STOP_LOSS_LIMIT', stopPrice: '95', price: '94', quantity: '1' });
      expect(story.jump('90').trades).to.deep.equal([]);
      expect(story.orders.get('x')).to.include({ status: 'NEW', working: true });
      expect(story.price('94').trades).to.deep.equal(['SELL 1@94 0.094 USDT maker']);
    });
    it('an algo stop begets a market order with the same client id and finishes with it', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.order('in', 'BUY', { quantity: '2' });
      story.algo('s', 'SELL', { stopPrice: '95', quantity: '2', reduceOnly: true });
      story.price('94');
      expect(story.position()).to.equal('0');
      expect(story.orders.get('s:algo')).to.include({ status: 'FINISHED', filled: '2' });
      expect(story.orders.get('s')).to.include({ status: 'FILLED', type: 'MARKET' });
      expect(story.orders.get('s:algo')?.linkedId).to.equal(story.orders.get('s')?.id);
    });
    it('close-position sells whatever is held; a second in the same direction is refused', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.order('in', 'BUY', { quantity: '2' });
      story.algo('s', 'SELL', { stopPrice: '95', closePosition: true });
      expect(story.refused(story.algo('s2', 'SELL', { stopPrice: '94', closePosition: true }))).to.equal('close_position_exists');
      story.order('more', 'BUY', { quantity: '1' });
      story.price('95');
      expect([story.position(), story.trades.at(-1)]).to.deep.equal(['0', 'SELL 3@95 0.1425 USDT']);
    });
    it('a reduce-only stop without a position is rejected at its trigger', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.algo('s', 'SELL', { stopPrice: '95', quantity: '1', reduceOnly: true });
      story.price('95');
      expect(story.orders.get('s:algo')).to.include({ status: 'REJECTED', reason: 'Reduce Only reject' });
      expect(story.fills).to.deep.equal([]);
    });
    it('a stop bound to the position (GTE_GTC) expires with it', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.order('in', 'SELL', { quantity: '1' });
      story.algo('s', 'BUY', { stopPrice: '105', closePosition: true, timeInForce: 'GTE_GTC' });
      story.order('out', 'BUY', { quantity: '1', reduceOnly: true });
      expect(story.status('s:algo')).to.equal('EXPIRED');
    });
    it('a trailing stop follows the price up and sells at its distance', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.order('in', 'BUY', { quantity: '1' });
      story.algo('s', 'SELL', { type: 'TRAILING_STOP_MARKET', callbackRate: '5', quantity: '1', reduceOnly: true });
      story.price('110', '104.51', '120', '114.01');
      expect(story.position()).to.equal('1');
      expect(story.price('100').trades.at(-1)).to.equal('SELL 1@114 0.057 USDT');
    });
    it('a trailing stop with an activation price sleeps until then', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.order('in', 'BUY', { quantity: '1' });
      story.algo('s', 'SELL', { type: 'TRAILING_STOP_MARKET', callbackRate: '1', activationPrice: '105', quantity: '1', reduceOnly: true });
      expect(story.price('104', '100').position()).to.equal('1');
      expect(story.price('105', '103.95').position()).to.equal('0');
    });
  });

  describe('a USD-M position', () => {
    it('averages in, realises out, and turns over', () => {
      const story = new Story('usdm', { USDT: '1000' }, { fees: ['0', '0'] }).price('100');
      story.order('a', 'BUY', { quantity: '1' });
      story.price('90').order('b', 'BUY', { quantity: '2' });
      story.price('100').order('c', 'SELL', { quantity: '1' });
      story.order('d', 'SELL', { quantity: '3' });
      expect(story.fills.map((fill) => fill.realised)).to.deep.equal(['0', '0', '6.666666666666666667', '13.333333333333333333']);
      expect(story.position()).to.equal('-1');
      story.price('98').order('e', 'BUY', { quantity: '1' });
      expect([story.position(), story.balance('USDT')]).to.deep.equal(['0', '1022/0']);
    });
    it('is never turned by a reduce-only order, whose rest expires', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.order('in', 'BUY', { quantity: '1' });
      story.order('tp', 'SELL', { price: '105', quantity: '3', reduceOnly: true });
      story.price('106');
      expect([story.position(), story.status('tp'), story.orders.get('tp')?.filled]).to.deep.equal(['0', 'EXPIRED', '1']);
    });
    it('takes its resting reduce-only orders with it when it closes', () => {
      const story = new Story('usdm', { USDT: '1000' }).price('100');
      story.order('in', 'BUY', { quantity: '1' });
      story.order('tp', 'SELL', { price: '104', quantity: '1', reduceOnly: true });
      story.order('out', 'SELL', { quantity: '1' });
      expect(story.status('tp')).to.equal('EXPIRED');
    });
    it('needs margin by leverage, orders that reduce need none', () => {
      const story = new Story('usdm', { USDT: '100' }, { leverage: 10, fees: ['0', '0'] }).price('100');
      expect(story.refused(story.order('a', 'BUY', { quantity: '10.001' }))).to.equal('insufficient_margin');
      expect(story.refused(story.order('b', 'BUY', { quantity: '10' }))).to.equal(null);
      expect(story.refused(story.order('c', 'BUY', { price: '99', quantity: '0.06' }))).to.equal('insufficient_margin');
      expect(story.refused(story.order('d', 'SELL', { price: '104', quantity: '10' }))).to.equal(null);
    });
    it('is closed by the venue when equity falls below maintenance, and the wallet never stays below zero', () => {
      const story = new Story('usdm', { USDT: '100' }, { leverage: 10, fees: ['0', '0'] }).price('100');
      story.order('in', 'BUY', { quantity: '10' });
      story.price('90.37');
      expect(story.position()).to.equal('10');
      story.price('90.36');
      expect([story.position(), story.fills.at(-1)?.clientOrderId.startsWith('autoclose-')]).to.deep.equal(['0', true]);
      expect(story.balance('USDT')).to.equal('3.6/0');
    });
  });

  it('every change of a balance is a ledger row, and the rows add up', () => {
    const story = new Story('spot', { USDT: '1000', BTC: '1' }, { slippageBps: '3' }).price('100');
    story.order('a', 'BUY', { quantity: '2' });
    story.order('b', 'SELL', { price: '103', quantity: '1.5', fillParts: 2 });
    story.price('104', '103', '99');
    for (const asset of ['USDT', 'BTC']) {
      const rows = story.ledger.filter((row) => row.asset === asset);
      let total = 0n;
      for (const row of rows) {
        total += scaled(row.delta);
        expect(scaled(row.balance), `${asset} after ${row.kind} ${row.delta}`).to.equal(total);
      }
      const [free = '', locked = ''] = story.balance(asset).split('/');
      expect(scaled(free) + scaled(locked)).to.equal(total);
    }
    expect(story.ledger.filter((row) => row.kind === 'COMMISSION').length).to.equal(story.fills.length);
  });
});

const scaled = (value: string): bigint => {
  const [whole = '0', fraction = ''] = value.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
};
