import { expect } from 'chai';
import type { WatchedStops } from '#shared/adapters/store/watched-stops.query';
import type { Log } from '#shared/ports/system.port';
import { silentLog } from '#shared/adapters/system/log';
import { stopWatchCheck } from './stop-watch-check.ts';

const now = 1_000_000;
const stops: WatchedStops['stops'] = [{ groupId: '7', userId: '1', symbol: 'BTC/USDT:USDT', price: '95' }];
const flowing: WatchedStops = { stops, feedSilentMs: 500, feed: { kind: 'live', lastAt: now - 300 } };

describe('stops that are watched while prices have stopped', () => {
  const play = async (rounds: WatchedStops[]): Promise<string[]> => {
    const said: string[] = [];
    const log: Log = { ...silentLog, alert: (_, message) => void said.push(`alert ${message}`), info: (_, message) => void said.push(`info ${message}`) };
    const left = [...rounds];
    const check = stopWatchCheck({ read: async () => left.shift() ?? flowing, clock: { now: () => now }, log });
    for (const _ of rounds) await check.run();
    return said;
  };
  const told = (why: string): string => `alert Prices have stopped (${why}): stop-losses that Tranche watches cannot fire until they come again: BTC/USDT:USDT at 95`;

  const rows: [what: string, state: WatchedStops, expected: string[]][] = [
    ['prices flow', flowing, []],
    ['the market process is silent', { ...flowing, feedSilentMs: 20_400 }, [told('the market feed has been silent for 20 s')]],
    ['it has never started', { ...flowing, feed: null, feedSilentMs: null }, [told('the market feed has not started')]],
    ['a live feed brings no price', { ...flowing, feed: { kind: 'live', lastAt: now - 40_000 } }, [told('the last price is 40 s old')]],
    ['a live feed has brought none yet', { ...flowing, feed: { kind: 'live', lastAt: null } }, [told('the market feed has no price yet')]],
    ['a replay speaks of a day long past', { ...flowing, feed: { kind: 'replay', lastAt: 5 } }, []],
    ['nobody has a stop', { stops: [], feed: null, feedSilentMs: null }, []],
  ];
  for (const [what, state, expected] of rows) it(`${what}: ${expected.length === 0 ? 'nothing is said' : 'it is said'}`, async () => expect(await play([state])).to.deep.equal(expected));

  it('each user of their own stops', async () => {
    const both = { ...flowing, feedSilentMs: 20_400, stops: [...stops, { groupId: '8', userId: '2', symbol: 'ETH/USDT:USDT', price: '1800' }] };
    expect(await play([both])).to.deep.equal([told('the market feed has been silent for 20 s'), told('the market feed has been silent for 20 s').replace('BTC/USDT:USDT at 95', 'ETH/USDT:USDT at 1800')]);
  });

  it('once per outage, and when it is over', async () => {
    const silent = { ...flowing, feedSilentMs: 16_000 };
    const begun = told('the market feed has been silent for 16 s');
    expect(await play([silent, { ...silent, feedSilentMs: 30_000 }, flowing, flowing, silent])).to.deep.equal([begun, 'info Prices come again: stop-losses are watched', begun]);
  });
});
