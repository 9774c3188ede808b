import type { RiskStatus, RiskView } from '#shared/contracts/http';
import { CheckCircleFilled, PauseCircleFilled, StopFilled } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { TimeAgo } from '../../components/moments.tsx';
import { lastActionAt } from './risk-figures.ts';
import './risk-state.css';

const icons: Record<RiskStatus, React.ReactNode> = { active: <CheckCircleFilled />, idle: <PauseCircleFilled />, blocked: <StopFilled /> };

/** Active, idle or blocked, by word, shape and colour. */
export function RiskStateMark({ status }: { status: RiskStatus }) {
  const { t } = useTranslation();
  return <Tooltip title={t(`riskStatusMeaning.${status}`)}><span className={`risk-state risk-state-${status}`} role="status" tabIndex={0}>{icons[status]} {t(`riskStatus.${status}`)}</span></Tooltip>;
}

/** When something was last offset. */
export function LastOffset({ view }: { view: RiskView }) {
  const { t } = useTranslation();
  const at = lastActionAt(view);
  return <span className="soft nowrap">{t('risk.lastAction')} {at === null ? t('risk.never') : <TimeAgo at={at} />}</span>;
}
