import winston from 'winston';
import type { Log, LogCategory, LogFields, LogLevel } from '#shared/ports/system.port';
import { redactFields, redactText } from './redaction.ts';

/** One log entry as it is stored and shown. */
export interface LogRow {
  /** Epoch milliseconds. */
  at: number;
  level: LogLevel;
  category: LogCategory;
  message: string;
  fields: LogFields;
}

/** A `Log` of one process that others can listen to. */
export interface ProcessLog extends Log {
  /**
   * Hands every row of level info and above to `onRow`, until the returned function is called; rows of level debug too once
   * `setLevel('debug')` has asked for them. `onRow` must not throw or block.
   */
  addSink(onRow: (row: LogRow) => void): () => void;
  /** Writes every line as JSON to `stream` too, until the returned function is called. */
  addStream(stream: NodeJS.WritableStream): () => void;
  /** The least severe level that is logged from now on. */
  setLevel(level: LogLevel): void;
}

/** What a process says about its log. */
export interface LogOptions {
  /** Name of the process, in front of every line. */
  process: string;
  level?: LogLevel;
  format?: 'auto' | 'json' | 'pretty';
  /** Where lines go; standard output unless a test wants them. */
  stream?: NodeJS.WritableStream;
}

const levels: Record<LogLevel, number> = { alert: 0, error: 1, warn: 2, info: 3, debug: 4 };
const colours: Record<string, number> = { alert: 41, error: 31, warn: 33, info: 36, debug: 90 };

const text = (fields: object): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${String(value)}`)
    .join('');

/** `12:00:01.250 info  api order: sent clientOrderId=...`; coloured, for a person at a terminal. */
const pretty = winston.format.printf((info) => {
  const { level, message, at, process: name, category, fields } = info as unknown as { level: string; message: string; at: string; process: string; category: string; fields: object };
  return `${at.slice(11, 23)} \x1b[${colours[level] ?? 0}m${level.padEnd(5)}\x1b[0m ${name} ${category}: ${message}\x1b[90m${text(fields)}\x1b[0m`;
});

/** The fixed members first and last: they lead the line, and no field of the same name can replace them. */
const jsonLine = winston.format.printf(({ level, message, at, process: name, category, fields }) => {
  const fixed = { at, level, process: name, category, message };
  return JSON.stringify({ ...fixed, ...(fields as object), ...fixed });
});

/**
 * Lets the lines of one turn of the event loop go out in one write: a write for each took a twentieth of a worker's time under load. What is
 * held when the process exits is written then.
 */
function inTurns(stream: NodeJS.WriteStream): () => void {
  let held = false;
  const release = (): void => {
    if (held) stream.uncork();
    held = false;
  };
  process.once('exit', release);
  return () => {
    if (held) return;
    held = true;
    stream.cork();
    setImmediate(release);
  };
}

/** The structured log of a process: JSON lines, or readable ones at a terminal; secrets are hidden before anything sees them. */
export function createLog({ process: name, level: startLevel = 'info', format = 'auto', stream = process.stdout }: LogOptions): ProcessLog {
  let level = startLevel;
  // A process started with LOG_LEVEL=debug is looked at in its terminal; only who asks in the web app wants such rows in the database.
  let sinkLevel: LogLevel = 'info';
  const readable = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  const logger = winston.createLogger({ level: 'debug', levels, format: readable ? pretty : jsonLine, transports: [new winston.transports.Stream({ stream })] });
  const sinks = new Set<(row: LogRow) => void>();
  const hold = stream === process.stdout ? inTurns(process.stdout) : () => {};

  const write = (rank: LogLevel, category: LogCategory, rawMessage: string, rawFields: LogFields = {}): void => {
    // What people did is recorded or not by a switch of its own, never by how much is logged of the rest.
    if (levels[rank] > levels[level] && category !== 'audit') return;
    const row: LogRow = { at: Date.now(), level: rank, category, message: redactText(rawMessage), fields: redactFields(rawFields) };
    hold();
    logger.log(rank, row.message, { at: new Date(row.at).toISOString(), process: name, category, fields: row.fields });
    if (levels[rank] <= levels[sinkLevel] || category === 'audit') for (const sink of sinks) sink(row);
  };
  const at =
    (rank: LogLevel) =>
    (category: LogCategory, message: string, fields?: LogFields): void =>
      write(rank, category, message, fields);

  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    alert: at('alert'),
    addSink: (onRow) => {
      sinks.add(onRow);
      return () => void sinks.delete(onRow);
    },
    addStream: (file) => {
      const transport = new winston.transports.Stream({ stream: file, format: jsonLine });
      logger.add(transport);
      return () => void logger.remove(transport);
    },
    setLevel: (wanted) => {
      level = wanted;
      sinkLevel = wanted === 'debug' ? 'debug' : 'info';
    },
  };
}

/** A log that drops everything, for tests that do not look at it. */
export const silentLog: ProcessLog = { debug() {}, info() {}, warn() {}, error() {}, alert() {}, addSink: () => () => {}, addStream: () => () => {}, setLevel() {} };
