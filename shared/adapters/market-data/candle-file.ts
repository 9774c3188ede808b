import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Candle } from '#shared/ports/market-data.port';
import { readHeader, type RowReader } from './candle-row.ts';

/** A checked candle file. Nothing of it is kept in memory; every reading streams it anew. */
export interface CandleFile {
  name: string;
  candles: number;
  /** Length of one candle, milliseconds. */
  spanMs: number;
  firstAt: number;
  lastAt: number;
  /** Of the whole content: the same file by any name, and never another one. */
  digest: string;
  /** The first jumps in time, one sentence each; `gapCount` counts all. */
  gaps: readonly string[];
  gapCount: number;
  /** The candles from number `from` (0 is the first) up to but without number `to`. */
  read(from?: number, to?: number): AsyncGenerator<Candle>;
}

/** What is wrong with a candle file: one line per fault, with file, line number and what to do. */
export class CandleFileFault extends Error {
  override readonly name = 'CandleFileFault';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

const faultsShown = 5;
const gapsShown = 5;
/** For a file of a single candle, whose span nothing tells. */
const spanUnknownMs = 60_000;

const iso = (at: number): string => new Date(at).toISOString();

/** Reads a file from end to end and says what it holds, or throws `CandleFileFault` with its first faults. */
export async function openCandleFile(path: string): Promise<CandleFile> {
  const name = basename(path);
  const hash = createHash('sha256');
  const faults: string[] = [];
  const seen = timeSteps();
  for await (const { line, row } of rowsOf(path, (bytes) => hash.update(bytes))) {
    const fault = 'fault' in row ? row.fault : seen.add(row.candle.at, line);
    if (fault !== null && faults.push(`${name} line ${line}: ${fault}`) >= faultsShown) break;
  }
  if (faults.length > 0) throw new CandleFileFault(faults);
  const times = seen.summary();
  if (times === null) throw new CandleFileFault([`${name} holds no candle; it needs a header and at least one row`]);
  const gaps = times.gaps.map(({ line, after, at }) => `${name} line ${line}: ${iso(at)} follows ${iso(after)}, where ${iso(after + times.spanMs)} was expected`);
  return { name, ...times, gaps, digest: hash.digest('hex'), read: (from = 0, to = Infinity) => readCandles(path, from, to) };
}

async function* readCandles(path: string, from: number, to: number): AsyncGenerator<Candle> {
  let number = 0;
  for await (const { line, row } of rowsOf(path)) {
    if (number >= to) return;
    if (number >= from) {
      if ('fault' in row) throw new CandleFileFault([`${basename(path)} line ${line}: ${row.fault} (the file was changed while it was read)`]);
      yield row.candle;
    }
    number += 1;
  }
}

/** The rows of a file with their line numbers; a bad header is a `CandleFileFault`, a bad row is the caller's business. */
async function* rowsOf(path: string, onBytes?: (bytes: Buffer) => void): AsyncGenerator<{ line: number; row: ReturnType<RowReader> }> {
  const stream = createReadStream(path);
  if (onBytes) stream.on('data', (chunk) => onBytes(chunk as Buffer));
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  let reader: RowReader | null = null;
  let line = 0;
  try {
    for await (const text of lines) {
      line += 1;
      if (text.trim() === '') continue;
      if (reader !== null) {
        yield { line, row: reader(text) };
        continue;
      }
      const header = readHeader(text);
      if (typeof header !== 'function') throw new CandleFileFault([`${basename(path)} line ${line}: ${header.fault}`]);
      reader = header;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw code === undefined ? error : new CandleFileFault([`${basename(path)} cannot be read (${code}); name a readable CSV file`]);
  } finally {
    stream.destroy();
  }
}

interface Jump {
  line: number;
  after: number;
  at: number;
}

/** Collects opening times: their order, the usual distance between them, and where it is broken. */
function timeSteps() {
  const byStep = new Map<number, { count: number; examples: Jump[] }>();
  let candles = 0;
  let firstAt = 0;
  let lastAt = 0;
  return {
    /** Null, or what is wrong with this time. */
    add: (at: number, line: number): string | null => {
      if (candles > 0 && at === lastAt) return `${iso(at)} appears twice; remove one of the two rows`;
      if (candles > 0 && at < lastAt) return `${iso(at)} comes after ${iso(lastAt)}; sort the rows by timestamp, oldest first`;
      if (candles === 0) firstAt = at;
      else {
        const step = byStep.get(at - lastAt) ?? { count: 0, examples: [] };
        step.count += 1;
        if (step.examples.length < gapsShown) step.examples.push({ line, after: lastAt, at });
        byStep.set(at - lastAt, step);
      }
      lastAt = at;
      candles += 1;
      return null;
    },
    summary: () => {
      if (candles === 0) return null;
      const [usual, ...others] = [...byStep].sort((a, b) => b[1].count - a[1].count || a[0] - b[0]);
      const jumps = others.flatMap(([, { examples }]) => examples).sort((a, b) => a.line - b.line);
      const gapCount = others.reduce((total, [, { count }]) => total + count, 0);
      return { candles, spanMs: usual?.[0] ?? spanUnknownMs, firstAt, lastAt, gapCount, gaps: jumps.slice(0, gapsShown) };
    },
  };
}
