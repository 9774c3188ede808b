import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { OrderStatus } from '#shared/engine/order/order';
import { transition, type OrderChange } from '#shared/engine/order/transition';
import { controlEndpoints } from '#shared/paper/control-endpoints';
import { requestFaults, streamFaults } from '#shared/paper/fault-switches';

const root = join(import.meta.dirname, '..');
const folders = ['api', 'workers', 'shared', 'frontend', 'migrations', 'scripts', 'test', 'docs', '.ci'];
const below = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : [path, ...below(path)];
    return [path];
  });
const files = folders.flatMap(below);
const names = new Set(files.map((path) => basename(path)));
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...files.filter((path) => /^docs\/.*\.md$/.test(path))];
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const withoutBlocks = (page: string): string => text(page).replace(/^```.*?^```/gms, '');

/** Every piece of inline code in a page. */
const code = (page: string): string[] => [...withoutBlocks(page).matchAll(/`([^`\n]+)`/g)].map((found) => found[1] ?? '');
const faults = (find: (page: string) => string[]): string[] => pages.flatMap((page) => find(page).map((fault) => `${page}: ${fault}`));

const isPath = (piece: string): boolean => folders.some((folder) => piece.startsWith(`${folder}/`)) && /^[\w.*/-]+$/.test(piece);
/** A path that is there: a file, a folder, or with `*` at least one of them. */
function isThere(piece: string): boolean {
  if (!piece.includes('*')) return existsSync(join(root, piece));
  const shape = new RegExp(`^${piece.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
  return files.some((path) => shape.test(path));
}

/** The anchor GitHub makes of a heading. */
const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^\w\- ]/g, '').trim().replaceAll(' ', '-');
const anchors = (page: string): string[] => [...withoutBlocks(page).matchAll(/^#+ (.+)$/gm)].map((found) => anchorOf(found[1] ?? ''));

describe('documentation', () => {
  it('finds pages and paths to check', () => {
    expect(pages.length).to.be.greaterThan(20);
    expect(pages.flatMap(code).filter(isPath).length).to.be.greaterThan(100);
  });

  it('names only paths of the repository that exist', () => {
    expect(faults((page) => code(page).filter((piece) => isPath(piece) && !isThere(piece)))).to.deep.equal([]);
  });

  it('names only source files that exist', () => {
    expect(faults((page) => code(page).filter((piece) => /^[\w-][\w.-]*\.(tsx?|mjs|cjs)$/.test(piece) && !names.has(piece)))).to.deep.equal([]);
  });

  it('names only functions and types that stand in the file before or after them', () => {
    const pairs = (page: string): [string, string][] => {
      const page_ = withoutBlocks(page);
      const after = [...page_.matchAll(/`([\w./-]+\.tsx?)` `(\w+)`/g)].map((found): [string, string] => [found[1] ?? '', found[2] ?? '']);
      const before = [...page_.matchAll(/`(\w+)` in `([\w./-]+\.tsx?)`/g)].map((found): [string, string] => [found[2] ?? '', found[1] ?? '']);
      return [...after, ...before];
    };
    expect(pages.flatMap(pairs).length).to.be.greaterThan(40);
    expect(faults((page) => pairs(page).flatMap(([path, name]) => (existsSync(join(root, path)) && new RegExp(`\\b${name}\\b`).test(text(path)) ? [] : [`${name} in ${path}`])))).to.deep.equal([]);
  });

  it('links to pages and headings that exist', () => {
    const broken = (page: string): string[] =>
      [...withoutBlocks(page).matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap((found) => {
        const target = found[1] ?? '';
        if (/^https?:/.test(target)) return [];
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(root, file))) return [target];
        return anchor === undefined || anchors(file).includes(anchor) ? [] : [target];
      });
    expect(faults(broken)).to.deep.equal([]);
  });

  it('draws the life of an order as the code has it', () => {
    const edges = [...text('docs/diagrams.md').matchAll(/^ {2}(\w+) --> (\w+): ([\w-]+)$/gm)];
    expect(edges.length).to.be.greaterThan(20);
    const drawnWrong = edges.filter(([, from, to, change]) => transition(from as OrderStatus, change as OrderChange) !== to);
    expect(drawnWrong.map((edge) => edge[0].trim())).to.deep.equal([]);
  });

  it('lists every control route and fault of the paper exchange', () => {
    const page = text('docs/paper-exchange.md');
    const paths = Object.keys(controlEndpoints).map((route) => route.split(' ')[1] ?? '');
    expect([...paths, ...requestFaults, ...streamFaults].filter((word) => !page.includes(word))).to.deep.equal([]);
  });

  it('quotes messages as the code says them', () => {
    const sources = files.filter((path) => /^(scripts|shared)\/.*\.(ts|mjs)$/.test(path) && !/\.test\.ts$/.test(path)).map(text);
    // In code a message may be split over two literals, and its variable parts are expressions.
    const said = sources.join('\n').replace(/['`] \+\s+[`']/g, '').replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '\u0001');
    const section = text('README.md').split('## When it does not start')[1]?.split('\n## ')[0] ?? '';
    const quoted = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((found) => found[1] ?? '');
    expect(quoted.length).to.be.greaterThan(12);
    const parts = quoted.flatMap((message) => message.split(/…|found \d+|[A-Z_]+: found nothing|, expected |; required with [A-Z_=]+[a-z]*/).map((part) => part.replace(/^[A-Z_]+: found /, '').trim()).filter((part) => part.length > 10));
    expect(parts.filter((part) => !said.includes(part))).to.deep.equal([]);
  });
});
