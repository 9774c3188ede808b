import type { Settings } from '#shared/contracts/settings';
import { reconcilePlanOf } from '#shared/contracts/settings-plans';
import { clientOrderId } from '#shared/engine/ids';
import { price, qty } from '#shared/engine/num/units';
import type { EndedReconcile } from '#shared/ports/reconcile-store.port';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { enterSafeMode } from '#shared/shell/safe-mode';
import { ShellStory } from '#test/support/shell-story';
import { memoryRig, type StoreRig } from '#test/support/store-rig';
import { rearmAfterClean } from '#workers/rearm-after-clean';
import { proofOf, type Proofs } from './proof.ts';

const symbol = 'BTC/USDT:USDT';

/** An account that is compared by these settings. */
async function account(settings: Settings): Promise<{ rig: StoreRig; story: ShellStory; look: (laterMs: number) => Promise<EndedReconcile | null> }> {
  const rig = memoryRig();
  const story = await ShellStory.on(rig);
  story.ports.reconcilePlan = async () => reconcilePlanOf(settings);
  const look = (laterMs: number): Promise<EndedReconcile | null> => {
    story.ahead += laterMs;
    return reconcileAccount(story.ports, story.accountId, 'walk');
  };
  return { rig, story, look };
}

/** Is a report kept of a look that comes two minutes after the last one? */
async function reportKept(settings: Settings): Promise<unknown> {
  const { look } = await account(settings);
  await look(0);
  return (await look(120_000))?.keep;
}

/** What becomes of an order that carries our mark and that nobody wants. */
async function strayOrder(settings: Settings): Promise<unknown> {
  const { rig, story, look } = await account(settings);
  const id = clientOrderId(await rig.store.deploymentPrefix(), { groupId: '999999', role: 'entry', pyramid: 0, leg: 0, generation: 0 });
  story.exchange.place({ clientOrderId: id, symbol, side: 'buy', type: 'limit', quantity: qty('1'), price: price('90'), reduceOnly: false });
  await look(40_000);
  return story.exchange.orders.get(id)?.status;
}

/** The stops of a position that nobody here has opened. */
async function foundPosition(settings: Settings): Promise<unknown> {
  const { rig, story, look } = await account(settings);
  story.exchange.trade('buy', '0.5', '100');
  await look(0);
  await look(6_000);
  return (await rig.store.emergencyStops(story.ports.clock.now())).map((stop) => stop.price);
}

/** Does safe mode stand after a comparison that found nothing? */
async function safeModeAfter(settings: Settings): Promise<unknown> {
  const { rig, story, look } = await account(settings);
  await enterSafeMode(story.ports, story.accountId, 'state_unreadable', 'it could not be read');
  await rearmAfterClean(story.ports, story.accountId, () => look(40_000));
  return (await rig.store.halts()).map(({ kind }) => kind);
}

const at = (key: keyof Settings['reconciliation']): string => `reconciliation.${key}`;

/** Proofs of the group `reconciliation`. */
export const reconcileProofs: Proofs = {
  'reconciliation.interval_seconds': proofOf(at('interval_seconds'), [3600, 60], reportKept),
  'reconciliation.orphan_orders': proofOf(at('orphan_orders'), ['cancel', 'report'], strayOrder),
  'reconciliation.orphan_positions': proofOf(at('orphan_positions'), ['stop', 'ask'], foundPosition),
  'reconciliation.rearm_after_clean': proofOf(at('rearm_after_clean'), [false, true], safeModeAfter),
};
