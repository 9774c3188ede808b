import type { DecimalText, Id, Instant } from './http.ts';
import type { SettingsWarning } from './settings-aliases.ts';
import type { EffectCode, TakesEffect } from './settings-effects.ts';
import type { SettingsChange } from './settings-difference.ts';

/** What the REST interface answers of the configuration. */

/** A user's configuration: the draft that is edited, and the active version that decisions use. */
export interface ConfigVersion<Settings = unknown> {
  draft: Settings;
  active: Settings;
  version: number;
  /** Dotted paths in which draft and active differ. */
  changed: string[];
  /** Counts saves of the draft that changed it: `PUT /config?revision=` refuses to overwrite what somebody else has saved. */
  draftRevision: number;
  draftAt: Instant | null;
  appliedAt: Instant | null;
}

/** How the file of the configuration in the data directory stands; `file` is null before the first save since this process began. */
export interface ConfigMirror {
  file: string | null;
  writtenAt: Instant | null;
  fault: string | null;
}

/** Answer of everything that changes the configuration. */
export interface ConfigAnswer<Settings = unknown> extends ConfigVersion<Settings> {
  mirror: ConfigMirror;
  /** What was not taken word for word. */
  warnings: SettingsWarning[];
}
/** Of apply: the positions that are being put on the new plan. */
export interface ConfigApplied<Settings = unknown> extends ConfigAnswer<Settings> {
  replanned: Id[];
}

/** What made a version: a draft edited by hand, an imported file, an earlier version, the defaults. */
export type ConfigDeed = 'applied' | 'imported' | 'rolled_back' | 'reset';

export interface ConfigVersionSummary {
  version: number;
  at: Instant;
  author: { id: Id | null; email: string } | null;
  what: ConfigDeed;
  /** The version a rollback took over. */
  fromVersion: number | null;
  note: string | null;
  /** Dotted paths that changed against the version before. */
  changed: string[];
  active: boolean;
}
export interface ConfigVersionDocument<Settings = unknown> extends ConfigVersionSummary {
  document: Settings;
}

export type { SettingsChange, SettingsWarning };
export interface ConfigDiff {
  from: number | 'draft' | 'active';
  to: number | 'draft' | 'active';
  changes: SettingsChange[];
}

export interface ImpactPosition {
  id: Id;
  symbol: string;
  timeframe: string;
  side: 'long' | 'short';
  status: string;
  accountName: string;
}
export interface ImpactChange extends SettingsChange {
  takesEffect: TakesEffect;
  /** What the setting decides. */
  code: EffectCode;
  words: string;
  /** Open positions can be put on it with `apply {replan: true}`. */
  replannable: boolean;
  /** What the new value decides of that is open or waits now. */
  touches: { positions: ImpactPosition[]; orders: number; queued: number };
}
/** A resting take-profit as it is and as it would be; null where there is none. */
export interface MovedOrder {
  clientOrderId: string | null;
  pyramid: number | null;
  leg: number | null;
  priceBefore: DecimalText | null;
  priceAfter: DecimalText | null;
}
export interface ReplanPosition extends ImpactPosition {
  tpModeBefore: string;
  tpModeAfter: string;
  /** Null where the instrument's rules are not known: then nobody can say. */
  orders: MovedOrder[] | null;
}
/** What applying the draft would touch. */
export interface ConfigImpact {
  version: number;
  draftRevision: number;
  openPositions: number;
  queued: number;
  changes: ImpactChange[];
  /** What `apply {replan: true}` would do beside. */
  replan: { positions: ReplanPosition[]; orders: number };
}
