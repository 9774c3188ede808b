import { readOkx } from './body-readers.ts';
import type { VenueOutcomes } from './outcome-rules.ts';
import { codes, idTaken, nobodysWord, refusedFor, throttled, turnedAway } from './outcome-rules.ts';

/**
 * OKX v5. Sources: the error-code tables of the v5 documentation, as ccxt 4.5.84 (`okx.js`) and gocryptotrader (`okx_err_codes.go`) copy
 * them; NautilusTrader's adapter for 51149. An outer code 1 or 2 without an `sCode` says nothing of the order.
 */
export const okxOutcomes: VenueOutcomes = {
  venue: 'okx',
  read: readOkx,
  retryHints: [],
  rows: [
    ...throttled,
    ...nobodysWord,

    // Time-outs, upgrades and errors of the system; 51011 (duplicated order id) names an id that is not ours.
    { means: 'unknown', code: codes('1 2 50001 50004 50005 50013 50026 51011 51054 51149 51290 51410') },
    { means: 'exists', on: 'submit', code: ['51016'] },
    { means: 'not-found', on: 'query', code: ['51603'] },
    { means: 'gone', on: 'cancel', code: codes('51400 51401 51402 51405 51412 51603') },
    { means: 'other', on: 'cancel', code: codes('51403 51404 51406 51407 51408 51409 51411 51413') },
    ...idTaken,
    // "Parameter {name} error". One that names the client id may mean that the order exists: ours are well formed.
    { means: 'other', code: ['51000'], message: /^parameter (?!\w*clord)\w+ +error/i },

    refusedFor('rate', '50011 50061'),
    // 50037: the request's own deadline (expTime) had passed, so it was not processed.
    refusedFor('clock', '50036 50037 50102 50112'),
    refusedFor('auth', '50007 50008 50009 50010 50012 50027 50028 50030 50034 50035 51009 51024 51155 51732 51733 51734'),
    { means: 'auth', code: /^501\d\d$/ },
    refusedFor('symbol', '51001 51002 51012 51014 51015 51026'),
    refusedFor('balance', '51008 51119 51127 51131'),
    refusedFor('precision', '51007 51020 51118 51120 51121 51150'),
    refusedFor('price-band', '51006 51031 51116 51122 51135 51136 51137 51138 51250 51252'),
    refusedFor('reduce-only', '51023 51058 51112 51134 51148'),
    refusedFor('would-trigger', '51046 51047 51048 51049 51050 51051 51052 51053 51277 51278 51279 51280 51300 51302 51303 51304 51305 51306 51307 51308'),
    refusedFor('market-closed', '50017 50018 50019 50020 50021 50022 50023 50029 50033 51021 51022 51027 51028 51029 51030 51037 51038 51110 51124'),
    refusedFor(
      'other',
      `50000 50002 50006 50014 50015 50016 50024 50025 50031 50032 50038 51003 51004 51005 51010 51017 51018 51019 51025 51032 51033 51039 51041 51044 51056
       51101 51102 51103 51104 51105 51106 51107 51108 51109 51111 51113 51115 51117 51125 51126 51128 51129 51130 51132 51133 51139 51145 51147 51156 51159 51162
       51163 51166 51174 51185 51201 51202 51203 51204 51205 51206 51275 51276 51281 51287 51298 51299 51317 51415`,
    ),

    { means: 'auth', status: [401, 401], code: null },
    ...turnedAway,
  ],
};
