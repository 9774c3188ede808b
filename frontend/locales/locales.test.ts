import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Node = string | { [key: string]: Node };
const folder = import.meta.dirname;
const read = (language: string): Node => JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) as Node;

function leaves(node: Node, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  return Object.entries(node).flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`));
}

const plural = /_(zero|one|two|few|many|other)$/;
const en = new Map(leaves(read('en')));
const uk = new Map(leaves(read('uk')));
const base = (keys: Iterable<string>): string[] => [...new Set([...keys].map((key) => (isPlural(key) ? key.replace(plural, '') : key)))].sort();
/** A key is a plural form only when its plain form has an `_other`; `settings.on` and the like are not. */
const isPlural = (key: string): boolean => plural.test(key) && (en.has(key.replace(plural, '_other')) || uk.has(key.replace(plural, '_other')));
const places = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] as string).sort();

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'dist' || entry.name === 'locales' || entry.name === 'node_modules') return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? sources(path) : /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('the words of the web app', () => {
  it('has the same keys in English and Ukrainian', () => expect(base(uk.keys())).to.deep.equal(base(en.keys())));

  it('has every plural form that Ukrainian needs', () => {
    const stems = base(en.keys()).filter((key) => en.has(`${key}_other`));
    expect(stems.flatMap((stem) => ['one', 'few', 'many', 'other'].map((form) => `${stem}_${form}`)).filter((key) => !uk.has(key))).to.deep.equal([]);
  });

  it('leaves nothing empty and keeps the same places for values', () => {
    const wrong = [...uk].filter(([key, text]) => {
      const english = en.get(key) ?? en.get(key.replace(plural, '_other')) ?? '';
      return text.trim() === '' || english.trim() === '' || places(text).join() !== places(english).join();
    });
    expect(wrong).to.deep.equal([]);
  });

  it('knows every key the pages ask for by name', () => {
    const used = new Set(sources(join(folder, '..')).flatMap((text) => [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((match) => match[1] as string)));
    expect([...used].filter((key) => !en.has(key) && !en.has(`${key}_other`))).to.deep.equal([]);
    expect(used.size).to.be.greaterThan(200);
  });
});
