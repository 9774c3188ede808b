import { expect } from 'chai';
import { fullAlert } from '#test/support/alert-payload';
import { readExactJson } from './exact-json.ts';
import { understandAlert, type AlertTarget } from './webhook.ts';

const target: AlertTarget = { venue: 'binance', market: 'usdm', executionMode: 'auto', findSymbol: () => undefined };
const understand = (payload: unknown, change: Partial<AlertTarget> = {}) => understandAlert(readExactJson(JSON.stringify(payload)).value, { ...target, ...change });
const signalOf = (changes: Record<string, unknown> = {}, change: Partial<AlertTarget> = {}) => {
  const { alert, faults } = understand(fullAlert('s', changes), change);
  if (alert === null) throw new Error(`refused: ${JSON.stringify(faults)}`);
  return alert.signal;
};
const faultsOf = (changes: Record<string, unknown>, change: Partial<AlertTarget> = {}) => understand(fullAlert('s', changes), change).faults ?? [];

describe('full payload', () => {
  it('is understood field by field (R-010 to R-033)', () => {
    const { alert } = understand(fullAlert('s'));
    expect(alert?.signal).to.deep.equal({
      venue: 'binance',
      market: 'usdm',
      symbol: 'BTC/USDT:USDT',
      timeframe: '15m',
      kind: 'entry',
      side: 'long',
      reduceFraction: null,
      priceSignal: '98940.5',
      size: { type: 'base', amount: '0.05' },
      stopLoss: '95000',
      takeProfit: null,
      slippageMaxPercent: '0.2',
      precisionMode: 'auto',
      executionMode: 'grid',
      alertAt: Date.parse('2026-11-20T12:00:00Z'),
      tradeId: '12345',
      alertName: 'BTC Long Entry',
      alertMessage: 'DCA Entry 1',
    });
    expect(alert?.payload).to.have.property('source', 'tradingview');
    expect(alert?.payload).to.not.have.property('secret');
  });

  it('keeps unknown fields', () => expect(understand({ ...fullAlert('s'), mine: { a: [1, 'x'] } }).alert?.payload).to.deep.include({ mine: { a: ['1', 'x'] } }));

  for (const [what, changes, found] of [
    ['numbers as numbers', { 'tv.entry_price': 98940.5, 'tv.timeframe': 60 }, { priceSignal: '98940.5', timeframe: '1h' }],
    ['scientific numbers', { 'tv.entry_price': '1.5e3' }, { priceSignal: '1500' }],
    ['entry price 0: the close (A-02)', { 'tv.entry_price': 0 }, { priceSignal: '98950' }],
    ['entry price "null": the close', { 'tv.entry_price': 'null' }, { priceSignal: '98950' }],
    ['no price at all', { 'tv.entry_price': '', 'tv.close_price': null }, { priceSignal: null }],
    ['only what is required (A-40)', { risk: undefined, strategy_info: undefined, execution_intent: undefined, timestamp: undefined, source: undefined }, { kind: 'entry', size: { type: 'contracts', amount: '0.05' }, tradeId: null, alertAt: null }],
    ['no size', { 'tv.order_size': null }, { size: null }],
    ['a time without a zone', { timestamp: '2026-11-20 12:00:00' }, { alertAt: Date.parse('2026-11-20T12:00:00Z') }],
    ['a time in epoch seconds', { timestamp: 1795176000 }, { alertAt: 1795176000000 }],
    ['forced rules (A-39)', { 'execution_intent.precision_mode': 'FORCE' }, { precisionMode: 'force' }],
    ['a numeric trade id', { 'strategy_info.trade_id': 7 }, { tradeId: '7' }],
  ] as const)
    it(`reads ${what}`, () => expect(signalOf(changes)).to.deep.include(found));

  for (const [word, side] of [
    ['Buy', 'long'],
    ['LONG', 'long'],
    ['sell', 'short'],
    ['Short', 'short'],
  ] as const)
    it(`action ${word} is ${side} (R-016)`, () => expect(signalOf({ 'tv.action': word, 'execution_intent.side': undefined, 'tv.market_position': null })).to.include({ kind: 'entry', side }));

  for (const [path, value, message] of [
    ['tv.action', 'hold', 'expected buy, long, sell, short'],
    ['tv.action', undefined, 'is required'],
    ['tv.symbol', '', 'is required'],
    ['tv.symbol', 'ВТСUSDT', 'not a symbol'],
    ['tv.exchange', 'FOO', 'not the venue'],
    ['tv.timeframe', '{{interval}}', 'placeholder {{interval}} was not replaced'],
    ['tv.timeframe', '15M', 'not a timeframe'],
    ['tv.entry_price', '{{strategy.order.price}}', 'placeholder'],
    ['tv.entry_price', '1,000.5', 'decimal'],
    ['tv.entry_price', 'NaN', 'decimal'],
    ['tv.entry_price', 'Infinity', 'decimal'],
    ['tv.entry_price', '0x10', 'decimal'],
    ['tv.entry_price', '1e400', 'out of range'],
    ['tv.entry_price', '1e-300', 'out of range'],
    ['tv.entry_price', '-5', 'negative'],
    ['tv.entry_price', '٩٨', 'decimal'],
    ['tv.entry_price', true, 'expected a text or a number'],
    ['tv.entry_price', { a: 1 }, 'expected a text or a number'],
    ['tv.order_size', '0', 'above zero'],
    ['tv.order_size', '-1', 'negative'],
    ['execution_intent.type', 'flip', 'expected signal, exit, reduce, reverse'],
    ['execution_intent.side', 'sell', 'contradicts'],
    ['execution_intent.position_size_type', 'lots', 'expected contracts, base, quote'],
    ['execution_intent.precision_mode', 'maybe', 'expected auto, force'],
    ['risk.max_slippage_percent', '101', 'percent'],
    ['risk.stop_loss', 'none', 'decimal'],
    ['timestamp', 'yesterday', 'expected a time'],
    ['timestamp', '2026-13-40T00:00:00Z', 'expected a time'],
    ['strategy_info.trade_id', 'x'.repeat(300), 'longer than'],
    ['strategy_info.alert_message', 'a\u0000b', 'NUL'],
    ['strategy_info.alert_message', 'a\ud800b', 'surrogate'],
    ['tv', 'text', 'object'],
    ['tv', [], 'object'],
  ] as const)
    it(`names ${path} = ${JSON.stringify(value)?.slice(0, 40)}`, () => {
      const fault = faultsOf({ [path]: value }).find((each) => each.path === path || (path === 'tv' && each.path.startsWith('tv')));
      expect(fault?.message).to.include(message);
    });

  it('names every fault at once', () => expect(faultsOf({ 'tv.action': 'hold', 'tv.symbol': '', 'tv.timeframe': 'x' }).map(({ path }) => path)).to.have.members(['tv.action', 'tv.symbol', 'tv.timeframe']));
  it('refuses keys that reach a prototype', () => {
    const { faults } = understandAlert(readExactJson(JSON.stringify(fullAlert('s')).replace('"source"', '"__proto__"')).value, target);
    expect(faults?.[0]?.message).to.include('not allowed');
  });
  for (const body of ['[]', '"x"', '3', 'null', 'true']) it(`refuses ${body}`, () => expect(understandAlert(readExactJson(body).value, target).faults?.[0]?.path).to.equal('$'));
});

