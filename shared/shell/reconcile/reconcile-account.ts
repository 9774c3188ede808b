import { defaultSettings } from '#shared/contracts/settings';
import { reconcilePlanOf } from '#shared/contracts/settings-plans';
import type { Price } from '#shared/engine/num/units';
import { holdingOf } from '#shared/engine/reconcile/account-state';
import { holdingDifferences, unsteadyHoldings } from '#shared/engine/reconcile/compare-holdings';
import { deploymentKey, orderDifferences } from '#shared/engine/reconcile/compare-orders';
import type { Difference } from '#shared/engine/reconcile/difference';
import { judgeDifferences, secondLookMs, type JudgedDifference, type Judgement, type KnownDifference } from '#shared/engine/reconcile/judge-differences';
import type { ReconcilePlan } from '#shared/engine/reconcile/reconcile-plan';
import { missingExits } from '#shared/engine/reconcile/missing-exits';
import { BudgetSpent, type ExchangePort } from '#shared/ports/exchange.port';
import type { BegunReconcile, DifferenceEnd, EndedReconcile } from '#shared/ports/reconcile-store.port';
import { spanNow } from '#shared/ports/span-clock';
import { inTurns } from '#shared/ports/in-turns';
import { callOut } from '../crash-points.ts';
import { enterSafeMode } from '../safe-mode.ts';
import { AccountClosed, type ShellPorts } from '../shell.ts';
import { carryOutDecision, type DecidedAccount } from './carry-out-decision.ts';
import { dropFired } from './drop-fired.ts';
import { endDifference } from './difference-calls.ts';
import { explainByTrades, type TradeEvidence } from './explain-by-trades.ts';
import { mendDifference } from './mend-difference.ts';
import { placeStops } from './place-stops.ts';
import { readAccount, type AccountReading } from './read-account.ts';
import { tellDifference, tellEnd, tellFailure, tellStop, wordsOf } from './tell-reconcile.ts';

/** A comparison is another process's after this long without a word from the one that began it: entries of a starting account wait for it. */
const leaseMs = 12_000;
const renewEveryMs = 4_000;
const wholeEveryMs = 10_000;
/** Between two looks: where something is held or waits, and where nothing is. */
const lookEveryMs = 30_000;
const idleEveryMs = 60_000;
const afterFailureMs = 1_000;
/** Where a position is to be closed, what our own budget held back is tried again after this at most, which costs the venue nothing. */
const decidedAgainMs = 2_000;
/** Where nothing is configured, accounts are compared as a fresh install has it. */
const usualPlan = reconcilePlanOf(defaultSettings);
/** With these pauses between them, so many failures are two minutes. */
const unreadableAfter = 8;
/**
 * Compares one exchange account with our rows, mends what can be mended without adding exposure, and asks a person about the rest.
 * Null while another process compares it. A person's manual change is booked, never undone; running twice changes nothing.
 */
