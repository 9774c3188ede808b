import { randomUUID } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { AlertFault } from '#shared/contracts/alert-fields';
import { isExactObject, readExactJson, UnreadableJson, type ExactDocument } from '#shared/contracts/exact-json';
import type { AcceptedAlert, DuplicateAlert } from '#shared/contracts/http';
import { understandAlert, type AlertTarget, type Understanding } from '#shared/contracts/webhook';
import { knockSignal, tellLive, type ApiDeps } from '../api-deps.ts';
import { HttpFault } from '../http/fault.ts';
import { decodeBody, redactBody } from './alert-body.ts';
import { endWindow, findEndpoint, noteDelivery, storeAlert, type AlertEndpoint, type DeliveryRecord } from './alerts.query.ts';
import { alertIsAuthentic } from './authenticate-alert.ts';

/** One request to the webhook. */
export interface AlertDelivery {
  endpointId: string;
  contentType: string | undefined;
  signature: string | undefined;
  body: Buffer;
  ip: string;
  correlationId: string;
}

export interface AlertAnswer {
  status: 200 | 202;
  body: AcceptedAlert | DuplicateAlert;
}

// TradingView gives up after 3 s and sends again on a 5xx.
const answerWithinMs = 2_500;
const windowMinutesDefault = 5;
const endpointShape = /^[\w-]{1,64}$/;

/** Takes alerts in. One for all requests of a process. */
export interface Intake {
  take(delivery: AlertDelivery): Promise<AlertAnswer>;
  /** Keeps the delivery of a body that was not even read. */
  refuseUnread(delivery: AlertDelivery, fault: HttpFault): Promise<never>;
}

/** What is known of a delivery while it is judged. */
interface Reading {
  text: string | null;
  document: ExactDocument | null;
  endpoint: AlertEndpoint | null;
  secret: string | null;
}

