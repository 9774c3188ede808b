import { expect } from 'chai';
import { loadConfig } from '#shared/contracts/config';
import { variables } from '#shared/contracts/variables';
import { envExample } from './docs/config-page.ts';
import { eventsPage } from './docs/events-page.ts';
import { httpPage, routeTable } from './docs/http-page.ts';
import { jobsPage } from './docs/jobs-page.ts';
import { refusalsPage } from './docs/refusals-page.ts';
import { typeSource } from './docs/type-source.ts';
import { staleFiles } from './generate-docs.ts';
import { queueNames } from '#shared/contracts/jobs';
import { refusals } from '#shared/engine/refusal';

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

  it('lists every refusal', () => {
    for (const code of Object.keys(refusals)) expect(refusalsPage().text).to.contain(`\`${code}\``);
  });

  it('explains every event and command', () => {
    const events = typeSource('shared/engine/messages/events.ts');
    const commands = typeSource('shared/engine/messages/commands.ts');
    const forms = [...events.messages('GroupEvent'), ...events.messages('PoolEvent'), ...commands.messages('GroupCommand'), ...commands.messages('PoolCommand')];
    expect(forms.filter(({ about }) => about === '').map(({ type }) => type)).to.deep.equal([]);
    for (const { type } of forms) expect(eventsPage().text).to.contain(`| \`${type}\` |`);
  });

  it('lists every route', () => {
    const { text } = httpPage();
    expect(routeTable().length).to.be.greaterThan(30);
    for (const { method, path } of routeTable()) expect(text).to.contain(`| ${method.toUpperCase()} | \`${path}\` |`);
  });
});
