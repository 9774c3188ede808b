import type { EngineSettings } from './engine.settings.ts';

/** Venue and mode of a new account for which none are named: where the form starts, and what `POST /accounts` takes. */
export const newAccountDefaults = ({ exchange }: Pick<EngineSettings, 'exchange'>): { venue: string; mode: 'testnet' | 'live' } => ({ venue: exchange.name, mode: exchange.testnet ? 'testnet' : 'live' });
