import type { Settings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import type { Signal } from '#shared/engine/messages/signals';
import { price, qty } from '#shared/engine/num/units';
import { instrument } from '#test/support/engine-story';
import { PrecisionStory } from '#test/support/precision-story';
import { ruleRefresh } from '#workers/rule-refresh';
import { proofOf, type Proofs } from './proof.ts';

/** The orders of an entry as they left for a venue, which answers or has never answered. */
const sent =
  (changes: Partial<Signal> = {}, venueDown = false) =>
  async ({ precision }: Settings): Promise<string[]> => {
    const story = await PrecisionStory.bare(precision);
    story.venue.down = venueDown;
    story.venue.lists = [instrument({ tickSize: price('0.10'), stepSize: qty('0.0001'), quantityMin: qty('0.0001') })];
    await story.rules.seek('binance', 'usdm', null);
    story.shell.ahead += 1_000;
    await story.signal(changes);
    return story.orders;
  };
const forced = sent({ precisionMode: 'force' });

/** How old the venue's rules may become before they are fetched again. */
async function oldestRules(settings: Settings): Promise<number | null> {
  let oldest: number | null = null;
  const instruments = { refreshStale: async (_: unknown, maxAgeMs: number) => void (oldest = maxAgeMs) };
  await ruleRefresh({ instruments, store: { configuredUsers: async () => ['1'] }, settings: async () => ({ settings: poolSettingsOf(settings) }) }, []).run();
  return oldest;
}

const at = (key: string): string => `precision.${key}`;

/** Proofs of the group `precision`. */
export const precisionProofs: Proofs = {
  'precision.refresh_seconds': proofOf(at('refresh_seconds'), [172_800, 60], oldestRules),
  'precision.block_on_missing_metadata': proofOf(at('block_on_missing_metadata'), [true, false], sent({}, true)),
  'precision.fallback_rules.tick_size': proofOf(at('fallback_rules.tick_size'), [0.01, 0.5], forced),
  'precision.fallback_rules.step_size': proofOf(at('fallback_rules.step_size'), [0.000001, 0.01], forced),
  'precision.fallback_rules.min_qty': proofOf(at('fallback_rules.min_qty'), [0.000001, 0.0116], forced),
  'precision.fallback_rules.min_notional': proofOf(at('fallback_rules.min_notional'), [1, 501], forced),
  'precision.enforce_tick_size': proofOf(at('enforce_tick_size'), [true, false], sent()),
  'precision.enforce_step_size': proofOf(at('enforce_step_size'), [true, false], sent()),
  'precision.enforce_min_notional': proofOf(at('enforce_min_notional'), [true, false], sent({ size: { type: 'quote', amount: qty('9') } })),
};
