import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Log } from '#shared/ports/system.port';

/** How one process of the tree is started. */
export interface ChildPlan {
  name: string;
  /** Its file, and what Node needs to run it. */
  entry: string;
  execArgv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** How long it may take to say that it is ready. */
  readyMs?: number;
  /** Pause before the first new attempt; it doubles with each. */
  backoffMs?: number;
  /** How long it may take to end after SIGTERM before it is killed. */
  stopMs?: number;
}

/** What the supervisor wants to hear. */
export interface ChildEvents {
  log: Log;
  /** Anything a child sends except `ready`. */
  onMessage: (name: string, message: unknown) => void;
  /** May a child that has worked and ended be started again (`app.auto_restart`)? Always, unless given. */
  mayRestart?: () => boolean;
  /** A child cannot work however often it is started. */
  onHopeless: (name: string, code: number) => void;
}

/** One process that is kept running. */
export interface SupervisedChild {
  readonly name: string;
  /** Resolves when the process has said `ready` for the first time. */
  readonly ready: Promise<void>;
  pid(): number | undefined;
  /** Ends it and starts it again, for changed sources. */
  restart(): Promise<void>;
  /** Starts it if it has ended and was not started again. */
  resume(): void;
  /** Ends it for good: SIGTERM first, SIGKILL when it takes too long. */
  stop(): Promise<void>;
  kill(): void;
}

/** Exit code of a process whose configuration is wrong. */
const exitCodeConfig = 78;
const backoffFirstMs = 250;
const backoffMaxMs = 10_000;
/** A process that has worked this long is no longer counted as one that fails at its start. */
const soundAfterMs = 30_000;
const failuresAtStartMax = 5;

const isLogLine = (line: string): boolean => line.startsWith('{"at":') || /^\d\d:\d\d:\d\d\.\d{3} /.test(line);

/** Passes output on line by line; what is not a log line (a stack trace, a warning of Node) gets the name of its process. */
function passOn(stream: Readable | null, target: NodeJS.WritableStream, name: string): void {
  if (!stream) return;
  createInterface({ input: stream }).on('line', (line) => target.write(isLogLine(line) ? `${line}\n` : `${name} | ${line}\n`));
}

function forkChild({ name, entry, execArgv, env }: ChildPlan): ChildProcess {
  // A process group of its own: Ctrl-C in a terminal reaches the supervisor only, which then ends the children in order.
  const child = fork(entry, { execArgv: [...execArgv], env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
  passOn(child.stdout, process.stdout, name);
  passOn(child.stderr, process.stderr, name);
  return child;
}

/** Asks a process to end and kills it when it takes too long, unless the returned function is called first. */
function endOrKill(child: ChildProcess, plan: ChildPlan, log: Log): () => void {
  child.kill('SIGTERM');
  const late = setTimeout(() => {
    log.error('system', 'a process did not end in time and is killed', { process: plan.name });
    child.kill('SIGKILL');
  }, plan.stopMs ?? 15_000);
  return () => clearTimeout(late);
}

/** What one life of a process tells. */
interface LifeEvents {
  message(message: unknown): void;
  ready(): void;
  end(code: number | null, signal: NodeJS.Signals | null, livedMs: number): void;
}

/** Starts a process and kills it when it does not get ready in time. */
function beginLife(plan: ChildPlan, log: Log, on: LifeEvents): ChildProcess {
  const child = forkChild(plan);
  const bornAt = Date.now();
  const late = setTimeout(() => {
    log.error('system', 'a process did not get ready in time and is started again', { process: plan.name });
    child.kill('SIGKILL');
  }, plan.readyMs ?? 60_000);
  child.on('message', (message) => {
    if (message !== 'ready') return on.message(message);
    clearTimeout(late);
    on.ready();
  });
  child.on('error', (error) => log.error('system', 'a process could not be started', { process: plan.name, error: error.message }));
  child.once('exit', (code, signal) => {
    clearTimeout(late);
    on.end(code, signal, Date.now() - bornAt);
  });
  return child;
}

/** Starts a process and starts it again, with growing pauses, whenever it dies without having been asked to. */
export function superviseChild(plan: ChildPlan, { log, onMessage, onHopeless, mayRestart = () => true }: ChildEvents): SupervisedChild {
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let wanted = true;
  let leftEnded = false;
  let everReady = false;
  let failures = 0;
  let resolveReady = (): void => {};
  const ready = new Promise<void>((resolve) => (resolveReady = resolve)).then(() => void (everReady = true));

  const launch = (): void => {
    timer = null;
    leftEnded = false;
    ended = new Promise((resolve) => {
      child = beginLife(plan, log, {
        message: (message) => onMessage(plan.name, message),
        ready: resolveReady,
        end: (code, signal, livedMs) => {
          child = null;
          resolve();
          if (wanted) died(code, signal, livedMs);
        },
      });
    });
  };

  const died = (code: number | null, signal: NodeJS.Signals | null, livedMs: number): void => {
    failures = livedMs > soundAfterMs ? 1 : failures + 1;
    if (code === exitCodeConfig || (!everReady && failures >= failuresAtStartMax)) return onHopeless(plan.name, code ?? 1);
    // A start that has not succeeded yet is tried again all the same: nobody could say in the web app that it should be.
    if (everReady && !mayRestart()) {
      leftEnded = true;
      return log.error('system', `${plan.name} has ended and is not started again, because app.auto_restart is off in the settings; everything else goes on. Switch it on, or restart Tranche`, { process: plan.name, code, signal });
    }
    const waitMs = Math.min((plan.backoffMs ?? backoffFirstMs) * 2 ** (failures - 1), backoffMaxMs);
    log.error('system', 'a process died and is started again', { process: plan.name, code, signal, waitMs });
    timer = setTimeout(launch, waitMs);
  };
  const startAfresh = (): void => {
    failures = 0;
    launch();
  };

  const end = async (): Promise<void> => {
    wanted = false;
    if (timer) clearTimeout(timer);
    if (!child) return;
    const stopKilling = endOrKill(child, plan, log);
    await ended;
    stopKilling();
  };

  launch();
  return {
    name: plan.name,
    ready,
    pid: () => child?.pid,
    restart: async () => {
      await end();
      wanted = true;
      startAfresh();
    },
    resume: () => {
      if (!leftEnded || !wanted) return;
      log.warn('system', 'a process that had ended is started again, because app.auto_restart is on', { process: plan.name });
      startAfresh();
    },
    stop: end,
    kill: () => {
      wanted = false;
      child?.kill('SIGKILL');
    },
  };
}
