import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { migrations } from '#migrations/index';

const root = join(import.meta.dirname, '..');
const folders = ['api', 'workers', 'shared', 'frontend', 'migrations', 'scripts', 'test'];
const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesOf(path);
    return [path];
  });
const files = folders.flatMap(filesOf);
const sources = files.filter((path) => /\.(ts|tsx|mjs|cjs)$/.test(path));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const breaching = (test: (path: string) => boolean, among = sources): string[] => among.filter(test);

/** Rules of the house that no linter knows. */
describe('house rules', () => {
  it('finds sources to check', () => expect(sources.length).to.be.greaterThan(50));

  it('file names are unique, so that a name is enough to find a file', () => {
    const byName = new Map<string, string[]>();
    for (const path of sources) byName.set(basename(path), [...(byName.get(basename(path)) ?? []), path]);
    const double = [...byName].filter(([name, paths]) => paths.length > 1 && !/^(index|main|wiring)\.tsx?$/.test(name) && name !== 'tsconfig.json');
    expect(double.map(([, paths]) => paths.join(' = '))).to.deep.equal([]);
  });

  it('no file or folder is called utils, helpers, manager, service, common or misc', () => {
    expect(breaching((path) => /(^|[/-])(utils?|helpers?|managers?|services?|common|misc)([./-]|$)/i.test(path.replace('tranche.service', '')))).to.deep.equal([]);
  });

  it('no folder is called src', () => expect(breaching((path) => path.split('/').includes('src'))).to.deep.equal([]));

  it('nothing is left to do, focused or skipped', () => {
    const marker = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', '\\.on' + 'ly\\(', '\\bit\\.sk' + 'ip\\(', 'describe\\.sk' + 'ip\\('].join('|'));
    expect(breaching((path) => marker.test(text(path)))).to.deep.equal([]);
  });

  it('relative imports carry their extension, imports through # carry none', () => {
    const wrong = /from '(\.{1,2}\/[^']*(?<!\.(ts|tsx|js|mjs|cjs|json|css))|#[^']*\.ts)'/;
    expect(breaching((path) => !path.startsWith('frontend/') && wrong.test(text(path)))).to.deep.equal([]);
  });

  it('migrations are listed in the order of their numbers, each once, none forgotten', () => {
    const onDisk = filesOf('migrations').map((path) => basename(path, '.ts')).filter((name) => /^\d/.test(name)).sort();
    expect(migrations.map(({ name }) => name)).to.deep.equal(onDisk);
    expect(new Set(onDisk.map((name) => name.slice(0, 4))).size).to.equal(onDisk.length);
  });
});
