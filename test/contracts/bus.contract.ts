import { expect } from 'chai';
import { silentLog } from '#shared/adapters/system/log';
import { createBus } from '#shared/adapters/system/create-bus';
import type { Bus, BusTopics } from '#shared/ports/system.port';
import { waitFor } from '../support/wait-for.ts';

/** Where one run of the suite has its bus. */
export interface BusSetting {
  databaseUrl: string;
  redisUrl: string | null;
}

/** What every bus must do, whichever backend carries it. */
export function busContract(backend: string, setting: () => Promise<BusSetting>): void {
  describe(`bus on ${backend}`, () => {
    let speaker: Bus;
    let listener: Bus;

    before(async () => {
      const where = await setting();
      [speaker, listener] = await Promise.all([createBus({ ...where, log: silentLog }), createBus({ ...where, log: silentLog })]);
    });
    after(() => Promise.all([speaker.close(), listener.close()]));

    it('carries messages to other processes in order, also large ones among small ones', async () => {
      const got: BusTopics['live'][] = [];
      const stop = await listener.subscribe('live', (message) => got.push(message));
      const sizes = [10, 20_000, 30, 7880, 7900, 300_000, 50];
      const sent = sizes.map((size, index): BusTopics['live'] => ({ event: 'position', userId: null, id: String(index), data: { text: 'ü'.repeat(size / 2) } }));
      await Promise.all(sent.map((message) => speaker.publish('live', message)));
      await waitFor('all messages', () => got.length === sent.length);
      expect(got).to.deep.equal(sent);
      await stop();
    });

    it('carries a thousand messages a burst without losing one', async () => {
      const got: string[] = [];
      const stop = await listener.subscribe('wake', ({ groupId }) => got.push(groupId));
      const ids = Array.from({ length: 1000 }, (_, index) => String(index));
      await Promise.all(ids.map((groupId) => speaker.publish('wake', { groupId })));
      await waitFor('all messages', () => got.length === ids.length);
      expect(got).to.deep.equal(ids);
      await stop();
    });

    it('hands a message to every subscriber of its topic, and of no other', async () => {
      const got: string[] = [];
      const stops = await Promise.all([
        listener.subscribe('wake', ({ groupId }) => got.push(`a ${groupId}`)),
        listener.subscribe('wake', ({ groupId }) => got.push(`b ${groupId}`)),
        speaker.subscribe('wake', ({ groupId }) => got.push(`c ${groupId}`)),
        listener.subscribe('config', () => got.push('config')),
      ]);
      await speaker.publish('wake', { groupId: '1' });
      await waitFor('all subscribers', () => got.length === 3);
      expect(got.sort()).to.deep.equal(['a 1', 'b 1', 'c 1']);
      for (const stop of stops) await stop();
    });

    it('is silent after unsubscribing', async () => {
      const got: string[] = [];
      const stop = await listener.subscribe('wake', ({ groupId }) => got.push(groupId));
      await stop();
      const again = await listener.subscribe('config', ({ userId }) => got.push(userId));
      await speaker.publish('wake', { groupId: 'unheard' });
      await speaker.publish('config', { userId: 'heard', version: 2 });
      await waitFor('the later message', () => got.length > 0);
      expect(got).to.deep.equal(['heard']);
      await again();
    });

    it('goes on when a handler throws', async () => {
      const got: string[] = [];
      const stops = [
        await listener.subscribe('wake', () => {
          throw new Error('handler');
        }),
        await listener.subscribe('wake', ({ groupId }) => got.push(groupId)),
      ];
      await speaker.publish('wake', { groupId: 'x' });
      await waitFor('the sound handler', () => got.length === 1);
      for (const stop of stops) await stop();
    });
  });
}
