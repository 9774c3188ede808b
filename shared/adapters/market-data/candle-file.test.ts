import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Candle } from '#shared/ports/market-data.port';
import { CandleFileFault, openCandleFile } from './candle-file.ts';
import { readTimestamp } from './candle-row.ts';

const header = 'timestamp,open,high,low,close,volume';
const good = '1743699900,81794.8,81998.1,81785.2,81804.9,317.956';

describe('candle file', () => {
  let directory: string;
  let file: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tranche-candles-'));
    file = join(directory, 'BTCUSDT_5m.csv');
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const open = async (...lines: string[]) => {
    await writeFile(file, lines.join('\n'));
    return openCandleFile(file);
  };
  const faultsOf = async (...lines: string[]): Promise<readonly string[]> =>
    open(...lines).then(
      () => [],
      (error: unknown) => (error instanceof CandleFileFault ? error.faults : [String(error)]),
    );
  const read = async (candles: AsyncIterable<Candle>): Promise<Candle[]> => {
    const rows: Candle[] = [];
    for await (const candle of candles) rows.push(candle);
    return rows;
  };

  it('reads candles with their span, ends and exact decimals', async () => {
    const opened = await open(header, good, '1743700200,81804.90,81898.3,81714.5,81800.3,0', '');
    expect(opened).to.include({ name: 'BTCUSDT_5m.csv', candles: 2, spanMs: 300_000, firstAt: 1743699900000, lastAt: 1743700200000, gapCount: 0 });
    expect(await read(opened.read())).to.deep.equal([
      { at: 1743699900000, open: '81794.8', high: '81998.1', low: '81785.2', close: '81804.9', volume: '317.956' },
      { at: 1743700200000, open: '81804.9', high: '81898.3', low: '81714.5', close: '81800.3', volume: '0' },
    ]);
  });

  it('takes the columns in any order, with others between, a byte order mark, quotes and Windows line ends', async () => {
    const opened = await open('\uFEFFVolume,"close", Low ,open,trades,HIGH,timestamp\r', '1,105,95,100,7,110,"2025-04-03T17:05:00Z"\r');
    expect(await read(opened.read())).to.deep.equal([{ at: Date.UTC(2025, 3, 3, 17, 5), open: '100', high: '110', low: '95', close: '105', volume: '1' }]);
  });

  it('reads any stretch of a file', async () => {
    const rows = Array.from({ length: 9 }, (_, index) => `${1743699900 + index * 300},10${index},120,90,100,1`);
    const opened = await open(header, ...rows);
    const opens = async (from: number, to?: number) => (await read(opened.read(from, to))).map((candle) => candle.open);
    expect(await opens(0, 2)).to.deep.equal(['100', '101']);
    expect(await opens(7)).to.deep.equal(['107', '108']);
    expect(await opens(9)).to.deep.equal([]);
  });

  it('warns of gaps, counts them all and names the first with line and time', async () => {
    const times = [0, 300, 600, 1500, 1800, 2100, 3600];
    const opened = await open(header, ...times.map((time) => `${1743699900 + time},100,110,90,100,1`));
    expect(opened.spanMs).to.equal(300_000);
    expect(opened.gapCount).to.equal(2);
    expect(opened.gaps[0]).to.equal('BTCUSDT_5m.csv line 5: 2025-04-03T17:30:00.000Z follows 2025-04-03T17:15:00.000Z, where 2025-04-03T17:20:00.000Z was expected');
  });

  it('knows the same content by any name, and other content under the same name', async () => {
    const first = (await open(header, good)).digest;
    expect((await open(header, good)).digest).to.equal(first);
    expect((await open(header, good.replace('81794.8', '81794.9'))).digest).not.to.equal(first);
  });

  const faults: [what: string, lines: string[], fault: RegExp][] = [
    ['empty', [''], /holds no candle; it needs a header and at least one row/],
    ['header only', [header], /holds no candle/],
    ['no header', [good], /line 1: no header found; the first line must name the columns: timestamp,open,high,low,close,volume/],
    ['a missing column', ['timestamp,open,high,low,close', '1743699900,1,1,1,1'], /line 1: column volume is missing; the header must name/],
    ['a column named twice', [`${header},open`, `${good},1`], /line 1: column open is named twice; keep one/],
    ['too few fields', [header, '1743699900,1,1,1,1'], /line 2: 5 fields found, 6 expected as in the header/],
    ['too many fields', [header, `${good},9`], /line 2: 7 fields found, 6 expected/],
    ['no number', [header, good, '1743700200,abc,110,90,100,1'], /line 3: open "abc" is no decimal number; write it like 81794\.8/],
    ['a comma for a point shifts the fields', [header, '1743699900,100,5,110,90,100,1'], /line 2: 7 fields found/],
    ['an empty field', [header, '1743699900,100,110,,100,1'], /line 2: low "" is no decimal number/],
    ['infinity', [header, '1743699900,100,Infinity,90,100,1'], /line 2: high "Infinity" is no decimal number/],
    ['a price of zero', [header, '1743699900,0,110,0,100,1'], /line 2: open 0 is not above zero; correct or remove the row/],
    ['a negative volume', [header, '1743699900,100,110,90,100,-1'], /line 2: volume -1 is not zero or more/],
    ['high below low', [header, '1743699900,100,90,110,100,1'], /line 2: high 90 is below low 110; correct the row or swap the two columns/],
    ['open outside', [header, '1743699900,111,110,90,100,1'], /line 2: open 111 lies outside low 90 to high 110; correct the row/],
    ['close outside by the last decimal', [header, '1743699900,100,110,90,110.0000000000000000001,1'], /line 2: close 110\.0000000000000000001 lies outside/],
    ['no time', [header, 'yesterday,100,110,90,100,1'], /line 2: timestamp "yesterday" is no time; use epoch seconds or milliseconds, or ISO 8601/],
    ['twice the same time', [header, good, good], /line 3: 2025-04-03T17:05:00\.000Z appears twice; remove one of the two rows/],
    ['not sorted', [header, good, '1743699600,100,110,90,100,1'], /line 3: 2025-04-03T17:00:00\.000Z comes after 2025-04-03T17:05:00\.000Z; sort the rows by timestamp, oldest first/],
    ['blank lines count as lines', [header, '', good, '', 'x,1,1,1,1,1'], /line 5: timestamp "x"/],
  ];
  for (const [what, lines, fault] of faults)
    it(`refuses ${what}, with file, line and what to do`, async () => {
      const found = await faultsOf(...lines);
      expect(found).to.have.lengthOf(1);
      expect(found[0]).to.match(fault).and.to.match(/^BTCUSDT_5m\.csv /);
    });

  it('lists several faults at once, the first five', async () => {
    const found = await faultsOf(header, ...Array.from({ length: 9 }, (_, index) => `x${index},1,1,1,1,1`));
    expect(found).to.have.lengthOf(5);
    expect(found[4]).to.contain('line 6');
  });

  it('says so when the file cannot be read', async () => {
    await openCandleFile(join(directory, 'missing.csv')).then(
      () => expect.fail('it opened'),
      (error: unknown) => {
        expect(error).to.be.instanceOf(CandleFileFault);
        expect((error as Error).message).to.equal('missing.csv cannot be read (ENOENT); name a readable CSV file');
      },
    );
  });
});

describe('timestamps', () => {
  const at = Date.UTC(2025, 3, 3, 17, 5);
  const table: [string, number | null][] = [
    ['1743699900', at],
    ['1743699900.0', at],
    ['1743699900000', at],
    ['1743699900000000', at],
    ['2025-04-03T17:05:00Z', at],
    ['2025-04-03 17:05:00+00:00', at],
    ['2025-04-03 17:05:00', at],
    ['2025-04-03T17:05', at],
    ['2025-04-03T19:05:00+0200', at],
    ['2025-04-03T17:05:00.250Z', at + 250],
    ['2025-04-03', Date.UTC(2025, 3, 3)],
    ['2025-13-03', null],
    ['03/04/2025', null],
    ['17', null],
    ['', null],
  ];
  for (const [text, expected] of table)
    it(`"${text}" is ${expected === null ? 'no time' : new Date(expected).toISOString()}`, () => {
      expect(readTimestamp(text)).to.equal(expected);
    });
});
