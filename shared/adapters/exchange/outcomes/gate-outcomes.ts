import { readGate } from './body-readers.ts';
import type { VenueOutcomes } from './outcome-rules.ts';
import { codes, idTaken, nobodysWord, refusedFor, throttled, turnedAway } from './outcome-rules.ts';

/**
 * Gate v4, spot and futures. Source: the `label` list of gate.io/docs/developers/apiv4 ("message" must not be relied on, so it decides
 * only which INVALID_PARAM_VALUE is a refusal, and of what kind). Apart from ORDER_EXISTS, how Gate answers to a `text` used twice is not
 * documented.
 */
export const gateOutcomes: VenueOutcomes = {
  venue: 'gate',
  read: readGate,
  retryHints: [{ header: 'X-Gate-RateLimit-Reset-Timestamp', as: 'at' }],
  rows: [
    ...throttled,
    ...nobodysWord,

    { means: 'unknown', code: codes('INTERNAL SERVER_ERROR TOO_BUSY REPEATED_CREATION DUPLICATE_REQUEST FAILED_RETRIEVE_ASSETS CANCEL_FAIL ACCOUNT_EXCEPTION') },
    { means: 'exists', on: 'submit', code: ['ORDER_EXISTS'] },
    { means: 'unknown', code: ['ORDER_EXISTS'] },
    // By `text` only pending orders are found (futures: until 60 s after their end), so this alone is no absence.
    { means: 'not-found', on: 'query', code: codes('ORDER_NOT_FOUND CLIENT_ID_NOT_FOUND') },
    { means: 'gone', on: 'cancel', code: codes('ORDER_NOT_FOUND CLIENT_ID_NOT_FOUND ORDER_CLOSED ORDER_CANCELLED ORDER_FINISHED') },
    ...idTaken,

    refusedFor('rate', 'TOO_MANY_REQUESTS TOO_FAST'),
    refusedFor('clock', 'REQUEST_EXPIRED'),
    refusedFor('auth', 'AUTHENTICATION_FAILED INVALID_CREDENTIALS INVALID_KEY IP_FORBIDDEN READ_ONLY INVALID_SIGNATURE MISSING_REQUIRED_HEADER ACCOUNT_LOCKED SUB_ACCOUNT_LOCKED SUB_ACCOUNT_NOT_FOUND USER_NOT_FOUND FORBIDDEN'),
    refusedFor('symbol', 'INVALID_CURRENCY INVALID_CURRENCY_PAIR CONTRACT_NOT_FOUND'),
    refusedFor('balance', 'BALANCE_NOT_ENOUGH MARGIN_BALANCE_NOT_ENOUGH FUTURES_BALANCE_NOT_ENOUGH INSUFFICIENT_AVAILABLE QUANTITY_NOT_ENOUGH INITIAL_MARGIN_TOO_LOW'),
    // One that finds fault with `text` may mean that the order exists: ours are well formed.
    { means: 'precision', code: ['INVALID_PARAM_VALUE'], message: /too (?:small|large)|^invalid (?:(?:request )?parameter |argument: )?`?(?:\w+\.)?(?:size|amount)\b|precision/i },
    { means: 'other', code: ['INVALID_PARAM_VALUE'], message: /^invalid (?:(?:request )?parameter |argument: )(?!`?[\w.]*text)`?[a-z]/i },
    refusedFor('precision', 'INVALID_PRECISION AMOUNT_TOO_LITTLE AMOUNT_TOO_MUCH SIZE_TOO_LARGE SIZE_TOO_SMALL'),
    refusedFor('price-band', 'PRICE_TOO_DEVIATED PRICE_OVER_LIQUIDATION PRICE_OVER_BANKRUPT PRICE_THRESHOLD_EXCEEDED'),
    refusedFor('would-trigger', 'POC_FILL_IMMEDIATELY ORDER_POC_IMMEDIATE AUTO_TRIGGER_PRICE_LESS_LAST AUTO_TRIGGER_PRICE_GREATE_LAST'),
    refusedFor('reduce-only', 'POSITION_EMPTY POSITION_NOT_FOUND REDUCE_EXCEEDED'),
    refusedFor('market-closed', 'CONTRACT_IN_DELISTING POSITION_IN_LIQUIDATION POSITION_IN_CLOSE'),
    refusedFor(
      'other',
      `INVALID_PROTOCOL INVALID_ARGUMENT INVALID_REQUEST_BODY MISSING_REQUIRED_PARAM BAD_REQUEST INVALID_CONTENT_TYPE NOT_ACCEPTABLE METHOD_NOT_ALLOWED
       NOT_FOUND INVALID_CLIENT_ORDER_ID MARGIN_NOT_SUPPORTED TOO_MANY_ORDERS TOO_MANY_CURRENCY_PAIRS MIXED_ACCOUNT_TYPE AUTO_BORROW_TOO_MUCH TRADE_RESTRICTED FOK_NOT_FILL
       ORDER_FOK ORDER_BOOK_NOT_FOUND CONTRACT_NO_COUNTER RISK_LIMIT_EXCEEDED RISK_LIMIT_TOO_HIGH RISK_LIMIT_NOT_MULTIPLE LIQUIDATE_IMMEDIATELY LEVERAGE_TOO_HIGH
       LEVERAGE_TOO_LOW INCREASE_POSITION POSITION_DUAL_MODE POSITION_HOLDING ORDER_PENDING`,
    ),

    { means: 'auth', status: [401, 401], code: null },
    ...turnedAway,
  ],
};
