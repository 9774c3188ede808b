import { useLayoutEffect, type ReactNode } from 'react';
import { LanguageButton, ThemeButton } from '../../frame/user-menu.tsx';
import './session.css';

/** The quiet page around sign-in and set-up. */
export function SessionCard({ title, text, children }: { title: ReactNode; text?: ReactNode; children: ReactNode }) {
  useLayoutEffect(() => {
    // The line of the trading mode belongs to a signed-in page.
    delete document.documentElement.dataset['mode'];
  }, []);
  return (
    <main className="session-page">
      <div className="session-tools"><LanguageButton /><ThemeButton /></div>
      <div className="session-card">
        <div className="session-brand"><img src="/mark.svg" alt="" width="34" height="34" /><span>Tranche</span></div>
        <div>
          <h1>{title}</h1>
          {text === undefined ? null : <p className="soft">{text}</p>}
        </div>
        {children}
      </div>
    </main>
  );
}