export async function reconcileAccount(ports: ShellPorts, accountId: string, owner: string): Promise<EndedReconcile | null> {
  const startedAt = ports.clock.now();
  let keptAt = spanNow();
  // A lease that has run out is not renewed: another may have compared since, and what was read is old.
  const isMine = (): boolean => spanNow() - keptAt <= leaseMs;
  const begun = await callOut(ports, 'reconcile:begin', () => ports.store.beginReconcile(accountId, owner, leaseMs, startedAt));
  if (begun === null) return null;
  let end: EndedReconcile;
  let userId: string | null = null;
  let plan = usualPlan;
  const renewal: { unref?: () => unknown } = setInterval(() => {
    const askedAt = spanNow();
    if (isMine()) void ports.store.keepReconcile(accountId, owner, leaseMs).then((kept) => void (kept && (keptAt = askedAt)), () => {});
  }, renewEveryMs);
  renewal.unref?.();
  try {
    const account = await callOut(ports, 'reconcile:account', () => ports.store.account(accountId));
    userId = account?.userId ?? null;
    plan = await callOut(ports, 'reconcile:plan', () => ports.reconcilePlan?.(account?.userId ?? '') ?? Promise.resolve(usualPlan));
    const exchange = await callOut(ports, 'reconcile:exchange', () => ports.exchangeFor(accountId));
    end = await compare(ports, exchange, { userId: userId ?? '', accountId, venue: exchange.access.venue, market: exchange.access.market }, begun, plan, isMine);
  } catch (error) {
    end = failed(begun, error);
    if (end.failures > begun.failures) {
      if (end.failures === unreadableAfter) await enterSafeMode(ports, accountId, 'state_unreadable', `its positions and orders could not be read for two minutes: ${end.detail ?? ''}`);
      tellFailure(ports, { accountId, userId }, end);
    }
  }
  await callOut(ports, 'reconcile:end', () => ports.store.endReconcile(accountId, begun.runId, owner, end, ports.clock.now())).finally(() => clearInterval(renewal as NodeJS.Timeout));
  tellEnd(ports, { accountId, userId, occasion: occasionOf(begun, startedAt, plan), runId: begun.runId }, end);
  return end;
}

function failed({ failures, occasion, decided }: BegunReconcile, error: unknown): EndedReconcile {
  const detail = error instanceof Error ? error.message : String(error);
  const heldBack = error instanceof AccountClosed || error instanceof BudgetSpent;
  const againInMs = error instanceof BudgetSpent ? Math.max(error.retryAfterMs ?? 0, afterFailureMs) : error instanceof AccountClosed ? secondLookMs : Math.min(afterFailureMs * 2 ** failures, lookEveryMs);
  return { status: 'failed', ordersCompared: 0, positionsCompared: 0, differences: 0, mended: 0, detail, whole: false, failures: failures + (heldBack ? 0 : 1), againInMs: decided && heldBack ? Math.min(againInMs, decidedAgainMs) : againInMs, keep: failures === 0 && !heldBack && occasion !== 'look' };
}

/** A look becomes a report when the last one is as old as reports may be. */
const occasionOf = ({ occasion, reportedAt }: BegunReconcile, now: number, { reportEveryMs }: Pick<ReconcilePlan, 'reportEveryMs'>): BegunReconcile['occasion'] =>
  occasion === 'look' && (reportedAt === null || now - reportedAt >= reportEveryMs) ? 'time' : occasion;

/** Is a report kept though nothing differs? Streams that come and go leave one a minute. */
const isReport = (begun: BegunReconcile, now: number, plan: ReconcilePlan): boolean => occasionOf(begun, now, plan) !== 'look' && !(begun.occasion === 'gap' && begun.reportedAt !== null && now - begun.reportedAt < idleEveryMs);

/** All orders of an account weigh as much as eighty cancels: who asks again and again, and streams that flap, get the symbols we work. */
function isWhole(begun: BegunReconcile, now: number, plan: ReconcilePlan): boolean {
  const occasion = occasionOf(begun, now, plan);
  const lately = begun.reportedAt !== null && now - begun.reportedAt < wholeEveryMs;
  return occasion === 'start' || occasion === 'time' || (occasion !== 'look' && !lately);
}

