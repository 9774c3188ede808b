import { paperClient, type PaperClient } from './paper-rig.ts';

/** A person at the venue's own page: trades on the same account as Tranche, beside it. USD-M. */
export class HandTrader {
  private readonly client: PaperClient;

  constructor(origin: string, keys: { apiKey: string; secret: string }) {
    this.client = paperClient(origin, 'usdm', keys.apiKey, keys.secret);
  }

  private async call<Answer = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, params: Record<string, string>): Promise<Answer> {
    const { status, json } = await this.client.signed(method, path, params);
    if (status !== 200) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(json)}`);
    return json as Answer;
  }

  market(symbol: string, side: 'BUY' | 'SELL', quantity: string, reduceOnly = false): Promise<unknown> {
    return this.call('POST', '/fapi/v1/order', { symbol, side, type: 'MARKET', quantity, ...(reduceOnly ? { reduceOnly: 'true' } : {}) });
  }
  limit(symbol: string, side: 'BUY' | 'SELL', quantity: string, price: string, newClientOrderId: string): Promise<unknown> {
    return this.call('POST', '/fapi/v1/order', { symbol, side, type: 'LIMIT', timeInForce: 'GTC', quantity, price, newClientOrderId });
  }
  cancel(symbol: string, origClientOrderId: string): Promise<unknown> {
    return this.call('DELETE', '/fapi/v1/order', { symbol, origClientOrderId });
  }
  /** Client order ids of what is open. */
  async open(symbol: string): Promise<string[]> {
    return (await this.call<{ clientOrderId: string }[]>('GET', '/fapi/v1/openOrders', { symbol })).map(({ clientOrderId }) => clientOrderId);
  }
  /** Signed quantity. */
  async held(symbol: string): Promise<string> {
    const rows = await this.call<{ symbol: string; positionAmt: string }[]>('GET', '/fapi/v3/positionRisk', {});
    return rows.find((row) => row.symbol === symbol)?.positionAmt ?? '0';
  }
}