/** The intake: read, authenticate, understand, store, commit, answer. Only then somebody is rung. */
export function createIntake(deps: ApiDeps): Intake {
  const { pool, box, log, clock, instruments, trading } = deps;
  // Refusals of strangers are kept too, but a flood of them must not fill the disk. Authenticated alerts are never limited.
  const strangers = new RateLimiterMemory({ points: 120, duration: 60 });
  const decoy = box.seal(randomUUID(), 'decoy');

  const secretOf = (endpoint: AlertEndpoint | null): string | null => {
    const opened = endpoint === null ? box.open(decoy, 'decoy') : box.open(endpoint.sealedSecret, `webhook_endpoints:${endpoint.id}`);
    return endpoint === null ? null : opened;
  };

  const refuse = async (delivery: AlertDelivery, receivedAt: number, reading: Reading, fault: HttpFault): Promise<never> => {
    const { endpoint } = reading;
    const authenticated = fault.status === 400 && fault.code !== 'unreadable';
    log.warn('webhook', `alert refused: ${fault.message}`, { code: fault.code, status: fault.status, endpointId: endpoint?.id ?? null, correlationId: delivery.correlationId });
    try {
      if (!authenticated) await strangers.consume(delivery.ip);
      const record: DeliveryRecord = {
        endpointId: endpointShape.test(delivery.endpointId) ? delivery.endpointId : '[not an endpoint id]',
        userId: endpoint?.userId ?? null,
        receivedAt,
        contentType: delivery.contentType?.replace(/[^\x20-\x7e]/g, '').slice(0, 200) ?? null,
        body: redactBody(delivery.body, reading.text, reading.document, reading.secret),
      };
      await within(noteDelivery(pool, record, fault.status, fault.code, describe(fault)));
    } catch (error) {
      log.debug('webhook', 'refused alert not kept', { error: String(error) });
    }
    throw fault;
  };

  const understand = async (endpoint: AlertEndpoint, document: ExactDocument): Promise<Understanding> => {
    const { venue, market, executionMode } = endpoint;
    const target: AlertTarget = { venue, market, executionMode, findSymbol: (compact) => instruments.find(venue, market, compact) };
    await instruments.load(venue, market);
    const first = understandAlert(document.value, target);
    if (!first.faults?.some((fault) => fault.code === 'unknown_symbol')) return first;
    await instruments.load(venue, market, true);
    return understandAlert(document.value, target);
  };

  const take = async (delivery: AlertDelivery): Promise<AlertAnswer> => {
    const receivedAt = clock.now();
    const reading: Reading = { text: decodeBody(delivery.body, delivery.contentType), document: null, endpoint: null, secret: null };
    const say = (fault: HttpFault): Promise<never> => refuse(delivery, receivedAt, reading, fault);
    try {
      if (reading.text === null) throw new UnreadableJson('the body is not text in its encoding');
      reading.document = readExactJson(reading.text);
    } catch (error) {
      if (!(error instanceof UnreadableJson)) throw error;
      return say(new HttpFault(400, 'unreadable', `The body cannot be read as JSON: ${error.message}.`));
    }
    const { value } = reading.document;
    reading.endpoint = endpointShape.test(delivery.endpointId) ? await findEndpoint(pool, delivery.endpointId) : null;
    reading.secret = secretOf(reading.endpoint);
    const authentic = alertIsAuthentic(reading.secret, isExactObject(value) ? value.secret : undefined, delivery.signature, delivery.body);
    const { endpoint } = reading;
    if (endpoint === null || !(authentic || mayGoWithoutSecret(endpoint, trading.mode)))
      return say(new HttpFault(401, 'unauthenticated', 'The secret or signature is missing or wrong, or there is no such webhook endpoint.'));

    const { alert, faults } = await understand(endpoint, reading.document);
    if (alert === null) return say(meaningFault(faults));
    const record: DeliveryRecord = {
      endpointId: endpoint.id,
      userId: endpoint.userId,
      receivedAt,
      contentType: delivery.contentType?.slice(0, 200) ?? null,
      body: redactBody(delivery.body, reading.text, reading.document, reading.secret),
    };
    let identity = `${endpoint.accountId} ${alert.identity}`;
    const windowMinutes = endpoint.windowMinutes ?? windowMinutesDefault;
    if (alert.windowed && windowMinutes === 0) identity += ` #${randomUUID()}`;
    else if (alert.windowed) await endWindow(pool, endpoint.userId, identity, receivedAt - windowMinutes * 60_000);
    const stored = await storeAlert(pool, endpoint, alert, record, identity);
    const { symbol, kind, side } = alert.signal;
    log.info('webhook', stored.duplicate ? 'alert repeated' : 'alert accepted', { signalId: stored.signalId, endpointId: endpoint.id, symbol, kind, side, correlationId: delivery.correlationId });
    if (stored.duplicate) return { status: 200, body: { signalId: stored.signalId, duplicate: true } };
    knockSignal(deps, stored.inboxId);
    tellLive(deps, { event: 'signal', userId: endpoint.userId, id: stored.signalId, data: { id: stored.signalId, status: 'pending', symbol, kind, side, timeframe: alert.signal.timeframe } });
    return { status: 202, body: { signalId: stored.signalId, status: 'accepted' } };
  };

  return {
    take: (delivery) =>
      within(take(delivery)).catch((error: unknown) => {
        if (error instanceof HttpFault) throw error;
        log.error('webhook', 'alert could not be stored', { error: String(error), correlationId: delivery.correlationId });
        throw new HttpFault(503, 'storage_unavailable', 'The alert could not be stored now; send it again.', { headers: { 'Retry-After': '5' } });
      }),
    refuseUnread: (delivery, fault) => refuse(delivery, clock.now(), { text: '', document: null, endpoint: null, secret: null }, fault),
  };
}

/** A user may switch the secret off outside live trading. */
const mayGoWithoutSecret = (endpoint: AlertEndpoint, mode: ApiDeps['trading']['mode']): boolean => endpoint.secretRequired === false && mode !== 'live' && endpoint.accountMode !== 'live';

function meaningFault(faults: AlertFault[]): HttpFault {
  const first = faults[0];
  return new HttpFault(400, first?.code ?? 'invalid_alert', `The alert does not make sense: ${first?.path ?? ''} ${first?.message ?? ''}.`, { errors: faults });
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