async function compare(ports: ShellPorts, exchange: ExchangePort, account: DecidedAccount, begun: BegunReconcile, plan: ReconcilePlan, isMine: () => boolean): Promise<EndedReconcile> {
  const { accountId } = account;
  const prefix = await callOut(ports, 'reconcile:prefix', () => ports.store.deploymentPrefix());
  const known = await callOut(ports, 'reconcile:known-differences', () => ports.store.openDifferences(accountId));
  const whole = isWhole(begun, ports.clock.now(), plan) || known.some(isStray);
  const urgent = begun.decided;
  const reading = await readAccount(ports, exchange, accountId, { prefix, whole, urgent });
  if (reading === null) throw new AccountClosed('the account does not exist');
  const now = ports.clock.now();
  const { lasts, exits } = await lookAtGroups(ports, reading, now);
  const { venue, own } = reading;
  const { found: holdings, blurred } = holdingDifferences(venue, own, now);
  const evidence = await explainByTrades(ports, exchange, accountId, reading, holdings, { now, urgent });
  const orders = orderDifferences(venue, own, { now, deploymentPrefix: prefix, heard: begun.heard, orphanOrders: plan.orphanOrders });
  const stopped = await placeStops(ports, account, plan, holdings.filter(({ symbol }) => !evidence.taken.has(symbol)), { known, orders, whole, around: begun.around, others: reading.book.others });
  const found = [...orders, ...stopped, ...exits];
  const unsteady = new Set([...unsteadyHoldings(venue, own, now), ...evidence.taken]);
  const standing = await dropFired(ports, account, known, found, now);
  const judgement = judgeDifferences(found, standing, { now, comparable: (each) => (isStray(each) || !unsteady.has(each.symbol)) && mayBeOver(each, whole), explained: ({ key }) => evidence.explained.has(key) });
  const kept = judgement.judged.map(({ difference, known: before, state, firstSeenAt }) => ({ id: before?.id ?? null, difference, state, firstSeenAt }));
  const ids = await callOut(ports, 'reconcile:keep', () => ports.store.keepDifferences(accountId, begun.runId, now, kept));
  for (const { id, state } of judgement.ended) await callOut(ports, 'reconcile:end-gone', () => ports.store.endDifference(id, state === null ? null : { state, action: state === 'gone' ? 'gone' : 'mended', detail: null }, now));
  const mended = await carryOut(ports, exchange, account, judgement, { ids, evidence, lasts, isMine, groupOf: (id) => standing.find((each) => each.id === id)?.groupId ?? null });
  const end = endOf(begun, reading, judgement, mended + evidence.taken.size, { now, plan, whole, blurred });
  return blurred || known.some(({ decision }) => decision !== null) ? { ...end, againInMs: secondLookMs } : end;
}

/** An order of ours that nobody wants and that is about to be cancelled, by us or by a person's word: only a look at all orders tells whether it still stands, whatever its symbol does. */
const isStray = ({ key, state, decision }: KnownDifference): boolean => (state === 'acting' || (state === 'asks' && decision !== null)) && key.startsWith('orphan_order:');

/** What only a look at all orders can see, is not over because a smaller one does not; and who has accepted another deployment is not asked again. */
const mayBeOver = ({ key, state }: KnownDifference, whole: boolean): boolean =>
  key.startsWith(deploymentKey('')) ? whole && state !== 'ignored' : whole || !key.startsWith('orphan_order:');

/** The last price of every group's symbol, the step it is traded in, and the exits it lacks. */
async function lookAtGroups(ports: ShellPorts, { own }: AccountReading, now: number): Promise<{ lasts: Map<string, Price | null>; exits: Difference[] }> {
  const lasts = new Map<string, Price | null>();
  const exits: Difference[] = [];
  await inTurns(own.groups, async (kept) => {
    const { group } = kept;
    const atHand = await callOut(ports, 'reconcile:facts', () => ports.facts.prepare({ aggregate: 'group', aggregateId: group.id, key: null, event: { type: 'timer' } }));
    try {
      const { instrument, priceLast } = atHand.forGroup(group);
      own.steps[group.symbol] = instrument.stepSize;
      lasts.set(group.id, priceLast);
      if (!own.moved.has(group.symbol)) exits.push(...missingExits(kept, { now, instrument, priceLast }));
    } catch {
      // Without its rules nothing can be said of its exits; the group itself says so where it waits for them.
      lasts.set(group.id, null);
    }
  });
  return { lasts, exits };
}

interface CarryFacts {
  ids: Record<string, string>;
  evidence: TradeEvidence;
  lasts: Map<string, Price | null>;
  groupOf(id: string): string | null;
  isMine(): boolean;
}

