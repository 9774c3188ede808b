import { readBinance } from './body-readers.ts';
import type { VenueOutcomes } from './outcome-rules.ts';
import { codes, idTaken, nobodysWord, refusedFor, saysIdTaken, throttled, turnedAway } from './outcome-rules.ts';

/**
 * Binance spot and USD-M. Sources: `errors.md` of binance-spot-api-docs (2026-07), the error-code page of the USD-M documentation. A
 * refusal always has a failing status there, so an error inside a 2xx is nobody's word.
 */
export const binanceOutcomes: VenueOutcomes = {
  venue: 'binance',
  read: readBinance,
  retryHints: [],
  rows: [
    ...throttled,
    ...nobodysWord,
    { means: 'unknown', status: [0, 299] },
    // General server and bus errors: the venue itself does not know.
    { means: 'unknown', code: codes('-1000 -1001 -1006 -1007 -1008 -1010 -1016') },

    { means: 'exists', on: 'submit', code: codes('-4116 -20132') },
    { means: 'unknown', code: codes('-4116 -20132') },
    { means: 'not-found', on: 'query', code: ['-2013'] },
    // An order the venue does not hold as open may be filled as well as cancelled: never a success.
    { means: 'market-closed', on: 'cancel', code: codes('-2011 -2013'), message: /market is closed/i },
    { means: 'other', on: 'cancel', code: codes('-2011 -2013'), message: /cancel restrictions/i },
    { means: 'gone', on: 'cancel', code: codes('-2011 -2013') },

    { means: 'exists', on: 'submit', code: ['-2010'], message: saysIdTaken },
    ...idTaken,

    // A filter of the symbol, by its name. Whatever else stands under -1013 "didn't reach the Matching Engine".
    { means: 'price-band', code: ['-1013'], message: /percent_price/i },
    { means: 'precision', code: ['-1013'], message: /price_filter|lot_size|notional|invalid (price|quantity|qty)|precision/i },
    { means: 'other', code: ['-1013'] },
    { means: 'price-band', code: ['-2010'], message: /(?=.*filter failure).*percent_price/i },
    { means: 'precision', code: ['-2010'], message: /(?=.*filter failure).*(price_filter|lot_size|notional|invalid (price|quantity|qty)|precision)/i },
    { means: 'other', code: ['-2010'], message: /filter failure/i },
    // NEW_ORDER_REJECTED: the message alone says why. These are the documented ones, and those of older versions.
    { means: 'balance', code: ['-2010'], message: /insufficient balance/i },
    { means: 'market-closed', code: ['-2010'], message: /market is closed|trading phase/i },
    { means: 'would-trigger', code: ['-2010'], message: /immediately match and take|would trigger immediately/i },
    { means: 'auth', code: ['-2010'], message: /not permitted|not enabled|disabled on this account/i },
    { means: 'precision', code: ['-2010'], message: /qty is zero|price \* qty/i },
    {
      means: 'other',
      code: ['-2010'],
      message:
        /not support(?:ed)? for this symbol|icebergqty exceeds qty|unsupported order combination|may not place or cancel orders|restricted for this account|relationship of the prices|order book liquidity is|may not use pegged|price peg cannot|require gtc/i,
    },

    refusedFor('rate', '-1003 -1015'),
    refusedFor('clock', '-1021 -5028'),
    refusedFor('auth', '-1002 -1011 -1022 -1099 -2008 -2014 -2015 -2017 -4109'),
    refusedFor('symbol', '-1121'),
    refusedFor('precision', '-1111 -4001 -4002 -4003 -4004 -4005 -4006 -4007 -4008 -4009 -4010 -4011 -4012 -4013 -4014 -4023 -4164'),
    refusedFor('price-band', '-4016 -4024 -4131'),
    refusedFor('balance', '-2018 -2019 -2028'),
    refusedFor('would-trigger', '-2021 -5022'),
    refusedFor('reduce-only', '-2022 -2024 -4118'),
    refusedFor('market-closed', '-4140 -4141'),
    refusedFor('other', '-1014 -1020 -2020 -2023 -2025 -2026 -2027 -4015 -4028 -4045 -4061 -4062 -4120 -5021'),
    // "Request issues": a parameter was turned down before anything was tried. Those of lists of orders, FIX and SBE are not asked for here.
    refusedFor(
      'other',
      `-1100 -1101 -1102 -1103 -1104 -1105 -1106 -1108 -1109 -1110 -1112 -1114 -1115 -1116 -1117 -1118 -1119 -1120 -1122 -1125 -1126 -1127 -1128 -1130 -1131 -1134
       -1135 -1136 -1145`,
    ),

    ...turnedAway,
    { means: 'market-closed', message: /system is under maintenance/i },
    { means: 'auth', message: /api-key format|invalid api-key/i },
  ],
};
