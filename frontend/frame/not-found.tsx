import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../components/states.tsx';

export function NotFound() {
  const { t } = useTranslation();
  return <EmptyState title={t('fault.notFound')} action={<Link to="/app"><Button type="primary">{t('fault.toDashboard')}</Button></Link>} />;
}
