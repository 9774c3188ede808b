import { randomUUID } from 'node:crypto';
import { qty } from '#shared/engine/num/units';
import { defaultRates, type FillModel } from '#shared/simulation/fill-model';
import { openAccount, putInstrument, resetAccount, setBalances } from '#shared/simulation/matching';
import { bookKey, type SimInstrument, type SimMarket } from '#shared/simulation/matching-state';
import { describedInstrument } from './catalogue.ts';
import { ControlFault, type Fields } from './control-input.ts';
import type { PaperContext } from './endpoint.ts';
import { readFault } from './fault-input.ts';
import type { HandPrices } from './hand-prices.ts';
import type { Fault, FaultSwitches } from './fault-switches.ts';
import type { MarketStreams } from './market-streams.ts';
import { readStep, takeCandle, takeSteps, walkSteps } from './price-intake.ts';
import type { SimKey } from './sim-store.ts';
import type { UserStreams } from './user-streams.ts';

/** What the endpoints below `/_sim` work with. */
export interface Control {
  context: PaperContext;
  faults: FaultSwitches;
  users: UserStreams;
  markets: MarketStreams;
  /** Prices set by hand, which the feed leaves alone. */
  hand: HandPrices;
  /** Shared with matching: what is set here holds from the next order on, until the process ends. */
  fillModel: FillModel;
}

export type ControlEndpoint = (control: Control, fields: Fields, query: URLSearchParams) => unknown;

/** Everything below `/_sim`, by method and path; `DELETE /_sim/faults/<id>` is told apart by the router. */
export const controlEndpoints: Readonly<Record<string, ControlEndpoint>> = {
  'GET /_sim/health': () => ({ status: 'ok' }),
  'POST /_sim/accounts': registerAccount,
  'GET /_sim/accounts': ({ context }) => [...context.keys.all()].map(({ apiKey, market, accountId }) => ({ apiKey, market, accountId })),
  'POST /_sim/balances': changeBalances,
  'POST /_sim/reset': resetPortfolio,
  'POST /_sim/fill-model': ({ fillModel }, fields) => {
    fillModel.slippageBps = fields.amount('slippageBps');
    return fillModel;
  },
  'POST /_sim/instruments': describeInstruments,
  'GET /_sim/instruments': ({ context }) => [...context.commit.world.instruments.values()],
  'POST /_sim/prices': pushPrices,
  'POST /_sim/price': setPrice,
  'POST /_sim/walk': walkPrice,
  'POST /_sim/release': ({ hand }, fields) => {
    hand.release(fields.has('symbol') ? fields.symbol('symbol') : null);
    return hand.since(null);
  },
  'GET /_sim/ledger': readLedger,
  'GET /_sim/faults': ({ faults }) => faults.list(),
  'POST /_sim/faults': scheduleFault,
  'DELETE /_sim/faults': ({ faults }) => {
    faults.clear();
    return {};
  },
};

const wholeHistory = 1_000_000;

function balancesIn(fields: Fields): Record<string, string> {
  const balances = fields.object('balances');
  return balances === null ? {} : Object.fromEntries(balances.names().map((asset) => [asset, balances.amount(asset)]));
}

/** Registers a key: a new one opens an account with the balances given, a known one gets the secret given and keeps its account. */
async function registerAccount({ context }: Control, fields: Fields): Promise<unknown> {
  const apiKey = fields.text('apiKey');
  const secret = fields.text('secret');
  const market = fields.market('market');
  const balances = balancesIn(fields);
  const rates = { makerRate: fields.has('makerRate') ? fields.amount('makerRate') : defaultRates[market].maker, takerRate: fields.has('takerRate') ? fields.amount('takerRate') : defaultRates[market].taker };
  const registered = await context.commit.submit((draft, at, extras) => {
    const known = context.keys.find(apiKey, market) ?? extras.keys.find((key) => key.apiKey === apiKey && key.market === market);
    const key: SimKey = { apiKey, market, secret, accountId: known?.accountId ?? randomUUID(), createdAt: known?.createdAt ?? at };
    if (known === undefined) {
      openAccount(draft, { id: key.accountId, market, ...rates });
      extras.createdAccounts.push(key.accountId);
      setBalances(draft, key.accountId, balances, at);
    }
    extras.keys.push(key);
    return { key, created: known === undefined };
  });
  context.keys.add(registered.key);
  return { accountId: registered.key.accountId, created: registered.created };
}