describe('symbols of a market', () => {
  const listed = (compact: string) => (compact === 'BTCUSDT' ? 'BTC/USDT' : null);
  const spot = { market: 'spot' as const, findSymbol: listed };
  for (const text of ['BTCUSDT', 'btcusdt', 'BTCUSDT.P', 'BTC/USDT', 'BTC/USDT:USDT', 'BINANCE:BTCUSDT']) it(`${text} on a spot account is BTC/USDT`, () => expect(signalOf({ 'tv.symbol': text }, spot).symbol).to.equal('BTC/USDT'));
  it('is refused when the venue does not list it', () => expect(faultsOf({ 'tv.symbol': 'NOPEUSDT' }, spot)[0]).to.include({ code: 'unknown_symbol', path: 'tv.symbol' }));
  it('is refused when the text divides it otherwise than the venue', () => expect(faultsOf({ 'tv.symbol': 'BTCU/SDT' }, spot)[0]).to.include({ code: 'unknown_symbol' }));
  it('waits for the list where it is not loaded', () => expect(signalOf({ 'tv.symbol': 'NOPEUSDT' }).symbol).to.equal('NOPE/USDT:USDT'));
});

describe('routing (A-37)', () => {
  const route = (type: string | undefined, action: string, now: string | null, before: string | null, sizes: [string, string] = ['2.5', '0']) => ({
    'execution_intent.type': type,
    'execution_intent.side': undefined,
    'tv.action': action,
    'tv.market_position': now,
    'tv.prev_market_position': before,
    'tv.market_position_size': sizes[0],
    'tv.prev_market_position_size': sizes[1],
  });
  for (const [what, changes, found] of [
    ['signal from flat is an entry', route('signal', 'buy', 'long', 'flat'), { kind: 'entry', side: 'long' }],
    ['no type is a signal', route(undefined, 'sell', 'short', 'flat'), { kind: 'entry', side: 'short' }],
    ['more of the same side is an entry', route('signal', 'buy', 'long', 'long', ['5', '2.5']), { kind: 'entry', side: 'long' }],
    ['exit closes the side held before', route('exit', 'sell', 'flat', 'long', ['0', '2.5']), { kind: 'exit', side: 'long' }],
    ['exit without a side before closes the opposite of the action', route('exit', 'buy', null, null), { kind: 'exit', side: 'short' }],
    ['flat after long is an exit though the type says signal (R-017)', route('signal', 'sell', 'flat', 'long', ['0', '2.5']), { kind: 'exit', side: 'long' }],
    ['flat wins over reduce', route('reduce', 'sell', 'flat', 'long', ['0', '2.5']), { kind: 'exit', side: 'long' }],
    ['reduce takes the share (E-50)', route('reduce', 'sell', 'long', 'long', ['1.5', '2.5']), { kind: 'reduce', side: 'long', reduceFraction: '0.4' }],
    ['an opposite action that leaves the same side smaller is a reduction', route('signal', 'buy', 'short', 'short', ['1', '4']), { kind: 'reduce', side: 'short', reduceFraction: '0.75' }],
    ['reverse opens the side of the action', route('reverse', 'sell', 'short', 'long', ['1', '1']), { kind: 'reverse', side: 'short' }],
    ['a flip is a reverse though the type says signal', route('signal', 'buy', 'long', 'short', ['1', '1']), { kind: 'reverse', side: 'long' }],
  ] as const)
    it(what, () => expect(signalOf(changes)).to.include(found));

  for (const [what, changes, path] of [
    ['no size before', route('reduce', 'sell', 'long', 'long', ['1', '0']), 'tv.prev_market_position_size'],
    ['nothing less', route('reduce', 'sell', 'long', 'long', ['3', '2.5']), 'tv.market_position_size'],
  ] as const)
    it(`a reduction needs sizes: ${what}`, () => expect(faultsOf(changes)[0]?.path).to.equal(path));
  it('a stated side must mirror the action (R-028)', () => expect(faultsOf({ 'execution_intent.side': 'short' })[0]).to.include({ path: 'execution_intent.side', code: 'side_contradicts_action' }));
});

