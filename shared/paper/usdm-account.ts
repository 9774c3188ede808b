import { dec, type Dec } from '#shared/engine/num/units';
import { entryPrice, initialMargin, marginSummary, markOf, notionalAt, positionOf, unrealisedAt, type MarginSummary } from '#shared/simulation/margin-account';
import { openDraft, type Draft } from '#shared/simulation/matching-draft';
import { bookKey, type SimAccount, type SimInstrument, type SimPosition } from '#shared/simulation/matching-state';
import { accountOf, instrumentNamed, type Call } from './endpoint.ts';
import type { Json } from './order-views.ts';
import { derived, eight, wirePrice, wireQuantity } from './wire-amounts.ts';

const marginAsset = 'USDT';

/** A look at the committed world with the core's own arithmetic; never committed itself. */
const look = (call: Call): Draft => openDraft(call.context.commit.world);

interface PositionFigures {
  position: SimPosition;
  instrument: SimInstrument;
  mark: Dec;
  held: Dec;
  unrealised: Dec;
  initial: Dec;
  positionMargin: Dec;
  maintenance: Dec;
  liquidation: Dec;
}

function figuresOf(draft: Draft, account: SimAccount, instrument: SimInstrument, summary: MarginSummary): PositionFigures {
  const position = positionOf(account, instrument.symbol);
  const mark = markOf(draft, position);
  const held = notionalAt(position, mark);
  const unrealised = unrealisedAt(position, mark);
  const maintenance = held.abs().times(instrument.maintenanceRatio);
  return { position, instrument, mark, held, unrealised, maintenance, initial: initialMargin(draft, account, instrument.symbol), positionMargin: held.abs().dividedBy(position.leverage), liquidation: liquidationPrice(position, instrument, summary, unrealised, maintenance) };
}

/** The price at which the account's equity meets its maintenance margin if only this symbol moves; 0 where no price does. */
function liquidationPrice(position: SimPosition, instrument: SimInstrument, summary: MarginSummary, unrealised: Dec, maintenance: Dec): Dec {
  const quantity = dec(position.quantity);
  if (quantity.isZero()) return quantity;
  const cushion = summary.wallet.plus(summary.unrealised).minus(unrealised).minus(summary.maintenance.minus(maintenance));
  const price = quantity.isNegative() ? cushion.plus(position.cost).dividedBy(quantity.abs().times(dec(1).plus(instrument.maintenanceRatio))) : dec(position.cost).minus(cushion).dividedBy(quantity.times(dec(1).minus(instrument.maintenanceRatio)));
  return price.isNegative() ? dec(0) : price;
}

/** GET positionRisk. v3 lists what is held or has orders; v2 lists every symbol, with leverage and margin type. */
export function positionRisk(call: Call, version: 2 | 3): Json[] {
  const account = accountOf(call);
  const draft = look(call);
  const summary = marginSummary(draft, account, marginAsset);
  const wanted = call.params.text('symbol');
  const instruments = wanted !== null ? [instrumentNamed(call, wanted)] : [...call.context.commit.world.instruments.values()].filter((instrument) => instrument.market === 'usdm');
  const busy = new Set([...account.orders.values()].map((order) => order.symbol));
  const at = call.context.clock.now();
  return instruments.flatMap((instrument) => {
    const figures = figuresOf(draft, account, instrument, summary);
    if (version === 3 && figures.position.quantity === '0' && !busy.has(instrument.symbol)) return [];
    return [riskView(figures, version, at)];
  });
}

function riskView(figures: PositionFigures, version: 2 | 3, at: number): Json {
  const { position, instrument } = figures;
  const common: Json = {
    symbol: position.symbol,
    positionSide: 'BOTH',
    positionAmt: wireQuantity(instrument, position.quantity),
    entryPrice: entryText(position),
    breakEvenPrice: entryText(position),
    markPrice: eight(wirePrice(instrument, figures.mark)),
    unRealizedProfit: derived(figures.unrealised),
    liquidationPrice: figures.liquidation.isZero() ? '0' : derived(figures.liquidation),
    isolatedMargin: '0',
    notional: derived(figures.held),
    isolatedWallet: '0',
    updateTime: position.updatedAt || at,
  };
  if (version === 2) return { ...common, leverage: String(position.leverage), marginType: position.marginType, isAutoAddMargin: 'false', maxNotionalValue: '100000000' };
  return {
    ...common,
    marginAsset: instrument.quote,
    initialMargin: derived(figures.initial),
    maintMargin: derived(figures.maintenance),
    positionInitialMargin: derived(figures.positionMargin),
    openOrderInitialMargin: derived(openOrderMargin(figures)),
    adl: 0,
    bidNotional: '0',
    askNotional: '0',
  };
}

const openOrderMargin = (figures: PositionFigures): Dec => {
  const open = figures.initial.minus(figures.positionMargin);
  return open.isNegative() ? dec(0) : open;
};

