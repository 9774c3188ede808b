import { subscribe } from 'node:diagnostics_channel';

/**
 * What is known of one request on its way out. `not-sent` is only claimed on the word of undici itself, which announces every
 * request right before it writes its first byte: an error class or code alone proves nothing about what was written.
 */
export interface Evidence {
  /** The exact parameters that must be on the wire, for requests that move money. */
  readonly expected: ExpectedWire | null;
  readonly deadlineAt: number;
  /** By `performance.now()`: after this it must not leave. */
  readonly notAfter: number;
  /** Handed to undici. */
  dispatched: boolean;
  /** Recognised by undici's announcements; without it nothing can be said about `written`. */
  linked: boolean;
  /** undici is writing it, or has. */
  written: boolean;
  /** Nobody waits for it any more: it must not leave if it has not yet. */
  abandoned: boolean;
}

/** What a signed request has to carry: exactly these, beside timestamp, receive window and signature. */
export interface ExpectedWire {
  method: string;
  path: string;
  params: Readonly<Record<string, string>>;
}

/**
 * Evidence of the call that is just being begun, synchronously. An AsyncLocalStorage would follow it by itself, but on Node 20 it makes
 * every promise of the process dearer, a tenth of a worker's time; from here it goes on with the headers of the request.
 */
let begun: Evidence | undefined;
const carried: unique symbol = Symbol('evidence');
const ofRequest = new WeakMap<object, Evidence>();
let watching = false;

/** Runs `work` with fresh evidence, which the request that it begins before its first await takes down to the socket. */
export function withEvidence<T>(of: Pick<Evidence, 'expected' | 'deadlineAt' | 'notAfter'>, work: (evidence: Evidence) => Promise<T>): Promise<T> {
  watch();
  const evidence: Evidence = { ...of, dispatched: false, linked: false, written: false, abandoned: false };
  return beginning(evidence, () => work(evidence));
}

/** Begins something that belongs to `evidence`; it is no longer the begun one when this returns. */
export function beginning<T>(evidence: Evidence | undefined, begin: () => T): T {
  const outer = begun;
  begun = evidence;
  try {
    return begin();
  } finally {
    begun = outer;
  }
}

/** The evidence of the call that is being begun, if any. */
export const begunEvidence = (): Evidence | undefined => begun;

/** Request headers that bring the evidence along; no header of the wire, which carries text keys only. */
export const carrying = (headers: unknown, evidence: Evidence | undefined): object => ({ ...(headers as object | undefined), [carried]: evidence });

/** The evidence that request headers bring along, if any. */
export const carriedEvidence = (headers: unknown): Evidence | undefined => (headers as { [carried]?: Evidence } | undefined)?.[carried];

/** Is it proved that nothing was written? */
export const provedNotSent = (evidence: Evidence | undefined): boolean => evidence !== undefined && (!evidence.dispatched || (evidence.linked && !evidence.written));

function watch(): void {
  if (watching) return;
  watching = true;
  subscribe('undici:request:create', (message) => {
    if (begun === undefined) return;
    begun.linked = true;
    ofRequest.set((message as { request: object }).request, begun);
  });
  subscribe('undici:client:sendHeaders', (message) => {
    const evidence = ofRequest.get((message as { request: object }).request);
    if (evidence !== undefined) evidence.written = true;
  });
}

/** What is wrong with the wire of a request, or null: every expected parameter with exactly our text, and none beside them. */
export function wireFault(expected: ExpectedWire, method: string, url: string, body: string | undefined): string | null {
  const { pathname, searchParams } = new URL(url);
  if (method !== expected.method || pathname !== expected.path) return `${method} ${pathname} instead of ${expected.method} ${expected.path}`;
  const sent = new Map(body === undefined || body === '' ? searchParams : new URLSearchParams(body));
  for (const own of ['timestamp', 'recvWindow', 'signature']) if (!sent.delete(own)) return `${own} is missing`;
  for (const [name, value] of Object.entries(expected.params)) {
    if (sent.get(name) !== value) return `${name} is ${JSON.stringify(sent.get(name))} instead of ${JSON.stringify(value)}`;
    sent.delete(name);
  }
  return sent.size === 0 ? null : `unexpected ${[...sent.keys()].join(', ')}`;
}
