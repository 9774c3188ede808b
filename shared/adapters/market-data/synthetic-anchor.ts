import { createHash } from 'node:crypto';
import { dec } from '#shared/engine/num/units';

/** About where well-known pairs stood when this was written; only their order of size matters. */
const anchors: Readonly<Record<string, string>> = {
  'BTC/USDT': '100000',
  'ETH/USDT': '3500',
  'BNB/USDT': '700',
  'SOL/USDT': '180',
  'XRP/USDT': '2.4',
  'DOGE/USDT': '0.2',
  'ADA/USDT': '0.75',
  'AVAX/USDT': '30',
  'LINK/USDT': '18',
  'LTC/USDT': '100',
  'DOT/USDT': '6',
  'TRX/USDT': '0.28',
  'BCH/USDT': '450',
  'SUI/USDT': '3.5',
  'ETH/BTC': '0.035',
};

/** The pairs whose synthetic prices flow without being asked for. */
export const usualPairs = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'BNB/USDT', 'XRP/USDT', 'DOGE/USDT'] as const;

/** Where a pair's synthetic market starts: a plausible price for well-known ones, one between 1 and 50 drawn from the name for others. */
export function anchorOf(pair: string): string {
  const known = anchors[pair] ?? anchors[pair.replace(/\/USDC$/, '/USDT')];
  if (known) return known;
  const drawn = createHash('sha256').update(pair).digest().readUInt16BE();
  return dec(1).plus(dec(drawn).times('0.00075')).toDecimalPlaces(2).toFixed();
}

/** A tick that leaves a price about five digits, for instruments whose rules are not known yet. */
export const tickSizeFor = (anchor: string): string => `1e${dec(anchor).e - 5}`;
