import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { evenLevels, levelMembers, scaledLevels, weightSum, type Level } from './even-levels.ts';
import { NumberInput } from './number-input.tsx';

function Generator({ most, onMake }: { most: number; onMake: (levels: Level[]) => void }) {
  const { t } = useTranslation();
  const [count, setCount] = useState<number | null>(5);
  const [gap, setGap] = useState<number | null>(0.5);
  const [open, setOpen] = useState(false);
  const usable = count !== null && Number.isInteger(count) && count >= 1 && count <= most && gap !== null && gap > 0 && gap * (count - 1) < 100;
  const make = (): void => {
    if (!usable) return;
    onMake(evenLevels(count, gap));
    setOpen(false);
  };
  const content = (
    <form className="column" style={{ gap: 10, width: 250 }} onSubmit={(event) => { event.preventDefault(); make(); }}>
      <label className="spread">{t('ladderEditor.count')}<NumberInput value={count} width={110} onChange={setCount} /></label>
      <label className="spread">{t('ladderEditor.gapEach')}<NumberInput value={gap} unit="percent" step={0.1} width={110} onChange={setGap} /></label>
      {usable ? null : <span className="setting-error">{t('ladderEditor.unusable', { most })}</span>}
      <Button type="primary" htmlType="submit" disabled={!usable}>{t('ladderEditor.make')}</Button>
    </form>
  );
  return <Popover content={content} trigger="click" open={open} onOpenChange={setOpen} title={t('ladderEditor.generatorTitle')}><Button size="small">{t('ladderEditor.generator')}</Button></Popover>;
}

interface LadderEditorProps {
  path: string;
  name: string;
  levels: Level[];
  most: number;
  defaultTp: number;
  errors: ReadonlyMap<string, string>;
  onChange: (levels: Level[]) => void;
}

const columns = { gap_percent: 'gap', weight_percent: 'weight', tp_percent: 'tp' } as const;
const steps = { gap_percent: 0.1, weight_percent: 1, tp_percent: 0.1 };

function Rung({ path, name, level, index, alone, heaviest, defaultTp, errors, onChange, onRemove }: Omit<LadderEditorProps, 'levels' | 'most' | 'onChange'> & { level: Level; index: number; alone: boolean; heaviest: number; onChange: (part: Partial<Level>) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">DCA{index}</th>
      {levelMembers.map((member) => (
        <td key={member} data-label={t(`ladderEditor.${columns[member]}`)}>
          <NumberInput
            value={level[member]}
            unit="percent"
            step={steps[member]}
            width={112}
            placeholder={member === 'tp_percent' ? String(defaultTp) : undefined}
            label={`${name}, DCA${index}, ${t(`ladderEditor.${columns[member]}`)}`}
            describedBy={`ladder-sum-${path}`}
            invalid={errors.has(`${path}.${index}.${member}`) || (member === 'weight_percent' && errors.has(path))}
            onChange={(value) => onChange({ [member]: value })}
          />
          {member === 'weight_percent' ? <div className="weight-bar" aria-hidden="true"><i style={{ width: `${Math.min(100, (100 * level.weight_percent) / heaviest)}%` }} /></div> : null}
        </td>
      ))}
      <td><Button type="text" size="small" icon={<DeleteOutlined />} disabled={alone} aria-label={t('ladderEditor.remove', { leg: `DCA${index}` })} onClick={onRemove} /></td>
    </tr>
  );
}

/** The rungs of one ladder: gap, weight and target of each, with the sum of the weights watched (A-30, A-31). */
export function LadderEditor({ path, name, levels, most, defaultTp, errors, onChange }: LadderEditorProps) {
  const { t } = useTranslation();
  const change = (index: number, part: Partial<Level>): void => onChange(levels.map((level, at) => (at === index ? { ...level, ...part } : level)));
  const sum = weightSum(levels);
  const right = Math.abs(sum - 100) <= 0.01;
  const heaviest = Math.max(...levels.map((level) => level.weight_percent), 1);
  const faults = [...errors].filter(([at]) => at.startsWith(`${path}.`));
  const next: Level = { gap_percent: Number(((levels.at(-1)?.gap_percent ?? 0) - 0.5).toFixed(6)), weight_percent: Math.max(0, Number((100 - sum).toFixed(4))), tp_percent: null };
  return (
    <div className="ladder-editor">
      <table>
        <thead><tr><th>{t('leg.id')}</th>{levelMembers.map((member) => <th key={member}>{t(`ladderEditor.${columns[member]}`)}</th>)}<th><span className="visually-hidden">{t('action.delete')}</span></th></tr></thead>
        <tbody>
          {levels.map((level, index) => (
            // A rung has no name of its own: its place is what it is known by.
            <Rung key={index} {...{ path, name, level, index, heaviest, defaultTp, errors }} alone={levels.length === 1} onChange={(part) => change(index, part)} onRemove={() => onChange(levels.filter((_, at) => at !== index))} />
          ))}
        </tbody>
      </table>
      {faults.map(([at, message]) => <div key={at} className="setting-error" role="alert">DCA{at.slice(path.length + 1).split('.', 1)[0]}: {message}</div>)}
      <div className="row wrap">
        <Button size="small" icon={<PlusOutlined />} disabled={levels.length >= most} onClick={() => onChange([...levels, next])}>{t('ladderEditor.add')}</Button>
        <Generator most={most} onMake={onChange} />
        {right ? null : <Button size="small" onClick={() => onChange(scaledLevels(levels))}>{t('ladderEditor.scale')}</Button>}
        <span id={`ladder-sum-${path}`} aria-live="polite" className={`num ${right ? 'soft' : 'ladder-sum-wrong'}`}>{t('ladderEditor.sum', { sum: String(sum) })}</span>
      </div>
    </div>
  );
}
