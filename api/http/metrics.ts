import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What the api measures, in Prometheus' form. */
export interface Metrics {
  registry: Registry;
  requests: Histogram<'method' | 'route' | 'status'>;
  webhooks: Histogram<'status'>;
  signIns: Counter<'result'>;
}

/** A registry of its own, so that several apps in one test process do not meet. `withProcess` adds memory, event loop and collector figures. */
export function createMetrics(withProcess: boolean): Metrics {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: 'tranche_http_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [registry],
    }),
    webhooks: new Histogram({
      name: 'tranche_webhook_seconds',
      help: 'Time to answer an alert, stored and committed',
      labelNames: ['status'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [registry],
    }),
    signIns: new Counter({ name: 'tranche_sign_ins_total', help: 'Sign-ins by result', labelNames: ['result'], registers: [registry] }),
  };
}
