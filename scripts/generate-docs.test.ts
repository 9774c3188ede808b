import { expect } from 'chai';
import { loadConfig } from '#shared/contracts/config';
import { variables } from '#shared/contracts/variables';
import { envExample } from './docs/config-page.ts';
import { jobsPage } from './docs/jobs-page.ts';
import { staleFiles } from './generate-docs.ts';
import { queueNames } from '#shared/contracts/jobs';

describe('generated documentation', () => {
  it('is not stale (npm run docs writes it)', () => expect(staleFiles()).to.deep.equal([]));

  it('lists every variable in .env.example, and its defaults are accepted', () => {
    const lines = envExample().text.split('\n').filter((line) => /^#[A-Z_]+=/.test(line)).map((line) => line.slice(1));
    expect(lines.map((line) => line.split('=')[0])).to.deep.equal(Object.keys(variables));
    const env = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    const { DATABASE_URL: _, ...rest } = env;
    expect(loadConfig(rest).port).to.equal(3000);
  });

  it('lists every queue', () => {
    for (const name of queueNames) expect(jobsPage().text).to.contain(`\`${name}\``);
  });
});
