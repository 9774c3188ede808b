import { endpoint } from '#shared/adapters/exchange/binance-endpoints';
import { binanceLimits, createMemoryLedger, createRateBudget } from '#shared/adapters/exchange/rate-budget';
import { silentLog } from '#shared/adapters/system/log';
import type { Settings } from '#shared/contracts/settings';
import { newAccountDefaults } from '#shared/contracts/settings/new-account';
import { createRateCaps } from '#workers/rate-caps';
import { proofOf, type Proofs } from './proof.ts';
import type { Stage } from './stage.ts';

/** How many orders an account may ask about in one minute. */
async function callsPerMinute(settings: Settings): Promise<number> {
  const caps = await createRateCaps({
    store: { activeSettings: async () => ({ version: 1, document: settings }) },
    bus: { subscribe: async () => async () => {} },
    log: silentLog,
  });
  const budget = createRateBudget({ origin: 'walk', accountId: '1', limits: binanceLimits.usdm, ledger: createMemoryLedger(), clock: { now: () => 0 }, weightCap: await caps.of('1'), onBan: () => {} });
  await caps.close();
  let calls = 0;
  while ((await budget.take(endpoint('usdm', 'query'), 'ordinary')) === 0) calls += 1;
  return calls;
}

/** The mode of an account for which none was named. */
async function modeOfNewAccount(settings: Settings, stage: Stage): Promise<string> {
  const { user } = await stage.userWith(settings);
  const { body } = await user.agent.post('/api/v1/accounts').send({ name: 'new', market: 'usdm', apiKey: 'k', secret: 's' }).expect(201);
  return (body as { mode: string }).mode;
}

/** Proofs of the group `exchange`. */
export const exchangeProofs: Proofs = {
  'exchange.name': proofOf('exchange.name', ['binance', 'another'], (settings) => newAccountDefaults(settings).venue, { beyondSchema: 'one venue can be chosen so far' }),
  'exchange.testnet': proofOf('exchange.testnet', [true, false], modeOfNewAccount),
  'exchange.rate_limit': proofOf('exchange.rate_limit', [1200, 600], callsPerMinute),
};
