import { ApiOutlined, AuditOutlined, DashboardOutlined, FileTextOutlined, HourglassOutlined, RocketOutlined, SafetyCertificateOutlined, SettingOutlined, ThunderboltOutlined, WalletOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { TFunction } from 'i18next';

/** A place of the app: its address, its letter after `g`, its picture. */
export interface Section {
  key: 'dashboard' | 'positions' | 'queue' | 'risk' | 'reconciliation' | 'signals' | 'logs' | 'endpoints' | 'accounts' | 'settings';
  path: string;
  letter: string;
  icon: ReactNode;
  load: () => Promise<unknown>;
}

export const sections: readonly Section[] = [
  { key: 'dashboard', path: '/app', letter: 'd', icon: <DashboardOutlined />, load: () => import('../pages/dashboard/dashboard-page.tsx') },
  { key: 'positions', path: '/app/positions', letter: 'p', icon: <RocketOutlined />, load: () => import('../pages/positions/positions-page.tsx') },
  { key: 'queue', path: '/app/queue', letter: 'q', icon: <HourglassOutlined />, load: () => import('../pages/queue/queue-page.tsx') },
  { key: 'risk', path: '/app/risk', letter: 'r', icon: <SafetyCertificateOutlined />, load: () => import('../pages/risk/risk-page.tsx') },
  { key: 'reconciliation', path: '/app/reconciliation', letter: 'c', icon: <AuditOutlined />, load: () => import('../pages/reconciliation/reconciliation-page.tsx') },
  { key: 'signals', path: '/app/signals', letter: 's', icon: <ThunderboltOutlined />, load: () => import('../pages/signals/signals-page.tsx') },
  { key: 'logs', path: '/app/logs', letter: 'l', icon: <FileTextOutlined />, load: () => import('../pages/logs/logs-page.tsx') },
  { key: 'endpoints', path: '/app/endpoints', letter: 'e', icon: <ApiOutlined />, load: () => import('../pages/endpoints/endpoints-page.tsx') },
  { key: 'accounts', path: '/app/accounts', letter: 'a', icon: <WalletOutlined />, load: () => import('../pages/accounts/accounts-page.tsx') },
  { key: 'settings', path: '/app/settings', letter: 't', icon: <SettingOutlined />, load: () => import('../pages/settings/settings-page.tsx') },
];

export function sectionOf(pathname: string): Section['key'] {
  return [...sections].reverse().find((section) => pathname === section.path || pathname.startsWith(`${section.path}/`))?.key ?? 'dashboard';
}

export const sectionName = (t: TFunction, key: Section['key']): string => t(`nav.${key}`);
