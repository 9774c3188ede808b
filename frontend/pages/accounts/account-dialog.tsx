import type { Account } from '#shared/contracts/http';
import type { Settings } from '#shared/contracts/settings';
import { newAccountDefaults } from '#shared/contracts/settings/new-account';
import { Alert, Form, Input, Modal, Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../components/states.tsx';
import { useFieldErrors } from '../../components/use-field-errors.ts';
import { useCreateAccount, useEditAccount, type AccountInput } from '../../data/use-accounts.ts';
import { useConfig } from '../../data/use-config.ts';

const venues = [{ value: 'binance', label: 'Binance' }];

/** Without the fields left empty: on editing an empty key means "leave it as it is". */
function given(values: AccountInput): AccountInput {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as unknown as AccountInput;
}

/** Adds an account, or changes the name or keys of one. Keys go to the server and are never shown again. */
export function AccountDialog({ account, onClose }: { account: Account | null; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [form] = Form.useForm<AccountInput>();
  const config = useConfig().data;
  const usual = config === undefined ? { venue: 'binance', mode: 'paper' as const } : newAccountDefaults(config.active as unknown as Settings);
  const mode = Form.useWatch('mode', form) ?? account?.mode ?? usual.mode;
  const create = useCreateAccount();
  const edit = useEditAccount();
  const showErrors = useFieldErrors(form);
  const error = create.error ?? edit.error;
  const submit = (values: AccountInput): void => {
    const options = { onSuccess: onClose, onError: showErrors };
    if (account === null) return create.mutate(given(values), options);
    const { name, apiKey, secret, passphrase } = given(values);
    edit.mutate({ id: account.id, change: { ...(name === account.name ? {} : { name }), ...(apiKey === undefined ? {} : { apiKey }), ...(secret === undefined ? {} : { secret }), ...(passphrase === undefined ? {} : { passphrase }) } }, options);
  };
  const keyRules = account === null ? [{ required: true, message: t('account.keyNeeded') }] : [];
  const keyPlaceholder = account === null ? '' : t('account.unchanged');
  return (
    <Modal open title={account === null ? t('account.addTitle') : t('account.editTitle', { name: account.name })} okText={account === null ? t('account.add') : t('action.save')} cancelText={t('action.cancel')} onCancel={onClose} onOk={form.submit} confirmLoading={create.isPending || edit.isPending}>
      <Form form={form} layout="vertical" requiredMark={false} autoComplete="off" onFinish={submit} initialValues={{ name: account?.name ?? '', venue: account?.venue ?? usual.venue, market: account?.market ?? 'usdm', mode: account?.mode ?? usual.mode }}>
        <Form.Item name="mode" label={t('account.mode')} extra={t(`account.modeHelp_${mode}`)}>
          <Segmented block disabled={account !== null} options={(['paper', 'testnet', 'live'] as const).map((each) => ({ value: each, label: t(`mode.${each}`) }))} />
        </Form.Item>
        <Form.Item name="name" label={t('account.name')} rules={[{ required: true, whitespace: true, message: t('account.nameNeeded') }]}><Input maxLength={60} autoFocus /></Form.Item>
        <div className="form-pair">
          <Form.Item name="venue" label={t('account.venue')}><Select disabled={account !== null} options={venues} /></Form.Item>
          <Form.Item name="market" label={t('account.market')}><Select disabled={account !== null} options={(['usdm', 'spot'] as const).map((each) => ({ value: each, label: t(`market.${each}`) }))} /></Form.Item>
        </div>
        {mode === 'paper' ? null : <>
          <Form.Item name="apiKey" label={t('account.key')} rules={keyRules}><Input placeholder={keyPlaceholder} spellCheck={false} autoComplete="off" /></Form.Item>
          <Form.Item name="secret" label={t('account.secret')} rules={keyRules}><Input.Password placeholder={keyPlaceholder} autoComplete="new-password" /></Form.Item>
          <Form.Item name="passphrase" label={t('account.passphrase')} extra={t('account.passphraseHelp')}><Input.Password placeholder={keyPlaceholder} autoComplete="new-password" /></Form.Item>
          <Alert type="info" showIcon title={t('account.keyAdvice')} />
        </>}
        {error ? <Alert type="error" showIcon title={problemText(error)} style={{ marginTop: 12 }} /> : null}
      </Form>
    </Modal>
  );
}
