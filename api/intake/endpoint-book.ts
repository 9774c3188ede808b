import { randomUUID } from 'node:crypto';
import type { ApiDeps } from '../api-deps.ts';
import { findEndpoint, type AlertEndpoint } from './alerts.query.ts';

/** An endpoint with its secret opened, as it stood under a stamp. */
export interface KnownEndpoint extends AlertEndpoint {
  secret: string;
}

const keptMax = 1_000;

/** Keeps endpoints that alerts come to: reading one for every alert is a round trip, and opening its secret a tenth of a millisecond. */
export function createEndpointBook({ box, ...database }: Pick<ApiDeps, 'pool' | 'box' | 'atCrashPoint'>) {
  const known = new Map<string, KnownEndpoint>();
  const decoy = box.seal(randomUUID(), 'decoy');
  return {
    /** As it was read for an alert before; null where it never was. What is judged by it holds only if its stamp still stands when the alert is stored. */
    kept: (id: string): KnownEndpoint | null => known.get(id) ?? null,
    /** As it stands now. A missing endpoint costs as much as one that is there. */
    async read(id: string): Promise<KnownEndpoint | null> {
      const found = await findEndpoint(database, id);
      known.delete(id);
      const secret = found === null ? box.open(decoy, 'decoy') : box.open(found.sealedSecret, `webhook_endpoints:${found.id}`);
      if (found === null) return null;
      if (known.size >= keptMax) known.clear();
      const endpoint = { ...found, secret };
      known.set(id, endpoint);
      return endpoint;
    },
  };
}
