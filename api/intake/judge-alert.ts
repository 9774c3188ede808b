import type { AlertFault } from '#shared/contracts/alert-fields';
import { isExactObject, readExactJson, UnreadableJson, type ExactDocument } from '#shared/contracts/exact-json';
import { understandAlert, type AlertTarget, type Understanding, type UnderstoodAlert } from '#shared/contracts/webhook';
import { callOut } from '#shared/shell/crash-points';
import type { ApiDeps } from '../api-deps.ts';
import { HttpFault } from '../http/fault.ts';
import { decodeBody } from './alert-body.ts';
import type { AlertEndpoint } from './alerts.query.ts';
import { alertIsAuthentic } from './authenticate-alert.ts';
import { createEndpointBook, type KnownEndpoint } from './endpoint-book.ts';
import { createSymbolSearch } from './symbol-search.ts';

/** One request to the webhook. */
export interface AlertDelivery {
  endpointId: string;
  contentType: string | undefined;
  signature: string | undefined;
  body: Buffer;
  ip: string;
  correlationId: string;
}

/** What is known of a delivery so far; filled while it is judged, so that a refusal can be kept with what it was. */
export interface Reading {
  text: string | null;
  document: ExactDocument | null;
  endpoint: KnownEndpoint | null;
  /** It was judged by an endpoint as it stood before: what speaks against it must be judged anew. */
  remembered: boolean;
}

/** An alert that may be stored. */
export interface JudgedAlert {
  endpoint: KnownEndpoint;
  alert: UnderstoodAlert;
}

export const endpointShape = /^[\w-]{1,64}$/;

/** Judges deliveries in the contract's order: readable, authentic, sensible; by what is remembered of the endpoint unless `fresh`. Throws `HttpFault`. */
export function createJudge({ pool, box, instruments, trading, jobs, log, atCrashPoint }: Pick<ApiDeps, 'pool' | 'box' | 'instruments' | 'trading' | 'jobs' | 'log' | 'atCrashPoint'>) {
  const ports = { atCrashPoint };
  const book = createEndpointBook({ pool, box, atCrashPoint });
  const search = createSymbolSearch({ instruments, jobs, log, atCrashPoint });
  const understand = async (endpoint: AlertEndpoint, document: ExactDocument): Promise<Understanding> => {
    const { venue, market, executionMode } = endpoint;
    const target: AlertTarget = { venue, market, executionMode, findSymbol: (compact) => instruments.find(venue, market, compact) };
    await callOut(ports, 'ingest:symbols', () => instruments.load(venue, market));
    const first = understandAlert(document.value, target);
    if (!first.faults?.some((fault) => fault.code === 'unknown_symbol')) return first;
    await callOut(ports, 'ingest:symbols-again', () => instruments.load(venue, market, true));
    const second = understandAlert(document.value, target);
    if (!second.faults?.every((fault) => fault.code === 'unknown_symbol') || !(await search(venue, market))) return second;
    return understandAlert(document.value, target);
  };

  return async (delivery: AlertDelivery, reading: Reading, fresh: boolean): Promise<JudgedAlert> => {
    const { text, document } = read(delivery);
    reading.text = text;
    if (document instanceof UnreadableJson) throw new HttpFault(400, 'unreadable', `The body cannot be read as JSON: ${document.message}.`);
    reading.document = document;
    const remembered = fresh ? null : book.kept(delivery.endpointId);
    const endpoint = remembered ?? (endpointShape.test(delivery.endpointId) ? await book.read(delivery.endpointId) : null);
    Object.assign(reading, { endpoint, remembered: remembered !== null });
    const stated = isExactObject(document.value) ? document.value.secret : undefined;
    const authentic = alertIsAuthentic(endpoint?.secret ?? null, stated, delivery.signature, delivery.body);
    if (endpoint === null || !(authentic || mayGoWithoutSecret(endpoint, trading.mode)))
      throw new HttpFault(401, 'unauthenticated', 'The secret or signature is missing or wrong, or there is no such webhook endpoint.');
    const { alert, faults } = await understand(endpoint, document);
    if (alert === null) throw meaningFault(faults);
    return { endpoint, alert };
  };
}

function read({ body, contentType }: AlertDelivery): { text: string | null; document: ExactDocument | UnreadableJson } {
  const text = decodeBody(body, contentType);
  if (text === null) return { text, document: new UnreadableJson('it is not text in its encoding') };
  try {
    return { text, document: readExactJson(text) };
  } catch (error) {
    if (error instanceof UnreadableJson) return { text, document: error };
    throw error;
  }
}

/** A user may switch the secret off outside live trading. */
const mayGoWithoutSecret = (endpoint: AlertEndpoint, mode: ApiDeps['trading']['mode']): boolean => endpoint.secretRequired === false && mode !== 'live' && endpoint.accountMode !== 'live';

function meaningFault(faults: AlertFault[]): HttpFault {
  const first = faults[0];
  return new HttpFault(400, first?.code ?? 'invalid_alert', `The alert does not make sense: ${first?.path ?? ''} ${first?.message ?? ''}.`, { errors: faults });
}
