import { poolSettingsOf } from '#shared/contracts/settings-plans';
import type { Settings } from '#shared/contracts/settings';
import { qty } from '#shared/engine/num/units';
import { PoolStory } from '#test/support/pool-story';
import { proofOf, type Proofs } from './proof.ts';

/** A pool that admits as these settings say. */
const poolUnder = (settings: Settings): PoolStory => new PoolStory(poolSettingsOf(settings));
/** One slot, which BTC takes. */
const oneSlot = (settings: Settings): void => void (settings.execution_pool.max_open_groups = 1);
const twoSlots = (settings: Settings): void => void (settings.execution_pool.max_open_groups = 2);
const full = (settings: Settings): PoolStory => poolUnder(settings).signal('BTC');

/** Who waits after BTC, ETH and SOL, SOL twice, and who of them goes when BTC has closed. */
const promoted = (tell: (pool: PoolStory) => PoolStory) => (settings: Settings) => tell(full(settings)).closed('BTC').done;
const solTwice = (pool: PoolStory): PoolStory => pool.signal('ETH').signal('SOL').signal('SOL');
const only = (...rules: Settings['waiting_rule']['selection_priority']) => (settings: Settings) => {
  oneSlot(settings);
  settings.waiting_rule.selection_priority = rules;
};
const rule = (name: keyof Settings['priority_rules']['priority_rules_enabled']): string => `priority_rules.priority_rules_enabled.${name}`;

const poolGroup: Proofs = {
  'execution_pool.max_open_groups': proofOf('execution_pool.max_open_groups', [1, 2], (settings) => full(settings).signal('ETH').waiting),
  'execution_pool.count_pyramids_toward_pool': proofOf('execution_pool.count_pyramids_toward_pool', [false, true], (settings) => full(settings).signal('BTC').signal('ETH').waiting, { given: twoSlots }),
  'execution_pool.count_dca_toward_pool': proofOf('execution_pool.count_dca_toward_pool', [false, true], (settings) => full(settings).signal('ETH').waiting, { given: twoSlots }),
  'execution_pool.queue_limit': proofOf('execution_pool.queue_limit', [1, 2], (settings) => full(settings).signal('ETH').signal('SOL').done, { given: oneSlot }),
};

const waitingGroup: Proofs = {
  'waiting_rule.queue_replace_same_symbol': proofOf('waiting_rule.queue_replace_same_symbol', [true, false], (settings) => full(settings).signal('ETH').signal('ETH').done, { given: oneSlot }),
  'waiting_rule.drop_on_exit': proofOf('waiting_rule.drop_on_exit', [true, false], (settings) => full(settings).signal('ETH').exit('ETH').waiting, { given: oneSlot }),
  'waiting_rule.selection_priority': proofOf('waiting_rule.selection_priority', [['fifo'], ['highest_replacement_count', 'fifo']], promoted(solTwice), { given: oneSlot }),
  'waiting_rule.expires_after_minutes': proofOf('waiting_rule.expires_after_minutes', [0, 5], (settings) => full(settings).signal('ETH').wait(600_000).waiting, { given: oneSlot }),
  'waiting_rule.price_band_percent': proofOf('waiting_rule.price_band_percent', [0, 1], promoted((pool) => pool.signal('ETH').price('ETH', '97')), { given: oneSlot }),
};

const priorityGroup: Proofs = {
  [rule('same_pair_timeframe')]: proofOf(rule('same_pair_timeframe'), [true, false], (settings) => full(settings).signal('BTC').done, { given: oneSlot }),
  [rule('deepest_loss_percent')]: proofOf(rule('deepest_loss_percent'), [true, false], promoted((pool) => pool.signal('ETH').signal('SOL').price('ETH', '100').price('SOL', '90')), { given: oneSlot }),
  [rule('highest_replacement')]: proofOf(rule('highest_replacement'), [true, false], promoted(solTwice), { given: oneSlot }),
  [rule('highest_expected_profit')]: proofOf(rule('highest_expected_profit'), [false, true], promoted((pool) => pool.signal('ETH').signal('SOL', { size: { type: 'quote', amount: qty('5000') } })), { given: oneSlot }),
  // Where it comes last it says what the ids say anyway; before another rule it decides.
  [rule('fifo_fallback')]: proofOf(rule('fifo_fallback'), [true, false], promoted(solTwice), { given: only('fifo', 'highest_replacement_count') }),
};

/** Proofs of the groups `execution_pool`, `waiting_rule` and `priority_rules`. */
export const poolProofs: Proofs = { ...poolGroup, ...waitingGroup, ...priorityGroup };
