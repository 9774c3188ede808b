import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** An alert that was answered with 2xx, as its sender noted it. */
export interface Acknowledgement {
  /** Names the alert; it is sent with it as its trade id. */
  tradeId: string;
  signalId: string;
  /** 202 for a new one, 200 for a repetition. */
  status: number;
  at: number;
}

/** The sender's own log of what it was promised. On the disk before the next alert leaves: the proof outlives whatever dies. */
export interface AcknowledgementLog {
  note(acknowledgement: Acknowledgement): void;
  all(): Acknowledgement[];
  close(): void;
}

/** Opens the log at `path`, and goes on with what stands there. */
export function openAcknowledgements(path: string): AcknowledgementLog {
  const all = readAcknowledgements(path);
  const file = openSync(path, 'a');
  return {
    note(acknowledgement) {
      all.push(acknowledgement);
      writeSync(file, `${JSON.stringify(acknowledgement)}\n`);
      fsyncSync(file);
    },
    all: () => [...all],
    close: () => closeSync(file),
  };
}

/** What a log on the disk says; nothing where there is none. */
export const readAcknowledgements = (path: string): Acknowledgement[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Acknowledgement)
    : [];
