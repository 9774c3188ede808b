import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';
import { useProblemText } from '../../components/states.tsx';
import { api, queryString } from '../../data/api-client.ts';
import { keys } from '../../data/cache.ts';
import { useSession, useSetUp } from '../../data/use-session.ts';
import { SessionCard } from './session-card.tsx';

const passwordLengthMin = 8;

interface Values {
  email: string;
  password: string;
  again: string;
}

/** Creates the first administrator from the one-time link that the start prints. */
export function SetUpPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const token = search.get('token') ?? '';
  const problemText = useProblemText();
  const session = useSession();
  const setUp = useSetUp();
  const open = useQuery({ queryKey: keys.setup(token), queryFn: ({ signal }) => api.get<{ open: boolean }>('/auth/setup' + queryString({ token }), signal) });
  if (session.data) return <Navigate to="/app" replace />;
  if (open.isPending) return <SessionCard title={t('setUp.title')}><Spin /></SessionCard>;
  if (open.error) return <SessionCard title={t('setUp.title')}><Alert type="error" showIcon title={problemText(open.error)} action={<Button size="small" onClick={() => void open.refetch()}>{t('action.tryAgain')}</Button>} /></SessionCard>;
  if (open.data?.open !== true) {
    return (
      <SessionCard title={t('setUp.closedTitle')} text={t('setUp.closedText')}>
        <Link to="/sign-in"><Button type="primary" block size="large">{t('session.signIn')}</Button></Link>
      </SessionCard>
    );
  }
  return (
    <SessionCard title={t('setUp.title')} text={t('setUp.text')}>
      <Form<Values> layout="vertical" requiredMark={false} size="large" onFinish={({ email, password }) => setUp.mutate({ token, email, password })}>
        <Form.Item name="email" label={t('session.email')} rules={[{ required: true, type: 'email', message: t('session.emailNeeded') }]}>
          <Input type="email" autoComplete="username" autoFocus inputMode="email" />
        </Form.Item>
        <Form.Item name="password" label={t('session.password')} extra={t('setUp.passwordHelp', { count: passwordLengthMin })} rules={[{ required: true, min: passwordLengthMin, message: t('setUp.passwordShort', { count: passwordLengthMin }) }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('setUp.again')}
          dependencies={['password']}
          rules={[{ required: true, message: t('setUp.againNeeded') }, ({ getFieldValue }) => ({ validator: (_, value) => (value === undefined || value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('setUp.againDiffers')))) })]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {setUp.error ? <Alert type="error" showIcon title={problemText(setUp.error)} style={{ marginBottom: 14 }} /> : null}
        <Button type="primary" htmlType="submit" block loading={setUp.isPending}>{t('setUp.action')}</Button>
      </Form>
    </SessionCard>
  );
}
