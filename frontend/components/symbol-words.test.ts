import { expect } from 'chai';
import { quotesOf } from './symbol-words.ts';

describe('the unit of amounts that hold for several positions', () => {
  const rows: [symbols: string[], unit: string | null][] = [
    [['BTC/USDC:USDC', 'ETH/USDC:USDC'], 'USDC'],
    [['BTC/USDT:USDT', 'BTC/USDC'], 'USDC, USDT'],
    [[], null],
  ];
  for (const [symbols, unit] of rows) it(`${symbols.join(' and ') || 'no position'}: ${unit ?? 'not known'}`, () => expect(quotesOf(symbols.map((symbol) => ({ symbol })))).to.equal(unit));
});
