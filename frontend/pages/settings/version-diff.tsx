import type { ConfigDiff } from '#shared/contracts/http';
import { ArrowRightOutlined, CloseOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/panel.tsx';
import { Answer } from '../../components/states.tsx';
import { useConfigDiff } from '../../data/use-config.ts';
import { ChangeTable } from './change-table.tsx';
import type { SettingWords } from './setting-words.ts';

export type Compared = Pick<ConfigDiff, 'from' | 'to'>;
type Which = ConfigDiff['from'];

function useVersionName(): (which: Which) => string {
  const { t } = useTranslation();
  return (which) => (which === 'active' ? t('history.inEffect') : which === 'draft' ? t('history.draft') : which === 0 ? t('history.fresh') : t('settings.version', { version: which }));
}

/** What changed from any version to any other; the draft and what is in effect are versions too. */
export function VersionDiff({ versions, compared, onCompare, words, changed }: { versions: readonly number[]; compared: Compared | null; onCompare: (compared: Compared | null) => void; words: SettingWords; changed: boolean }) {
  const { t } = useTranslation();
  const name = useVersionName();
  const { from, to } = compared ?? { from: 'active' as const, to: 'draft' as const };
  const shown = compared !== null || changed;
  const diff = useConfigDiff(from, to, shown);
  const options = [...new Set<Which>(['draft', 'active', ...versions, from, to])].map((which) => ({ value: which, label: name(which) }));
  return (
    <Panel
      title={t('history.compare')}
      extra={
        <>
          <Select<Which> value={from} options={options} aria-label={t('history.from')} className="version-choice" onChange={(which) => onCompare({ from: which, to })} />
          <ArrowRightOutlined className="faint" aria-hidden="true" />
          <Select<Which> value={to} options={options} aria-label={t('history.to')} className="version-choice" onChange={(which) => onCompare({ from, to: which })} />
          {compared === null ? null : <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('action.close')} onClick={() => onCompare(null)} />}
        </>
      }
      className="version-diff"
    >
      {!shown ? <p className="soft">{t('history.pick')}</p> : (
        <Answer of={diff} rows={3}>{({ changes }) => changes.length === 0 ? <p className="soft">{t('history.same')}</p> : <ChangeTable changes={changes} words={words} heads={{ before: name(from), after: name(to) }} />}</Answer>
      )}
    </Panel>
  );
}
