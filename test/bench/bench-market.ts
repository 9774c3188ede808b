import { randomBytes } from 'node:crypto';
import type { RunningStack } from '#test/support/running-stack';
import { waitFor } from '#test/support/wait-for';

/** Beside the few symbols a feed begins with: traders with hundreds of positions have them over many symbols. */
const symbolsMore = 47;
const priceOfMore = '100';
/** Entries stand so far under the market that it does not come there within a bench of ten minutes. */
const restingShare = 0.9;

const control = async (stack: RunningStack, path: string, body: unknown): Promise<void> => {
  const answer = await fetch(`${stack.paperOrigin}/_sim/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`/_sim/${path} answered ${answer.status}: ${await answer.text()}`);
};

/** What the market feed has priced so far. */
export const pricedSymbols = (stack: RunningStack): Promise<{ symbol: string; price: string }[]> =>
  waitFor('the first prices', async () => {
    const answer = await fetch(`${stack.paperOrigin}/fapi/v1/ticker/price`);
    const prices = ((await answer.json()) as { symbol: string; price: string }[]).filter(({ price }) => Number(price) > 0);
    return prices.length > 0 ? prices : null;
  });

/** Fifty symbols with prices, none with a limit of resting orders: a venue takes 200 per symbol, the bench needs more. */
export async function widenMarket(stack: RunningStack): Promise<void> {
  const priced = (await pricedSymbols(stack)).map(({ symbol }) => ({ market: 'usdm', symbol, maxOrders: 1_000_000 }));
  const more = Array.from({ length: symbolsMore }, (_, index) => `B${index}`);
  const rules = { market: 'usdm', quote: 'USDT', tick: '0.01', step: '0.001', quantityMin: '0.001', notionalMin: '5', maxOrders: 1_000_000 };
  await control(stack, 'instruments', { instruments: [...priced, ...more.map((base) => ({ ...rules, symbol: `${base}USDT`, base }))] });
  for (const base of more) await control(stack, 'price', { market: 'usdm', symbol: `${base}USDT`, price: priceOfMore });
  await stack.client.post('/precision/refresh');
  await waitFor('the rules of all symbols', async () => (await stack.client.get<{ data: unknown[] }>(`/precision?market=usdm&symbol=${more.at(-1)}USDT`)).data.length === 1);
}

/** Prices under the market, so that entries rest. */
export const restingPrices = async (stack: RunningStack): Promise<{ symbol: string; price: string }[]> =>
  (await pricedSymbols(stack)).map(({ symbol, price }) => ({ symbol, price: (Number(price) * restingShare).toPrecision(6) }));

/** A price at which the bare chain's order rests, on the tick. */
export async function bareOrderPrice(stack: RunningStack): Promise<string> {
  const btc = (await pricedSymbols(stack)).find(({ symbol }) => symbol === 'BTCUSDT');
  return (Number(btc?.price) * restingShare).toFixed(1);
}

const rich = { USDT: '100000000' };

/** Keys of an account with a hundred million at the paper exchange. */
export async function registerRich(stack: RunningStack): Promise<{ apiKey: string; secret: string }> {
  const keys = { apiKey: randomBytes(24).toString('hex'), secret: randomBytes(24).toString('hex') };
  await control(stack, 'accounts', { ...keys, market: 'usdm', balances: rich });
  return keys;
}

/** Takes away the orders and positions of an account of `registerRich`. */
export const resetAccount = (stack: RunningStack, apiKey: string): Promise<void> => control(stack, 'reset', { apiKey, balances: rich });
