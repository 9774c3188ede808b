import { crashMoments, crashPointsOf, type CrashMoment, type CrashPoint, type ProvedBy } from '#shared/shell/crash-points';
import type { Chance } from '#shared/simulation/seeded-chance';

export const crashWays = ['died', 'threw', 'hung'] as const;
export type CrashWay = (typeof crashWays)[number];

/** What happens before or after one call. */
export interface CrashCombination {
  point: CrashPoint;
  moment: CrashMoment;
  way: CrashWay;
}

const everyWay = (point: CrashPoint): CrashCombination[] => crashMoments.flatMap((moment) => crashWays.map((way) => ({ point, moment, way })));
/** Everything that can happen at the calls of a simulation. */
export const crashCombinations: readonly CrashCombination[] = crashPointsOf('simulation').flatMap(everyWay);

/** The files of the tests that strike at the other calls: where they are written, and what runs them. */
export const struckElsewhere: Readonly<Record<Exclude<ProvedBy, 'simulation'>, readonly string[]>> = {
  contract: ['test/contracts/struck.contract.ts', 'shared/shell/struck.test.ts', 'shared/shell/struck.int.test.ts'],
  intake: ['api/intake/intake-crash.int.test.ts'],
};

/** Calls that most lives never make: what they need goes wrong once in a while, or is done by people. */
const seldom = [
  ...(['decide:failed', 'decide:touched-group', 'submit:rules', 'submit:put-back', 'submit:ask-later'] as const),
  ...(['cancel:finish', 'cancel:query', 'cancel:trades', 'resolve:finish', 'resolve:trades', 'resolve:open-orders', 'resolve:clock-offset', 'resolve:late-trades', 'resolve:note-absent', 'resolve:group', 'resolve:later', 'fill:older-trades', 'fill:known-older-trades', 'stream:close', 'stream:gap'] as const),
  ...(['reconcile:stop-facts', 'reconcile:query-conditional', 'reconcile:stranger', 'reconcile:trades', 'reconcile:orders-of-trades', 'reconcile:known-trades', 'reconcile:end-gone'] as const),
  ...(['reconcile:order', 'reconcile:order-trades', 'reconcile:cancel', 'reconcile:group', 'reconcile:end-difference'] as const),
] satisfies CrashPoint[];
/** One life in so many is armed for one of these: in the others it is passed as if nothing were. */
const seldomEvery = 3;

/** So many strikes at any call are prepared for each seed; they go round, so that thousands of seeds come to every one of them many times. */
const perSeed = 5;
/** Neighbours on the list are of one point: what one seed lives through should be spread over all of them. Shares no factor with six times the number of points. */
const stride = 229;

/** The strikes a life is armed with. They follow from its seed alone, and each strikes once. */
export class ArmedStrikes {
  private readonly waiting: (CrashCombination & { left: number })[];

  constructor(seed: number, chance: Chance) {
    const usual = Array.from({ length: perSeed }, (_, index) => crashCombinations[((seed * perSeed + index) * stride) % crashCombinations.length]!);
    const rare = seldom.flatMap((point, index) => ((seed + index) % seldomEvery === 0 ? [everyWay(point)[Math.floor(seed / seldomEvery + index) % 6]!] : []));
    // Late in a life more is under way.
    this.waiting = [...usual.map((each) => ({ ...each, left: chance.pick([1, 1, 2, 4, 12, 40]) })), ...rare.map((each) => ({ ...each, left: 1 }))];
  }

  /** What strikes now that this call is passed, if anything. */
  at(point: CrashPoint, moment: CrashMoment): CrashWay | null {
    let way: CrashWay | null = null;
    for (let place = this.waiting.length - 1; place >= 0; place -= 1) {
      const armed = this.waiting[place]!;
      if (armed.point !== point || armed.moment !== moment) continue;
      armed.left -= 1;
      if (armed.left > 0 || way !== null) continue;
      way = armed.way;
      this.waiting.splice(place, 1);
    }
    return way;
  }
}
