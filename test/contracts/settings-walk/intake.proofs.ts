import supertest from 'supertest';
import type { Settings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import { PoolStory } from '#test/support/pool-story';
import { proofOf, type Proofs } from './proof.ts';
import type { Stage } from './stage.ts';

/** What the webhook answers to an alert without a time of its own that comes again after three minutes. */
async function answerToRepetition(settings: Settings, stage: Stage): Promise<number> {
  const { api, user } = await stage.userWith(settings);
  const { path, secret } = await api.endpoint(user, { executionMode: 'auto' });
  const post = () => supertest(api.app).post(path).send({ secret, action: 'BUY', symbol: 'ETHUSDT', sl: '3000', timeframe: '1H' });
  await post().expect(202);
  api.clock.time += 3 * 60_000;
  return (await post()).status;
}

const poolUnder = (settings: Settings): PoolStory => new PoolStory(poolSettingsOf(settings));
/** An alert that fired two minutes ago. */
function oldAlert(settings: Settings): string[] {
  const pool = poolUnder(settings);
  pool.now = 120_000;
  return pool.signal('BTC', { alertAt: 0 }).done;
}

/** Proofs of the group `intake`. */
export const intakeProofs: Proofs = {
  'intake.duplicate_window_minutes': proofOf('intake.duplicate_window_minutes', [5, 1], answerToRepetition),
  'intake.signal_max_age_seconds': proofOf('intake.signal_max_age_seconds', [0, 60], oldAlert),
  'intake.confirm_entries': proofOf('intake.confirm_entries', [false, true], (settings) => poolUnder(settings).signal('BTC').done),
  'intake.confirmation_ttl_seconds': proofOf('intake.confirmation_ttl_seconds', [60, 300], (settings) => poolUnder(settings).signal('BTC').wait(120_000).waiting, { given: ({ intake }) => (intake.confirm_entries = true) }),
};