/** The registered key a request means: `apiKey`, and `market` where it is registered on both. */
function keyMeant(context: PaperContext, apiKey: string, market: SimMarket | undefined): SimKey {
  const found = (['spot', 'usdm'] as const).flatMap((each) => context.keys.find(apiKey, each) ?? []).filter((key) => market === undefined || key.market === market);
  const [key] = found;
  if (key === undefined) throw new ControlFault(`apiKey: found "${apiKey}", expected a key registered with POST /_sim/accounts`, 404);
  if (found.length > 1) throw new ControlFault('market: found nothing, expected spot or usdm, for the key is registered on both');
  return key;
}

async function changeBalances({ context }: Control, fields: Fields): Promise<unknown> {
  const key = keyMeant(context, fields.text('apiKey'), fields.optionalMarket('market'));
  const balances = balancesIn(fields);
  await context.commit.submit((draft, at) => setBalances(draft, key.accountId, balances, at));
  return accountView(context, key.accountId);
}

/** Cancels every order, forgets every position, and sets the balances anew. */
async function resetPortfolio({ context }: Control, fields: Fields): Promise<unknown> {
  const key = keyMeant(context, fields.text('apiKey'), fields.optionalMarket('market'));
  const balances = balancesIn(fields);
  await context.commit.submit((draft, at) => resetAccount(draft, key.accountId, balances, at));
  return accountView(context, key.accountId);
}

function accountView(context: PaperContext, accountId: string): unknown {
  const account = context.commit.world.accounts.get(accountId);
  if (account === undefined) throw new ControlFault('the account is gone', 404);
  return { accountId, market: account.market, balances: Object.fromEntries(account.balances), positions: [...account.positions.values()] };
}

const texts = ['tick', 'step', 'priceMin', 'priceMax', 'quantityMin', 'quantityMax', 'marketQuantityMax', 'notionalMin', 'bandUp', 'bandDown', 'maintenanceRatio'] as const;

/** Adds or changes instruments: one object, or `{instruments: [...]}`. */
async function describeInstruments({ context }: Control, fields: Fields): Promise<unknown> {
  const wanted = fields.has('instruments') ? fields.list('instruments') : [fields];
  const described = await context.commit.submit((draft) =>
    wanted.map((each) => {
      const market = each.market('market');
      const symbol = each.symbol('symbol');
      const base = each.optionalText('base');
      const quote = each.optionalText('quote');
      const given: Partial<SimInstrument> = { ...(base === undefined ? {} : { base }), ...(quote === undefined ? {} : { quote }) };
      for (const name of texts) if (each.has(name)) given[name] = each.amount(name);
      for (const name of ['maxOrders', 'maxConditionalOrders'] as const) if (each.has(name)) given[name] = each.number(name, 0);
      if (each.has('trading')) given.trading = each.flag('trading');
      const instrument = describedInstrument(market, symbol, draft.instruments.get(bookKey(market, symbol)), given);
      if (instrument === null) throw new ControlFault(`${each.path || 'body'}.base: found nothing, expected base and quote, for "${symbol}" ends in no known quote asset`);
      putInstrument(draft, instrument);
      return instrument;
    }),
  );
  return { instruments: described };
}

/**
 * `{steps: [...], candle?, candles?, hand?}`: answers once every step has been matched and committed. Symbols held by hand are left out;
 * whoever names with `hand` the cursor of the last answer is told what was set by hand since.
 */
