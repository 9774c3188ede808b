import { readBingx } from './body-readers.ts';
import type { VenueOutcomes } from './outcome-rules.ts';
import { codes, idTaken, nobodysWord, refusedFor, throttled, turnedAway } from './outcome-rules.ts';

/**
 * BingX spot and USDT swaps. Source: `references/error-codes.md` of BingX-API/api-ai-skills (2026-04-21). Some of its codes stand for
 * several things, so the message decides; where it does not say enough, nothing is claimed.
 */
export const bingxOutcomes: VenueOutcomes = {
  venue: 'bingx',
  read: readBingx,
  // "... is currently in the disabled period and will be unblocked after 1727193814249"; there is no Retry-After.
  retryHints: [{ message: /unblocked after (\d{13})/i }],
  rows: [
    ...throttled,
    ...nobodysWord,

    { means: 'unknown', code: codes('80012 100500 100503 101412 109500 109701 110500') },
    { means: 'exists', on: 'submit', code: codes('101481 109201') },
    // "Order parameter validation failed": also for a client order id that was used already.
    { means: 'exists', on: 'submit', code: ['101400'], message: /client ?order ?id/i },
    { means: 'precision', code: ['101400'], message: /minimum|less than|at least|quantity|amount|precision/i },
    { means: 'market-closed', code: ['101400'], message: /suspend|offline/i },
    { means: 'not-found', on: 'query', code: codes('80016 109421') },
    { means: 'not-found', on: 'query', code: codes('100400 100404'), message: /order.*(not exist|not found)/i },
    { means: 'gone', on: 'cancel', code: codes('80016 109421') },
    { means: 'gone', on: 'cancel', code: codes('100400 100404'), message: /order.*(not exist|not found)/i },
    ...idTaken,

    { means: 'rate', code: codes('100410 109403 109429'), waitMs: 60_000 },
    { means: 'clock', code: codes('100421 109400'), message: /timestamp/i },
    // Wrong path, missing parameter, wrong value: 100400 and 109400 stand for all of them, so only what users report of refused orders is a refusal.
    { means: 'precision', code: ['100400'], message: /entrust volume too? low/i },
    { means: 'market-closed', code: ['109400'], message: /api orders are temporarily disabled/i },
    { means: 'other', code: codes('100400 109400'), message: /api is not exist|miss(?:ing)? (?:required )?(?:arg|param)|^invalid (?:symbol|parameters?)(?!.*client)|positionside param is invalid/i },
    { means: 'other', code: ['109400'], message: /^in the (?:one-way|hedge) mode, the '?\w+'? field/i },
    refusedFor('auth', '100001 100004 100412 100413 100414 100419 100441 101210 101402 101483 101484 104414'),
    refusedFor('symbol', '109425'),
    refusedFor('balance', '100202 101204 101206 101212 101253 102201 110424'),
    refusedFor('precision', '101202 101485 110422 110425'),
    refusedFor('price-band', '100440 101211 101460 101461 110402 110427 110428'),
    refusedFor('reduce-only', '101205 101290 109420 110203'),
    refusedFor('would-trigger', '101215 110411 110412 110413 110414 110419 110420'),
    refusedFor('market-closed', '100490 101214 101219 101413 101415 104424 109417 110280'),
    refusedFor('other', '80014 100404 100421 101201 101209 101222 101414 101419 101429 101434 101479 104103 104108 109430 110206 110284 110287 110400 110406 110407 110415 110418 110426 112414'),

    { means: 'auth', status: [401, 401], code: null },
    ...turnedAway,
  ],
};
