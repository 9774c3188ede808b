import { readMexc } from './body-readers.ts';
import type { VenueOutcomes } from './outcome-rules.ts';
import { codes, idTaken, nobodysWord, refusedFor, throttled, turnedAway } from './outcome-rules.ts';

/**
 * MEXC spot and contracts, whose numbers do not collide. Sources: the error tables of mexcdevelop/apidocs, branches spot_v3_en
 * (2025-08-08) and contract_v1_en (2025-04-17). "HTTP 5XX: the execution status is UNKNOWN and could have been a success."
 */
export const mexcOutcomes: VenueOutcomes = {
  venue: 'mexc',
  read: readMexc,
  retryHints: [],
  rows: [
    ...throttled,
    ...nobodysWord,

    // 603 is "repeated requests": of what, and whether the first was done, is not documented. 2040 was seen for "no such order" and is not documented either.
    { means: 'unknown', code: codes('500 501 503 504 506 603 2040 9999 20002 730000') },
    // Not in MEXC's own table; fed to ccxt as "Order does not exist". Absence needs the lists as well.
    { means: 'not-found', on: 'query', code: ['-2013'] },
    { means: 'gone', on: 'cancel', code: codes('-2011 -2013') },
    ...idTaken,

    refusedFor('rate', '429 510 2037'),
    refusedFor('clock', '513 10073 700003'),
    refusedFor('auth', '401 402 403 406 511 602 701 702 703 704 1000 10001 10072 30020 60005 70011 140002 700001 700002 700006 700007'),
    refusedFor('symbol', '-1121 1001 10007 30014 30021'),
    refusedFor('balance', '2005 2018 10101 30004 30005'),
    refusedFor('precision', '1004 2011 2015 2028 10096 30002 30003'),
    refusedFor('price-band', '2003 2004 2007 2032 2033 30010 30087'),
    refusedFor('reduce-only', '2008 2009'),
    refusedFor('market-closed', '604 801 1002 6001 6002 6005 11444 30000 30016'),
    refusedFor(
      'other',
      `-1128 26 400 600 601 1003 2001 2002 2006 2014 2016 2019 2021 2022 2023 2024 2025 2026 2027 2029 2030 2031 2035 2036 2038 3001 3002 3003 3004 4001 5001 5003 5004
       30001 30018 30019 30025 30026 30027 30028 30029 30032 30041 33333 44444 700004 700005 700008 700013`,
    ),

    { means: 'auth', status: [401, 401], code: null },
    ...turnedAway,
  ],
};
