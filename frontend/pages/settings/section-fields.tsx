import type { TpOverride } from '#shared/contracts/settings';
import { useTranslation } from 'react-i18next';
import type { Config } from '../../data/use-config.ts';
import { usePositionColumns } from '../positions/position-columns.tsx';
import type { Level } from './even-levels.ts';
import { LadderEditor } from './ladder-editor.tsx';
import { SettingField, SettingRow } from './setting-field.tsx';
import type { SettingWords } from './setting-words.ts';
import { errorAt, schemaAt, valueAt, withValue, type Tree } from './settings-tree.ts';
import { ColumnVisibility, PyramidLadders, PyramidTargets, RuleOrder } from './special-fields.tsx';
import { TpOverrides } from './tp-overrides.tsx';

interface SectionProps {
  paths: string[];
  draft: Tree;
  config: Config;
  pending: string[];
  errors: ReadonlyMap<string, string>;
  words: SettingWords;
  onChange: (draft: Tree) => void;
}

/** The fields of one section, ladders and ordered rules with editors of their own. */
export function SectionFields({ paths, draft, config, pending, errors, words, onChange }: SectionProps) {
  const { t } = useTranslation();
  const columns = usePositionColumns('open', false, undefined);
  const number = (path: string, otherwise: number): number => {
    const value = valueAt(draft, path);
    return typeof value === 'number' ? value : otherwise;
  };
  const ladder = { most: number('grid_strategy.max_dca_per_pyramid', 7), pyramids: number('grid_strategy.max_pyramids_per_group', 5), defaultTp: number('grid_strategy.tp_percent', 1), errors };
  const specialOf = (path: string, value: unknown, set: (value: unknown) => void) => {
    switch (path) {
      case 'grid_strategy.levels':
        return <LadderEditor path={path} levels={value as Level[]} {...ladder} onChange={set} />;
      case 'grid_strategy.pyramid_specific_levels':
        return <PyramidLadders value={(value ?? {}) as Record<string, Level[]>} base={(valueAt(draft, 'grid_strategy.levels') ?? []) as Level[]} {...ladder} onChange={set} />;
      case 'grid_strategy.pyramid_tp_percents':
        return <PyramidTargets value={(value ?? {}) as Record<string, number>} pyramids={ladder.pyramids} defaultTp={ladder.defaultTp} onChange={set} />;
      case 'grid_strategy.tp_overrides':
        return <TpOverrides value={(value ?? []) as TpOverride[]} pyramids={ladder.pyramids} errors={errors} onChange={set} />;
      case 'waiting_rule.selection_priority':
        return <RuleOrder value={value as string[]} all={(valueAt(config.defaults, path) ?? value) as string[]} words={words} onChange={set} />;
      case 'UI.column_visibility':
        return <ColumnVisibility value={(value ?? {}) as Record<string, boolean>} columns={columns.filter((column) => column.fixedChoice !== true).map((column) => ({ key: `positions.${column.key}`, title: column.name || t('position.unrealisedPercent') }))} onChange={set} />;
      default:
        return null;
    }
  };
  return (
    <div className="settings-fields">
      {paths.map((path) => {
        const value = valueAt(draft, path);
        const set = (next: unknown): void => onChange(withValue(draft, path, next));
        const schema = schemaAt(config.schema, path);
        const special = specialOf(path, value, set);
        const shared = { path, error: special === null ? errorAt(errors, path) : errors.get(path), changed: pending.includes(path) };
        return special === null
          ? <SettingField key={path} {...shared} value={value} schema={schema} words={words} onChange={set} />
          : <SettingRow key={path} {...shared} wide label={words.label(path)} help={words.help(path, schema)}>{special}</SettingRow>;
      })}
    </div>
  );
}
