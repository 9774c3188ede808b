import { logCode } from '#shared/contracts/log-codes';
import type { NewHalt } from '#shared/ports/store.port';
import { callOut, neverCrash, type AtCrashPoint } from './crash-points.ts';
import type { ShellPorts } from './shell.ts';

/** Why the engine stops new exposure by itself. */
export type SafeModeCode =
  /** The venue refuses the key, or what it may do. */
  | 'key_refused'
  /** Too many orders, or one for too long, of which nobody knows what became of them. */
  | 'unknown_orders'
  /** What the venue says and what we believe cannot be brought together. */
  | 'reconcile_failed'
  /** Positions or orders could not be read again and again. */
  | 'state_unreadable'
  /** This machine's clock is wrong. */
  | 'clock_skew'
  /** Another deployment works on the same database or exchange account. */
  | 'second_deployment';

type Ports = Pick<ShellPorts, 'store' | 'log' | 'bus'> & { atCrashPoint?: AtCrashPoint };

/**
 * Stops new exposure on one account, or on all with null, until a person re-arms it; exits, protection and cancels go on. Says so once,
 * as an alert; asked again while it stands it does nothing, unless the cause is one that no comparison disproves. `deployment`: which other one is the
 * cause, so that what a person has accepted or re-armed meanwhile is not undone.
 */
export async function enterSafeMode(ports: Ports, accountId: string | null, code: SafeModeCode, reason: string, deployment?: NewHalt['deployment']): Promise<void> {
  await setHaltAndTell(ports, { scope: accountId === null ? 'global' : 'account', scopeId: accountId ?? '', kind: 'safe_mode', code, reason, by: null, ...(deployment === undefined ? {} : { deployment }) }, (where) => `SAFE MODE for ${where}, ${code.replaceAll('_', ' ')}: ${reason.replace(/\.$/, '')}. Nothing new is entered until a person re-arms; exits and protection go on`, logCode('safe_mode', { scope: accountId ?? 'everything', why: code, detail: reason }));
}

/** Sets a halt; where it is new, an alert says what `words` makes of its scope and browsers look again. */
export async function setHaltAndTell(ports: Ports, halt: NewHalt, words: (where: string) => string, said: Record<string, string> = {}): Promise<boolean> {
  const { store, log, bus, atCrashPoint = neverCrash } = ports;
  if (!(await callOut({ atCrashPoint }, 'halt:set', () => store.halt(halt)))) return false;
  // Whose account it is must not cost the alert: nobody is told of this halt a second time.
  const owner = halt.scope === 'account' ? await callOut({ atCrashPoint }, 'halt:account', () => store.account(halt.scopeId)).catch(() => null) : null;
  const account = halt.scope === 'account' ? { accountId: halt.scopeId, userId: owner?.userId } : {};
  log.alert('system', words(halt.scope === 'global' ? 'everything' : `account ${halt.scopeId}`), { ...account, ...said });
  void bus.publish('live', { event: 'status', userId: null, id: 'engine', data: {} }).catch((error: unknown) => log.debug('system', `A live update was lost: ${String(error)}`));
  return true;
}
