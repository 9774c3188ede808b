import { ExperimentOutlined, FireOutlined, FormOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { useLayoutEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStatus } from '../data/use-status.ts';
import { modeShown, type ShownMode } from './trading-mode.ts';

const icons: Record<ShownMode, React.ReactNode> = { paper: <FormOutlined />, dry_run: <FormOutlined />, testnet: <ExperimentOutlined />, live: <FireOutlined /> };

/** PAPER, TESTNET or LIVE, by word, icon, fill and the line along the top of the page. */
export function ModeBadge() {
  const { t } = useTranslation();
  const mode = modeShown(useStatus().data);
  useLayoutEffect(() => {
    if (mode === undefined) delete document.documentElement.dataset['mode'];
    else document.documentElement.dataset['mode'] = mode;
  }, [mode]);
  if (mode === undefined) return <span className="mode-badge mode-unknown">{t('mode.unknown')}</span>;
  return (
    <Tooltip title={t(`modeMeaning.${mode}`)}>
      <span className={`mode-badge mode-${mode}`} role="status" aria-label={`${t('mode.label')}: ${t(`mode.${mode}`)}`} tabIndex={0}>
        {icons[mode]}
        {t(`mode.${mode}`)}
      </span>
    </Tooltip>
  );
}
