import { App, Input, Modal, Radio, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Answer, useProblemText } from '../../components/states.tsx';
import { useConfigDiff, useRollback, type Answer as ConfigAnswer } from '../../data/use-config.ts';
import { ChangeTable } from './change-table.tsx';
import type { SettingWords } from './setting-words.ts';

/** Takes over an earlier version, as the draft or at once, after showing what that changes. */
export function RollbackDialog({ version, words, onClose, onDraft }: { version: number; words: SettingWords; onClose: () => void; onDraft: (answer: ConfigAnswer) => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const diff = useConfigDiff('active', version);
  const rollback = useRollback();
  const [apply, setApply] = useState(false);
  const [replan, setReplan] = useState(false);
  const [note, setNote] = useState('');
  const confirm = async (): Promise<void> => {
    try {
      const answer = await rollback.mutateAsync({ version, apply, replan: apply && replan, note });
      onDraft(answer);
      void message.success(apply ? t('settings.applied', { version: answer.version }) : t('history.asDraftDone'));
      onClose();
    } catch (error) {
      void message.error(problemText(error), 8);
    }
  };
  return (
    <Modal open width={820} title={version === 0 ? t('history.rollbackFresh') : t('history.rollbackTitle', { version })} okText={t(apply ? 'history.applyNow' : 'history.asDraft')} cancelText={t('action.cancel')} okButtonProps={{ loading: rollback.isPending, danger: apply }} onOk={() => void confirm()} onCancel={onClose}>
      <div className="column" style={{ gap: 14 }}>
        <Answer of={diff} rows={3}>{({ changes }) => changes.length === 0 ? <p className="soft">{t('history.same')}</p> : <ChangeTable changes={changes} words={words} heads={{ before: t('settings.now'), after: t('settings.new') }} />}</Answer>
        <Radio.Group value={apply} onChange={(event) => setApply(event.target.value === true)} className="column" aria-label={t('history.how')}>
          <Radio value={false}><b>{t('history.asDraft')}</b> <span className="soft">{t('history.asDraftText')}</span></Radio>
          <Radio value><b>{t('history.applyNow')}</b> <span className="soft">{t('history.applyNowText')}</span></Radio>
        </Radio.Group>
        {apply ? (
          <>
            <label className="row replan-switch"><Switch checked={replan} onChange={setReplan} /><span>{t('history.replan')}</span></label>
            <label className="column" style={{ gap: 5 }}><span>{t('settings.note')}</span><Input value={note} maxLength={500} placeholder={t('settings.notePlaceholder')} onChange={(event) => setNote(event.target.value)} /></label>
          </>
        ) : null}
      </div>
    </Modal>
  );
}