/** GET symbolConfig: margin type and leverage of one symbol, or of all. */
export function symbolConfig(call: Call): Json[] {
  const account = accountOf(call);
  const wanted = call.params.text('symbol');
  const instruments = wanted !== null ? [instrumentNamed(call, wanted)] : [...call.context.commit.world.instruments.values()].filter((instrument) => instrument.market === 'usdm');
  return instruments.map(({ symbol }) => {
    const { leverage, marginType } = positionOf(account, symbol);
    return { symbol, marginType: marginType === 'isolated' ? 'ISOLATED' : 'CROSSED', isAutoAddMargin: false, leverage, maxNotionalValue: '100000000' };
  });
}

/** Average entry with as many digits as it takes, at most eight beyond the point unless it is exact. */
const entryText = (position: SimPosition): string => {
  const entry = entryPrice(position);
  return entry.isZero() ? '0.0' : entry.decimalPlaces() <= 8 ? entry.toFixed() : entry.toDecimalPlaces(12).toFixed();
};

/** GET account, versions 2 and 3. */
export function accountInformation(call: Call, version: 2 | 3): Json {
  const account = accountOf(call);
  const draft = look(call);
  const summary = marginSummary(draft, account, marginAsset);
  const at = call.context.clock.now();
  const totals = totalsOf(summary);
  const held = [...account.positions.values()].filter((position) => version === 2 || position.quantity !== '0');
  const positions = held.flatMap((position) => {
    const instrument = call.context.commit.world.instruments.get(bookKey('usdm', position.symbol));
    if (instrument === undefined) return [];
    const figures = figuresOf(draft, account, instrument, summary);
    const view: Json = { symbol: position.symbol, positionSide: 'BOTH', positionAmt: wireQuantity(instrument, position.quantity), unrealizedProfit: derived(figures.unrealised), isolatedMargin: '0', notional: derived(figures.held), isolatedWallet: '0', initialMargin: derived(figures.initial), maintMargin: derived(figures.maintenance), updateTime: position.updatedAt };
    return [version === 3 ? view : { ...view, entryPrice: entryText(position), leverage: String(position.leverage), isolated: position.marginType === 'isolated' }];
  });
  const assets = assetsOf(account).map((asset) => assetView(account, asset, summary, at));
  const rights = version === 2 ? { feeTier: 0, canTrade: true, canDeposit: false, canWithdraw: false, updateTime: at, multiAssetsMargin: false, tradeGroupId: -1 } : {};
  return { ...rights, ...totals, assets, positions };
}

const assetsOf = (account: SimAccount): string[] => [...new Set([marginAsset, ...account.balances.keys()])];

const totalsOf = (summary: MarginSummary): Json => ({
  totalInitialMargin: derived(summary.initial),
  totalMaintMargin: derived(summary.maintenance),
  totalWalletBalance: eight(summary.wallet),
  totalUnrealizedProfit: derived(summary.unrealised),
  totalMarginBalance: derived(summary.wallet.plus(summary.unrealised)),
  totalPositionInitialMargin: derived(summary.positionMargin),
  totalOpenOrderInitialMargin: derived(summary.initial.minus(summary.positionMargin)),
  totalCrossWalletBalance: eight(summary.wallet),
  totalCrossUnPnl: derived(summary.unrealised),
  availableBalance: derived(summary.available),
  maxWithdrawAmount: derived(summary.available),
});

/** The margin asset carries the account's margin; any other asset is only held. */
function assetView(account: SimAccount, asset: string, summary: MarginSummary, at: number): Json {
  const wallet = asset === marginAsset ? summary.wallet : dec(account.balances.get(asset)?.free ?? '0');
  const none = dec(0);
  const figures = asset === marginAsset ? summary : { unrealised: none, positionMargin: none, initial: none, maintenance: none, available: wallet };
  return {
    asset,
    walletBalance: eight(wallet),
    unrealizedProfit: derived(figures.unrealised),
    marginBalance: derived(wallet.plus(figures.unrealised)),
    maintMargin: derived(figures.maintenance),
    initialMargin: derived(figures.initial),
    positionInitialMargin: derived(figures.positionMargin),
    openOrderInitialMargin: derived(figures.initial.minus(figures.positionMargin)),
    crossWalletBalance: eight(wallet),
    crossUnPnl: derived(figures.unrealised),
    availableBalance: derived(figures.available),
    maxWithdrawAmount: derived(figures.available),
    marginAvailable: true,
    updateTime: at,
  };
}

/** GET balance, versions 2 and 3 alike. */
export function balanceList(call: Call): Json[] {
  const account = accountOf(call);
  const summary = marginSummary(look(call), account, marginAsset);
  const at = call.context.clock.now();
  return assetsOf(account).map((asset) => {
    const view = assetView(account, asset, summary, at);
    return { accountAlias: 'paper', asset, balance: view.walletBalance, crossWalletBalance: view.crossWalletBalance, crossUnPnl: view.crossUnPnl, availableBalance: view.availableBalance, maxWithdrawAmount: view.maxWithdrawAmount, marginAvailable: true, updateTime: at };
  });
}
