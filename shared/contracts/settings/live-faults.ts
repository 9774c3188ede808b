import type { SettingsFault } from '../settings-document.ts';
import type { HouseSettings } from './house.settings.ts';

/** What these settings may not say while real money is traded, each with its fix. */
export function liveFaults({ security }: Pick<HouseSettings, 'security'>, tradingMode: 'simulation' | 'dry_run' | 'live'): SettingsFault[] {
  if (tradingMode !== 'live' || security.webhook_signature_validation) return [];
  return [{ path: 'security.webhook_signature_validation', message: 'must be on with TRADING_MODE=live: anybody could trade with your money. Switch it on, or start Tranche with another TRADING_MODE' }];
}
