import type { WebhookEndpoint, WebhookEndpointCreated } from '#shared/contracts/http';
import { ApiOutlined, DeleteOutlined, ExperimentOutlined, KeyOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Modal, Popconfirm, Space } from 'antd';
import { useState } from 'react';
import { venueName } from '../../components/symbol-words.ts';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { CopyField } from '../../components/copy-field.tsx';
import { Mark, ModeMark } from '../../components/marks.tsx';
import { TimeAgo } from '../../components/moments.tsx';
import { Panel, PageHead } from '../../components/panel.tsx';
import { Answer, EmptyState, useProblemText } from '../../components/states.tsx';
import { useAccounts } from '../../data/use-accounts.ts';
import { useDeleteEndpoint, useEndpoints, useRotateEndpoint } from '../../data/use-endpoints.ts';
import { CreateEndpoint } from './create-endpoint.tsx';
import './endpoints.css';
import { SecretOnce } from './secret-once.tsx';
import { TestAlertDialog } from './test-alert.tsx';

function EndpointCard({ endpoint, onSecret, onTest }: { endpoint: WebhookEndpoint; onSecret: (made: WebhookEndpointCreated) => void; onTest: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const rotate = useRotateEndpoint();
  const remove = useDeleteEndpoint();
  const mode = useAccounts().data?.find((account) => account.id === endpoint.accountId)?.mode;
  const onError = (error: unknown): void => void message.error(problemText(error));
  return (
    <Panel
      title={<span className="row"><ApiOutlined className="faint" />{endpoint.name}</span>}
      extra={
        <Space size={6} wrap>
          <Button icon={<ExperimentOutlined />} onClick={onTest}>{t('endpoint.test')}</Button>
          <Popconfirm title={t('endpoint.rotateTitle')} description={<div style={{ maxWidth: 300 }}>{t('endpoint.rotateText')}</div>} okText={t('endpoint.rotate')} cancelText={t('action.cancel')} onConfirm={() => rotate.mutateAsync(endpoint.id).then(onSecret, onError)}>
            <Button icon={<KeyOutlined />} loading={rotate.isPending}>{t('endpoint.rotate')}</Button>
          </Popconfirm>
          <Popconfirm title={t('endpoint.deleteTitle', { name: endpoint.name })} description={<div style={{ maxWidth: 300 }}>{t('endpoint.deleteText')}</div>} okText={t('action.delete')} okButtonProps={{ danger: true }} cancelText={t('action.cancel')} onConfirm={() => remove.mutateAsync(endpoint.id).catch(onError)}>
            <Button danger type="text" icon={<DeleteOutlined />} loading={remove.isPending} aria-label={t('endpoint.deleteTitle', { name: endpoint.name })} />
          </Popconfirm>
        </Space>
      }
    >
      <div className="endpoint-facts">
        <div><span className="faint">{t('endpoint.account')}</span><span className="row" style={{ gap: 6 }}>{mode === undefined ? null : <ModeMark mode={mode} />}{endpoint.accountName}</span></div>
        <div><span className="faint">{t('endpoint.venue')}</span><span>{venueName(endpoint.venue)} · {t(`market.${endpoint.market}`)}</span></div>
        <div><span className="faint">{t('endpoint.mode')}</span><span>{t(`executionMode.${endpoint.executionMode}`)}</span></div>
        <div><span className="faint">{t('endpoint.lastDelivery')}</span><span>{endpoint.lastDeliveryAt === null ? <Mark tone="quiet">{t('endpoint.never')}</Mark> : <TimeAgo at={endpoint.lastDeliveryAt} />}</span></div>
      </div>
      <CopyField label={t('endpoint.url')} text={endpoint.url} />
    </Panel>
  );
}

/** Where alerts come in (R-036 as objects): create, take along, test, rotate, delete. */
export function EndpointsPage() {
  const { t } = useTranslation();
  const endpoints = useEndpoints();
  const [search, setSearch] = useSearchParams();
  const [secret, setSecret] = useState<WebhookEndpointCreated | null>(null);
  const [testing, setTesting] = useState<WebhookEndpoint | null>(null);
  const asked = search.get('do');
  const first = endpoints.data?.[0];
  const clear = (): void => setSearch({}, { replace: true });
  const tested = testing ?? (asked === 'test' ? (first ?? null) : null);
  return (
    <div className="page">
      <PageHead title={t('nav.endpoints')} count={endpoints.data?.length}>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setSearch({ do: 'create' })}>{t('endpoint.create')}</Button>
      </PageHead>
      {asked === 'message' ? <p className="soft page-note">{t('endpoint.messageNote')}</p> : null}
      <Answer of={endpoints}>
        {(rows) => rows.length === 0 ? (
          <Panel flush><EmptyState icon={<ApiOutlined />} title={t('endpoint.none')} action={<Button type="primary" icon={<PlusOutlined />} onClick={() => setSearch({ do: 'create' })}>{t('endpoint.create')}</Button>}>{t('endpoint.noneText')}</EmptyState></Panel>
        ) : (
          <div className="endpoint-list">{rows.map((endpoint) => <EndpointCard key={endpoint.id} endpoint={endpoint} onSecret={setSecret} onTest={() => setTesting(endpoint)} />)}</div>
        )}
      </Answer>
      <CreateEndpoint open={asked === 'create'} onClose={clear} onCreated={(made) => { clear(); setSecret(made); }} />
      <Modal open={secret !== null} title={secret === null ? '' : t('endpoint.readyTitle', { name: secret.name })} width={720} footer={null} onCancel={() => setSecret(null)} destroyOnHidden mask={{ closable: false }}>
        {secret === null ? null : <SecretOnce made={secret} onDone={() => setSecret(null)} onTest={() => { setTesting(secret); setSecret(null); }} />}
      </Modal>
      {tested === null ? null : <TestAlertDialog endpoint={tested} onClose={() => { setTesting(null); clear(); }} />}
    </div>
  );
}
