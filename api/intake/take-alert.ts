import { randomUUID } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { AcceptedAlert, DuplicateAlert } from '#shared/contracts/http';
import { callOut } from '#shared/shell/crash-points';
import { knockSignal, tellLive, type ApiDeps } from '../api-deps.ts';
import { HttpFault } from '../http/fault.ts';
import { redactBody } from './alert-body.ts';
import { EndpointMoved, endWindow, noteDelivery, storeAlert, type AlertDatabase, type DeliveryRecord, type StoredAlert } from './alerts.query.ts';
import { createJudge, endpointShape, type AlertDelivery, type JudgedAlert, type Reading } from './judge-alert.ts';

export interface AlertAnswer {
  status: 200 | 202;
  body: AcceptedAlert | DuplicateAlert;
}

// TradingView gives up after 3 s and sends again on a 5xx.
const answerWithinMs = 2_500;
const windowMinutesDefault = 5;
const strangersPerMinute = 120;

/** Takes alerts in. One for all requests of a process. */
export interface Intake {
  take(delivery: AlertDelivery): Promise<AlertAnswer>;
  /** Keeps the delivery of a body that was not even read. */
  refuseUnread(delivery: AlertDelivery, fault: HttpFault): Promise<never>;
}

const nothingRead = (): Reading => ({ text: '', document: null, endpoint: null, remembered: false });
/** Endpoints, accounts and configurations that change while an alert is stored do not change again and again. */
const attemptsMax = 3;

const recordOf = (delivery: AlertDelivery, reading: Reading, receivedAt: number): DeliveryRecord => ({
  endpointId: endpointShape.test(delivery.endpointId) ? delivery.endpointId : '[not an endpoint id]',
  userId: reading.endpoint?.userId ?? null,
  receivedAt,
  contentType: delivery.contentType?.replace(/[^\x20-\x7e]/g, '').slice(0, 200) ?? null,
  body: redactBody(delivery.body, reading.text, reading.document, reading.endpoint?.secret ?? null),
});

/** The intake: read, authenticate, understand, store, commit. Only then somebody is rung, and the sender answered. */
export function createIntake(deps: ApiDeps): Intake {
  const { log, clock } = deps;
  const judge = createJudge(deps);
  // Refusals of strangers are kept too, but a flood of them must not fill the disk. Authenticated alerts are never limited.
  const strangers = new RateLimiterMemory({ points: strangersPerMinute, duration: 60 });

  const noteRefusal = async (delivery: AlertDelivery, reading: Reading, receivedAt: number, fault: HttpFault): Promise<void> => {
    const { correlationId } = delivery;
    log.warn('webhook', `alert refused: ${fault.message}`, { code: fault.code, status: fault.status, endpointId: reading.endpoint?.id ?? null, userId: reading.endpoint?.userId ?? null, correlationId });
    try {
      if (fault.status !== 400 || reading.endpoint === null) await callOut(deps, 'ingest:count-stranger', () => strangers.consume(delivery.ip));
      await within(noteDelivery(deps, recordOf(delivery, reading, receivedAt), fault.status, fault.code, describe(fault)));
    } catch (error) {
      log.debug('webhook', 'refused alert not kept', { error: String(error), correlationId });
    }
  };

  /** Judges by what is remembered and stores under its stamp; where something speaks against the alert, or has moved, by what stands now. */
  const judgeAndKeep = async (delivery: AlertDelivery, reading: Reading, receivedAt: number): Promise<{ judged: JudgedAlert; stored: StoredAlert }> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const judged = await judge(delivery, reading, attempt > 1);
        return { judged, stored: await keep(deps, judged, recordOf(delivery, reading, receivedAt)) };
      } catch (error) {
        const again = error instanceof EndpointMoved || (error instanceof HttpFault && reading.remembered);
        if (!again || attempt === attemptsMax) throw error;
      }
    }
  };

  const take = async (delivery: AlertDelivery): Promise<AlertAnswer> => {
    const receivedAt = clock.now();
    const reading = nothingRead();
    try {
      const { judged, stored } = await judgeAndKeep(delivery, reading, receivedAt);
      const { userId, id: endpointId } = judged.endpoint;
      const { symbol, timeframe, kind, side } = judged.alert.signal;
      const { signalId } = stored;
      // Rung before it is answered: a worker begins while the answer is made, and the sender waits a third of a millisecond longer.
      if (!stored.duplicate) knockSignal(deps, stored.inbox.id, stored.inbox);
      log.info('webhook', stored.duplicate ? 'alert repeated' : 'alert accepted', { signalId, userId, endpointId, symbol, kind, side, correlationId: delivery.correlationId });
      if (stored.duplicate) return { status: 200, body: { signalId, duplicate: true } };
      setImmediate(() => tellLive(deps, { event: 'signal', userId, id: signalId, data: { id: signalId, status: 'pending', symbol, timeframe, kind, side } }));
      return { status: 202, body: { signalId, status: 'accepted' } };
    } catch (error) {
      if (error instanceof HttpFault) await noteRefusal(delivery, reading, receivedAt, error);
      throw error;
    }
  };

  return {
    take: (delivery) =>
      within(take(delivery)).catch((error: unknown) => {
        if (error instanceof HttpFault) throw error;
        log.error('webhook', 'alert could not be stored', { error: String(error), correlationId: delivery.correlationId });
        throw new HttpFault(503, 'storage_unavailable', 'The alert could not be stored now; send it again.', { headers: { 'Retry-After': '5' } });
      }),
    async refuseUnread(delivery, fault) {
      await noteRefusal(delivery, nothingRead(), clock.now(), fault);
      throw fault;
    },
  };
}

/** Stores an alert under its identity, which for alerts without a time of their own lasts a few minutes. */
async function keep(database: AlertDatabase, { endpoint, alert }: JudgedAlert, record: DeliveryRecord): Promise<StoredAlert> {
  const identity = `${endpoint.accountId} ${alert.identity}`;
  const windowMinutes = endpoint.windowMinutes ?? windowMinutesDefault;
  if (alert.windowed && windowMinutes === 0) return await storeAlert(database, endpoint, alert, record, `${identity} #${randomUUID()}`);
  if (alert.windowed) await endWindow(database, endpoint.userId, identity, record.receivedAt - windowMinutes * 60_000);
  return await storeAlert(database, endpoint, alert, record, identity);
}

const describe = (fault: HttpFault): string => (fault.extras.errors === undefined ? fault.message : fault.extras.errors.map(({ path, message }) => `${path}: ${message}`).join('; '));

/** `work`, or a rejection when it takes longer than TradingView would wait. The work itself goes on; a repetition finds what it stored. */
async function within<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer of the database within ${answerWithinMs} ms`)), answerWithinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