async function carryOut(ports: ShellPorts, exchange: ExchangePort, account: DecidedAccount, { judged }: Judgement, facts: CarryFacts): Promise<number> {
  let mended = 0;
  for (const each of judged) {
    const id = facts.ids[each.difference.key] ?? each.known?.id;
    if (id === undefined) continue;
    if (each.state === 'asks' && each.known?.state !== 'asks') tellDifference(ports, account, each.difference, null);
    if (each.state === 'asks') await protect(ports, account, each);
    if (each.act === null) continue;
    const end = await actOn(ports, exchange, account, each, id, facts);
    if (end === null) continue;
    await endDifference(ports, id, end, ports.clock.now());
    tellDifference(ports, account, each.difference, end);
    mended += 1;
  }
  return mended;
}

/** What is done while a person is asked: nothing that adds exposure, and nothing that a word of theirs does not end. */
async function protect(ports: ShellPorts, account: DecidedAccount, { difference, known }: JudgedDifference): Promise<void> {
  const { remedy, symbol } = difference;
  if (remedy.do === 'ask' && remedy.stop !== null && (known?.state !== 'asks' || known.stop !== remedy.stop)) tellStop(ports, account, symbol, remedy);
  if (remedy.do === 'ask-deployment') await enterSafeMode(ports, account.accountId, 'second_deployment', wordsOf(difference), { prefix: remedy.prefix, open: difference.clientOrderId !== null });
}

/** One that fails does not keep the others from being mended: it is tried again with the next look. */
async function actOn(ports: ShellPorts, exchange: ExchangePort, account: DecidedAccount, { difference, known, act }: JudgedDifference, id: string, { evidence, lasts, groupOf, isMine }: CarryFacts): Promise<DifferenceEnd | null> {
  try {
    if (act === 'decided' && difference.remedy.do === 'ask') return known === null ? null : await carryOutDecision(ports, account, { ...known, groupId: groupOf(id) }, difference, isMine);
    return await mendDifference(ports, exchange, difference, { id, explanation: evidence.explained.get(difference.key), priceLast: (groupId) => lasts.get(groupId) ?? null });
  } catch (error) {
    ports.log.warn('venue', `The difference ${difference.key} of account ${account.accountId} could not be mended and is tried again: ${error instanceof Error ? error.message : String(error)}`, { accountId: account.accountId, userId: account.userId });
    return null;
  }
}

function endOf(begun: BegunReconcile, { venue, own }: AccountReading, { judged, ended }: Judgement, mended: number, { now, plan, whole, blurred }: { now: number; plan: ReconcilePlan; whole: boolean; blurred: boolean }): EndedReconcile {
  const open = judged.filter(({ state }) => state === 'asks' || state === 'acting');
  const fresh = judged.some(({ state, known }) => state !== 'seen' && state !== known?.state) || mended > 0 || ended.some(({ state }) => state !== null);
  const waits = mended > 0 || judged.some(({ state, act }) => state === 'seen' || act !== null);
  // What could not be compared, because it moves or the venue did not say, is not known to agree.
  const unsure = own.orders.filter(({ clientOrderId, sent, changedAt }) => sent && now - changedAt >= secondLookMs && venue.open[clientOrderId] === undefined && venue.answers[clientOrderId] === undefined).length + (blurred ? 1 : 0);
  const holdings = new Set([...own.groups.map(({ group }) => holdingOf(own.market, group)), ...(own.market === 'usdm' ? Object.keys(venue.holdings) : [])]);
  return {
    status: open.length > 0 || mended > 0 || unsure > 0 ? 'differences' : 'clean',
    ordersCompared: own.orders.length,
    positionsCompared: holdings.size,
    differences: Math.max(open.length, mended, unsure),
    mended,
    detail: null,
    whole,
    failures: 0,
    againInMs: waits ? secondLookMs : own.groups.length > 0 || own.orders.length > 0 || holdings.size > 0 ? lookEveryMs : idleEveryMs,
    keep: fresh || isReport(begun, now, plan),
  };
}
