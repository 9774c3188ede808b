import type { Pool, QueueEntry } from '#shared/contracts/http';
import type { Settings } from '#shared/contracts/settings';
import { useTranslation } from 'react-i18next';
import { useDetailWords } from '../../components/detail-words.ts';
import { readDetail } from '../../components/server-detail.ts';

/** Which sentences tell the numbers of which reason: an obstacle to a person's wish may be another than what the entry waits for. */
const tellsOf: Partial<Record<QueueEntry['reason'], readonly string[]>> = {
  pool_full: ['noFreeSlot'],
  opposite_side: ['oppositeOpen'],
  group_closing: ['groupClosing'],
  missing_precision: ['rulesMissing'],
  price_band: ['priceBand', 'venueAtMost', 'venueAtLeast'],
  insufficient_balance: ['firstLegNeeds', 'ladderNeeds'],
};

/** Why an entry waits, in words with its numbers. */
export function useWaitReason(): (entry: QueueEntry) => { title: string; numbers: string | null } {
  const { t } = useTranslation();
  const words = useDetailWords();
  return (entry) => {
    const told = entry.promotableReason;
    const tells = told !== null && tellsOf[entry.reason]?.includes(readDetail(told)?.key ?? '') === true;
    // An account that is off is told in the server's own words.
    return { title: t(`queueReason.${entry.reason}`), numbers: told !== null && (tells || entry.reason === 'account_disabled' || entry.reason === 'halted') ? words(told) : null };
  };
}

/** Slots that are taken after an entry was forced in; null where legs take slots, for how many it has is not known here. */
export function slotsAfterForce({ continuation }: Pick<QueueEntry, 'continuation'>, pool: Pool, counts: Settings['execution_pool']): number | null {
  if (counts.count_dca_toward_pool) return null;
  return pool.used + (continuation && !counts.count_pyramids_toward_pool ? 0 : 1);
}
