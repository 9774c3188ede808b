import { CheckCircleFilled } from '@ant-design/icons';
import type { WebhookEndpoint } from '#shared/contracts/http';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

function Step({ number, done, title, text, action }: { number: number; done: boolean; title: string; text: string; action: ReactNode }) {
  const { t } = useTranslation();
  return (
    <li className={done ? 'step done' : 'step'}>
      <span className="step-number" aria-label={done ? t('firstSteps.done') : undefined}>{done ? <CheckCircleFilled /> : number}</span>
      <div className="grow">
        <strong>{title}</strong>
        <p className="soft">{text}</p>
      </div>
      {action}
    </li>
  );
}

/** The way to the first trade, shown until the first signal has arrived. */
export function FirstSteps({ endpoints }: { endpoints: readonly WebhookEndpoint[] }) {
  const { t } = useTranslation();
  const made = endpoints.length > 0;
  return (
    <section className="panel first-steps">
      <div>
        <h2>{t('firstSteps.title')}</h2>
        <p className="soft">{t('firstSteps.text')}</p>
      </div>
      <ol>
        <Step number={1} done={made} title={t('firstSteps.endpoint')} text={t('firstSteps.endpointText')} action={<Link to="/app/endpoints?do=create"><Button type={made ? 'default' : 'primary'}>{t('firstSteps.endpointAction')}</Button></Link>} />
        <Step number={2} done={false} title={t('firstSteps.message')} text={t('firstSteps.messageText')} action={<Link to={made ? '/app/endpoints?do=message' : '/app/endpoints?do=create'}><Button disabled={!made}>{t('firstSteps.messageAction')}</Button></Link>} />
        <Step number={3} done={false} title={t('firstSteps.test')} text={t('firstSteps.testText')} action={<Link to={made ? '/app/endpoints?do=test' : '/app/endpoints?do=create'}><Button type={made ? 'primary' : 'default'} disabled={!made}>{t('firstSteps.testAction')}</Button></Link>} />
      </ol>
    </section>
  );
}
