import { expect } from 'chai';
import { cancelOutcome, isNotFound, judge, readRefusal, submitOutcome } from './outcome-mapping.ts';
import type { Fault } from './venue-fault.ts';
import { answeredFault } from './venue-fault.ts';

const answered = (status: number, code: number | null, msg: string): Fault => answeredFault(status, {}, code === null ? msg : JSON.stringify({ code, msg }), 0);
const verdict = (fault: Fault, write: 'submit' | 'cancel' = 'submit'): string => {
  const found = judge(write, fault);
  return found.kind === 'refused' ? `refused ${found.refused}` : found.kind;
};

/** Status, code, message and what it means for an order that was sent. */
const submits: readonly [number, number | null, string, string][] = [
  // The venue says that it did not do it.
  [400, -1013, 'Filter failure: PRICE_FILTER', 'refused precision'],
  [400, -1013, 'Filter failure: LOT_SIZE', 'refused precision'],
  [400, -1013, 'Filter failure: MARKET_LOT_SIZE', 'refused precision'],
  [400, -1013, 'Filter failure: NOTIONAL', 'refused precision'],
  [400, -1013, 'Filter failure: MIN_NOTIONAL', 'refused precision'],
  [400, -1013, 'Invalid quantity.', 'refused precision'],
  [400, -1013, 'Filter failure: PERCENT_PRICE_BY_SIDE', 'refused price-band'],
  [400, -1013, 'Filter failure: PERCENT_PRICE', 'refused price-band'],
  [400, -1013, 'Filter failure: MAX_NUM_ORDERS', 'refused other'],
  [400, -1013, 'Filter failure: MAX_POSITION', 'refused other'],
  [400, -1002, 'You are not authorized to execute this request.', 'refused auth'],
  [400, -1014, 'Unsupported order combination.', 'refused other'],
  [400, -1021, 'Timestamp for this request is outside of the recvWindow.', 'refused clock'],
  [400, -5028, 'Timestamp for this request is outside of the ME recvWindow.', 'refused clock'],
  [400, -1022, 'Signature for this request is not valid.', 'refused auth'],
  [400, -1100, "Illegal characters found in parameter 'newClientOrderId'.", 'refused other'],
  [400, -1102, "Mandatory parameter 'quantity' was not sent.", 'refused other'],
  [400, -1111, 'Precision is over the maximum defined for this asset.', 'refused precision'],
  [400, -1116, 'Invalid orderType.', 'refused other'],
  [400, -1121, 'Invalid symbol.', 'refused symbol'],
  [401, -2014, 'API-key format invalid.', 'refused auth'],
  [401, -2015, 'Invalid API-key, IP, or permissions for action.', 'refused auth'],
  [400, -2010, 'Account has insufficient balance for requested action.', 'refused balance'],
  [400, -2010, 'Market is closed.', 'refused market-closed'],
  [400, -2010, 'Order would immediately match and take.', 'refused would-trigger'],
  [400, -2010, 'Stop price would trigger immediately.', 'refused would-trigger'],
  [400, -2010, 'This symbol is not permitted for this account.', 'refused auth'],
  [400, -2010, 'Filter failure: PERCENT_PRICE_BY_SIDE', 'refused price-band'],
  [400, -2010, 'Iceberg orders are not supported for this symbol.', 'refused other'],
  [400, -2018, 'Balance is insufficient.', 'refused balance'],
  [400, -2019, 'Margin is insufficient.', 'refused balance'],
  [400, -2021, 'Order would immediately trigger.', 'refused would-trigger'],
  [400, -2022, 'ReduceOnly Order is rejected.', 'refused reduce-only'],
  [400, -2025, 'Reach max open order limit.', 'refused other'],
  [400, -2026, 'This OrderType is not supported when reduceOnly.', 'refused other'],
  [400, -2027, 'Exceeded the maximum allowable position at current leverage.', 'refused other'],
  [400, -4003, 'Quantity less than zero.', 'refused precision'],
  [400, -4014, 'Price not increased by tick size.', 'refused precision'],
  [400, -4028, 'Leverage 200 is not valid', 'refused other'],
  [400, -4120, 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.', 'refused other'],
  [400, -4131, 'The counterparty best price does not meet the PERCENT_PRICE filter limit.', 'refused price-band'],
  [400, -4164, "Order's notional must be no smaller than 5 (unless you choose reduce only).", 'refused precision'],
  [400, -5021, 'Due to the order could not be filled immediately, the FOK order has been rejected.', 'refused other'],
  [400, -5022, 'Due to the order could not be executed as maker, the Post Only order will be rejected.', 'refused would-trigger'],
  [400, null, 'System is under maintenance.', 'refused market-closed'],
  // Kept out before the order was looked at.
  [429, -1003, 'Too many requests; current limit is 2400 requests per minute.', 'refused rate'],
  [418, -1003, 'Way too many requests; IP banned until 1712840265023.', 'refused rate'],
  [429, null, '<html>Too Many Requests</html>', 'refused rate'],
  [400, -1003, 'Too much request weight used.', 'refused rate'],
  [400, -1015, 'Too many new orders; current limit is 100 orders per TEN_SECONDS.', 'refused rate'],
  [403, null, '<html>Request blocked.</html>', 'refused auth'],
  [451, null, 'Service unavailable from a restricted location.', 'refused auth'],
  [404, null, '<html>Not Found</html>', 'refused other'],
  // The order exists.
  [400, -2010, 'Duplicate order sent.', 'exists'],
  [400, -4116, 'ClientOrderId is duplicated.', 'exists'],
  [400, -20132, 'The client algo id is duplicated.', 'exists'],
  // Nobody's word that it was not done.
  [400, -1000, 'An unknown error occurred while processing the request.', 'unknown'],
  [400, -1001, 'Internal error; unable to process your request. Please try again.', 'unknown'],
  [400, -1006, 'An unexpected response was received from the message bus. Execution status unknown.', 'unknown'],
  [408, -1007, 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.', 'unknown'],
  [400, -1007, 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.', 'unknown'],
  [400, -1008, 'Server is currently overloaded with other requests. Please try again in a few minutes.', 'unknown'],
  [503, -1008, 'Request throttled by system-level protection.', 'unknown'],
  [500, null, '<html>Internal Server Error</html>', 'unknown'],
  [502, null, '<html>Bad Gateway</html>', 'unknown'],
  [503, null, 'Unknown error, please check your request or try again later.', 'unknown'],
  [503, -1001, 'Service Unavailable.', 'unknown'],
  [503, -1001, 'Internal error; unable to process your request. Please try again.', 'unknown'],
  [503, -2010, 'Account has insufficient balance for requested action.', 'unknown'],
  [504, null, '<html>Gateway Time-out</html>', 'unknown'],
  [400, -9999, 'A code Binance may invent tomorrow.', 'unknown'],
  [400, -4999, 'Another one.', 'unknown'],
  [400, -2011, 'Unknown order sent.', 'unknown'],
  [400, -2013, 'Order does not exist.', 'unknown'],
  [400, null, '<html>Bad Request</html>', 'unknown'],
  [401, null, 'who are you', 'unknown'],
  [200, -2010, 'Account has insufficient balance for requested action.', 'unknown'],
  [302, null, '', 'unknown'],
];

describe('outcome of a submit', () => {
  for (const [status, code, message, expected] of submits) it(`HTTP ${status} ${code ?? ''} ${message.slice(0, 60)} -> ${expected}`, () => expect(verdict(answered(status, code, message))).to.equal(expected));

  it('is not-sent only on proof, and unknown where no whole answer came', () => {
    expect(submitOutcome({ phase: 'not-sent', status: null, code: null, message: 'connect ECONNREFUSED', retryAfterMs: 500 })).to.deep.equal({ kind: 'not-sent', message: 'connect ECONNREFUSED', retryAfterMs: 500 });
    expect(verdict({ phase: 'no-answer', status: null, code: null, message: 'ECONNRESET' })).to.equal('unknown');
    expect(verdict({ phase: 'no-answer', status: 200, code: null, message: 'body broke off' })).to.equal('unknown');
  });

  it('names code, message and the time to wait', () => {
    const ban = answeredFault(418, { 'Retry-After': '180' }, '{"code":-1003,"msg":"Way too many requests; IP banned until 1712840265023."}', 0);
    expect(submitOutcome(ban)).to.deep.equal({ kind: 'refused', refused: 'rate', code: '-1003', message: 'Way too many requests; IP banned until 1712840265023.', retryAfterMs: 180_000 });
    const dated = answeredFault(418, {}, '{"code":-1003,"msg":"Way too many requests; IP banned until 1712840265023."}', 1712840205023);
    expect(submitOutcome(dated)).to.include({ retryAfterMs: 60_000 });
    expect(submitOutcome(answered(418, null, ''))).to.include({ retryAfterMs: 120_000 });
    expect(submitOutcome(answered(400, -1121, 'Invalid symbol.'))).to.deep.equal({ kind: 'refused', refused: 'symbol', code: '-1121', message: 'Invalid symbol.' });
  });
});

describe('outcome of a cancel', () => {
  const cancels: readonly [number, number | null, string, string][] = [
    [400, -2011, 'Unknown order sent.', 'gone'],
    [400, -2013, 'Order does not exist.', 'gone'],
    [400, -2011, 'Order was not canceled due to cancel restrictions.', 'refused other'],
    [400, -2011, 'Market is closed.', 'refused market-closed'],
    [400, -1021, 'Timestamp for this request is outside of the recvWindow.', 'refused clock'],
    [429, -1003, 'Too many requests.', 'refused rate'],
    [503, null, '', 'unknown'],
    [400, -1007, 'Timeout waiting for response from backend server.', 'unknown'],
    [400, -4116, 'ClientOrderId is duplicated.', 'unknown'],
    [400, -9999, 'New.', 'unknown'],
  ];
  for (const [status, code, message, expected] of cancels) it(`HTTP ${status} ${code ?? ''} ${message} -> ${expected}`, () => expect(verdict(answered(status, code, message), 'cancel')).to.equal(expected));

  it('never makes a success of an order that is gone', () => expect(cancelOutcome(answered(400, -2011, 'Unknown order sent.')).kind).to.equal('gone'));
});

describe('answer to a question', () => {
  it('proves absence with -2013 alone', () => {
    const rows: [Fault, boolean][] = [
      [answered(400, -2013, 'Order does not exist.'), true],
      [answered(404, null, 'Not Found'), false],
      [answered(400, -2011, 'Unknown order sent.'), false],
      [answered(400, -2026, 'Order was canceled or expired with no executed qty over 90 days ago and has been archived.'), false],
      [answered(503, -2013, 'Order does not exist.'), false],
      [{ phase: 'no-answer', status: null, code: null, message: '' }, false],
    ];
    for (const [fault, expected] of rows) expect(isNotFound(fault), fault.message).to.equal(expected);
  });

  it('is a refusal where asking again cannot help, otherwise only a failure', () => {
    expect(readRefusal(answered(401, -2015, 'Invalid API-key, IP, or permissions for action.'))).to.equal('auth');
    expect(readRefusal(answered(400, -1121, 'Invalid symbol.'))).to.equal('symbol');
    for (const fault of [answered(429, null, ''), answered(418, null, ''), answered(500, null, ''), answered(400, -1021, ''), answered(400, -1003, ''), answered(400, -9999, '')]) expect(readRefusal(fault)).to.equal(null);
  });
});
