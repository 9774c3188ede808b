import type { ProcessConfig } from '#shared/contracts/config';
import { ConfigFault, loadProcessConfig, readEnvFile } from '#shared/contracts/config';
import { standOn, UnsafeGround, type GroundFinding } from '#shared/ports/ground.port';
import type { ProcessLog } from './log.ts';
import { createLog } from './log.ts';

/** What a process is given by `runProcess`. */
export interface Life {
  config: ProcessConfig;
  log: ProcessLog;
  /** Ends the process in good order, with exit code 0. */
  stop(reason: string): void;
  /** Ends the process in good order, with exit code 1, so that whoever supervises it starts it again. */
  fail(reason: string, error?: unknown): void;
}

/** What `start` of a process returns once it works. */
export interface Running {
  /** Stops taking new work, lets running work end, disconnects. */
  close(): Promise<void>;
}

/** What may be said of a process beside what it does. */
export interface LifeOptions {
  /** Rejections a library is known to leave unhandled though whom they concern has heard of them. */
  harmless?(reason: unknown): boolean;
  /** What the process would stand on; looked at before it starts. */
  ground?(config: ProcessConfig): Promise<readonly GroundFinding[]>;
}

/** Exit code for a faulty configuration: starting again cannot help. EX_CONFIG of sysexits.h. */
export const exitCodeConfig = 78;
/** Longer than any job takes, shorter than the time after which pm2 and Docker kill. */
const drainMs = 10_000;

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/**
 * Runs one process from start to orderly end: reads the configuration, starts, tells its supervisor `ready`, and closes on
 * SIGTERM, SIGINT, or when the supervisor's channel breaks (so that no child outlives it). An unhandled rejection means a state
 * nobody has thought about: it is logged and the process ends, because the truth lies in the database and a fresh start reads it.
 */
export async function runProcess(name: string, start: (life: Life) => Promise<Running>, { harmless = () => false, ground = async () => [] }: LifeOptions = {}): Promise<void> {
  const config = configOrExit();
  const log = createLog({ process: name, ...config.log });
  let running: Running | null = null;
  let ending = false;

  const end = async (code: number, reason: string): Promise<void> => {
    if (ending) return;
    ending = true;
    log.info('system', 'stopping', { reason });
    setTimeout(() => {
      log.error('system', 'running work did not end in time', { drainMs });
      process.exit(1);
    }, drainMs).unref();
    try {
      await running?.close();
    } catch (error) {
      log.error('system', 'closing failed', { error: describe(error) });
      code = 1;
    }
    process.exit(code);
  };
  const fail = (reason: string, error?: unknown): void => {
    log.error('system', reason, error === undefined ? {} : { error: describe(error) });
    void end(1, reason);
  };

  // When the supervisor is killed its pipes break before we hear of it; a log line lost is no reason not to close in good order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(0, signal));
  process.on('disconnect', () => void end(0, 'the supervisor is gone'));
  process.on('unhandledRejection', (error) => {
    if (harmless(error)) log.warn('system', 'a library left a rejection unhandled', { error: String(error) });
    else fail('unhandled rejection', error);
  });
  process.on('uncaughtException', (error) => fail('uncaught exception', error));

  try {
    standOn(await ground(config), { live: config.trading.mode === 'live', log });
    running = await start({ config, log, stop: (reason) => void end(0, reason), fail });
    if (!ending) process.send?.('ready');
    else await running.close();
  } catch (error) {
    if (!(error instanceof UnsafeGround)) return fail('the start failed', error);
    process.stderr.write(`${error.message}\n`);
    void end(exitCodeConfig, 'the ground is not safe to work on');
  }
}

function configOrExit(): ProcessConfig {
  try {
    readEnvFile();
    return loadProcessConfig();
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCodeConfig);
  }
}
