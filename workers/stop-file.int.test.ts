import { expect } from 'chai';
import { rmSync, writeFileSync } from 'node:fs';
import { silentLog } from '#shared/adapters/system/log';
import type { Log } from '#shared/ports/system.port';
import { openDirectory } from '#test/support/open-directory';
import { memoryRig, postgresRig, type StoreRig } from '#test/support/store-rig';
import { waitFor } from '#test/support/wait-for';
import { stopFileOf, watchStopFile, type StopFileWatch } from './stop-file.ts';

const rigs: [kind: string, create: () => Promise<StoreRig>][] = [
  ['in memory', async () => memoryRig()],
  ['on PostgreSQL', postgresRig],
];

for (const [kind, create] of rigs) {
  describe(`the STOP file, store ${kind}`, () => {
    const dataDir = openDirectory('tranche-stop-');
    const file = stopFileOf(dataDir);
    const said: string[] = [];
    const log: Log = { ...silentLog, alert: (_, message) => void said.push(message), warn: (_, message) => void said.push(message) };
    let rig: StoreRig;
    let watch: StopFileWatch | null = null;
    const begin = async (): Promise<void> => {
      watch = await watchStopFile({ store: rig.store, bus: { publish: async () => {} }, log }, file);
    };
    const standing = async (): Promise<string[]> => (await rig.store.halts()).map(({ scope, kind: each, reason, fileStands }) => `${scope} ${each} ${reason}${fileStands ? ' (there)' : ''}`);
    before(async () => {
      rig = await create();
    });
    after(async () => {
      await rig.close();
      rmSync(dataDir, { recursive: true, force: true });
    });
    afterEach(async () => {
      await watch?.stop();
      rmSync(file, { force: true });
      await rig.lift();
      said.length = 0;
    });

    it('no file, no halt', async () => {
      await begin();
      expect(await standing()).to.deep.equal([]);
    });

    it('appearing halts everything within two seconds, and says so once', async () => {
      await begin();
      const at = performance.now();
      writeFileSync(file, '');
      await waitFor('the halt', async () => (await standing()).length > 0, { timeoutMs: 5_000, everyMs: 20 });
      expect(performance.now() - at).to.be.below(2_000);
      expect(await standing()).to.deep.equal([`global stop_file the file ${file} exists (there)`]);
      await rig.ageStopFile(60_000);
      await waitFor('the next look', async () => (await standing())[0]?.endsWith('(there)'));
      expect(said.filter((each) => each.startsWith('STOP file found'))).to.have.length(1);
    });

    it('there at the start: the halt stands before anything else is begun', async () => {
      writeFileSync(file, '');
      await begin();
      expect(await standing()).to.have.length(1);
    });

    it('a second worker adds nothing', async () => {
      writeFileSync(file, '');
      await begin();
      const first = watch;
      await begin();
      await first?.stop();
      expect([(await standing()).length, said.length]).to.deep.equal([1, 1]);
    });

    it('gone: it stays halted until a person re-arms, then it ends, and a new file halts again', async () => {
      writeFileSync(file, '');
      await begin();
      const rearm = async (): Promise<number> => (await rig.store.rearm({ scope: 'global', scopeId: '', kinds: ['stop_file'] })).length;
      expect(await rearm(), 'while the file is there').to.equal(0);
      rmSync(file);
      await waitFor('the word that it is gone', () => said.some((each) => each.includes('is gone')));
      await rig.ageStopFile(60_000);
      expect(await standing()).to.deep.equal([`global stop_file the file ${file} exists`]);
      expect(await rearm()).to.equal(1);
      writeFileSync(file, '');
      await waitFor('the second halt', async () => (await standing()).length === 1);
    });
  });
}
