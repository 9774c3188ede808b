import type { ReactNode } from 'react';

/** A framed part of a page with a heading. */
export function Panel({ title, extra, children, flush = false, className = '' }: { title?: ReactNode; extra?: ReactNode; children: ReactNode; flush?: boolean; className?: string }) {
  return (
    <section className={`panel ${className}`}>
      {title === undefined ? null : (
        <header>
          <h2>{title}</h2>
          {extra === undefined ? null : <div className="row">{extra}</div>}
        </header>
      )}
      {flush ? children : <div className="body">{children}</div>}
    </section>
  );
}

/** The head of a page: what it is, how many, what can be done. */
export function PageHead({ title, count, children }: { title: ReactNode; count?: ReactNode; children?: ReactNode }) {
  return (
    <div className="page-head">
      <h1>{title}</h1>
      {count === undefined ? null : <span className="count num">{count}</span>}
      <span className="grow" />
      {children}
    </div>
  );
}
