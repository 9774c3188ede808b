import type { ConfigVersionSummary } from '#shared/contracts/http';
import { HistoryOutlined, RollbackOutlined, SwapOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../components/marks.tsx';
import { Exact, TimeAgo } from '../../components/moments.tsx';
import { Panel } from '../../components/panel.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { useConfigVersions, type Answer as ConfigAnswer } from '../../data/use-config.ts';
import { RollbackDialog } from './rollback-dialog.tsx';
import type { SettingWords } from './setting-words.ts';
import { VersionDiff, type Compared } from './version-diff.tsx';

const namesShown = 4;

/** Names of the settings a version changed, each once: what lies in a ladder is the ladder. */
function Changed({ version, words }: { version: ConfigVersionSummary; words: SettingWords }) {
  const { t } = useTranslation();
  const names = [...new Set(version.changed.map((path) => words.label(path)))];
  if (names.length === 0) return <span className="faint">{t('history.nothing')}</span>;
  return <span title={version.changed.join('\n')}>{names.slice(0, namesShown).join(', ')}{names.length > namesShown ? ` ${t('history.more', { count: names.length - namesShown })}` : ''}</span>;
}

function VersionRow({ version, words, onCompare, onRollback }: { version: ConfigVersionSummary; words: SettingWords; onCompare: (compared: Compared) => void; onRollback: (version: number) => void }) {
  const { t } = useTranslation();
  const { version: number, at, author, what, fromVersion, note, active } = version;
  return (
    <li className="version" data-version={number}>
      <div className="version-number"><b className="num">{number}</b>{active ? <Mark tone="profit">{t('history.active')}</Mark> : null}</div>
      <div className="column grow" style={{ gap: 3 }}>
        <div className="row wrap version-head"><b>{t(`history.what.${what}`, { version: fromVersion ?? '' })}</b><span className="soft"><Exact at={at} /></span><span className="faint"><TimeAgo at={at} /></span><span className="soft">{author?.email ?? t('history.nobody')}</span></div>
        {note === null || note === '' ? null : <div className="version-note">{note}</div>}
        <div className="soft"><Changed version={version} words={words} /></div>
      </div>
      <div className="row version-actions">
        <Button size="small" icon={<SwapOutlined />} onClick={() => onCompare({ from: number - 1, to: number })}>{t('history.changes')}</Button>
        {active ? null : <Button size="small" onClick={() => onCompare({ from: number, to: 'active' })}>{t('history.againstActive')}</Button>}
        {active ? null : <Button size="small" icon={<RollbackOutlined />} onClick={() => onRollback(number)}>{t('history.rollback')}</Button>}
      </div>
    </li>
  );
}

/** Every applied version: when, by whom, why, what changed; any two compared; and the way back. */
export function VersionHistory({ words, changed, onDraft }: { words: SettingWords; changed: boolean; onDraft: (answer: ConfigAnswer) => void }) {
  const { t } = useTranslation();
  const versions = useConfigVersions();
  const [compared, setCompared] = useState<Compared | null>(null);
  const [back, setBack] = useState<number | null>(null);
  const rows = versions.data?.pages.flatMap((page) => page.data) ?? [];
  const numbers = [...rows.map(({ version }) => version), 0];
  return (
    <div className="column" style={{ gap: 14 }}>
      <VersionDiff versions={numbers} compared={compared} onCompare={setCompared} words={words} changed={changed} />
      <Panel flush title={t('history.title')} extra={rows.length > 0 ? <Button size="small" icon={<RollbackOutlined />} onClick={() => setBack(0)}>{t('history.rollbackFresh')}</Button> : undefined}>
        <Answer of={versions}>
          {() => rows.length === 0 ? <EmptyState icon={<HistoryOutlined />} title={t('history.none')}>{t('history.noneText')}</EmptyState> : (
            <ol className="version-list">{rows.map((version) => <VersionRow key={version.version} version={version} words={words} onCompare={setCompared} onRollback={setBack} />)}</ol>
          )}
        </Answer>
        {versions.hasNextPage ? <div className="state-pad"><Button loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>{t('action.more')}</Button></div> : null}
      </Panel>
      {back === null ? null : <RollbackDialog version={back} words={words} onClose={() => setBack(null)} onDraft={onDraft} />}
    </div>
  );
}