describe('simple payload (R-034, R-035)', () => {
  const simple = (changes: object = {}) => ({ secret: 's', action: 'BUY', symbol: 'BTCUSDT', sl: '64800', timeframe: '1H', ...changes });
  const read = (changes: object = {}, change: Partial<AlertTarget> = {}) => understand(simple(changes), change);
  it('opens in R-multiple mode without a size', () => {
    const { alert } = read();
    expect(alert?.signal).to.include({ kind: 'entry', side: 'long', symbol: 'BTC/USDT:USDT', timeframe: '1h', stopLoss: '64800', priceSignal: null, size: null, executionMode: 'r_multiple' });
    expect(alert?.windowed).to.equal(true);
  });
  it('carries a price', () => expect(read({ price: 65000.5 }).alert?.signal.priceSignal).to.equal('65000.5'));
  it('follows the mode of its endpoint', () => expect(read({ sl: null }, { executionMode: 'grid' }).alert?.signal.executionMode).to.equal('grid'));
  for (const [what, changes, path] of [
    ['the stop-loss', { sl: 'null' }, 'sl'],
    ['the stop-loss on the right side', { price: 64000 }, 'sl'],
    ['the action', { action: undefined }, 'action'],
    ['a known action', { action: 'HOLD' }, 'action'],
    ['the timeframe', { timeframe: '' }, 'timeframe'],
    ['a replaced symbol', { symbol: '{{ticker}}' }, 'symbol'],
    ['its venue where it names one', { exchange: 'BYBIT' }, 'exchange'],
  ] as const)
    it(`needs ${what}`, () => expect(read(changes).faults?.[0]?.path).to.equal(path));
});

describe('identity (A-20)', () => {
  const identity = (changes: Record<string, unknown> = {}) => understand(fullAlert('s', changes)).alert?.identity;
  it('is taken after normalisation', () => {
    const same = { 'tv.symbol': 'BTC/USDT:USDT', 'tv.exchange': 'binance', 'tv.timeframe': '15m', timestamp: '2026-11-20T14:00:00+02:00', 'tv.action': 'LONG', 'tv.entry_price': '1' };
    expect(identity(same)).to.equal(identity());
  });
  for (const [path, value] of [
    ['tv.symbol', 'ETHUSDT'],
    ['tv.timeframe', '60'],
    ['tv.action', 'sell'],
    ['execution_intent.type', 'exit'],
    ['strategy_info.trade_id', '12346'],
    ['timestamp', '2026-11-20T12:00:01Z'],
  ] as const)
    it(`differs by ${path}`, () => expect(identity({ 'execution_intent.side': undefined, [path]: value })).to.not.equal(identity()));
  it('of an alert without a time holds for a window only', () => expect(understand(fullAlert('s', { timestamp: null })).alert?.windowed).to.equal(true));
});
