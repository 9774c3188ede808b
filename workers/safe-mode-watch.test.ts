import { expect } from 'chai';
import { silentLog } from '#shared/adapters/system/log';
import type { Store } from '#shared/ports/store.port';
import type { Log } from '#shared/ports/system.port';
import { enterSafeMode } from '#shared/shell/safe-mode';
import { memoryRig, type StoreRig } from '#test/support/store-rig';
import { safeModeWatch, whyTooUnknown } from './safe-mode-watch.ts';
import { venueCheck } from './venue-check.ts';

const bus = { publish: async () => {}, subscribe: async () => async () => {}, close: async () => {} };
const seconds = (...ages: number[]): number[] => ages.map((age) => age * 1_000);

describe('safe mode by the engine itself', () => {
  describe('orders whose outcome stays unknown', () => {
    const table: [ages: number[], why: RegExp | null][] = [
      [seconds(), null],
      [seconds(119), null],
      [seconds(121), /has been unknown for 121 s/],
      [seconds(61, 61, 61, 61), null],
      [seconds(59, 59, 59, 59, 59, 59), null],
      [seconds(90, 80, 70, 65, 61), /of 5 orders has been unknown for more than 60 s/],
    ];
    for (const [ages, why] of table) {
      it(`${ages.length} of them, ${ages.map((age) => age / 1_000).join(', ') || 'none'} s: ${why === null ? 'goes on' : 'safe mode'}`, () => {
        if (why === null) expect(whyTooUnknown(ages)).to.equal(null);
        else expect(whyTooUnknown(ages)).to.match(why);
      });
    }
  });

  describe('in a worker', () => {
    let rig: StoreRig;
    let said: string[];
    const log: Log = { ...silentLog, alert: (_, message) => void said.push(`alert ${message}`), warn: (_, message) => void said.push(`warn ${message}`) };
    const standing = async (): Promise<string[]> => (await rig.store.halts()).map(({ scope, scopeId, kind, code }) => `${scope} ${scopeId} ${kind} ${code}`);
    const run = async (live: boolean, told: Partial<Pick<Store, 'unknownOrders' | 'clockSkew'>>, times = 1): Promise<void> => {
      const watch = safeModeWatch({ store: { ...rig.store, ...told }, bus, log }, { live });
      for (let time = 0; time < times; time += 1) await watch.run();
    };
    beforeEach(() => {
      rig = memoryRig();
      said = [];
    });

    it('an account with an order nobody knows anything of, and no other', async () => {
      await run(false, { unknownOrders: async () => [{ accountId: '7', agesMs: [130_000] }, { accountId: '8', agesMs: [1_000] }] }, 3);
      expect(await standing()).to.deep.equal(['account 7 safe_mode unknown_orders']);
      expect(said).to.deep.equal(['alert SAFE MODE for account 7, unknown orders: the outcome of an order has been unknown for 130 s. Nothing new is entered until a person re-arms; exits and protection go on']);
    });

    const clocks: [live: boolean, skewMs: number, marginMs: number, expected: [halts: string[], said: number]][] = [
      [true, 900, 5, [[], 0]],
      [true, 1_200, 5, [['global  safe_mode clock_skew'], 1]],
      [true, -1_200, 5, [['global  safe_mode clock_skew'], 1]],
      [true, 1_200, 400, [[], 0]],
      [false, 45_000, 5, [[], 1]],
    ];
    for (const [live, skewMs, marginMs, expected] of clocks) {
      it(`a clock ${skewMs} ms off, give or take ${marginMs}, ${live ? 'in live mode' : 'on paper'}: ${expected[0].length > 0 ? 'safe mode' : expected[1] > 0 ? 'a warning, once' : 'nothing'}`, async () => {
        await run(live, { clockSkew: async () => ({ skewMs, marginMs }) }, 3);
        expect([await standing(), said.length]).to.deep.equal(expected);
      });
    }

    it('a clock far from the venue\'s', async () => {
      const userId = await rig.addUser();
      const [near, far] = [await rig.addAccount(userId), await rig.addAccount(userId)];
      const exchangeFor = async (accountId: string) => ({ clockOffsetMs: async () => (accountId === far ? -6_000 : 300) }) as never;
      await venueCheck({ store: rig.store, exchangeFor, bus, log }).run();
      expect([await standing(), near === far]).to.deep.equal([[`account ${far} safe_mode clock_skew`], false]);
    });

    it('is told once with its cause, and not again while it stands; another cause does not cover the first', async () => {
      await enterSafeMode({ store: rig.store, bus, log }, '7', 'key_refused', 'the venue refuses the key');
      await enterSafeMode({ store: rig.store, bus, log }, '7', 'unknown_orders', 'the outcome of an order is unknown');
      expect([await standing(), said.length]).to.deep.equal([['account 7 safe_mode key_refused'], 1]);
    });
  });
});
