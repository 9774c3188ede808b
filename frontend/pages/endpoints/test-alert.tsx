import type { WebhookEndpoint } from '#shared/contracts/http';
import { Alert, Button, Form, Input, Modal, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useProblemText } from '../../components/states.tsx';
import { useAccounts } from '../../data/use-accounts.ts';
import { useTestAlert, type TestAlert } from '../../data/use-endpoints.ts';

/** Sends an alert on the endpoint's whole way and says what the webhook answered. */
export function TestAlertDialog({ endpoint, onClose }: { endpoint: WebhookEndpoint; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [form] = Form.useForm<TestAlert>();
  const test = useTestAlert();
  const account = useAccounts().data?.find((each) => each.id === endpoint.accountId);
  const answer = test.data;
  const good = answer !== undefined && answer.answer < 300;
  return (
    <Modal
      open
      title={t('testAlert.title', { name: endpoint.name })}
      onCancel={onClose}
      footer={[
        <Button key="close" onClick={onClose}>{t('action.close')}</Button>,
        good && answer.body.signalId !== undefined
          ? <Link key="see" to={`/app/signals/${answer.body.signalId}`}><Button type="primary">{t('testAlert.see')}</Button></Link>
          : <Button key="send" type="primary" danger={account?.mode === 'live'} loading={test.isPending} onClick={form.submit}>{t('testAlert.send')}</Button>,
      ]}
    >
      <div className="column" style={{ gap: 14 }}>
        <p className="soft">{t('testAlert.text')}</p>
        {account?.mode === 'live' ? <Alert type="error" showIcon title={t('testAlert.live')} /> : null}
        <Form form={form} layout="vertical" requiredMark={false} initialValues={{ symbol: 'BTCUSDT', side: 'long' }} onFinish={(values) => test.mutate({ id: endpoint.id, alert: values })} disabled={good}>
          <Form.Item name="symbol" label={t('testAlert.symbol')} rules={[{ required: true, message: t('testAlert.symbolNeeded') }]} normalize={(value: string) => value.toUpperCase().trim()}><Input style={{ maxWidth: 220 }} /></Form.Item>
          <Form.Item name="side" label={t('position.side')} style={{ marginBottom: 0 }}>
            <Segmented options={[{ value: 'long', label: t('side.long') }, { value: 'short', label: t('side.short'), disabled: endpoint.market === 'spot' }]} />
          </Form.Item>
        </Form>
        {test.error ? <Alert type="error" showIcon title={problemText(test.error)} /> : null}
        {answer === undefined ? null : good ? (
          <Alert type="success" showIcon title={answer.body.duplicate === true ? t('testAlert.duplicate') : t('testAlert.accepted')} description={t('testAlert.answered', { answer: answer.answer })} />
        ) : (
          <Alert type="error" showIcon title={answer.body.detail ?? answer.body.title ?? t('testAlert.refused')} description={<>{answer.body.errors?.map((each) => <div key={each.path}>{each.path}: {each.message}</div>)}{t('testAlert.answered', { answer: answer.answer })}</>} />
        )}
      </div>
    </Modal>
  );
}
