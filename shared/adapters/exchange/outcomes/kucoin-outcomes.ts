import { readKucoin } from './body-readers.ts';
import type { VenueOutcomes } from './outcome-rules.ts';
import { codes, idTaken, nobodysWord, refusedFor, saysIdTaken, throttled, turnedAway } from './outcome-rules.ts';

/**
 * KuCoin spot (high frequency) and futures. Sources: the texts KuCoin gives its codes, as ccxt 4.5.84 (`kucoin.js`) quotes them; the rate
 * limits of kucoin.com/docs. What it answers to a duplicate is proved for 126044, and for 400100 by "validation.createOrder.clientOidDuplicated"
 * (JKorf/Kucoin.Net #120); 126033 ("duplicate order") was a guess.
 */
export const kucoinOutcomes: VenueOutcomes = {
  venue: 'kucoin',
  read: readKucoin,
  retryHints: [{ header: 'gw-ratelimit-reset', as: 'ms' }],
  rows: [
    ...throttled,
    ...nobodysWord,

    { means: 'unknown', code: codes('126000 126033 126034 126036 126038 126039 200003 260100 408000 500000') },
    { means: 'exists', on: 'submit', code: ['126044'] },
    { means: 'exists', on: 'submit', code: ['400100'], message: saysIdTaken },
    // "error.getOrder.orderNotExist" of futures was seen 245 ms after an order had filled in part: its index lags, so absence needs the lists as well.
    { means: 'not-found', on: 'query', code: codes('100001 126043') },
    { means: 'not-found', on: 'query', code: ['400100'], message: /order.*not ?exist/i },
    { means: 'gone', on: 'cancel', code: codes('100001 100004 126043') },
    { means: 'gone', on: 'cancel', code: ['400100'], message: /order.*not ?exist|not allow to be cancel/i },
    ...idTaken,

    refusedFor('rate', '200002 429000'),
    refusedFor('clock', '400002 126041'),
    refusedFor('auth', '101030 112010 126002 126005 126021 126037 126045 126046 126047 126048 400001 400003 400004 400005 400006 400007 400303 400500 411100'),
    refusedFor('symbol', '126004 400600'),
    refusedFor('balance', '126013 200004 210021 230003 300003'),
    // Parameter errors of all kinds share 400100, so only what is known to be said of a refused order is taken for a refusal.
    { means: 'balance', code: ['400100'], message: /account\.available|insufficient|balance not enough/i },
    { means: 'precision', code: ['400100'], message: /increment (?:is )?invalid|below the minimum requirement/i },
    { means: 'symbol', code: ['400100'], message: /unsupported trading pair/i },
    { means: 'other', code: ['400100'], message: /^parameter error\.?$|not in the given range/i },
    refusedFor('precision', '126003 600100 600101'),
    refusedFor('price-band', '126022 126029 126030 400330 400370 400760'),
    refusedFor('reduce-only', '300009'),
    refusedFor('market-closed', '126006 126007 126009 126015'),
    refusedFor('other', '103000 126001 126011 126027 126028 126042 330005 330008 330012 400200 400350 401000 404000 415000'),

    { means: 'auth', status: [401, 401], code: null },
    ...turnedAway,
  ],
};
