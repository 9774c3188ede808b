import type { ConfigImpact, ImpactChange } from '#shared/contracts/http';
import { Alert, App, Input, Modal, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Answer, useProblemText } from '../../components/states.tsx';
import { pairOf } from '../../components/symbol-words.ts';
import { useApplyConfig, useConfigImpact } from '../../data/use-config.ts';
import { ChangeTable } from './change-table.tsx';
import { ReplanList } from './replan-list.tsx';
import type { SettingWords } from './setting-words.ts';
import { refusalsOf } from './use-draft.ts';

const effectKeys = { 'new groups': 'newGroups', 'next decision': 'nextDecision', 'at once': 'atOnce', 'recorded only': 'recordedOnly' } as const;

/** When a change is felt, and whom it concerns of what is open or waits. */
function Effect({ change, openPositions }: { change: ImpactChange; openPositions: number }) {
  const { t } = useTranslation();
  const { positions, orders, queued } = change.touches;
  const room = change.path === 'execution_pool.max_open_groups' && typeof change.after === 'number' ? change.after - openPositions : null;
  return (
    <div className="column" style={{ gap: 3 }}>
      <b>{t(`settingEffect.when.${effectKeys[change.takesEffect]}`)}</b>
      <span className="soft">{t(`settingEffect.code.${change.code}`)}</span>
      {room === null ? null : <span>{room >= 0 ? t('settingEffect.room', { open: openPositions, count: room }) : t('settingEffect.over', { open: openPositions, count: -room })}</span>}
      {positions.length === 0 ? null : (
        <span>{t('settingEffect.positions', { count: positions.length })} {positions.slice(0, 6).map(({ id, symbol, timeframe, side }, index) => <span key={id}>{index === 0 ? '' : ', '}<Link to={`/app/positions/${id}`} target="_blank">{pairOf(symbol)} {timeframe} {t(`side.${side}`)}</Link></span>)}{positions.length > 6 ? ` +${positions.length - 6}` : ''}</span>
      )}
      {orders === 0 ? null : <span>{t('settingEffect.orders', { count: orders })}</span>}
      {queued === 0 ? null : <span>{t('settingEffect.queued', { count: queued })}</span>}
    </div>
  );
}

interface Wish {
  replan: boolean;
  note: string;
}

function Review({ impact, words, wish, onWish }: { impact: ConfigImpact; words: SettingWords; wish: Wish; onWish: (wish: Wish) => void }) {
  const { t } = useTranslation();
  const { changes, replan, openPositions } = impact;
  return (
    <div className="column" style={{ gap: 16 }}>
      {changes.length === 0 ? <p className="soft">{t('settings.noChanges')}</p> : <ChangeTable changes={changes} words={words} heads={{ before: t('settings.now'), after: t('settings.new'), last: t('settings.effect') }} last={(change) => <Effect change={change} openPositions={openPositions} />} />}
      {replan.positions.length === 0 ? (
        openPositions > 0 && changes.some(({ replannable }) => replannable) ? <p className="soft">{t('settings.replanNothing')}</p> : null
      ) : (
        <section className="replan">
          <label className="row replan-switch"><Switch checked={wish.replan} onChange={(on) => onWish({ ...wish, replan: on })} /><b>{t('settings.replan', { count: replan.positions.length })}</b></label>
          <p className="soft">{t(wish.replan ? 'settings.replanOn' : 'settings.replanOff', { count: replan.orders })}</p>
          <div className={wish.replan ? '' : 'replan-idle'}><ReplanList positions={replan.positions} /></div>
        </section>
      )}
      <label className="column" style={{ gap: 5 }}><span>{t('settings.note')}</span><Input.TextArea value={wish.note} maxLength={500} autoSize={{ minRows: 1, maxRows: 4 }} placeholder={t('settings.notePlaceholder')} onChange={(event) => onWish({ ...wish, note: event.target.value })} /></label>
      <Alert type="info" showIcon title={t('settings.applyNote')} />
    </div>
  );
}

/** Every change with when it is felt and whom it concerns, before it takes effect; open positions are re-planned only where that is wanted. */
export function ReviewChanges({ words, onClose, onRefused }: { words: SettingWords; onClose: () => void; onRefused: (refusals: Map<string, string>) => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const impact = useConfigImpact(true);
  const apply = useApplyConfig();
  const [wish, setWish] = useState<Wish>({ replan: false, note: '' });
  const data = impact.data;
  const idle = data === undefined || (data.changes.length === 0 && data.replan.positions.length === 0);
  const confirm = async (): Promise<void> => {
    if (data === undefined) return;
    try {
      const { version, replanned } = await apply.mutateAsync({ ...wish, revision: data.draftRevision });
      void message.success(replanned.length > 0 ? t('settings.appliedAndReplanned', { version, count: replanned.length }) : t('settings.applied', { version }));
      onClose();
    } catch (error) {
      if (refusalsOf(error).size > 0) return onRefused(refusalsOf(error));
      void message.error(problemText(error), 8);
      void impact.refetch();
    }
  };
  return (
    <Modal open width={1080} title={data === undefined ? t('settings.reviewing') : t('settings.reviewTitle', { count: data.changes.length })} okText={t('settings.apply')} cancelText={t('action.cancel')} okButtonProps={{ disabled: idle, loading: apply.isPending }} onOk={() => void confirm()} onCancel={onClose} className="review-dialog" styles={{ body: { maxHeight: 'calc(100vh - 270px)', overflowY: 'auto' } }} style={{ top: 60 }}>
      <Answer of={impact} rows={5}>{(found) => <Review impact={found} words={words} wish={wish} onWish={setWish} />}</Answer>
    </Modal>
  );
}
