import { Input, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A dialog whose button works only after the word has been typed: for what cannot be taken back. */
export function TypedConfirm(props: { open: boolean; title: ReactNode; word: string; action: ReactNode; busy: boolean; onConfirm: () => void; onCancel: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const matches = typed.trim() === props.word;
  const close = (): void => {
    setTyped('');
    props.onCancel();
  };
  return (
    <Modal
      open={props.open}
      title={props.title}
      okText={props.action}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: true, type: 'primary', disabled: !matches, loading: props.busy }}
      onOk={props.onConfirm}
      onCancel={close}
      afterClose={() => setTyped('')}
      destroyOnHidden
    >
      <div className="column" style={{ gap: 14 }}>
        {props.children}
        <label className="column" style={{ gap: 6 }}>
          <span>{t('confirm.type', { word: props.word })}</span>
          <Input value={typed} autoFocus autoComplete="off" spellCheck={false} placeholder={props.word} onChange={(event) => setTyped(event.target.value)} onPressEnter={() => matches && props.onConfirm()} />
        </label>
      </div>
    </Modal>
  );
}
