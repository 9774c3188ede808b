import type { User } from '#shared/contracts/http';
import type { House } from '#shared/adapters/system/house-settings';
import type { Log, LogFields } from '#shared/ports/system.port';

/** What recording needs. */
export interface AuditDeps {
  log: Log;
  house: Pick<House, 'settings'>;
}

/**
 * Records what a person did, unless `logging.audit_log_enabled` is off. The one way to do so: every write that a
 * route has carried out comes through here, and signing in, where the person is known only afterwards.
 */
export function audit({ log, house }: AuditDeps, user: User, deed: string, fields: LogFields = {}): void {
  if (house.settings().logging.audit_log_enabled) log.info('audit', `${user.email}: ${deed}`, { userId: user.id, ...fields });
}

/** What a route does, in short: the summary in the documentation up to its first explanation. */
export const deedOf = (summary: string): string => summary.split(/[;:]/, 1)[0] ?? summary;
