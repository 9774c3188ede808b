import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { createLog } from './log.ts';
import type { LogRow } from './log.ts';
import { redactFields, redactText } from './redaction.ts';

describe('redaction', () => {
  const table: [string, string][] = [
    ['GET https://fapi.binance.com/fapi/v1/order?symbol=BTCUSDT&signature=abc failed', 'GET https://fapi.binance.com/fapi/v1/order?[redacted] failed'],
    ['wss://stream.binance.com/ws?listenKey=xyz', 'wss://stream.binance.com/ws?[redacted]'],
    ['connect postgres://tranche:hunter2@db:5432/tranche', 'connect postgres://[redacted]@db:5432/tranche'],
    ['POST https://api.telegram.org/bot123:AA-bb_cc/sendMessage', 'POST https://api.telegram.org/bot[redacted]/sendMessage'],
    ['https://discord.com/api/webhooks/123/abc-def', 'https://discord.com/api/webhooks/[redacted]'],
    ['body {"secret":"hunter2","symbol":"BTCUSDT"}', 'body {"secret":"[redacted]","symbol":"BTCUSDT"}'],
    ['X-MBX-APIKEY: vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zv', 'X-MBX-APIKEY: [redacted]'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [redacted]'],
    ['BTC/USDT filled 0.5 at 61234.5, what now? nothing', 'BTC/USDT filled 0.5 at 61234.5, what now? nothing'],
  ];
  for (const [raw, clean] of table) it(`hides what is secret in: ${raw.slice(0, 40)}`, () => expect(redactText(raw)).to.equal(clean));

  it('hides fields with the name of a secret', () => {
    expect(redactFields({ apiKey: 'k', webhookSecret: 's', passphrase: 'p', databaseUrl: 'u', symbol: 'BTC/USDT', count: 3 })).to.deep.equal({
      apiKey: '[redacted]',
      webhookSecret: '[redacted]',
      passphrase: '[redacted]',
      databaseUrl: '[redacted]',
      symbol: 'BTC/USDT',
      count: 3,
    });
  });
});

describe('log', () => {
  const lines = (write: (log: ReturnType<typeof createLog>) => void, format: 'json' | 'pretty', level: 'info' | 'debug' = 'info'): string[] => {
    const stream = new PassThrough();
    write(createLog({ process: 'api', level, format, stream }));
    return String(stream.read() ?? '').trimEnd().split('\n');
  };

  it('writes one JSON object a line', () => {
    const [line = ''] = lines((log) => log.info('order', 'sent', { clientOrderId: 'x1', price: '1.50', nothing: undefined }), 'json');
    const { at, ...rest } = JSON.parse(line) as Record<string, unknown>;
    expect(rest).to.deep.equal({ level: 'info', process: 'api', category: 'order', message: 'sent', clientOrderId: 'x1', price: '1.50' });
    expect(at).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('writes readable lines for a terminal', () => {
    expect(lines((log) => log.warn('risk', 'late', { groupId: 'g1' }), 'pretty')[0]).to.match(/^\d\d:\d\d:\d\d\.\d{3} .*warn .*api risk: late.* groupId=g1/);
  });

  it('leaves out what is below its level', () => {
    expect(lines((log) => log.debug('order', 'no'), 'json')).to.deep.equal(['']);
    expect(lines((log) => log.debug('order', 'yes'), 'json', 'debug')[0]).to.contain('yes');
  });

  it('hands rows of level info and above to its sinks, redacted', () => {
    const rows: LogRow[] = [];
    const log = createLog({ process: 'api', level: 'debug', format: 'json', stream: new PassThrough() });
    const remove = log.addSink((row) => rows.push(row));
    log.debug('order', 'below');
    log.alert('venue', 'https://x.test/a?signature=s', { secret: 's' });
    remove();
    log.error('venue', 'after');
    expect(rows.map(({ level, category, message, fields }) => ({ level, category, message, fields }))).to.deep.equal([
      { level: 'alert', category: 'venue', message: 'https://x.test/a?[redacted]', fields: { secret: '[redacted]' } },
    ]);
  });
});
