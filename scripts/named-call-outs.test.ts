import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ESLint, RuleTester } from 'eslint';
import type { Rule } from 'eslint';
import tseslint from 'typescript-eslint';
import { crashPoints } from '#shared/shell/crash-points';
// @ts-expect-error -- written for ESLint, which reads no TypeScript
import { namedCallOuts } from './named-call-outs.mjs';

const root = join(import.meta.dirname, '..');

RuleTester.describe = describe;
RuleTester.it = it;
/** A folder of its own: beside ours the whole project would be read for it. */
const folder = mkdtempSync(join(tmpdir(), 'tranche-lint-'));
writeFileSync(join(folder, 'other-room.ts'), 'export async function theirs(): Promise<void> {}');
writeFileSync(join(folder, 'outside.ts'), 'export async function elsewhere(): Promise<void> {}');
const filename = join(folder, 'room.ts');
const tester = new RuleTester({ languageOptions: { parser: tseslint.parser, parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: folder } } });

const options = [{ rooms: ['room\\.ts$'], unnamed: { [`${relative(process.cwd(), filename)}#pause`]: 'Time passes, and nothing else happens.' } }];
const prelude = `
import { theirs } from './other-room.ts';
import { elsewhere } from './outside.ts';
declare function callOut(ports: object, point: 'cancel:venue' | 'cancel:query', call: () => Promise<void>): Promise<void>;
declare const ports: object;
declare const exchange: { cancel(id: string): Promise<void>; name(): string };
declare const pause: () => Promise<void>;
declare const anything: any;
async function ours(): Promise<void> { await callOut(ports, 'cancel:venue', () => exchange.cancel('1')); }
`;
const row = (name: string, code: string) => ({ name, code: `${prelude}${code}`, filename, options });
const wrong = (name: string, code: string, call: string) => ({ ...row(name, code), errors: [{ messageId: 'unnamed', data: { call } }] });

describe('every call out of the process has a name', function () {
  this.timeout(60_000);
  // One program is made for all rows, by the first.
  this.slow(10_000);

  after(() => rmSync(folder, { recursive: true }));

  tester.run('named-call-outs', namedCallOuts as Rule.RuleModule, {
    valid: [
      row('a named one', `export async function f() { await callOut(ports, 'cancel:query', () => exchange.cancel('1')); }`),
      row('a call of a function whose own calls have names', 'export async function f() { await ours(); }'),
      row('one of another file of these rooms', `export async function f() { return await theirs(); }`),
      row('named by whoever calls', `export async function f(point: 'cancel:query') { await callOut(ports, point, () => exchange.cancel('1')); }`),
      row('several of ours at once', 'export async function f() { await Promise.all([ours(), ours().catch(() => {})]); }'),
      row('one that nobody waits for', `export function f() { void exchange.cancel('1').catch(() => {}); }`),
      row('what is no promise', 'export function f() { return exchange.name(); }'),
      row('one that is allowed with its reason', 'export async function f() { await pause(); }'),
    ],
    invalid: [
      wrong('a new await', `export async function f() { await exchange.cancel('1'); }`, 'exchange.cancel'),
      wrong('a promise that is returned', `export const f = () => exchange.cancel('1');`, 'exchange.cancel'),
      wrong('one of several at once', `export async function f() { await Promise.all([ours(), exchange.cancel('1')]); }`, 'exchange.cancel'),
      wrong('one whose failure is caught', `export async function f() { await exchange.cancel('1').catch(() => {}); }`, 'exchange.cancel'),
      wrong('one that is waited for later', `export async function f() { const done = exchange.cancel('1'); exchange.name(); await done; }`, 'exchange.cancel'),
      wrong('one within the call of another name', `export async function f() { await callOut(ports, 'cancel:query', async () => { await exchange.cancel('1'); await ours(); }); }`, 'exchange.cancel'),
      wrong('one of unknown type', 'export async function f() { await anything.query(); }', 'anything.query'),
      wrong('a function that was handed in', 'export async function f(work: () => Promise<void>) { await work(); }', 'work'),
      wrong('one of a file outside these rooms', 'export async function f() { await elsewhere(); }', 'elsewhere'),
      wrong('a promise made by hand', 'export const f = () => new Promise<void>((resolve) => setTimeout(resolve, 1));', 'Promise'),
      { ...row('a name that is put together', "export async function f(what: string) { await callOut(ports, `cancel:${what}` as 'cancel:query', () => exchange.cancel('1')); }"), errors: [{ messageId: 'point' }] },
    ],
  });

  const files = ['shared/shell', 'api/intake', 'workers'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))).filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.endsWith('crash-points.ts'));

  it('whatever file names one call must name them all', async () => {
    const eslint = new ESLint({ cwd: root });
    const named = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('callOut('));
    const asked = await Promise.all(
      named.map(async (file) => {
        const { rules } = (await eslint.calculateConfigForFile(join(root, file))) as { rules: Record<string, [severity: number, options?: { rooms: string[] }]> };
        const [severity, options] = rules['house/named-call-outs'] ?? [0];
        return severity === 2 && options?.rooms.some((room) => new RegExp(room).test(file)) === true;
      }),
    );
    expect(named).to.include.members(['workers/hear-deployment.ts', 'workers/orphan-stops.ts', 'workers/rearm-after-clean.ts']);
    expect(named.filter((_, index) => !asked[index])).to.deep.equal([]);
  });

  it('no name is given twice, and none is left over', () => {
    const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    const uses = crashPoints.map((point) => [point, text.split(`'${point}'`).length - 1]);
    expect(uses.filter(([, count]) => count !== 1)).to.deep.equal([]);
  });
});
