import { readBybit } from './body-readers.ts';
import type { VenueOutcomes } from './outcome-rules.ts';
import { codes, idTaken, nobodysWord, refusedFor, saysIdTaken, throttled, turnedAway } from './outcome-rules.ts';

/**
 * Bybit v5, spot and linear. Source: `v5/error.mdx` of bybit-exchange/docs (2026-07-24). Placing is asynchronous: retCode 0 says that the
 * request was taken, not that an order stands in the book.
 */
export const bybitOutcomes: VenueOutcomes = {
  venue: 'bybit',
  read: readBybit,
  retryHints: [{ header: 'X-Bapi-Limit-Reset-Timestamp', as: 'at' }],
  rows: [
    ...throttled,
    ...nobodysWord,
    // "Access too frequent": all requests must stop for ten minutes at least.
    { means: 'rate', status: [403, 403], message: /too frequent|rate limit/i, waitMs: 600_000 },

    // Server time-outs and errors. 170035 is "submitted to the system for processing"; what 10014 (duplicate request) was a duplicate of is not documented.
    { means: 'unknown', code: codes('429 10000 10014 10016 110079 170001 170007 170032 170035 170146 170147 170149 170150 170191 170212 170234 3400214') },
    { means: 'exists', on: 'submit', code: codes('110072 170141') },
    { means: 'exists', on: 'submit', code: ['10001'], message: saysIdTaken },
    { means: 'not-found', on: 'query', code: codes('110001 170213') },
    { means: 'gone', on: 'cancel', code: codes('110001 110008 110010 170139 170142 170143 170190 170213') },
    ...idTaken,

    // 10001 stands for every fault of a request, so its message decides: the documented one, and those that users of v5 report.
    { means: 'precision', code: ['10001'], message: /^(?:params error: )?qty (?:invalid|err)|number of contracts exceeds (?:maximum|minimum) limit/i },
    { means: 'symbol', code: ['10001'], message: /^(?:params error: )?symbol invalid/i },
    {
      means: 'other',
      code: ['10001'],
      message: /^request parameter error|^params error!?$|^(?:params error: )?(?:price|side|category|order_?type|time_?in_?force|position_?(?:idx|mode)) invalid|position idx not match|^(?:stoploss|takeprofit):\d+ set for/i,
    },

    refusedFor('rate', '10006 10018 170005 170222'),
    refusedFor('clock', '-1 10002'),
    refusedFor('auth', '-2015 10003 10004 10005 10007 10008 10009 10010 10024 10027 10028 33004 100028 110067 110068 110069 110123 110124 110125 110132 170219 170348'),
    refusedFor('symbol', '10029 110050 170121 170221'),
    refusedFor('balance', '30256 110004 110006 110007 110012 110014 110044 110045 110051 110052 110053 110131 170033 170131'),
    refusedFor('price-band', '30208 30209 110003 110116 110120 110121 170132 170133 170192 170193 170194 170203 170204 170371 170372'),
    // 110017 once meant "reduce-only rule not satisfied"; today's text is "orderQty will be truncated to zero".
    { means: 'reduce-only', code: ['110017'], message: /reduce/i },
    refusedFor('precision', '110017 110094 170124 170134 170136 170137 170140 170148 170381 170382'),
    refusedFor('would-trigger', '110092 110093 170218'),
    refusedFor('market-closed', '30228 110023 110042 110063 110066 110074 110095 110137 170031 170151 170157'),
    refusedFor(
      'other',
      `10017 110005 110009 110011 110013 110018 110019 110020 110021 110022 110029 110032 110037 110040 110046 110057 110058 110061 110070 110080 110085 110086
       110087 110088 110089 110090 110096 110097 110098 110099 110100 110101 110102 110103 110104 110105 110106 110107 110108 110109 110118 110119 110135 110136
       170010 170011 170036 170037 170105 170115 170116 170117 170130 170145 170159 170201 170202 170206 170207 170209 170215 170216 170217 170220 170223 170224
       170226 170227 170228 170229 170230 170241 170341 170344 170355 170358 170359 170709 170810 170210`,
    ),

    { means: 'auth', status: [401, 401], code: null },
    ...turnedAway,
  ],
};
