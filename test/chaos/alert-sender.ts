import { setTimeout as pause } from 'node:timers/promises';
import { alert } from '#test/support/alert';
import type { AcknowledgementLog } from './acknowledgements.ts';
import type { PlannedAlert } from './chaos-steps.ts';

/** TradingView gives up a request after this, and sends again this much later, at most so often. */
const giveUpMs = 3_000;
const resendAfterMs = 5_000;
const resends = 3;

/** What became of the alerts that were sent. */
export interface SenderCounts {
  sent: number;
  acknowledged: number;
  /** Requests beyond the first of an alert: sent again for want of an answer, or as copies. */
  repeated: number;
  /** Nobody took them within four tries: nothing was promised. */
  givenUp: number;
  /** Answered 4xx, which no alert of a plan deserves. */
  refused: string[];
}

/** Sends alerts as TradingView does, and notes in `log` every one that was answered with 2xx before it goes on. */
export class AlertSender {
  readonly counts: SenderCounts = { sent: 0, acknowledged: 0, repeated: 0, givenUp: 0, refused: [] };
  private readonly origin: string;
  private readonly endpoint: { id: string; secret: string };
  private readonly log: AcknowledgementLog;

  constructor(origin: string, endpoint: { id: string; secret: string }, log: AcknowledgementLog) {
    this.origin = origin;
    this.endpoint = endpoint;
    this.log = log;
  }

  /** Sends one alert and its copies at once, each until somebody answers. */
  async send(planned: PlannedAlert): Promise<void> {
    this.counts.sent += 1;
    const body = JSON.stringify(bodyOf(planned, this.endpoint.secret));
    const answers = await Promise.all(Array.from({ length: planned.copies }, (_, copy) => this.deliver(planned.tradeId, body, copy > 0)));
    if (answers.includes(true)) this.counts.acknowledged += 1;
    else this.counts.givenUp += 1;
  }

  /** Answers whether it was acknowledged. A refused connection counts as a 5xx of the proxy that would stand in front. */
  private async deliver(tradeId: string, body: string, copy: boolean): Promise<boolean> {
    for (let attempt = 0; attempt <= resends; attempt += 1) {
      if (attempt > 0) await pause(resendAfterMs);
      if (attempt > 0 || copy) this.counts.repeated += 1;
      const answer = await this.post(body);
      if (answer === null || answer.status >= 500) continue;
      const { signalId } = answer.body;
      if (answer.status < 300 && signalId !== undefined) {
        this.log.note({ tradeId, signalId, status: answer.status, at: Date.now() });
        return true;
      }
      this.counts.refused.push(`${tradeId}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return false;
    }
    return false;
  }

  private async post(body: string): Promise<{ status: number; body: { signalId?: string } } | null> {
    try {
      const response = await fetch(`${this.origin}/webhooks/tradingview/${this.endpoint.id}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body, signal: AbortSignal.timeout(giveUpMs) });
      return { status: response.status, body: (await response.json()) as { signalId?: string } };
    } catch {
      return null;
    }
  }
}

/** The full payload of a planned alert. `side` is that of the position: an exit sells a long. */
function bodyOf({ tradeId, base, timeframe, kind, side, price, orderSize, stopLoss }: PlannedAlert, secret: string): Record<string, unknown> {
  const into = kind === 'entry' || kind === 'reverse';
  const action = (side === 'long') === into ? 'buy' : 'sell';
  const other = side === 'long' ? 'short' : 'long';
  const body = alert({ secret, symbol: `${base}USDT`, timeframe, action, entryPrice: price, orderSize, tradeId, type: kind === 'entry' ? 'signal' : kind });
  const positions = {
    entry: { market_position: side, market_position_size: '1', prev_market_position: 'flat', prev_market_position_size: '0' },
    exit: { market_position: 'flat', market_position_size: '0', prev_market_position: side, prev_market_position_size: '1' },
    reduce: { market_position: side, market_position_size: '0.6', prev_market_position: side, prev_market_position_size: '1' },
    reverse: { market_position: side, market_position_size: '1', prev_market_position: other, prev_market_position_size: '1' },
  }[kind];
  Object.assign(body.tv as object, positions);
  Object.assign(body.risk as object, { stop_loss: into ? stopLoss : null, max_slippage_percent: null });
  return body;
}
