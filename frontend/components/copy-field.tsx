import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Puts text on the clipboard, also on pages without the clipboard interface (plain HTTP from another machine). */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard !== undefined && window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

/** Says for a moment that it was copied. */
function useDone(): [boolean, () => void] {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1800);
    return () => clearTimeout(timer);
  }, [done]);
  return [done, () => setDone(true)];
}

export function CopyButton({ text, label, primary = false }: { text: string; label?: string; primary?: boolean }) {
  const { t } = useTranslation();
  const [done, markDone] = useDone();
  return (
    <Button size={primary ? 'middle' : 'small'} type={primary ? 'primary' : 'default'} icon={done ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy(text).then(markDone)}>
      {done ? t('action.copied') : (label ?? t('action.copy'))}
    </Button>
  );
}

/** An id in its line, with a small button that copies it; `label` says which id it is. */
export function CopyId({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [done, markDone] = useDone();
  return (
    <span className="copy-id">
      <span className="mono">{text}</span>
      <Button size="small" type="text" icon={done ? <CheckOutlined /> : <CopyOutlined />} aria-label={done ? t('action.copied') : t('action.copyNamed', { name: label })} title={t('action.copyNamed', { name: label })} onClick={(event) => { event.stopPropagation(); void copy(text).then(markDone); }} />
    </span>
  );
}

/** Text to take along: shown as it is, with a button beside it. */
export function CopyField({ text, label, multiline = false }: { text: string; label: string; multiline?: boolean }) {
  return (
    <div className="copy-field">
      <div className="spread">
        <span className="soft">{label}</span>
        <CopyButton text={text} />
      </div>
      {multiline ? <pre className="mono" tabIndex={0} aria-label={label}>{text}</pre> : <code className="mono" aria-label={label}>{text}</code>}
    </div>
  );
}
