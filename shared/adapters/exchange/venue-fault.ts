import type { BodyReader } from './outcomes/body-readers.ts';
import { readBinance } from './outcomes/body-readers.ts';

/**
 * How a call to a venue went wrong, as evidence: what left this machine and what came back. ccxt's exception classes do not tell
 * "refused" from "nobody knows", so nothing here or above looks at a class.
 */
export interface Fault {
  /**
   * not-sent: proved that not one byte of the request was written · no-answer: it may have arrived, and no whole answer came back ·
   * answered: the venue, or something in front of it, answered with a failure.
   */
  phase: 'not-sent' | 'no-answer' | 'answered';
  status: number | null;
  /** The venue's own code, such as `-2010`. */
  code: string | null;
  message: string;
  retryAfterMs?: number;
}

/** A `Fault` on its way up through ccxt, which only knows how to throw. */
export class VenueFault extends Error {
  override readonly name = 'VenueFault';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

const messageMax = 300;

/**
 * `text` without what must not be stored or shown: ccxt puts whole signed URLs into its messages, a listen key opens an account's
 * stream, and a proxy's answer may echo either. Cut to a length that fits a log line.
 */
export const redact = (text: string): string =>
  text
    .replace(/(\b(?:https?|wss?):\/\/[^\s?"'<>]*)\?[^\s"'<>]+/gi, '$1?[redacted]')
    .replace(/((?:signature|listenKey|api_?key|x-mbx-apikey|secret)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi, '$1[redacted]')
    .replace(/(\/ws\/)[\w-]{20,}/g, '$1[redacted]')
    .slice(0, messageMax);

/** The text of anything thrown, redacted. */
export const describeError = (error: unknown): string => redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error));

type Headers = Readonly<Record<string, string>>;

/** A response header by its name, whatever its case. */
export function header(headers: Headers, name: string): string | undefined {
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : headers[found];
}

/** Milliseconds the venue asks us to stay away: `Retry-After` in seconds, or the end of a ban named in the message. */
export function retryAfterMs(headers: Headers, message: string, now: number): number | undefined {
  const seconds = header(headers, 'retry-after');
  if (seconds !== undefined && /^\d{1,7}$/.test(seconds.trim())) return Number(seconds) * 1000;
  const until = /banned until (\d{13})/.exec(message)?.[1];
  return until === undefined ? undefined : Math.max(0, Number(until) - now);
}

/** The fault of an answer that does not say the work was done, from its raw body as the venue writes it. */
export function answeredFault(status: number, headers: Headers, body: string, now: number, read: BodyReader = readBinance): Fault {
  const { code, message } = read(status, body);
  const wait = retryAfterMs(headers, message, now);
  return { phase: 'answered', status, code, message: redact(message || `HTTP ${status} without a message`), ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}
