import type { TpOverride } from '#shared/contracts/settings';
import { isHouseSetting } from '#shared/contracts/settings-effects';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Config } from '../../data/use-config.ts';
import { usePositionColumns } from '../positions/position-columns.tsx';
import type { Level } from './even-levels.ts';
import { LadderEditor } from './ladder-editor.tsx';
import { RuleOrder, switchOfRule } from './rule-order.tsx';
import { SettingField, SettingRow, type FieldState } from './setting-field.tsx';
import { idleReason } from './setting-relevance.ts';
import type { SettingWords } from './setting-words.ts';
import { errorAt, schemaAt, valueAt, withValue, type Tree } from './settings-tree.ts';
import { ColumnVisibility, PyramidLadders, PyramidTargets } from './special-fields.tsx';
import { TpOverrides } from './tp-overrides.tsx';

/** Changes the draft by what it is at that moment. */
export type ChangeDraft = (change: (draft: Tree) => Tree) => void;

interface SectionProps {
  paths: readonly string[];
  draft: Tree;
  config: Pick<Config, 'active' | 'schema'>;
  pending: readonly string[];
  errors: ReadonlyMap<string, string>;
  words: SettingWords;
  onDraft: ChangeDraft;
}

const ruleOrder = 'waiting_rule.selection_priority';
/** Switches that stand beside their rule instead of in a row of their own. */
const besideTheirRule: readonly string[] = Object.entries(switchOfRule).flatMap(([rule, path]) => (rule === 'pyramid_continuation' ? [] : [path]));

function numberAt(draft: Tree, path: string, otherwise: number): number {
  const value = valueAt(draft, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/** The editor of a setting that is more than one value, or null. */
function Special({ path, draft, pending, errors, words, onSet, onDraft }: Omit<SectionProps, 'paths' | 'config'> & { path: string; onSet: FieldState['onSet'] }) {
  const { t } = useTranslation();
  const columns = usePositionColumns('open', false, undefined);
  const value = valueAt(draft, path);
  const set = (next: unknown): void => onSet(path, next);
  const pyramids = Math.min(34, Math.max(1, numberAt(draft, 'grid_strategy.max_pyramids_per_group', 5)));
  const ladder = { path, errors, most: Math.min(7, numberAt(draft, 'grid_strategy.max_dca_per_pyramid', 7)), defaultTp: numberAt(draft, 'grid_strategy.tp_percent', 1), onChange: set };
  switch (path) {
    case 'grid_strategy.levels':
      return <LadderEditor {...ladder} name={words.label(path)} levels={value as Level[]} />;
    case 'grid_strategy.pyramid_specific_levels':
      return <PyramidLadders {...ladder} value={value as Record<string, Level[]>} base={valueAt(draft, 'grid_strategy.levels') as Level[]} pyramids={pyramids} />;
    case 'grid_strategy.pyramid_tp_percents':
      return <PyramidTargets {...ladder} value={value as Record<string, number>} pyramids={pyramids} />;
    case 'grid_strategy.tp_overrides':
      return <TpOverrides value={value as TpOverride[]} pyramids={pyramids} errors={errors} onChange={set} />;
    case ruleOrder:
      return <RuleOrder draft={draft} pending={pending} words={words} onDraft={onDraft} />;
    default:
      return <ColumnVisibility value={value as Record<string, boolean>} columns={columns.filter((column) => column.fixedChoice !== true).map((column) => ({ key: `positions.${column.key}`, title: column.name || t('position.unrealisedPercent') }))} onChange={set} />;
  }
}

/** Settings with an editor of their own. */
export const specialPaths: readonly string[] = ['grid_strategy.levels', 'grid_strategy.pyramid_specific_levels', 'grid_strategy.pyramid_tp_percents', 'grid_strategy.tp_overrides', ruleOrder, 'UI.column_visibility'];

/** The fields of one section, ladders and ordered rules with editors of their own. */
export function SectionFields(props: SectionProps) {
  const { t } = useTranslation();
  const { paths, draft, config, pending, errors, words, onDraft } = props;
  const onSet = useCallback((path: string, value: unknown): void => onDraft((now) => withValue(now, path, value)), [onDraft]);
  const rows = paths.filter((path) => !(besideTheirRule.includes(path) && paths.includes(ruleOrder)));
  const allOfHouse = rows.length > 1 && rows.every(isHouseSetting);
  return (
    <div className="settings-fields">
      {allOfHouse ? <p className="setting-note section-note">{t('settings.house')}</p> : null}
      {rows.map((path) => {
        const reason = idleReason(draft, path);
        const special = specialPaths.includes(path);
        const state: FieldState = { path, words, error: special ? errors.get(path) : errorAt(errors, path), changed: pending.includes(path), active: valueAt(config.active, path), idle: reason === null ? null : words.idle(reason), house: !allOfHouse && isHouseSetting(path), onSet };
        if (special) return <SettingRow key={path} {...state} wide across={path === 'grid_strategy.tp_overrides'}><Special {...props} path={path} onSet={onSet} /></SettingRow>;
        return <SettingField key={path} {...state} value={valueAt(draft, path)} schema={schemaAt(config.schema, path)} />;
      })}
    </div>
  );
}
