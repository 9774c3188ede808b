import type { EndpointMode, WebhookEndpointCreated } from '#shared/contracts/http';
import { Alert, Form, Input, Modal, Select } from 'antd';
import { useEffect } from 'react';
import { venueName } from '../../components/symbol-words.ts';
import { useTranslation } from 'react-i18next';
import { ModeMark } from '../../components/marks.tsx';
import { useProblemText } from '../../components/states.tsx';
import { useFieldErrors } from '../../components/use-field-errors.ts';
import { useAccounts } from '../../data/use-accounts.ts';
import { useCreateEndpoint } from '../../data/use-endpoints.ts';

interface Values {
  name: string;
  accountId: string;
  executionMode: EndpointMode;
}

/** The ways of working a signal that this version runs. */
const modes: EndpointMode[] = ['auto', 'grid'];

export function CreateEndpoint({ open, onClose, onCreated }: { open: boolean; onClose: () => void; onCreated: (made: WebhookEndpointCreated) => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const accounts = useAccounts().data;
  const first = accounts?.[0]?.id;
  const [form] = Form.useForm<Values>();
  const create = useCreateEndpoint();
  const showErrors = useFieldErrors(form);
  useEffect(() => {
    // The accounts may arrive after the dialog has opened.
    if (open && first !== undefined && form.getFieldValue('accountId') === undefined) form.setFieldValue('accountId', first);
  }, [open, first, form]);
  const submit = (values: Values): void => create.mutate(values, { onSuccess: onCreated, onError: showErrors });
  return (
    <Modal open={open} title={t('endpoint.createTitle')} okText={t('endpoint.create')} cancelText={t('action.cancel')} onCancel={onClose} onOk={form.submit} confirmLoading={create.isPending} destroyOnHidden>
      <Form form={form} layout="vertical" preserve={false} requiredMark={false} initialValues={{ name: 'TradingView', executionMode: 'auto' }} onFinish={submit}>
        <Form.Item name="name" label={t('endpoint.name')} extra={t('endpoint.nameHelp')} rules={[{ required: true, whitespace: true, message: t('endpoint.nameNeeded') }]}><Input autoFocus maxLength={80} /></Form.Item>
        <Form.Item name="accountId" label={t('endpoint.account')} extra={t('endpoint.accountHelp')} rules={[{ required: true, message: t('endpoint.accountNeeded') }]}>
          <Select options={(accounts ?? []).map((account) => ({ value: account.id, label: <span className="row" style={{ gap: 6 }}><ModeMark mode={account.mode} />{account.name} <span className="faint">{venueName(account.venue)} · {t(`market.${account.market}`)}</span></span> }))} />
        </Form.Item>
        <Form.Item name="executionMode" label={t('endpoint.mode')} extra={t('endpoint.modeHelp')}><Select options={modes.map((mode) => ({ value: mode, label: t(`executionMode.${mode}`) }))} /></Form.Item>
        {create.error ? <Alert type="error" showIcon title={problemText(create.error)} /> : null}
      </Form>
    </Modal>
  );
}
