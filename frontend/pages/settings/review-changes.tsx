import { ArrowRightOutlined } from '@ant-design/icons';
import { Alert, Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SettingWords } from './setting-words.ts';
import { valueAt, type Tree } from './settings-tree.ts';

/** What would change, setting by setting, before it is kept or takes effect. */
export function ReviewChanges({ open, active, draft, paths, words, busy, onSave, onApply, onClose }: { open: boolean; active: Tree; draft: Tree; paths: string[]; words: SettingWords; busy: boolean; onSave: () => void; onApply: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={open}
      title={t('settings.reviewTitle', { count: paths.length })}
      width={720}
      onCancel={onClose}
      footer={[
        <Button key="close" onClick={onClose}>{t('action.cancel')}</Button>,
        <Button key="save" onClick={onSave} loading={busy}>{t('settings.saveDraft')}</Button>,
        <Button key="apply" type="primary" onClick={onApply} loading={busy}>{t('settings.apply')}</Button>,
      ]}
    >
      <div className="column" style={{ gap: 14 }}>
        {paths.length === 0 ? <p className="soft">{t('settings.noChanges')}</p> : (
          <div className="scroll-x">
            <table className="change-table">
              <thead><tr><th>{t('settings.setting')}</th><th>{t('settings.now')}</th><th /><th>{t('settings.new')}</th></tr></thead>
              <tbody>{paths.map((path) => <tr key={path}><td><div>{words.label(path)}</div><div className="mono faint">{path}</div></td><td className="soft change-value">{words.value(valueAt(active, path))}</td><td><ArrowRightOutlined className="faint" /></td><td className="change-value"><b>{words.value(valueAt(draft, path))}</b></td></tr>)}</tbody>
            </table>
          </div>
        )}
        <Alert type="info" showIcon title={t('settings.applyNote')} />
      </div>
    </Modal>
  );
}
