import { spanNow } from '#shared/ports/span-clock';
import type { CcxtBinance, CcxtBinanceClass, RestResponse } from './ccxt-module.ts';
import type { BinanceSetup } from './binance-setup.ts';
import { configurationOf } from './binance-setup.ts';
import { beforeDeadline } from './deadline.ts';
import { beginning, begunEvidence, carriedEvidence, carrying, provedNotSent, wireFault, type Evidence } from './transport-evidence.ts';
import { answeredFault, describeError, VenueFault } from './venue-fault.ts';
import type { VenueUrls } from './venue-urls.ts';
import { originOf, venueUrls } from './venue-urls.ts';

/** A ccxt Binance instance whose requests leave evidence and stay within their account's addresses. */
export interface SafeTransport extends CcxtBinance {
  readonly setup: BinanceSetup;
  readonly addresses: VenueUrls;
  /** Throws for an address that is not this account's. */
  guard(url: string): void;
}

export type SafeTransportClass = new (setup: BinanceSetup) => SafeTransport;

/** ccxt's class with our transport rules: evidence for every failure, deadlines on bodies, no address outside the account's own. */
export function withTransport(Base: CcxtBinanceClass): SafeTransportClass {
  return class extends Base implements SafeTransport {
    readonly setup: BinanceSetup;
    readonly addresses: VenueUrls;

    constructor(setup: BinanceSetup) {
      super(configurationOf(setup));
      this.setup = setup;
      this.addresses = venueUrls(setup.mode, setup.market, setup.urls, this.urls);
      this.urls.api = this.addresses.api;
    }

    /** ccxt picks its error tables by production host names; the path says the same wherever the server stands. */
    override getExceptionsByUrl(url: string, exactOrBroad: string): Record<string, unknown> {
      const path = /^https?:/.test(url) ? new URL(url).pathname : '';
      const table = path.startsWith('/fapi') ? 'linear' : path.startsWith('/api') ? 'spot' : null;
      return (table === null ? undefined : this.exceptions[table]?.[exactOrBroad]) ?? {};
    }

    override getDispatcherOptions(isPlainAgent?: boolean): Record<string, unknown> {
      // undici waits 300 s for a stalled body by default.
      return { ...super.getDispatcherOptions(isPlainAgent), bodyTimeout: this.setup.timeoutMs, headersTimeout: this.setup.timeoutMs, connect: { timeout: this.setup.timeoutMs } };
    }

    override nonce(): number {
      return this.setup.venueNow();
    }

    override async fetch(url: string, method = 'GET', headers?: unknown, body?: string): Promise<unknown> {
      const evidence = begunEvidence();
      // Evidence comes along only while ccxt begins a request without waiting for anything. Should that ever change, nothing that moves money leaves unchecked.
      if (evidence === undefined && movesMoney(method, url)) throw new VenueFault({ phase: 'not-sent', status: null, code: null, message: `nobody has asked for ${method} ${new URL(url).pathname}` });
      const wrong = evidence?.expected ? wireFault(evidence.expected, method, url, body) : null;
      if (wrong !== null) throw new VenueFault({ phase: 'not-sent', status: null, code: null, message: `the request was not what was asked for: ${wrong}` });
      try {
        return await super.fetch(url, method, carrying(headers, evidence), body);
      } catch (error) {
        if (error instanceof VenueFault) throw error;
        throw new VenueFault({ phase: provedNotSent(evidence) ? 'not-sent' : 'no-answer', status: null, code: null, message: describeError(error) });
      }
    }

    override async undiciRequest(url: string, params: Record<string, unknown>): Promise<RestResponse> {
      this.guard(url);
      const evidence = carriedEvidence(params.headers);
      if (evidence?.abandoned) throw new Error('given up before it was sent');
      // The last place before the socket: a process that was paused anywhere above must not send what others have given up.
      if (evidence !== undefined && spanNow() > evidence.notAfter) throw new Error('held up on its way to the socket for too long');
      if (evidence !== undefined) evidence.dispatched = true;
      return beginning(evidence, () => super.undiciRequest(url, params));
    }

    override async handleRestResponse(response: RestResponse, url: string, method?: string, requestHeaders?: unknown, requestBody?: unknown): Promise<unknown> {
      const now = this.setup.now();
      const headers = this.getResponseHeaders(response);
      const body = await bodyOf(response, this.setup, carriedEvidence(requestHeaders)).catch((error: unknown) => {
        this.setup.hooks?.answered?.(response.status, headers, '');
        throw error;
      });
      const failed = (): VenueFault => new VenueFault(answeredFault(response.status, headers, body, now));
      this.setup.hooks?.answered?.(response.status, headers, response.status >= 400 ? body : '');
      let answer: unknown;
      try {
        answer = await super.handleRestResponse({ ...response, text: async () => body }, url, method, requestHeaders, requestBody);
      } catch {
        throw failed();
      }
      // ccxt lets some failing statuses pass when the body is not JSON.
      if (response.status >= 300) throw failed();
      return answer;
    }

    guard(url: string): void {
      if (!this.addresses.origins.has(originOf(url))) throw new Error(`${originOf(url)} is not an address of this ${this.setup.mode} account`);
    }
  };
}

/** Does the request place or cancel orders? */
const movesMoney = (method: string, url: string): boolean => method !== 'GET' && /order/i.test(new URL(url).pathname);

/** The whole body, or `no-answer`: cut connections and stalls are raw undici errors or nothing at all in ccxt. */
async function bodyOf(response: RestResponse, { now, timeoutMs }: BinanceSetup, evidence: Evidence | undefined): Promise<string> {
  const left = Math.max(1, (evidence?.deadlineAt ?? now() + timeoutMs) - now());
  try {
    return await beforeDeadline(response.text(), left, 'body');
  } catch (error) {
    throw new VenueFault({ phase: 'no-answer', status: response.status, code: null, message: `the answer broke off after its headers: ${describeError(error)}` });
  }
}
