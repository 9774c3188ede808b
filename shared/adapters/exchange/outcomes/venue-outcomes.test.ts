import { expect } from 'chai';
import { venueAnswers } from '#test/support/venue-answers';
import { cancelOutcome, submitOutcome } from '../outcome-mapping.ts';
import type { RawAnswer } from './judge-answer.ts';
import { judgeAnswer, judgeFault, readAnswer } from './judge-answer.ts';
import type { Asked, OutcomeRow } from './outcome-rules.ts';
import { judgedVenues, outcomesOf } from './venue-outcomes.ts';

/** How each venue puts a code and a message into a body. */
const bodies: Readonly<Record<string, (code: string, message: string) => string>> = {
  binance: (code, msg) => JSON.stringify({ code: Number(code), msg }),
  bybit: (code, retMsg) => JSON.stringify({ retCode: Number(code), retMsg, result: {}, retExtInfo: {}, time: 1 }),
  okx: (code, sMsg) => JSON.stringify({ code: '1', msg: 'All operations failed', data: [{ clOrdId: 'mine', ordId: '', sCode: code, sMsg }] }),
  kucoin: (code, msg) => JSON.stringify({ code, msg }),
  mexc: (code, msg) => JSON.stringify({ code: Number(code), msg }),
  gate: (label, message) => JSON.stringify({ label, message }),
  bingx: (code, msg) => JSON.stringify({ code: Number(code), msg, data: {} }),
};

const said = (venue: string, asked: Asked, answer: Partial<RawAnswer> & { status: number; body: string }): string => {
  const verdict = judgeAnswer(outcomesOf(venue), asked, { headers: {}, ...answer }, 0);
  return verdict.kind === 'refused' ? `refused ${verdict.refused}` : verdict.kind;
};

