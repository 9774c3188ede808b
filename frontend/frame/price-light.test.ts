import type { PriceSource } from '#shared/contracts/http';
import { expect } from 'chai';
import { priceLight } from './price-light.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
const source = (change: Partial<PriceSource>): PriceSource => ({ venue: 'binance', source: 'live', fallback: false, reason: '', lastPriceAt: ago(1), heardAt: ago(1), connected: true, ended: false, ...change });
const replay = { source: 'replay', lastPriceAt: '2025-01-06T00:35:00Z' } as const;

describe('the light of the prices', () => {
  const table: [string, Partial<PriceSource>, string, string][] = [
    ['live prices that come', {}, 'live', 'profit'],
    ['a live price half a minute old', { lastPriceAt: ago(31) }, 'old', 'warning'],
    ['a live feed that lost its venue', { connected: false }, 'old', 'warning'],
    ['no price yet', { lastPriceAt: null }, 'none', 'warning'],
    ['a replay of an old file', replay, 'replayAt', 'accent'],
    ['a replay at its end', { ...replay, ended: true }, 'replayEnded', 'accent'],
    ['a replay whose process is silent', { ...replay, connected: false, heardAt: ago(40) }, 'old', 'warning'],
    ['a replay on a page that hears nothing', { ...replay, heardAt: ago(40) }, 'old', 'warning'],
    ['synthetic prices that were asked for', { source: 'synthetic' }, 'synthetic', 'accent'],
    ['synthetic prices in place of the venue', { source: 'synthetic', fallback: true }, 'fallback', 'warning'],
  ];
  for (const [name, change, word, tone] of table) it(`of ${name}: ${word}, ${tone}`, () => expect(priceLight([source(change)], now)).to.include({ word, tone }));

  it('counts the age of a replay from when it was heard', () => expect(priceLight([source({ ...replay, connected: false, heardAt: ago(40) })], now)?.age).to.equal(40_000));
  it('shows the silent one of two', () => expect(priceLight([source({ venue: 'binance' }), source({ venue: 'bybit', connected: false })], now)?.source.venue).to.equal('bybit'));
  it('says nothing without sources', () => expect(priceLight([], now)).to.equal(undefined));
});
