import { Spin } from 'antd';
import type { ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { Answer } from '../components/states.tsx';
import { useSession } from '../data/use-session.ts';

/** Shows its content to those signed in, the sign-in page to others. */
export function RequireSession({ children }: { children: ReactNode }) {
  const session = useSession();
  const location = useLocation();
  if (session.isPending) return <div style={{ display: 'grid', placeItems: 'center', minHeight: '100dvh' }}><Spin size="large" /></div>;
  if (session.data === null) {
    const next = location.pathname + location.search;
    return <Navigate to={next === '/app' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`} replace />;
  }
  return <Answer of={session}>{() => children}</Answer>;
}
