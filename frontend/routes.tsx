import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { Frame } from './frame/frame.tsx';
import { PageFault } from './frame/page-fault.tsx';
import { RequireSession } from './frame/require-session.tsx';

// Pages live below /app, because the API answers on bare paths such as /positions too.
const pages: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./pages/dashboard/dashboard-page.tsx')).DashboardPage }) },
  { path: 'positions', lazy: async () => ({ Component: (await import('./pages/positions/positions-page.tsx')).PositionsPage }) },
  { path: 'positions/:id', lazy: async () => ({ Component: (await import('./pages/positions/position-page.tsx')).PositionPage }) },
  { path: 'queue', lazy: async () => ({ Component: (await import('./pages/queue/queue-page.tsx')).QueuePage }) },
  { path: 'risk', lazy: async () => ({ Component: (await import('./pages/risk/risk-page.tsx')).RiskPage }) },
  { path: 'reconciliation', lazy: async () => ({ Component: (await import('./pages/reconciliation/reconciliation-page.tsx')).ReconciliationPage }) },
  { path: 'signals', lazy: async () => ({ Component: (await import('./pages/signals/signals-page.tsx')).SignalsPage }) },
  { path: 'signals/:id', lazy: async () => ({ Component: (await import('./pages/signals/signal-page.tsx')).SignalPage }) },
  { path: 'logs', lazy: async () => ({ Component: (await import('./pages/logs/logs-page.tsx')).LogsPage }) },
  { path: 'endpoints', lazy: async () => ({ Component: (await import('./pages/endpoints/endpoints-page.tsx')).EndpointsPage }) },
  { path: 'accounts', lazy: async () => ({ Component: (await import('./pages/accounts/accounts-page.tsx')).AccountsPage }) },
  { path: 'settings', lazy: async () => ({ Component: (await import('./pages/settings/settings-page.tsx')).SettingsPage }) },
  { path: '*', lazy: async () => ({ Component: (await import('./frame/not-found.tsx')).NotFound }) },
];

/** Every address of the web app. */
export function createRoutes() {
  return createBrowserRouter([
    { path: '/setup', ErrorBoundary: PageFault, HydrateFallback: () => null, lazy: async () => ({ Component: (await import('./pages/session/set-up-page.tsx')).SetUpPage }) },
    { path: '/sign-in', ErrorBoundary: PageFault, HydrateFallback: () => null, lazy: async () => ({ Component: (await import('./pages/session/sign-in-page.tsx')).SignInPage }) },
    {
      path: '/app',
      HydrateFallback: () => null,
      ErrorBoundary: PageFault,
      element: <RequireSession><Frame /></RequireSession>,
      children: [{ ErrorBoundary: PageFault, children: pages }],
    },
    { path: '*', element: <Navigate to="/app" replace /> },
  ]);
}
