import type { Fill } from '#shared/engine/order/order';
import type { ExchangePort, SubmitOutcome } from '#shared/ports/exchange.port';
import type { OrderRow, OutboxClaim } from '#shared/ports/store.port';
import { carryOutCancel } from './carry-out-cancel.ts';
import { callOut } from './crash-points.ts';
import { resolveSubmit } from './resolve-unknown.ts';
import { outboxLeaseMs, sendWithinMs } from '#shared/ports/send-times';
import { spanNow } from '#shared/ports/span-clock';
import { AccountClosed, hear, type ShellPorts } from './shell.ts';
import { tradesOf } from './trades-of.ts';

/** Pauses before an order that did not leave is tried again; the last one repeats. */
const pausesMs = [500, 1_000, 2_000, 5_000, 10_000];

type Send = Extract<OutboxClaim, { kind: 'send' }>;

/** Carries out one outbox row: submit or cancel. May run twice, late, or after a crash at any line. */
export async function carryOut(ports: ShellPorts, outboxId: string): Promise<void> {
  const askedAt = spanNow();
  await carryOutClaim(ports, await callOut(ports, 'submit:claim', () => ports.store.claimOutbox(outboxId, outboxLeaseMs)), askedAt);
}

/** Carries out what a claim found; `askedAt` is when it was asked for, by `spanNow()`. */
export async function carryOutClaim(ports: ShellPorts, claim: OutboxClaim, askedAt: number): Promise<void> {
  switch (claim.kind) {
    case 'nothing':
      return;
    case 'halted':
      return await callOut(ports, 'submit:halted', () => ports.store.postponeOutbox(claim.outboxId, ports.clock.now() + 2_000, `halted: ${claim.reason}`));
    case 'send':
      return await send(ports, claim, askedAt);
    case 'resolve':
      return await resolveSubmit(ports, claim, askedAt);
    case 'cancel':
      return await carryOutCancel(ports, claim);
  }
}

/** What is said of an order whose process was held up for too long after it was recorded as sending. */
const paused = Promise.resolve<SubmitOutcome>({ kind: 'not-sent', message: 'the process was paused between recording and sending' });

async function send(ports: ShellPorts, claim: Send, askedAt: number): Promise<void> {
  const { row, outboxId } = claim;
  let exchange: ExchangePort;
  try {
    exchange = await callOut(ports, 'submit:exchange', () => ports.exchangeFor(row.accountId));
  } catch (error) {
    if (!(error instanceof AccountClosed)) return await putBack(ports, claim, String(error));
    await refused(ports, outboxId, row, { refused: 'auth', code: 'account_disabled', message: error.message });
    return;
  }
  const notAfter = askedAt + sendWithinMs;
  const { clientOrderId, side, type, quantity, price, reduceOnly } = row.order;
  const outcome = await callOut(ports, 'submit:venue', () => (spanNow() > notAfter ? paused : exchange.submit({ notAfter, clientOrderId, symbol: row.symbol, side, type, quantity, price, reduceOnly })));
  await report(ports, exchange, claim, outcome);
}

/** Turns an outcome into the event it is. Only an answer ends the row; everything else is asked for again. */
async function report(ports: ShellPorts, exchange: ExchangePort, claim: Send, outcome: SubmitOutcome): Promise<void> {
  const { row, outboxId } = claim;
  switch (outcome.kind) {
    case 'accepted':
      await hear(ports, {
        aggregate: 'group',
        aggregateId: row.groupId,
        key: null,
        completes: outboxId,
        event: { type: 'order-report', clientOrderId: row.order.clientOrderId, report: outcome.report, fills: await fillsOf(ports, exchange, row, outcome), priceExpected: row.order.priceExpected },
      });
      return;
    case 'refused':
      if (outcome.refused === 'rate' || outcome.refused === 'clock') return await putBack(ports, claim, `${outcome.code}: ${outcome.message}`, outcome.retryAfterMs);
      if (outcome.refused === 'precision') await doubtRules(ports, exchange, row);
      return await refused(ports, outboxId, row, outcome);
    case 'not-sent':
      return await putBack(ports, claim, outcome.message, outcome.retryAfterMs);
    case 'exists':
    case 'unknown':
      await hear(ports, {
        aggregate: 'group',
        aggregateId: row.groupId,
        // An id that is taken is news of its own, whatever was unknown before: such an order is never sent again.
        key: `order:${row.order.clientOrderId}:${outcome.kind}`,
        event: { type: 'order-unknown', clientOrderId: row.order.clientOrderId, message: outcome.message, ...(outcome.kind === 'exists' ? { exists: true as const } : {}) },
      });
      await callOut(ports, 'submit:ask-later', () => ports.store.postponeOutbox(outboxId, ports.clock.now() + 500, outcome.message));
  }
}

/** The venue's rules may have changed under us: they are fetched before the group decides what to do. */
async function doubtRules(ports: ShellPorts, exchange: ExchangePort, row: OrderRow): Promise<void> {
  const { refreshRules } = ports;
  if (refreshRules === undefined) return;
  await callOut(ports, 'submit:rules', () => refreshRules(row.venue, exchange.access.market, row.symbol)).catch((error: unknown) => ports.log.warn('precision', `The rules of ${row.symbol} could not be fetched anew: ${String(error)}`));
}

/** Some venues answer a fill without its trades; they are read at once, and by the next poll where that fails. */
async function fillsOf(ports: ShellPorts, exchange: ExchangePort, row: OrderRow, { report, fills }: Extract<SubmitOutcome, { kind: 'accepted' }>): Promise<Fill[]> {
  return fills.length > 0 ? fills : await tradesOf(ports, 'submit:trades', exchange, row, report).catch(() => []);
}

async function refused(ports: ShellPorts, outboxId: string, row: OrderRow, no: { refused: string; code: string; message: string }): Promise<void> {
  await hear(ports, {
    aggregate: 'group',
    aggregateId: row.groupId,
    key: null,
    completes: outboxId,
    event: { type: 'order-refused', clientOrderId: row.order.clientOrderId, refused: no.refused, code: no.code, message: no.message },
  });
}

/** Proved not to have left, or refused for a passing reason: it goes out later under the same id. */
async function putBack(ports: ShellPorts, claim: Send, why: string, afterMs?: number): Promise<void> {
  const { row, outboxId } = claim;
  const pause = pausesMs[Math.min(claim.attempts, pausesMs.length) - 1] ?? 10_000;
  const dueAt = ports.clock.now() + Math.max(afterMs ?? 0, pause);
  ports.log.warn('order', `Order ${row.order.clientOrderId} did not go out and is tried again: ${why}`, { clientOrderId: row.order.clientOrderId, groupId: row.groupId });
  await callOut(ports, 'submit:put-back', () => ports.store.putBack(outboxId, row.order.clientOrderId, dueAt, why, claim.attempts));
}
