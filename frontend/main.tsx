import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { createCache } from './data/cache.ts';
import { startLanguages } from './data/i18n.ts';
import { askForSession, watchSession } from './data/use-session.ts';
import './components/components.css';
import { createRoutes } from './routes.tsx';
import { AppTheme } from './theme/app-theme.tsx';
import './theme/app.css';

const cache = createCache();
watchSession(cache);
askForSession(cache);
const router = createRoutes();

await startLanguages();
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <AppTheme>
        <RouterProvider router={router} />
      </AppTheme>
    </QueryClientProvider>
  </StrictMode>,
);
