import { createHmac } from 'node:crypto';

/** A person at the venue's own page: trades on the same account as Tranche, beside it. USD-M. */
export class HandTrader {
  private readonly origin: string;
  private readonly keys: { apiKey: string; secret: string };

  constructor(origin: string, keys: { apiKey: string; secret: string }) {
    this.origin = origin;
    this.keys = keys;
  }

  async call<Answer = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, params: Record<string, string>): Promise<Answer> {
    const query = new URLSearchParams({ ...params, timestamp: String(Date.now()), recvWindow: '10000' }).toString();
    const signature = createHmac('sha256', this.keys.secret).update(query).digest('hex');
    const response = await fetch(`${this.origin}${path}?${query}&signature=${signature}`, { method, headers: { 'X-MBX-APIKEY': this.keys.apiKey } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
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
  async open(symbol: string): Promise<string[]> {
    return (await this.call<{ clientOrderId: string }[]>('GET', '/fapi/v1/openOrders', { symbol })).map(({ clientOrderId }) => clientOrderId);
  }
  async held(symbol: string): Promise<string> {
    const rows = await this.call<{ symbol: string; positionAmt: string }[]>('GET', '/fapi/v3/positionRisk', {});
    return rows.find((row) => row.symbol === symbol)?.positionAmt ?? '0';
  }
}
