/** What a question about one order needs to know. The symbol is in the venue's own form. */
export interface OrderWanted {
  clientOrderId: string;
  venueSymbol: string;
  /** When it was sent, epoch milliseconds. */
  sentAt: number;
}

/** A signed GET. */
export interface LookupRequest {
  path: string;
  params: Readonly<Record<string, string>>;
}

/** One place where an order of ours may be seen. */
export interface Lookup {
  what: 'the order' | 'open orders' | 'ended orders' | 'trades';
  /** `wireId` is our id as it stands on the wire. */
  request(wanted: OrderWanted & { wireId: string }): LookupRequest;
  /** Where rows, or the one row, stand in the answer; an empty path is the answer itself. */
  at: readonly string[];
  /** The member that carries the client order id; the first that is there counts. */
  echo: readonly string[];
  /** How many rows a list may have: a full page proves no absence. Not there for a question by id, which must be answered about our id or not at all. */
  pageSize?: number | 'unlimited';
}

/** Where a request is dated, and for how long after that date the venue takes it. */
export interface AcceptanceWindow {
  ms: number;
  by: string;
  source: string;
}

/** What a venue does with client order ids in one of its markets. */
export interface ClientIdRules {
  /** What may stand in an id of ours. */
  shape: RegExp;
  /** What the venue demands in front of it on the wire. */
  prefix: string;
  /** The venue changes letters to lower case, so ids that differ in case alone are the same. */
  foldsCase: boolean;
  /** Among which orders an id is refused a second time. Only `always` would let the same id be sent again, and nothing here does. */
  unique: 'always' | 'among open orders' | 'not documented';
  window: AcceptanceWindow;
  /** The answer to a submit: where it stands, the venue's id, and our id where the venue repeats it. */
  placed: { at: readonly string[]; orderId: readonly string[]; echo: readonly string[] | null };
  /** The question by client order id. */
  byId: Lookup;
  /** Where else an order must not be before it counts as absent, asked in this order. */
  sweeps: readonly Lookup[];
  source: string;
}

/** Binance's API waits this long for its matching engine before it gives up with -1007; no venue documents a longer wait, so it stands for all. */
const engineTimeoutMs = 10_000;
/** An order may leave 2 s after its recording (`sendWithinMs`); as much again for clocks. */
const lateMarginMs = 4_000;

/** The longest time after its recording at which an order could still be accepted: the venue's window, its engine's time-out and a margin. */
export const lateArrivalOf = ({ window }: Pick<ClientIdRules, 'window'>): number => window.ms + engineTimeoutMs + lateMarginMs;

/** Our id as this venue has it on the wire. */
export const onTheWire = ({ prefix }: Pick<ClientIdRules, 'prefix'>, clientOrderId: string): string => `${prefix}${clientOrderId}`;

/** Is what the venue echoes our id? */
export const isOurs = (rules: Pick<ClientIdRules, 'prefix' | 'foldsCase'>, echoed: string, clientOrderId: string): boolean => {
  const ours = onTheWire(rules, clientOrderId);
  return rules.foldsCase ? echoed.toLowerCase() === ours.toLowerCase() : echoed === ours;
};

/** Epoch seconds, for venues that count in them; rounded down, so that the second of sending is part of it. */
export const seconds = (ms: number): string => String(Math.floor(ms / 1000));
