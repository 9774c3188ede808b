import { CheckCircleFilled, CloudSyncOutlined, ExclamationCircleFilled } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Exact } from '../../components/moments.tsx';
import type { SettingWords } from './setting-words.ts';
import { valueAt } from './settings-tree.ts';
import type { DraftForm } from './use-draft.ts';

/** How the draft stands against the server, in words. */
function DraftMark({ form, wrong }: { form: DraftForm; wrong: number }) {
  const { t } = useTranslation();
  const { state, unsaved, savedAt } = form;
  if (state === 'wrong') return <span className="draft-mark loss" role="status"><ExclamationCircleFilled /> {t('draft.wrong', { count: wrong })}</span>;
  if (state === 'clash') return <span className="draft-mark loss" role="status"><ExclamationCircleFilled /> {t('draft.clash')}</span>;
  if (state === 'unreachable') return <span className="draft-mark loss" role="status"><ExclamationCircleFilled /> {t('draft.unreachable')}</span>;
  if (state === 'saving' || state === 'waiting') return <span className="draft-mark soft" role="status"><CloudSyncOutlined /> {t('draft.saving')}</span>;
  if (state === 'unsaved') return <span className="draft-mark draft-unsaved" role="status"><ExclamationCircleFilled /> {t('settings.unsaved', { count: unsaved.length })}</span>;
  if (form.pending.length === 0) return <span className="draft-mark soft" role="status"><CheckCircleFilled className="profit" /> {t('draft.same')}</span>;
  return <span className="draft-mark soft" role="status"><CheckCircleFilled className="profit" /> {t('draft.saved')} {savedAt === null ? null : <Exact at={savedAt} short />}</span>;
}

/** The foot of the form: what is saved, what is not in effect, and the way to make it so. */
export function DraftBar({ form, wrong, busy, onSave, onDiscard, onReview }: { form: DraftForm; wrong: number; busy: boolean; onSave: () => void; onDiscard: () => void; onReview: () => void }) {
  const { t } = useTranslation();
  const { pending, unsaved, autoSave } = form;
  const changed = pending.length > 0 || unsaved.length > 0;
  return (
    <div className={`save-bar${changed ? ' save-bar-changed' : ''}`} role="region" aria-label={t('settings.pending')}>
      <div className="save-bar-words">
        {pending.length === 0 ? null : <b>{t('settings.notApplied', { count: pending.length })}</b>}
        <DraftMark form={form} wrong={wrong} />
      </div>
      <div className="row wrap save-bar-buttons">
        {changed ? <Button onClick={onDiscard}>{t('settings.discard')}</Button> : null}
        {!autoSave && unsaved.length > 0 ? <Button onClick={onSave} loading={form.state === 'saving'}>{t('settings.saveDraft')}</Button> : null}
        <Button type="primary" title={t('settings.applyHelp')} disabled={!changed} loading={busy} onClick={onReview}>{t('settings.apply')}</Button>
      </div>
    </div>
  );
}

/** Somebody else saved settings that are edited here: whose shall stand? */
export function ClashAlert({ form, words }: { form: DraftForm; words: SettingWords }) {
  const { t } = useTranslation();
  const { clash, draft, resolve } = form;
  if (clash === null) return null;
  const { theirs, paths } = clash;
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={t('draft.clashTitle')}
      description={
        <div className="column" style={{ gap: 8 }}>
          <span>{t('draft.clashWho')} {theirs.draftAt === null ? null : <Exact at={theirs.draftAt} short />}. {t('draft.clashText')}</span>
          <ul className="clash-list">{paths.map((path) => <li key={path}><b>{words.label(path)}</b>: {t('draft.theirs')} <span className="num">{words.value(path, valueAt(theirs.draft, path))}</span>, {t('draft.mine')} <span className="num">{words.value(path, valueAt(draft, path))}</span></li>)}</ul>
          <div className="row wrap"><Button size="small" type="primary" onClick={() => resolve('theirs')}>{t('draft.takeTheirs')}</Button><Button size="small" onClick={() => resolve('mine')}>{t('draft.keepMine')}</Button></div>
        </div>
      }
    />
  );
}
