import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, InputNumber, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { evenLevels, weightSum, type Level } from './even-levels.ts';

function Generator({ most, onMake }: { most: number; onMake: (levels: Level[]) => void }) {
  const { t } = useTranslation();
  const [count, setCount] = useState(5);
  const [gap, setGap] = useState(0.5);
  const [open, setOpen] = useState(false);
  const content = (
    <div className="column" style={{ gap: 10, width: 230 }}>
      <label className="spread">{t('ladderEditor.count')}<InputNumber min={1} max={most} precision={0} value={count} onChange={(value) => setCount(value ?? 1)} style={{ width: 110 }} /></label>
      <label className="spread">{t('ladderEditor.gapEach')}<InputNumber min={0.01} max={50} value={gap} suffix="%" onChange={(value) => setGap(value ?? 0.5)} style={{ width: 110 }} /></label>
      <Button type="primary" onClick={() => { onMake(evenLevels(count, gap)); setOpen(false); }}>{t('ladderEditor.make')}</Button>
    </div>
  );
  return <Popover content={content} trigger="click" open={open} onOpenChange={setOpen} title={t('ladderEditor.generatorTitle')}><Button size="small">{t('ladderEditor.generator')}</Button></Popover>;
}

/** The rungs of one ladder: gap, weight and target of each, with the sum of the weights watched. */
export function LadderEditor({ path, levels, most, defaultTp, errors, onChange }: { path: string; levels: Level[]; most: number; defaultTp: number; errors: ReadonlyMap<string, string>; onChange: (levels: Level[]) => void }) {
  const { t } = useTranslation();
  const change = (index: number, part: Partial<Level>): void => onChange(levels.map((level, at) => (at === index ? { ...level, ...part } : level)));
  const sum = weightSum(levels);
  const right = Math.abs(sum - 100) <= 0.01;
  const heaviest = Math.max(...levels.map((level) => level.weight_percent), 1);
  const status = (index: number, field: keyof Level): { status?: 'error' } => (errors.has(`${path}.${index}.${field}`) ? { status: 'error' } : {});
  return (
    <div className="ladder-editor">
      <table>
        <thead><tr><th>{t('leg.id')}</th><th>{t('ladderEditor.gap')}</th><th>{t('ladderEditor.weight')}</th><th>{t('ladderEditor.tp')}</th><th><span className="visually-hidden">{t('action.delete')}</span></th></tr></thead>
        <tbody>
          {levels.map((level, index) => (
            <tr key={index}>
              <th scope="row">DCA{index}</th>
              <td><InputNumber {...status(index, 'gap_percent')} value={level.gap_percent} max={0} min={-99.99} step={0.1} suffix="%" aria-label={`DCA${index} ${t('ladderEditor.gap')}`} onChange={(value) => change(index, { gap_percent: value ?? 0 })} /></td>
              <td>
                <InputNumber {...status(index, 'weight_percent')} value={level.weight_percent} min={0} max={100} step={1} suffix="%" aria-label={`DCA${index} ${t('ladderEditor.weight')}`} onChange={(value) => change(index, { weight_percent: value ?? 0 })} />
                <div className="weight-bar" aria-hidden="true"><i style={{ width: `${Math.min(100, (100 * level.weight_percent) / heaviest)}%` }} /></div>
              </td>
              <td><InputNumber {...status(index, 'tp_percent')} value={level.tp_percent} min={0} max={1000} step={0.1} suffix="%" placeholder={String(defaultTp)} aria-label={`DCA${index} ${t('ladderEditor.tp')}`} onChange={(value) => change(index, { tp_percent: value })} /></td>
              <td><Button type="text" size="small" icon={<DeleteOutlined />} disabled={levels.length === 1} aria-label={t('ladderEditor.remove', { leg: `DCA${index}` })} onClick={() => onChange(levels.filter((_, at) => at !== index))} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {[...errors.entries()].filter(([at]) => at.startsWith(`${path}.`)).map(([at, message]) => <div key={at} className="setting-error" role="alert">{message}</div>)}
      <div className="row wrap">
        <Button size="small" icon={<PlusOutlined />} disabled={levels.length >= most} onClick={() => onChange([...levels, { gap_percent: (levels.at(-1)?.gap_percent ?? 0) - 0.5, weight_percent: Math.max(0, Number((100 - sum).toFixed(4))), tp_percent: null }])}>{t('ladderEditor.add')}</Button>
        <Generator most={most} onMake={onChange} />
        <span className={`num ${right ? 'soft' : 'loss'}`}>{t('ladderEditor.sum', { sum: String(sum) })}{right ? '' : ` ${t('ladderEditor.sumWrong')}`}</span>
      </div>
    </div>
  );
}
