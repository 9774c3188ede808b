import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings, settingsSchema } from '#shared/contracts/settings';
import { checkSettings } from '#shared/contracts/settings-document';
import { changedPaths } from '#shared/contracts/settings-difference';
import { houseSettingPaths, recordedSettings } from '#shared/contracts/settings/recorded';
import { leafPaths } from './settings-walk/leaf-paths.ts';
import { proofs } from './settings-walk/index.ts';
import { emptyStage } from './settings-walk/stage.ts';

const leaves = leafPaths(settingsSchema.describe());

const root = join(import.meta.dirname, '../..');
/** The sources of a folder that run in production. */
const sourcesOf = (folder: string): { path: string; text: string }[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sourcesOf(path);
    return /\.tsx?$/.test(path) && !path.includes('.test.') ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : [];
  });

/** Where proofs begin: the function or member that takes settings in, the file it stands in, and the folders in which the product must use it. */
const entrances: [name: string, home: string, folders: string[]][] = [
  ['poolSettingsOf', 'shared/contracts/settings-plans.ts', ['workers']],
  ['riskPlanOf', 'shared/contracts/settings-plans.ts', ['workers']],
  ['reconcilePlanOf', 'shared/contracts/settings-plans.ts', ['workers']],
  ['rearmAfterClean', 'workers/rearm-after-clean.ts', ['workers']],
  ['newAccountDefaults', 'shared/contracts/settings/new-account.ts', ['api', 'frontend']],
  ['obeyHouse', 'shared/adapters/system/obey-house.ts', ['api', 'workers', 'shared/paper']],
  ['createLogRetention', 'workers/log-retention.ts', ['workers']],
  ['createRateCaps', 'workers/rate-caps.ts', ['workers']],
  ['ruleRefresh', 'workers/rule-refresh.ts', ['workers']],
  ...['uiSettings', 'textSize', 'timezone', 'autoSave'].map((member): [string, string, string[]] => [member, 'frontend/data/ui-settings.ts', ['frontend']]),
];

/**
 * Every setting in the form changes the behaviour it names: for each there is a proof by two values, or it stands in the list of
 * those that are only recorded, with the reason the form shows. A setting that nobody reads cannot get through here.
 */
describe('every setting acts', function () {
  this.timeout(60_000);
  const stage = emptyStage();
  after(() => stage.close());

  it('finds the settings', () => expect(leaves).to.include.members(['app.log_level', 'grid_strategy.levels', 'grid_strategy.levels[].gap_percent', 'UI.column_visibility']).and.have.length.of.at.least(100));

  it('has a proof or a reason for each, and not both', () => {
    const proven = Object.keys(proofs);
    const recorded = Object.keys(recordedSettings);
    expect(leaves.filter((path) => !proven.includes(path) && !recorded.includes(path)), 'neither').to.deep.equal([]);
    expect(leaves.filter((path) => proven.includes(path) && recorded.includes(path)), 'both').to.deep.equal([]);
    expect([...proven, ...recorded].filter((path) => !leaves.includes(path)), 'of settings that are not there').to.deep.equal([]);
  });

  it('gives reasons in words, and names only settings that are there as those of the house', () => {
    for (const reason of Object.values(recordedSettings)) expect(reason).to.match(/^[A-Z].{15,}\.$/);
    expect(houseSettingPaths.filter((path) => !leaves.some((leaf) => leaf === path || leaf.startsWith(`${path}.`)))).to.deep.equal([]);
  });

  for (const [path, { a, b, outcome, beyondSchema }] of Object.entries(proofs)) {
    it(`${path} acts`, async () => {
      if (beyondSchema === undefined) for (const document of [a, b]) expect(checkSettings(document).faults, 'a document people may apply').to.equal(null);
      const root = path.split(/\[\]|\.\*/, 1)[0] ?? path;
      for (const changed of changedPaths(a, b)) expect(`${changed}.`, 'nothing else differs').to.satisfy((each: string) => each.startsWith(`${root}.`) || `${root}.`.startsWith(each));
      const first = await outcome(a, stage);
      expect(await outcome(a, stage), 'the same settings, the same outcome').to.deep.equal(first);
      expect(await outcome(b, stage), 'another value, another outcome').to.not.deep.equal(first);
    });
  }

  for (const [name, home, folders] of entrances)
    it(`${name}, by which settings are proven to act, is what the product uses`, () => {
      for (const folder of folders) {
        const users = sourcesOf(folder).filter(({ path, text }) => path !== home && new RegExp(`\\b${name}\\b`).test(text));
        expect(users.map(({ path }) => path), `${home} ${name} is used in ${folder}`).to.not.deep.equal([]);
      }
    });

  it('starts from settings that are valid', () => expect(checkSettings(defaultSettings).faults).to.equal(null));
});
