import type { Log } from './system.port.ts';

/** Something a start-up check has found. Messages read `NAME: found ..., expected ...`, as those of a wrong configuration. */
export interface GroundFinding {
  message: string;
  /** `always`: nothing may run on it. `live`: nothing that trades with real money may; otherwise it is a warning. */
  refuse: 'always' | 'live';
}

/** What stands below Tranche is not safe to work on, one line per fault; starting again does not help before somebody has changed something. */
export class UnsafeGround extends Error {
  override readonly name = 'UnsafeGround';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** Throws `UnsafeGround` for what must not be, and warns of what need not be. */
export function standOn(findings: readonly GroundFinding[], { live, log }: { live: boolean; log: Pick<Log, 'warn'> }): void {
  const faults = findings.filter(({ refuse }) => refuse === 'always' || live);
  if (faults.length > 0) throw new UnsafeGround(faults.map(({ message }) => message));
  for (const { message } of findings) log.warn('system', `${message}. TRADING_MODE=live would refuse to start`);
}
