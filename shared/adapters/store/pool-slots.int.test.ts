import { expect } from 'chai';
import { ShellStory } from '#test/support/shell-story';
import { createTestDatabase } from '#test/support/postgres';
import { postgresRigOn, type StoreRig } from '#test/support/store-rig';
import type { Signal } from '#shared/engine/messages/signals';
import type { Pool } from '#shared/engine/pool/pool';
import type { PoolSettings } from '#shared/engine/pool/pool-settings';
import type { Locked } from '#shared/ports/store.port';
import { hearInbox } from '#shared/shell/hear-inbox';
import type { ShellPorts } from '#shared/shell/shell';

/** Slots under concurrency: several processes, each with connections of its own, at one pool. */
describe('pool slots on PostgreSQL', function () {
  this.timeout(60_000);
  let close: () => Promise<void>;
  let processes: StoreRig[];
  before(async () => {
    const database = await createTestDatabase();
    processes = [postgresRigOn(database.url), postgresRigOn(database.url), postgresRigOn(database.url)];
    close = async () => {
      for (const each of processes) await each.close();
      await database.drop();
    };
  });
  after(() => close());

  const begin = async (settings: Partial<PoolSettings>): Promise<ShellStory> => {
    const story = await ShellStory.on(processes[0]!);
    Object.assign(story.settings, { sizing: { ...story.settings.sizing, planCheck: 'off' }, ...settings });
    return story;
  };
  /** Hears signals all at once, each by one of the processes, or by two of them. */
  const hearAll = async (story: ShellStory, signals: Partial<Signal>[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const changes of signals) ids.push(await story.alert(changes));
    const rows = await processes[0]!.store.dueInbox(100);
    const ports = processes.map(({ store }): ShellPorts => ({ ...story.ports, store }));
    await Promise.all([...rows, ...rows].map(({ id }, index) => hearInbox(ports[index % ports.length]!, id)));
    return ids;
  };
  const lookAt = async (story: ShellStory): Promise<Pool> => {
    let pool: Pool | null = null;
    await processes[0]!.store.transact({ aggregate: 'pool', aggregateId: story.userId, key: null, event: { type: 'timer' }, countsParts: true }, (locked: Locked) => {
      if (locked.kind === 'pool') pool = { ...locked.pool, open: Array.from({ length: locked.pool.open.length + locked.openElsewhere.groups }) };
      return null;
    });
    return pool!;
  };
  const coins = (count: number): Partial<Signal>[] => Array.from({ length: count }, (_, index) => ({ symbol: `C${index}/USDT:USDT` }));

  it('20 parallel signals, max 10: exactly 10 live, 10 queued (R-241)', async () => {
    const story = await begin({ groupsMax: 10 });
    const ids = await hearAll(story, coins(20));
    const { open, waiting } = await lookAt(story);
    expect([open.length, waiting.length]).to.deep.equal([10, 10]);
    const outcomes = await Promise.all(ids.map(async (id) => (await processes[0]!.signal(id)).outcome));
    expect(outcomes.sort()).to.deep.equal([...Array<string>(10).fill('opened'), ...Array<string>(10).fill('queued')]);
  });

  it('with legs counted, none is opened while every slot is taken', async () => {
    // Every ladder has two legs, so that a group takes three slots: the fourth finds 9 of 9 taken.
    const story = await begin({ groupsMax: 9, legsCount: true });
    await hearAll(story, coins(8));
    const { open, waiting } = await lookAt(story);
    expect([open.length, waiting.length]).to.deep.equal([3, 5]);
  });

  it('pyramids that count and do not bypass: those on their way to the group take slots already', async () => {
    const story = await begin({ groupsMax: 4, pyramidsCount: true, pyramidsBypass: false, replacementAllowed: false });
    await hearAll(story, [{}]);
    const ids = await hearAll(story, Array.from({ length: 12 }, () => ({})));
    const outcomes = await Promise.all(ids.map(async (id) => (await processes[0]!.signal(id)).outcome));
    const waitsOrWas = outcomes.filter((outcome) => outcome !== null);
    expect([outcomes.length - waitsOrWas.length, waitsOrWas.filter((outcome) => outcome === 'queued').length], 'three told to the group, one queued, the others duplicates').to.deep.equal([3, 1]);
  });
});
