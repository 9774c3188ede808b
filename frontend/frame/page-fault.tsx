import { ReloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { EmptyState } from '../components/states.tsx';

/** What stands in place of a page that failed, a new version of the app among the causes (its old files are gone then). */
export function PageFault() {
  const { t } = useTranslation();
  const error = useRouteError();
  const outdated = error instanceof Error && /dynamically imported module|module script/i.test(error.message);
  return (
    <EmptyState
      title={t(outdated ? 'fault.outdated' : 'fault.title')}
      action={<Button type="primary" icon={<ReloadOutlined />} onClick={() => window.location.reload()}>{t('action.reload')}</Button>}
    >
      {outdated ? t('fault.outdatedText') : t('fault.text')}
    </EmptyState>
  );
}
