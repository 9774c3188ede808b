import type { Settings } from '#shared/contracts/settings';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';

/** What proofs may use together, started when first needed. */
export interface Stage {
  /** A user of an api with a database, who has applied `settings`. */
  userWith(settings: Settings): Promise<{ api: TestApi; user: SignedIn }>;
  close(): Promise<void>;
}

/** A stage on which nothing stands yet. */
export function emptyStage(): Stage {
  let starting: Promise<TestApi> | null = null;
  let users = 0;
  return {
    async userWith(settings) {
      const api = await (starting ??= startTestApi());
      users += 1;
      const user = await api.signIn(`walk-${users}@example.com`, 'administrator');
      await user.agent.put('/api/v1/config').send(settings).expect(200);
      await user.agent.post('/api/v1/config/apply').expect(200);
      return { api, user };
    },
    close: async () => (await starting)?.close(),
  };
}
