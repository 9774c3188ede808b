import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { useProblemText } from '../../components/states.tsx';
import { ApiProblem } from '../../data/api-client.ts';
import { useSession, useSignIn, type Credentials } from '../../data/use-session.ts';
import { SessionCard } from './session-card.tsx';

/** Only addresses of this app; anything else in `next` could lead astray. */
function nextOf(next: string | null): string {
  return next !== null && next.startsWith('/app') && !next.startsWith('//') ? next : '/app';
}

export function SignInPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const problemText = useProblemText();
  const session = useSession();
  const signIn = useSignIn();
  if (session.data) return <Navigate to={nextOf(search.get('next'))} replace />;
  const refused = signIn.error instanceof ApiProblem && signIn.error.status === 401;
  return (
    <SessionCard title={t('session.signInTitle')}>
      <Form<Credentials> layout="vertical" requiredMark={false} onFinish={(values) => signIn.mutate(values)} size="large">
        <Form.Item name="email" label={t('session.email')} rules={[{ required: true, message: t('session.emailNeeded') }]}>
          <Input type="email" autoComplete="username" autoFocus inputMode="email" />
        </Form.Item>
        <Form.Item name="password" label={t('session.password')} rules={[{ required: true, message: t('session.passwordNeeded') }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {signIn.error ? <Alert type="error" showIcon title={refused ? t('session.refused') : problemText(signIn.error)} style={{ marginBottom: 14 }} /> : null}
        <Button type="primary" htmlType="submit" block loading={signIn.isPending}>{t('session.signIn')}</Button>
      </Form>
    </SessionCard>
  );
}
