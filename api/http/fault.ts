import type { Problem } from '#shared/contracts/http';

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  429: 'Too many attempts',
  500: 'Internal error',
  503: 'Not available',
};

/** What an `HttpFault` may carry beside its code and sentence. */
export interface FaultExtras {
  errors?: Problem['errors'];
  headers?: Record<string, string>;
}

/** An answer that is a refusal; becomes RFC 9457 problem details. `detail` is shown to the client, so it holds nothing internal. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  readonly code: string;
  readonly extras: FaultExtras;

  constructor(status: number, code: string, detail: string, extras: FaultExtras = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.extras = extras;
  }
}

export const notFound = (what: string): HttpFault => new HttpFault(404, 'not_found', `There is no such ${what}.`);

/** The problem document of a fault. */
export function problemOf(fault: HttpFault, correlationId?: string): Problem {
  return {
    type: `urn:tranche:problem:${fault.code}`,
    title: titles[fault.status] ?? 'Error',
    status: fault.status,
    detail: fault.message,
    code: fault.code,
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(fault.extras.errors === undefined ? {} : { errors: fault.extras.errors }),
  };
}
