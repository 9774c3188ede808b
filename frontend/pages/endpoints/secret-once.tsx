import type { WebhookEndpointCreated } from '#shared/contracts/http';
import { ExperimentOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyField } from '../../components/copy-field.tsx';

/** The only sight of a secret, with all that TradingView asks for. It lives in the state of this page and nowhere else. */
export function SecretOnce({ made, onDone, onTest }: { made: WebhookEndpointCreated; onDone: () => void; onTest: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="column" style={{ gap: 16 }}>
      <Alert type="warning" showIcon title={t('endpoint.once')} description={t('endpoint.onceText')} />
      <ol className="take-along">
        <li><CopyField label={t('endpoint.stepUrl')} text={made.url} /></li>
        <li><CopyField label={t('endpoint.stepMessage')} text={made.template} multiline /></li>
        <li><CopyField label={t('endpoint.stepSecret')} text={made.secret} /></li>
      </ol>
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button icon={<ExperimentOutlined />} onClick={onTest}>{t('endpoint.doneTest')}</Button>
        <Button type="primary" onClick={onDone}>{t('endpoint.done')}</Button>
      </div>
    </div>
  );
}
