import type { Settings } from '#shared/contracts/settings';
import { riskPlanOf } from '#shared/contracts/settings-plans';
import { price } from '#shared/engine/num/units';
import { freshCycle, selectOffset } from '#shared/engine/risk/offset-selection';
import { loserEligibility } from '#shared/engine/risk/offset-eligibility';
import { riskGroupOf, type RiskGroup } from '#shared/engine/risk/risk-group';
import { nextCycleAt, type CycleOccasion } from '#shared/engine/risk/risk-schedule';
import { instrument } from '#test/support/engine-story';
import { judgedAt, riskRow, winnerOf } from '#test/support/risk-book';
import { RiskStory } from '#test/support/risk-story';
import { groupUnder } from './group-under.ts';
import { proofOf, type Proofs } from './proof.ts';
import { slippageProofs } from './slippage.proofs.ts';

const minuteMs = 60_000;
const at = (key: keyof Settings['risk_engine']): string => `risk_engine.${key}`;

interface Past {
  /** When entries after the first came, in minutes. */
  pyramidsAt?: number[];
  /** Whether all legs have filled by the time the next one comes, or the first alone. */
  allFill?: boolean;
  judgedAtMinute?: number;
}

/** Is a group that has lost a fifth and has this past to be offset? */
function eligible(settings: Settings, { pyramidsAt = [], allFill = true, judgedAtMinute = 30 }: Past = {}): boolean {
  const { group } = groupUnder(settings);
  const start = group.facts.now;
  const fill = (): void => {
    group.acceptAll();
    for (const order of group.working('entry').slice(0, allFill ? undefined : 1)) group.fill(order);
  };
  fill();
  for (const [index, minute] of pyramidsAt.entries()) {
    group.facts.now = start + minute * minuteMs;
    group.pyramid('100', '1000', `${index + 2}`);
    fill();
  }
  const plan = riskPlanOf(settings);
  const facts = { plan, accountMode: 'paper', priceLast: price('80'), rules: instrument(), usdPerQuote: price('1'), skipOnce: false, blocked: false, restsUntil: null };
  return loserEligibility(riskGroupOf(group.state, facts), plan, start + judgedAtMinute * minuteMs).eligible;
}
const judged =
  (past?: Past) =>
  (settings: Settings): boolean =>
    eligible(settings, past);

/** What the first round of a cycle decides. */
const offset = (groups: readonly RiskGroup[]) => (settings: Settings) => {
  const { plan, reason } = selectOffset(groups, riskPlanOf(settings), judgedAt, { type: 'cycle', progress: freshCycle });
  return plan === null ? reason : [plan.loser.closeQuantity, ...plan.winners.map(({ groupId, closeQuantity }) => `${groupId} ${closeQuantity}`)];
};
/** Loses 1000 USD, 10 percent. */
const loser = riskRow('L', '100', '100', '90');
const nextCycle = (occasion: CycleOccasion) => (settings: Settings) => nextCycleAt(riskPlanOf(settings), 100_000, 99_000, occasion);

/** Full with its first entry, and not made to wait. */
const atOnce = ({ risk_engine: risk }: Settings): void => void Object.assign(risk, { required_pyramids_for_timer: 0, enable_post_full_wait: false });
const full = ({ risk_engine: risk }: Settings): void => void (risk.required_pyramids_for_timer = 0);
const byAge = (settings: Settings): void => {
  atOnce(settings);
  settings.risk_engine.use_trade_age_filter = true;
};
const unwaiting = { given: ({ risk_engine: risk }: Settings) => (risk.enable_post_full_wait = false) };

const eligibility: Proofs = {
  'risk_engine.require_full_pyramids': proofOf(at('require_full_pyramids'), [true, false], judged(), unwaiting),
  'risk_engine.required_pyramids_for_timer': proofOf(at('required_pyramids_for_timer'), [4, 0], judged(), unwaiting),
  'risk_engine.enable_post_full_wait': proofOf(at('enable_post_full_wait'), [true, false], judged({ judgedAtMinute: 1 }), { given: full }),
  'risk_engine.post_pyramids_wait_minutes': proofOf(at('post_pyramids_wait_minutes'), [15, 60], judged(), { given: full }),
  'risk_engine.timer_start_condition': proofOf(at('timer_start_condition'), ['after_5_pyramids', 'after_all_dca_submitted'], judged({ allFill: false }), { given: atOnce }),
  'risk_engine.reset_timer_on_replacement': proofOf(at('reset_timer_on_replacement'), [false, true], judged({ pyramidsAt: [20] }), { given: full }),
  'risk_engine.loss_threshold_percent': proofOf(at('loss_threshold_percent'), [-5, -30], judged(), { given: atOnce }),
  'risk_engine.use_trade_age_filter': proofOf(at('use_trade_age_filter'), [false, true], judged(), { given: atOnce }),
  'risk_engine.age_threshold_minutes': proofOf(at('age_threshold_minutes'), [20, 200], judged(), { given: byAge }),
};

const selection: Proofs = {
  'risk_engine.max_winners_to_combine': proofOf(at('max_winners_to_combine'), [1, 3], offset([loser, winnerOf('A', '400'), winnerOf('B', '400'), winnerOf('C', '400')])),
  'risk_engine.partial_close_enabled': proofOf(at('partial_close_enabled'), [true, false], offset([loser, winnerOf('A', '5000')])),
  'risk_engine.min_close_notional': proofOf(at('min_close_notional'), [20, 50_000], offset([loser, winnerOf('A', '5000')])),
  'risk_engine.uncovered_action': proofOf(at('uncovered_action'), ['partial', 'skip'], offset([loser, winnerOf('A', '400')])),
};

const schedule: Proofs = {
  'risk_engine.evaluate_on_fill': proofOf(at('evaluate_on_fill'), [true, false], nextCycle('fill')),
  'risk_engine.evaluate_interval_sec': proofOf(at('evaluate_interval_sec'), [10, 60], nextCycle('time')),
};

/** How a plan stands that a cycle has made, a while later. */
const planAfter = (ms: number) => (settings: Settings) => new RiskStory([loser, winnerOf('2', '1000')], riskPlanOf(settings)).round().later(ms).hear({ type: 'timer' }).run.status;

const approval: Proofs = {
  'risk_engine.approval_required': proofOf(at('approval_required'), [false, true], planAfter(0)),
  'risk_engine.approval_ttl_seconds': proofOf(at('approval_ttl_seconds'), [60, 600], planAfter(120_000), { given: ({ risk_engine: risk }: Settings) => (risk.approval_required = true) }),
};

/** Proofs of the group `risk_engine`. */
export const riskProofs: Proofs = { ...eligibility, ...selection, ...schedule, ...approval, ...slippageProofs };
