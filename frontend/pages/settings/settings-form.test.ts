import { jsonSchemaOf } from '#api/http/openapi';
import { defaultSettings, settingsSchema } from '#shared/contracts/settings';
import { effects } from '#shared/contracts/settings-effects';
import { recordedSettings } from '#shared/contracts/settings/recorded';
import { leafPaths } from '#test/contracts/settings-walk/leaf-paths';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { levelMembers } from './even-levels.ts';
import { overrideMembers } from './override-members.ts';
import { sectionKeys, sectionsOf } from './setting-layout.ts';
import { controlPaths, schemaAt, valueAt, type FieldSchema, type Tree } from './settings-tree.ts';

const defaults = defaultSettings as unknown as Tree;
const schema = jsonSchemaOf(settingsSchema) as FieldSchema;
const leaves = leafPaths(settingsSchema.describe());
const controls = controlPaths(defaults);
const source = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const locale = (language: string): Tree => JSON.parse(readFileSync(join(import.meta.dirname, `../../locales/${language}.json`), 'utf8')) as Tree;

/** Members of a list or a map, each of which has a column in an editor. */
const inside: [head: RegExp, columns: readonly string[], editor: string, drawn: string][] = [
  [/^grid_strategy\.levels\[\]\./, levelMembers, 'ladder-editor.tsx', 'levelMembers.map'],
  [/^grid_strategy\.pyramid_specific_levels\.\*\[\]\./, levelMembers, 'ladder-editor.tsx', 'levelMembers.map'],
  [/^grid_strategy\.tp_overrides\[\]\./, overrideMembers, 'tp-overrides.tsx', 'overrideMembers.map'],
];

/** Can a plain control show it: a switch, a number, one of several, a text? */
function plain(path: string): boolean {
  const { type, enum: choices } = schemaAt(schema, path);
  return choices !== undefined || ['boolean', 'number', 'integer', 'string'].includes(String(type));
}

describe('the form of the settings', () => {
  it('has a control for every leaf of the schema', () => {
    const missing = leaves.filter((leaf) => {
      const editor = inside.find(([head]) => head.test(leaf));
      if (editor !== undefined) return !editor[1].includes(leaf.replace(editor[0], '')) || !source(editor[2]).includes(editor[3]);
      return !controls.includes(leaf);
    });
    expect(missing).to.deep.equal([]);
    expect(leaves.length).to.be.greaterThan(100);
  });

  it('has an editor for every setting that is more than one value', () => {
    const special = controls.filter((path) => !plain(path));
    expect(special).to.deep.equal(['grid_strategy.levels', 'grid_strategy.pyramid_specific_levels', 'grid_strategy.pyramid_tp_percents', 'grid_strategy.tp_overrides', 'waiting_rule.selection_priority', 'UI.column_visibility']);
    for (const path of special) expect(source('section-fields.tsx'), path).to.match(new RegExp(`'${path.replaceAll('.', '\\.')}'`));
  });

  it('places every control in one section', () => {
    const placed = sectionsOf(controls).flatMap(({ paths }) => paths);
    expect([...placed].sort()).to.deep.equal([...controls].sort());
    expect(sectionsOf(controls).map(({ key }) => key)).to.deep.equal(sectionKeys);
  });

  it('gives a setting that nobody has placed the section of its group', () => expect(sectionsOf(['execution_pool.new_key', 'brand_new.key'])).to.deep.equal([{ key: 'pool', paths: ['execution_pool.new_key'] }, { key: 'brand_new', paths: ['brand_new.key'] }]));

  for (const language of ['en', 'uk']) {
    const words = locale(language);
    const without = (paths: readonly string[]): string[] => paths.filter((path) => typeof valueAt(words, path) !== 'string');

    it(`names and explains every setting in ${language}`, () => {
      expect(without(controls.map((path) => `setting.${path}.label`))).to.deep.equal([]);
      expect(without(controls.filter((path) => !(path in recordedSettings)).map((path) => `setting.${path}.help`))).to.deep.equal([]);
    });

    it(`says in ${language} why a setting is only recorded`, () => expect(without(Object.keys(recordedSettings).map((path) => `settingRecorded.${path}`))).to.deep.equal([]));

    it(`has words in ${language} for every choice, section and effect`, () => {
      const choices = controls.flatMap((path) => (schemaAt(schema, path).enum ?? []).filter((each) => typeof each === 'string').map((each): string[] => [`settingChoice.${path.split('.').at(-1)}_${each}`, `settingChoice.${each}`]));
      expect(choices.filter((keys) => without(keys).length === keys.length)).to.deep.equal([]);
      expect(without(sectionKeys.flatMap((key) => [`settingSection.${key}.title`, `settingSection.${key}.text`]))).to.deep.equal([]);
      expect(without(Object.keys(effects).map((code) => `settingEffect.code.${code}`))).to.deep.equal([]);
    });
  }

  it('says in English what the contract says of settings that are only recorded', () => {
    const english = locale('en');
    for (const [path, reason] of Object.entries(recordedSettings)) expect(valueAt(english, `settingRecorded.${path}`), path).to.equal(reason);
  });
});