describe('outcomes by venue', () => {
  for (const [venue, rows] of Object.entries(venueAnswers)) {
    describe(venue, () => {
      for (const [status, marked, message, expected, source] of rows) {
        const asked: Asked = marked.startsWith('c:') ? 'cancel' : marked.startsWith('q:') ? 'query' : 'submit';
        const code = marked.replace(/^[cq]:/, '');
        it(`${asked} HTTP ${status} ${code} ${message.slice(0, 60)} -> ${expected} (${source})`, () => expect(said(venue, asked, { status, body: bodies[venue]!(code, message) })).to.equal(expected));
      }
    });
  }

  /** Codes that stand for many things, under a text that is listed nowhere. */
  const unlisted: readonly [venue: string, status: number, code: string, message: string][] = [
    ['binance', 400, '-2010', 'Something new went wrong.'],
    ['binance', 400, '-2010', 'NEW_ORDER_REJECTED'],
    ['binance', 400, '-1199', 'A take profit order in a sell OCO must be above.'],
    ['binance', 400, '-1150', 'A request fault of tomorrow.'],
    ['bybit', 200, '10001', ''],
    ['bybit', 200, '10001', 'Something new went wrong'],
    ['bybit', 200, '10001', 'orderLinkId invalid'],
    ['okx', 200, '51000', 'Something new went wrong'],
    ['okx', 200, '51000', 'Parameter clOrdId error'],
    ['okx', 200, '51000', 'Parameter algoClOrdId  error '],
    ['kucoin', 400, '400100', 'Something new went wrong'],
    ['kucoin', 400, '400100', 'The size of the book is not available'],
    ['kucoin', 400, '400100', 'validation.createOrder.clientOidIsRequired'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'Something new went wrong'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'Invalid parameter `text` with value: abc'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'invalid argument: initial.text'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'invalid argument: #4'],
    ['bingx', 200, '109400', 'Something new went wrong'],
    ['bingx', 200, '100400', 'Something new went wrong'],
    ['bingx', 200, '100400', 'Order does not exist.'],
    ['bingx', 200, '109400', "Invalid parameters, err:Key: 'ClientOrderID'"],
  ];
  for (const [venue, status, code, message] of unlisted) it(`${venue} ${code} "${message}": not listed, so a write is unknown`, () => expect(said(venue, 'submit', { status, body: bodies[venue]!(code, message) })).to.equal('unknown'));

  /** Our id is called taken: an order of ours may be there. */
  const taken: readonly [venue: string, status: number, code: string, message: string, expected: string][] = [
    ['binance', 400, '-2010', 'Duplicate order sent.', 'exists'],
    ['binance', 400, '-2010', 'Duplicate clientOrderId.', 'exists'],
    ['binance', 400, '-1013', 'Duplicate clientOrderId.', 'unknown'],
    ['binance', 400, '-1130', 'ClientOrderId is duplicated.', 'unknown'],
    ['bybit', 200, '10001', 'OrderLinkedID is duplicate', 'exists'],
    ['bybit', 200, '10001', 'params error: orderLinkId already exists', 'exists'],
    ['bybit', 200, '170130', 'Duplicate clientOrderId', 'unknown'],
    ['okx', 200, '51000', 'Duplicated client order ID', 'unknown'],
    ['okx', 200, '51000', 'Parameter clOrdId error: already in use', 'unknown'],
    ['kucoin', 400, '400100', 'clientOid duplicate', 'exists'],
    ['kucoin', 400, '400100', 'The clientOid has been used', 'exists'],
    ['kucoin', 400, '400200', 'clientOid duplicate', 'unknown'],
    ['mexc', 200, '600', 'external oid repeated', 'unknown'],
    ['mexc', 400, '33333', 'Duplicate client order id', 'unknown'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'text already used', 'unknown'],
    ['gate', 400, 'INVALID_CLIENT_ORDER_ID', 'Order already exists', 'unknown'],
    ['bingx', 200, '109400', 'duplicate clientOrderID', 'unknown'],
    ['bingx', 200, '100400', 'The clientOrderId must be unique', 'unknown'],
    ['bingx', 200, '110400', 'clientOrderID has already been used', 'unknown'],
  ];
  for (const [venue, status, code, message, expected] of taken) it(`${venue} ${code} "${message}" -> ${expected}, never a refusal`, () => expect(said(venue, 'submit', { status, body: bodies[venue]!(code, message) })).to.equal(expected));

  it('an error inside a 2xx is judged by the body, and success only where the body says so', () => {
    const done: Readonly<Record<string, string>> = {
      bybit: '{"retCode":0,"retMsg":"OK","result":{"orderId":"1","orderLinkId":"mine"}}',
      okx: '{"code":"0","msg":"","data":[{"ordId":"1","clOrdId":"mine","sCode":"0","sMsg":""}]}',
      kucoin: '{"code":"200000","data":{"orderId":"1","clientOid":"mine"}}',
      mexc: '{"symbol":"MXUSDT","orderId":"06a480e69e604477bfb48dddd5f0b750"}',
      gate: '{"id":"1","text":"t-mine","status":"open"}',
      bingx: '{"code":0,"msg":"","data":{"order":{"orderId":1}}}',
    };
    for (const [venue, body] of Object.entries(done)) expect(said(venue, 'submit', { status: 200, body }), venue).to.equal('accepted');
    expect(said('mexc', 'submit', { status: 200, body: '{"success":true,"code":0,"data":1}' })).to.equal('accepted');
    expect(said('mexc', 'submit', { status: 200, body: '{"success":false,"code":2005,"message":"Balance insufficient"}' })).to.equal('refused balance');
    expect(said('okx', 'submit', { status: 200, body: '{"code":"0","msg":"","data":[{"sCode":"51008","sMsg":"Insufficient balance"}]}' }), 'the inner code counts').to.equal('refused balance');
    expect(said('okx', 'submit', { status: 200, body: '{"code":"1","msg":"Operation failed","data":[]}' }), 'the outer code says nothing of the order').to.equal('unknown');
    expect(said('gate', 'submit', { status: 202, body: '{"id":"1"}' }), 'taken, not done').to.equal('unknown');
  });

  /** Nobody's word, whatever the venue. */
  const nobody: readonly [string, number, string][] = [
    ['an empty 200', 200, ''],
    ['an HTML 200', 200, '<html>ok</html>'],
    ['half a JSON', 200, '{"orderId":1,"clie'],
    ['an empty object', 200, '{}'],
    ['a redirect', 302, ''],
    ['HTTP 400 of somebody', 400, '<html>Bad Request</html>'],
    ['HTTP 408', 408, ''],
    ['HTTP 500', 500, '<html>Internal Server Error</html>'],
    ['HTTP 502', 502, '<html>Bad Gateway</html>'],
    ['HTTP 503', 503, 'Service Unavailable'],
    ['HTTP 504', 504, '<html>Gateway Time-out</html>'],
  ];
  for (const venue of judgedVenues) {
    it(`${venue}: what nobody has answered, and every code that is not listed, is unknown`, () => {
      for (const [name, status, body] of nobody) expect(said(venue, 'submit', { status, body }), name).to.equal('unknown');
      expect(said(venue, 'submit', { status: 400, body: bodies[venue]!('-987654', 'A code of tomorrow') })).to.equal('unknown');
      expect(said(venue, 'cancel', { status: 400, body: bodies[venue]!('-987654', 'A code of tomorrow') })).to.equal('unknown');
      const broken = { phase: 'no-answer', status: null, code: null, message: 'ECONNRESET' } as const;
      for (const asked of ['submit', 'cancel', 'query'] as const) expect(judgeFault(outcomesOf(venue), asked, broken).kind).to.equal('unknown');
      expect(judgeFault(outcomesOf(venue), 'submit', { ...broken, phase: 'not-sent' }).kind).to.equal('not-sent');
    });

    it(`${venue}: turned away in front of the API is a refusal`, () => {
      for (const [status, expected] of [[403, 'refused auth'], [451, 'refused auth'], [404, 'refused other'], [429, 'refused rate'], [418, 'refused rate']] as const)
        expect(said(venue, 'submit', { status, body: '<html>no</html>' }), String(status)).to.equal(expected);
    });

    it(`${venue}: no 5xx is ever a refusal, whatever code stands in it`, () => {
      for (const row of outcomesOf(venue).rows) for (const code of Array.isArray(row.code) ? (row.code as string[]) : []) expect(said(venue, 'submit', { status: 503, body: bodies[venue]!(code, '') }), code).to.equal('unknown');
    });

    it(`${venue}: no code makes a refusal of an id that is taken`, () => {
      const listed = outcomesOf(venue).rows.flatMap((row) => (Array.isArray(row.code) ? (row.code as string[]) : []));
      for (const code of listed) expect(said(venue, 'submit', { status: 400, body: bodies[venue]!(code, 'Duplicate clientOrderId.') }), code).to.be.oneOf(['exists', 'unknown']);
    });

    it(`${venue}: no code stands in two rows that ask for nothing else`, () => {
      const plain = (row: OutcomeRow): readonly string[] => (Array.isArray(row.code) && row.on === undefined && row.message === undefined && row.status === undefined ? (row.code as string[]) : []);
      const all = outcomesOf(venue).rows.flatMap(plain);
      expect(all.filter((code, index) => all.indexOf(code) !== index)).to.deep.equal([]);
      expect(all.length).to.be.greaterThan(40);
    });
  }

  it('a rate refusal carries the time to wait, by the venue’s own header or text', () => {
    const rows: readonly [string, number, Record<string, string>, string, string, number][] = [
      ['bybit', 200, { 'X-Bapi-Limit-Reset-Timestamp': '1672738135000' }, '10006', 'Too many visits.', 1_672_738_135_000 - 1_672_738_134_000],
      ['bybit', 403, {}, '0', 'access too frequent', 600_000],
      ['kucoin', 429, { 'gw-ratelimit-reset': '1500' }, '429000', 'Too Many Requests', 1_500],
      ['gate', 429, { 'X-Gate-RateLimit-Reset-Timestamp': '1672738139' }, 'TOO_MANY_REQUESTS', '', 5_000],
      ['bingx', 200, {}, '100410', 'code:100410:The endpoint trigger frequency limit rule is currently in the disabled period and will be unblocked after 1672738144000', 10_000],
      ['bingx', 200, {}, '100410', 'rate limited', 60_000],
      ['mexc', 429, { 'Retry-After': '7' }, '429', 'Too Many Requests', 7_000],
      ['okx', 200, {}, '50011', 'Requests too frequent', 10_000],
      ['okx', 418, {}, '50011', '', 120_000],
    ];
    for (const [venue, status, headers, code, message, expected] of rows) {
      const outcomes = outcomesOf(venue);
      const body = status === 403 ? `<html>${message}</html>` : bodies[venue]!(code, message);
      const read = readAnswer(outcomes, { status, headers, body }, 1_672_738_134_000);
      expect(read.done, venue).to.equal(false);
      if (!read.done) expect(submitOutcome(read.fault, outcomes), `${venue} ${code}`).to.include({ kind: 'refused', refused: 'rate', retryAfterMs: expected });
    }
  });

  it('the words of the port: an order that exists is asked for, one that is gone is never cancelled', () => {
    const outcome = (venue: string, code: string, message: string): [string, string] => {
      const read = readAnswer(outcomesOf(venue), { status: 200, headers: {}, body: bodies[venue]!(code, message) }, 0);
      if (read.done) throw new Error('done');
      return [submitOutcome(read.fault, outcomesOf(venue)).kind, cancelOutcome(read.fault, outcomesOf(venue)).kind];
    };
    expect(outcome('bybit', '110072', 'OrderLinkedID is duplicate')).to.deep.equal(['exists', 'unknown']);
    expect(outcome('bybit', '110001', 'Order does not exist')).to.deep.equal(['unknown', 'gone']);
    expect(outcome('okx', '51402', 'Cancellation failed as the order is already completed')).to.deep.equal(['unknown', 'gone']);
  });

  it('a venue without a table is an error that names those that have one', () => expect(() => outcomesOf('nowhere')).to.throw('venue: found "nowhere", expected one of binance, bybit'));
});
