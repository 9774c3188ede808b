import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
writeFileSync(join(folder, 'outside.ts'), 'export async function elsewhere(): Promise<void> {}\nexport const begun = elsewhere();');
const filename = join(folder, 'room.ts');
const tester = new RuleTester({ languageOptions: { parser: tseslint.parser, parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: folder } } });

const options = [{ rooms: ['room\\.ts$'], unnamed: { [`${relative(process.cwd(), filename)}#pause`]: 'Time passes, and nothing else happens.' } }];
const prelude = `
import { theirs } from './other-room.ts';
import { elsewhere } from './outside.ts';
declare function callOut(ports: object, point: 'cancel:venue' | 'cancel:query', call: () => Promise<void>): Promise<void>;
declare const ports: object;
declare const exchange: { cancel(id: string): Promise<void>; name(): string; ready: Promise<void>; news: AsyncIterable<string>; pending: Promise<void>[]; all(): Promise<void>[] };
declare const sql: (text: TemplateStringsArray) => Promise<void>;
declare const ids: string[];
declare const pause: () => Promise<void>;
declare const anything: any;
async function ours(): Promise<void> { await callOut(ports, 'cancel:venue', () => exchange.cancel('1')); }
`;
const row = (name: string, code: string) => ({ name, code: `${prelude}${code}`, filename, options });
const wrong = (name: string, code: string, ...calls: string[]) => ({ ...row(name, code), errors: calls.map((call) => ({ messageId: 'unnamed', data: { call } })) });

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
      row('one of two, under one name', `export async function f(again: boolean) { await callOut(ports, 'cancel:query', () => (again ? exchange.cancel('1') : exchange.cancel('2'))); }`),
      row('one, or nothing where there is none', `export async function f(other?: typeof exchange) { await callOut(ports, 'cancel:query', () => other?.cancel('1') ?? Promise.resolve()); }`),
      row('one whose failure is caught under its name', `export async function f() { await callOut(ports, 'cancel:query', () => exchange.cancel('1').catch(() => {})); }`),
      row('two at once, each with its name', `export async function f() { await Promise.all([callOut(ports, 'cancel:venue', () => exchange.cancel('1')), callOut(ports, 'cancel:query', () => exchange.cancel('2'))]); }`),
      row('a named one that is waited for later', `export async function f() { const done = callOut(ports, 'cancel:query', () => exchange.cancel('1')); exchange.name(); await done; }`),
      row('a named one that a function of this file waits for', `async function wait(done: Promise<void>) { await done; }\nexport async function f() { await wait(callOut(ports, 'cancel:query', () => exchange.cancel('1'))); }`),
      row('a property that is a named one, noted', `const kept: { done?: Promise<void> } = {};\nexport function f() { kept.done = callOut(ports, 'cancel:query', () => exchange.cancel('1')); }`),
      row('ours, handed to a list', `const each = async (id: string) => { await callOut(ports, 'cancel:query', () => exchange.cancel(id)); };\nexport async function f() { await Promise.all(ids.map(each)); }`),
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
      wrong('a property that is a promise', 'export async function f() { await exchange.ready; }', 'exchange.ready'),
      wrong('the same, returned', 'export const f = () => exchange.ready;', 'exchange.ready'),
      wrong('the same, joined with others', 'export async function f() { await Promise.all([ours(), exchange.ready]); }', 'exchange.ready'),
      wrong('the same, followed', 'export async function f() { await exchange.ready.then(ours); }', 'exchange.ready'),
      wrong('the same, by a pattern', 'export async function f() { const { ready } = exchange; await ready; }', 'ready'),
      wrong('the same, by the pattern of a parameter', 'const g = async ({ ready }: typeof exchange) => { await ready; };\nexport async function f() { await g(exchange); }', 'ready'),
      wrong('a property of unknown type', 'export async function f() { await anything.ready; }', 'anything.ready'),
      wrong('a thing of unknown type', 'export async function f() { await anything; }', 'anything'),
      wrong('a promise that was handed in', 'export async function f(done: Promise<void>) { await done; }', 'done'),
      wrong('a promise that another file has begun', `import { begun } from './outside.ts';\nexport async function f() { await begun; }`, 'begun'),
      wrong('a promise of a list', 'export async function f(all: Promise<void>[]) { for (const each of all) await each; }', 'each'),
      wrong('a property that is many promises', 'export async function f() { await Promise.all(exchange.pending); }', 'exchange.pending'),
      wrong('many promises of one call', 'export async function f() { await Promise.all(exchange.all()); }', 'exchange.all'),
      wrong('a query that is a template', 'export async function f() { await sql`select 1`; }', 'sql'),
      wrong('a module that is loaded', `export async function f() { await import('./outside.ts'); }`, `import('./outside.ts')`),
      wrong('what comes bit by bit', 'export async function f() { for await (const word of exchange.news) word.trim(); }', 'exchange.news'),
      wrong('what is waited for at the end of a block', 'declare const open: () => AsyncDisposable;\nexport async function f() { await using held = open(); void held; }', 'open()'),
      wrong('a method handed to a list', 'export async function f() { await Promise.all(ids.map(exchange.cancel)); }', 'exchange.cancel'),
      wrong('a function handed to what follows', 'export async function f() { await ours().then(elsewhere); }', 'elsewhere'),
      wrong('a method handed on by a function of this file', `const later = (work: (id: string) => Promise<void>) => ids.forEach(work);\nexport function f() { later(exchange.cancel); }`, 'exchange.cancel'),
      wrong('two at once under one name', `export async function f() { await callOut(ports, 'cancel:query', () => Promise.all([exchange.cancel('1'), exchange.cancel('2')]).then(() => {})); }`, 'exchange.cancel', 'exchange.cancel'),
      wrong('two, one after the other, under one name', `export async function f() { await callOut(ports, 'cancel:query', () => (exchange.cancel('1'), exchange.cancel('2'))); }`, 'exchange.cancel', 'exchange.cancel'),
      wrong('one for the sake of another, under one name', `declare const save: (made: Promise<void>) => Promise<void>;\nexport async function f() { await callOut(ports, 'cancel:query', () => save(exchange.cancel('1'))); }`, 'exchange.cancel'),
      wrong('one that follows another, under one name', `export async function f() { await callOut(ports, 'cancel:query', () => exchange.cancel('1').then(() => exchange.cancel('2'))); }`, 'exchange.cancel'),
      wrong('two where both are made, under one name', `export async function f() { await callOut(ports, 'cancel:query', () => exchange.cancel('1') && exchange.cancel('2')); }`, 'exchange.cancel'),
      wrong('a promise made by hand', 'export const f = () => new Promise<void>((resolve) => setTimeout(resolve, 1));', 'Promise'),
      { ...row('a name that is put together', "export async function f(what: string) { await callOut(ports, `cancel:${what}` as 'cancel:query', () => exchange.cancel('1')); }"), errors: [{ messageId: 'point' }] },
    ],
  });

  interface Options {
    rooms: string[];
    unnamed: Record<string, string>;
  }
  const eslint = new ESLint({ cwd: root });
  const optionsFor = async (file: string): Promise<Options | null> => {
    const { rules } = (await eslint.calculateConfigForFile(join(root, file))) as { rules: Record<string, [severity: number, options?: Options]> };
    const [severity, found] = rules['house/named-call-outs'] ?? [0];
    return severity === 2 && found?.rooms.some((room) => new RegExp(room).test(file)) === true ? found : null;
  };
  const files = ['shared/shell', 'api/intake', 'workers'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))).filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.endsWith('crash-points.ts'));

  it('whatever file names one call must name them all', async () => {
    const named = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('callOut('));
    const asked = await Promise.all(named.map(optionsFor));
    expect(named).to.include.members(['workers/hear-deployment.ts', 'workers/orphan-stops.ts', 'workers/rearm-after-clean.ts']);
    expect(named.filter((_, index) => !asked[index])).to.deep.equal([]);
  });

  it('a new file is asked, wherever it is put', async () => {
    const places = ['shared/shell/new.ts', 'shared/shell/reconcile/new.ts', 'api/intake/new.ts', 'api/routes/webhook.route.ts', 'workers/new.ts', 'workers/jobs/new.job.ts', 'workers/new/new.ts'];
    const asked = await Promise.all(places.map(optionsFor));
    expect(places.filter((_, index) => asked[index] === null)).to.deep.equal([]);
  });

  it('each file of these rooms is asked, or stands among the exceptions; none of those is left over', async () => {
    const { unnamed } = (await optionsFor('workers/new.ts'))!;
    const asked = await Promise.all(files.map(optionsFor));
    expect(files.filter((file, index) => asked[index] === null && unnamed[file] === undefined)).to.deep.equal([]);
    const gone = Object.keys(unnamed).filter((exception) => {
      const [file = '', call = ''] = exception.split('#');
      return !existsSync(join(root, file)) || !readFileSync(join(root, file), 'utf8').includes(call);
    });
    expect(gone).to.deep.equal([]);
  });

  it('no name is given twice, and none is left over', () => {
    const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    const uses = crashPoints.map((point) => [point, text.split(`'${point}'`).length - 1]);
    expect(uses.filter(([, count]) => count !== 1)).to.deep.equal([]);
  });
});