async function pushPrices({ context, markets, hand }: Control, fields: Fields): Promise<unknown> {
  const now = context.clock.now();
  const offered = fields.has('steps') ? fields.list('steps').map((step) => readStep(step, now)) : [];
  const steps = offered.filter(({ market, symbol }) => !hand.holds(market, symbol));
  const candle = fields.object('candle');
  const candles = [...(candle === null ? [] : [candle]), ...(fields.has('candles') ? fields.list('candles') : [])];
  if (steps.length > 0) await takeSteps(context, markets, steps);
  for (const each of candles) takeCandle(context, each);
  return { steps: steps.length, candles: candles.length, ...(fields.has('hand') ? { hand: hand.since(fields.text('hand')) } : {}) };
}

/** Longest wait for whoever follows; without a follower there is nobody to wait for. */
const followMostMs = 3_000;

/** Sets the price of a symbol on one market, or on every market that lists it. With `follow` it answers once the feed has followed. */
async function setPrice({ context, markets, hand }: Control, fields: Fields): Promise<unknown> {
  const now = context.clock.now();
  const steps = marketsMeant(context, fields).map((market) => readStep(withMarket(fields, market), now));
  await takeSteps(context, markets, steps);
  hand.note(steps);
  return { steps: steps.length, ...(fields.flag('follow') ? { followed: await hand.followed(followMostMs) } : {}) };
}

/** Walks the price to `to` in `steps` steps (10 unless said), or through the list `prices`. */
async function walkPrice({ context, markets, hand }: Control, fields: Fields): Promise<unknown> {
  const symbol = fields.symbol('symbol');
  const now = context.clock.now();
  const listed = fields.raw('prices');
  const steps = marketsMeant(context, fields).flatMap((market) => {
    if (!Array.isArray(listed)) return walkSteps(context, market, symbol, fields.amount('to'), Math.max(1, Math.min(10_000, fields.number('steps', 10))));
    return listed.map((price: unknown) => ({ market, symbol, price: qty(String(price)), at: now, volume: '1', jump: false }));
  });
  await takeSteps(context, markets, steps);
  hand.note(steps);
  return { steps: steps.length };
}

function marketsMeant(context: PaperContext, fields: Fields): SimMarket[] {
  const market = fields.optionalMarket('market');
  if (market !== undefined) return [market];
  const symbol = fields.symbol('symbol');
  const listed = (['spot', 'usdm'] as const).filter((each) => context.commit.world.instruments.has(bookKey(each, symbol)));
  if (listed.length === 0) throw new ControlFault(`market: found nothing, expected spot or usdm, for "${symbol}" is not known yet`);
  return listed;
}

const withMarket = (fields: Fields, market: SimMarket): Fields => ({ ...fields, market: () => market });

/** The books of an account, for whoever checks them: balances, positions, orders, algo orders, fills and ledger rows, oldest first. */
async function readLedger({ context }: Control, _fields: Fields, query: URLSearchParams): Promise<unknown> {
  const market = query.get('market');
  const key = keyMeant(context, query.get('apiKey') ?? '', market === 'spot' || market === 'usdm' ? market : undefined);
  const { accountId } = key;
  const { store } = context.commit;
  const [orders, algoOrders, fills, ledger] = await Promise.all([
    store.orders({ accountId, kind: 'order', limit: wholeHistory }),
    store.orders({ accountId, kind: 'algo', limit: wholeHistory }),
    store.fills({ accountId, limit: wholeHistory }),
    store.ledger({ accountId, limit: wholeHistory }),
  ]);
  return { ...(accountView(context, accountId) as object), orders, algoOrders, fills, ledger };
}

function scheduleFault({ context, faults, users, markets }: Control, fields: Fields): Fault {
  const wanted = readFault(fields, context.clock.now());
  if (wanted.kind !== 'drop-stream' || fields.has('probability')) return faults.add(wanted);
  // The first drop happens now; what times remain strike the events to come.
  const { match } = wanted;
  const fits = (listener: { market: SimMarket; apiKey?: string | null }): boolean => (match.market === undefined || match.market === listener.market) && (match.apiKey === undefined || match.apiKey === listener.apiKey);
  const cut = match.stream === 'market' ? markets.dropNow(fits) : users.dropNow(fits);
  const left = faults.add({ ...wanted, times: (wanted.times ?? 1) - 1 });
  return { ...left, hits: cut };
}
