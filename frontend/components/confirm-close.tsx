import { CloseOutlined } from '@ant-design/icons';
import type { PositionDetail } from '#shared/contracts/http';
import { App, Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatDecimal, signOf } from '../data/decimal.ts';
import { usePreferences } from '../data/preferences.ts';
import { useClosePosition } from '../data/use-positions.ts';
import { baseOf, pairOf } from './symbol-words.ts';
import { useProblemText } from './states.tsx';

/** Closes one position after asking, with what that means said in numbers. */
export function CloseButton({ position }: { position: PositionDetail }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const close = useClosePosition();
  if (position.status === 'closed') return null;
  const quantity = formatDecimal(position.quantity, { language, decimals: position.quantityDecimals ?? undefined });
  const text = signOf(position.quantity) === 0 ? t('close.textEmpty') : t('close.text', { quantity, base: baseOf(position.symbol) });
  return (
    <Popconfirm
      title={t('close.title', { pair: pairOf(position.symbol) })}
      description={<div style={{ maxWidth: 300 }}>{text}</div>}
      okText={t('close.action')}
      okButtonProps={{ danger: true, loading: close.isPending }}
      cancelText={t('action.cancel')}
      onConfirm={() => close.mutateAsync(position.id).then(() => void message.success(t('close.requested')), (error: unknown) => void message.error(problemText(error)))}
    >
      <Button danger icon={<CloseOutlined />} disabled={position.status === 'closing'} loading={close.isPending}>{position.status === 'closing' ? t('close.closing') : t('close.button')}</Button>
    </Popconfirm>
  );
}
