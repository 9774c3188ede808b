import { dec } from '#shared/engine/num/units';
import { alert, type AlertChanges } from './alert.ts';
import { configure, newEndpoint, postAlert, type PositionDetail } from './e2e-story.ts';
import { startStack, type RunningStack } from './running-stack.ts';
import { waitFor } from './wait-for.ts';

/** Rules of an instrument as the worked examples state them. */
export interface ExampleRules {
  tick: string;
  step: string;
  notionalMin: string;
}
const usual: ExampleRules = { tick: '0.01', step: '0.001', notionalMin: '5' };

type Group = Record<string, unknown>;

/** A whole Tranche whose market is moved by the test: each worked example trades a symbol of its own at the paper exchange. */
export class WorkedStack {
  readonly stack: RunningStack;
  readonly endpoint: { id: string; secret: string };
  private alerts = 0;

  private constructor(stack: RunningStack, endpoint: { id: string; secret: string }) {
    this.stack = stack;
    this.endpoint = endpoint;
  }

  /** Starts it and describes the symbols, `E01` for `E01USDT`, each with its own rules where they differ from tick 0.01, step 0.001, notional 5. */
  static async start(symbols: Record<string, Partial<ExampleRules>>, env: Record<string, string> = {}): Promise<WorkedStack> {
    const stack = await startStack({ MARKET_DATA: 'synthetic', ...env });
    const worked = new WorkedStack(stack, await newEndpoint(stack, 'worked examples'));
    await worked.control('instruments', {
      instruments: Object.entries(symbols).map(([base, rules]) => {
        const { tick, step, notionalMin } = { ...usual, ...rules };
        return { market: 'usdm', symbol: `${base}USDT`, base, quote: 'USDT', tick, step, quantityMin: step, notionalMin };
      }),
    });
    await worked.control('fill-model', { slippageBps: '0' });
    await stack.client.post('/precision/refresh');
    await waitFor('the rules of the examples', async () => (await stack.client.get<{ data: unknown[] }>(`/precision?market=usdm&symbol=${Object.keys(symbols).at(-1)}USDT`)).data.length === 1);
    return worked;
  }

  async control(path: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.stack.paperOrigin}/_sim/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`/_sim/${path} answered ${answer.status}: ${await answer.text()}`);
  }

  /** Sets the market and waits until Tranche has heard of it; nothing trades between the last price and this one. */
  market(base: string, price: string): Promise<void> {
    return this.control('price', { market: 'usdm', symbol: `${base}USDT`, price, jump: true, follow: true });
  }
  /** Trades at each of these prices, one after the other. */
  walk(base: string, ...prices: string[]): Promise<void> {
    return this.control('walk', { market: 'usdm', symbol: `${base}USDT`, prices });
  }

  /** Changes some keys of the configuration and applies them; what is not named goes back to the defaults. */
  configure(groups: Record<string, Group>): Promise<void> {
    return configure(this.stack, { execution_pool: { max_open_groups: 100 }, ...groups });
  }

  /** Posts an alert of 1000 USDT at `entryPrice`; the id of its signal. */
  async alert(base: string, changes: Omit<Partial<AlertChanges>, 'secret'>, edit: (body: Record<string, unknown>) => void = () => {}): Promise<string> {
    this.alerts += 1;
    const body = alert({ secret: this.endpoint.secret, symbol: `${base}USDT`, orderSize: '1000', tradeId: `worked ${this.alerts}`, ...changes });
    edit(body);
    const { status, answer } = await postAlert(this.stack, this.endpoint, body);
    if (status !== 202 || answer.signalId === undefined) throw new Error(`the alert was answered ${status}: ${JSON.stringify(answer)}`);
    return answer.signalId;
  }

  async positions(base: string): Promise<PositionDetail[]> {
    const { data } = await this.stack.client.get<{ data: { id: string; symbol: string }[] }>('/positions?limit=200');
    return Promise.all(data.filter(({ symbol }) => symbol === `${base}/USDT:USDT`).map(({ id }) => this.stack.client.get<PositionDetail>(`/positions/${id}`)));
  }

  /** The newest position of a symbol once it is as wished. */
  until(what: string, base: string, wish: (position: PositionDetail) => boolean): Promise<PositionDetail> {
    return waitFor(`${base}: ${what}`, async () => {
      const [newest] = await this.positions(base);
      return newest !== undefined && wish(newest) ? newest : null;
    }, { timeoutMs: 20_000 });
  }

  /** The ladder at the venue: every leg that is not blocked has been accepted. */
  ladder(base: string, legs: number): Promise<PositionDetail> {
    return this.until(`${legs} entries at the venue`, base, ({ orders }) => orders.filter(({ role, venueOrderId }) => role === 'entry' && venueOrderId !== null).length === legs);
  }
}

/** Price and quantity of each leg of a pyramid. */
export const ladderOf = (position: PositionDetail, pyramid = 0): string[][] => (position.pyramids[pyramid]?.legs ?? []).map(({ limitPrice, quantity }) => [limitPrice, quantity]);

/** Realised profit before fees: the worked examples know none. */
export const grossOf = ({ pnlRealised, feesPaid }: PositionDetail): string => dec(pnlRealised).plus(feesPaid).toFixed();

/** Take-profits that rest at the venue, highest first. */
export const takeProfitsOf = ({ pyramids }: PositionDetail): string[] => pyramids.flatMap(({ legs }) => legs.flatMap(({ takeProfitPrice, state }) => (state === 'filled' && takeProfitPrice !== null ? [takeProfitPrice] : [])));
