import type { Settings } from '#shared/contracts/settings';
import { price } from '#shared/engine/num/units';
import { filledOnce, groupUnder } from './group-under.ts';
import { proofOf, type Proofs } from './proof.ts';

/** What is said of a market entry that was decided at 100 and filled at 102. */
function saidOfSlippage(settings: Settings): string[] {
  const opened = groupUnder(settings, { lastPrice: price('100') });
  return filledOnce(opened, { price: '102' }).group.commands.flatMap((command) => (command.type === 'tell' ? [`${command.level}: ${command.message}`] : []));
}
const marketEntry = { given: ({ grid_strategy: grid }: Settings) => (grid.entry_order_type = 'market') };

/** Proofs of what a market order may slip, in the group `risk_engine`. */
export const slippageProofs: Proofs = {
  'risk_engine.max_slippage_percent': proofOf('risk_engine.max_slippage_percent', [1, 5], saidOfSlippage, marketEntry),
  'risk_engine.slippage_action': proofOf('risk_engine.slippage_action', ['warn', 'reject'], saidOfSlippage, marketEntry),
};
