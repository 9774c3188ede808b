import type { AccountAccess } from '#shared/ports/exchange.port';

/** What a new paper account starts with, in its quote currency. */
const startBalance = '100000';
const timeoutMs = 5_000;

/** Makes a paper account known to the paper exchange, with a starting balance the first time. Rejects where it cannot be reached. */
export async function registerPaperAccount(origin: string, token: string, access: AccountAccess): Promise<void> {
  const url = `${origin}/_sim/accounts`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ apiKey: access.apiKey, secret: access.secret, market: access.market, balances: { USDT: startBalance } }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`the paper exchange at ${origin} did not take account ${access.accountId}: ${response.status} ${await response.text()}`);
}
