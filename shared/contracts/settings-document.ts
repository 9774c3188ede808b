import type Joi from 'joi';
import { withProperNames, type SettingsWarning } from './settings-aliases.ts';
import { isTree, leafPaths, valueAt, type Tree } from './settings-difference.ts';
import { settingsSchema, type Settings } from './settings.ts';

/** What is wrong with a configuration, by dotted path. */
export interface SettingsFault {
  path: string;
  message: string;
}
export type SettingsCheck = { settings: Settings; faults: null; warnings: SettingsWarning[] } | { settings: null; faults: SettingsFault[]; warnings: SettingsWarning[] };

const depthMax = 12;
function tooDeep(value: unknown, depth = 0): boolean {
  if (depth > depthMax) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some((each) => tooDeep(each, depth + 1));
}

const refusal = (message: string): SettingsCheck => ({ settings: null, faults: [{ path: '$', message }], warnings: [] });

/** Is this readable at all? Null where it is. */
function unreadable(document: unknown): SettingsCheck | null {
  if (!isTree(document)) return refusal('expected a JSON object with the groups of the configuration');
  return tooDeep(document) ? refusal(`nested deeper than ${depthMax} levels`) : null;
}

/** Settings with every key, or all that is wrong. Missing keys take their defaults, other names are understood, unknown keys are faults. */
export function checkSettings(document: unknown): SettingsCheck {
  const refused = unreadable(document);
  if (refused !== null) return refused;
  const warnings: SettingsWarning[] = [];
  return checkNamed(withProperNames(document as Tree, warnings), warnings);
}

function checkNamed(document: Tree, warnings: SettingsWarning[]): SettingsCheck {
  const { value, error } = settingsSchema.validate(document, { abortEarly: false, errors: { wrap: { label: false }, label: 'path' } });
  return error === undefined ? { settings: value, faults: null, warnings } : { settings: null, faults: error.details.map(faultOf), warnings };
}

/** A rule between two keys is stated on the object that holds both; its message begins with the key that is to be changed. */
function faultOf(detail: Joi.ValidationErrorItem): SettingsFault {
  const path = detail.path.join('.');
  if (path === 'grid_strategy.dca_count' || path === 'grid_strategy.dca_gap_percent') return { path, message: 'grid_strategy.dca_count (1 to 7) and grid_strategy.dca_gap_percent make the levels together: give both, or levels' };
  const named = /^[A-Za-z]\w*(\.\w+)+/.exec(detail.message)?.[0];
  return { path: named?.startsWith(path) === true ? named : path || '$', message: detail.message };
}

/** As a draft that a person has edited: `before` is the draft it replaces. */
export function checkDraft(document: unknown, before: Settings): SettingsCheck {
  const refused = unreadable(document);
  if (refused !== null) return refused;
  const warnings: SettingsWarning[] = [];
  return checkNamed(withFollowingTimer(withProperNames(document as Tree, warnings), before) as Tree, warnings);
}

/**
 * As a file from elsewhere, taken whole or not at all: secrets in it are dropped unread, and a loss threshold without its sign is
 * understood. What was not taken word for word is told.
 */
export function checkImport(document: unknown, before: Settings): SettingsCheck {
  const refused = unreadable(document);
  if (refused !== null) return refused;
  const warnings: SettingsWarning[] = [];
  const named = withProperNames(document as Tree, warnings);
  dropSecrets(named, warnings);
  signLoss(named, warnings);
  const check = checkNamed(withFollowingTimer(named, before) as Tree, warnings);
  if (check.settings !== null) noteDefaults(named, check.settings, warnings);
  return check;
}

const secretKeys = ['api_key', 'api_secret'] as const;

/** Keys belong to exchange accounts and are kept encrypted there; a configuration never holds one. */
function dropSecrets({ exchange }: Tree, warnings: SettingsWarning[]): void {
  if (!isTree(exchange)) return;
  for (const key of secretKeys) {
    const found = exchange[key];
    if (found === undefined || found === 'REDACTED') continue;
    exchange[key] = 'REDACTED';
    if (found !== null && found !== '') warnings.push({ path: `exchange.${key}`, code: 'secret_removed', message: `exchange.${key} was not taken: enter keys at the exchange account, the configuration holds none` });
  }
}

function signLoss({ risk_engine: risk }: Tree, warnings: SettingsWarning[]): void {
  if (!isTree(risk) || typeof risk.loss_threshold_percent !== 'number' || risk.loss_threshold_percent <= 0) return;
  const path = 'risk_engine.loss_threshold_percent';
  warnings.push({ path, code: 'sign', message: `${path} ${risk.loss_threshold_percent} was read as ${-risk.loss_threshold_percent}: losses are negative` });
  risk.loss_threshold_percent = -risk.loss_threshold_percent;
}

const namedMost = 8;

/** A short file sets much more than it names. */
function noteDefaults(document: Tree, settings: Settings, warnings: SettingsWarning[]): void {
  const missing = leafPaths(settings).filter((path) => valueAt(document, path) === undefined);
  if (missing.length === 0) return;
  const named = missing.slice(0, namedMost).join(', ');
  warnings.push({ path: '$', code: 'defaulted', message: `${missing.length} keys are not in the document and take their defaults: ${named}${missing.length > namedMost ? ' and others' : ''}` });
}

/**
 * `document` with the risk timer's pyramid count following the pyramid limit, where it is not named or stood at the old limit's default
 * whoever sets fewer pyramids should not have to know of a second key.
 */
export function withFollowingTimer(document: unknown, before: Settings): unknown {
  const { grid_strategy: grid, risk_engine: risk = {} } = isTree(document) ? document : {};
  if (!isTree(document) || !isTree(grid) || !isTree(risk)) return document;
  const { max_pyramids_per_group: pyramids } = grid;
  const { required_pyramids_for_timer: count } = risk;
  if (typeof pyramids !== 'number' || !Number.isInteger(pyramids) || pyramids < 1) return document;
  const wasDefault = before.risk_engine.required_pyramids_for_timer === before.grid_strategy.max_pyramids_per_group - 1;
  const follows = wasDefault && pyramids !== before.grid_strategy.max_pyramids_per_group && count === before.risk_engine.required_pyramids_for_timer;
  return count === undefined || follows ? { ...document, risk_engine: { ...risk, required_pyramids_for_timer: pyramids - 1 } } : document;
}
