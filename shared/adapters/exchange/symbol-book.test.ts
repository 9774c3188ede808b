import { expect } from 'chai';
import { createSymbolBook } from './symbol-book.ts';

describe('symbol book', () => {
  it('loads when first asked, again for a newcomer, and for strangers once a minute at most', async () => {
    const clock = { at: 1, now: () => clock.at };
    let loads = 0;
    const listed = [{ symbol: 'BTC/USDT', venueSymbol: 'BTCUSDT' }];
    const book = createSymbolBook(async () => {
      loads += 1;
      return [...listed];
    }, clock);
    expect(book.known('BTCUSDT')).to.equal(null);
    expect(await Promise.all([book.symbolOf('BTCUSDT'), book.symbolOf('BTCUSDT')])).to.deep.equal(['BTC/USDT', 'BTC/USDT']);
    await book.ready();
    expect(loads).to.equal(1);
    listed.push({ symbol: 'NEW/USDT', venueSymbol: 'NEWUSDT' });
    expect(await book.symbolOf('NEWUSDT')).to.equal(null);
    clock.at += 60_000;
    expect(await book.symbolOf('NEWUSDT')).to.equal('NEW/USDT');
    for (let count = 0; count < 5; count += 1) expect(await book.symbolOf('NONE')).to.equal(null);
    expect(loads).to.equal(2);
  });

  it('rejects when the list cannot be had, and asks again next time', async () => {
    let fail = true;
    const book = createSymbolBook(async () => {
      if (fail) throw new Error('not now');
      return [{ symbol: 'BTC/USDT', venueSymbol: 'BTCUSDT' }];
    }, { now: () => 1 });
    expect(String(await book.symbolOf('BTCUSDT').catch((error: unknown) => error))).to.include('not now');
    fail = false;
    expect(await book.symbolOf('BTCUSDT')).to.equal('BTC/USDT');
  });
});
