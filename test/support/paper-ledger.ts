import { sum } from '#shared/engine/num/units';
import type { RunningStack } from './running-stack.ts';

/** The paper exchange's own books of the one account a test stack has. */
export interface PaperLedger {
  trades: { tradeId: string; clientOrderId: string; price: string; quantity: string; fee: string }[];
  orders: { clientOrderId: string; status: string }[];
  /** What trading has added to the wallet: profit less fees. */
  walletChange: string;
  positions: { symbol: string; quantity: string }[];
}

interface Books {
  orders: { clientOrderId: string; status: string }[];
  fills: { id: number; clientOrderId: string; price: string; quantity: string; fee: string }[];
  ledger: { kind: string; delta: string }[];
  positions: { symbol: string; quantity: string }[];
}

const get = async <T>(url: string): Promise<T> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
};

/** Reads the ledger of a stack's paper account. */
export async function paperLedger(stack: Pick<RunningStack, 'paperOrigin'>): Promise<PaperLedger> {
  const [account] = await get<{ apiKey: string }[]>(`${stack.paperOrigin}/_sim/accounts`);
  const books = await get<Books>(`${stack.paperOrigin}/_sim/ledger?apiKey=${account?.apiKey}`);
  return {
    trades: books.fills.map(({ id, ...fill }) => ({ ...fill, tradeId: String(id) })),
    orders: books.orders,
    positions: books.positions.filter((position) => position.quantity !== '0'),
    walletChange: sum(books.ledger.filter((row) => row.kind !== 'TRANSFER').map((row) => row.delta)).toFixed(),
  };
}
