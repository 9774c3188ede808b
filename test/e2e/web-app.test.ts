import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { SignalChain } from '#shared/contracts/http';
import { leafPaths } from '#shared/contracts/settings-difference';
import { alert } from '#test/support/alert';
import { openTab, startBrowser, type Tab } from '#test/support/browser';
import { configure, only, postAlert, replay, type PositionDetail } from '#test/support/e2e-story';
import { admin, startStack, type RunningStack } from '#test/support/running-stack';
import { waitFor } from '#test/support/wait-for';

const networkFault = /ERR_|WebSocket connection|Failed to (load resource|fetch)/;
const places = ['', '/positions', '/positions?show=closed', '/queue', '/risk', '/reconciliation', '/signals', '/endpoints', '/accounts', '/logs', '/settings'];

describe('the web app before a running engine', function () {
  this.timeout(60_000);
  let browser: Browser;
  let stack: RunningStack;
  let tab: Tab;
  let page: Page;
  let secret = '';
  let ladder = '';
  let sent: Record<string, unknown> = {};

  const text = (words: string | RegExp) => page.getByText(words).first();
  const seen = (words: string | RegExp, timeout = 15_000): Promise<void> => text(words).waitFor({ timeout });
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const inDialog = (name: string) => page.locator('.ant-modal-footer').getByRole('button', { name });
  const go = (place: string): Promise<void> => page.getByRole('menuitem', { name: place }).click();
  /** By the whole word: across the cells of a row many a letter follows a digit. */
  const rowOf = (timeframe: string) => page.locator('.ant-table-row').filter({ has: page.getByText(timeframe, { exact: true }) });
  const rungs = (state: string) => page.locator(`.rung-${state}`);
  const atLeast = (what: string, count: number, state: string, timeoutMs: number): Promise<unknown> => waitFor(what, async () => (await rungs(state).count()) >= count, { timeoutMs, everyMs: 50 });
  /** A mark in the page that a reload would wipe off. */
  const stays = async <T>(story: () => Promise<T>): Promise<T> => {
    await page.evaluate(`void (document.body.dataset.kept = 'yes')`);
    const result = await story();
    expect(await page.evaluate('document.body.dataset.kept'), 'the page was not loaded anew').to.equal('yes');
    return result;
  };
  /** A story at whose end the console is empty. */
  const story = (title: string, tell: () => Promise<unknown>, expected: RegExp | null = null): void => {
    it(title, async () => {
      await tell();
      expect(tab.faults.splice(0).filter((fault) => expected?.test(fault) !== true), 'the browser console').to.deep.equal([]);
    });
  };
  const endpointId = async (): Promise<{ id: string }> => only((await stack.client.get<{ data: { id: string }[] }>('/webhook-endpoints')).data);
  const open = async (): Promise<PositionDetail & { timeframe: string; priceLast: string }> => stack.client.get(`/positions/${ladder}`);

  before(async function () {
    this.timeout(150_000);
    browser = await startBrowser();
    tab = await openTab(browser);
    page = tab.page;
    stack = await startStack({ ...replay, MARKET_REPLAY_SPEED: '3.5' }, { setUp: createAdministrator });
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });
  // The trace of a failure: what the page showed.
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && process.env['E2E_PICTURES'] !== undefined) await page.screenshot({ path: `${process.env['E2E_PICTURES']}/${this.currentTest.title.replaceAll(/\W+/g, '-')}.png` });
  });

  async function createAdministrator(link: string): Promise<void> {
    await page.goto(link);
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.getByLabel('Password again').fill(admin.password);
    await button('Create administrator').click();
    await seen('Three steps to the first trade');
  }

  story('lets the first user in by the one-time link, and nobody a second time', async () => {
    await seen('PAPER');
    await seen(/^Replay 2025-01-06 \d\d:\d\d$/);
    const link = /\S+\/setup\?token=\S+/.exec(stack.output())?.[0] ?? '';
    const stranger = await openTab(browser);
    await stranger.page.goto(link);
    await stranger.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await stranger.page.locator('input').count(), 'fields to fill in').to.equal(0);
    await stranger.page.context().close();
  });

  story('creates a webhook endpoint and shows its secret once', async () => {
    await button('Create endpoint').click();
    await inDialog('Create endpoint').click();
    await seen(/shown only this once/);
    secret = (await page.locator('.take-along code').last().innerText()).trim();
    expect(secret).to.have.length.greaterThan(20);
    await button('Done, send a test alert').click();
    await inDialog('Send test alert').waitFor();
    await waitFor('the secret to leave the page', async () => !(await page.content()).includes(secret));
    expect(await page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })')).to.not.include(secret);
  });

  story('sends a test alert and follows it to its fill', async () => {
    await inDialog('Send test alert').click();
    await seen('The alert was accepted');
    await button('See what became of it').click();
    await seen('From delivery to fill');
    await page.locator('.chain-done', { hasText: 'First fill' }).waitFor();
    expect(await page.locator('.chain-open').count()).to.equal(0);
    expect(await page.locator('.chain').innerText()).to.match(/\d+ ms after delivery/);
  });

  story('shows the position of an alert as it comes, without a reload', () => stays(async () => {
    await go('Positions');
    await page.locator('.ant-table-row').first().waitFor();
    const test = only((await stack.client.get<{ data: { priceLast: string }[] }>('/positions')).data);
    const row = rowOf('1h');
    expect(await row.count()).to.equal(0);
    const entryPrice = test.priceLast.replace(/\..*/, '');
    sent = alert({ secret, entryPrice, orderSize: '5000', timeframe: '60' });
    expect((await postAlert(stack, await endpointId(), sent)).status).to.equal(202);
    await row.waitFor();
  }));

  story('shows legs turning filled, and tells it in the journal', async () => {
    const { data } = await stack.client.get<{ data: { id: string; timeframe: string }[] }>('/positions');
    ladder = data.find((each) => each.timeframe === '1h')?.id ?? '';
    await page.locator(`.ant-table-row[data-row-key="${ladder}"]`).click();
    await stays(async () => {
      await page.locator('.candle-chart canvas').first().waitFor();
      await atLeast('two filled legs', 2, 'filled', 20_000);
      await seen(/Entry DCA1 filled 0\.01 at/);
      await seen(/Opened long: entry price/i);
      const legs = (await open()).pyramids[0]?.legs ?? [];
      expect(await page.locator('.rung-target').count(), 'take-profits drawn').to.be.at.least(2);
      expect(legs.filter((leg) => leg.takeProfitPrice !== null).length).to.be.at.least(2);
    });
  });

  story('drills down from a pyramid to what each of its legs has come to', async () => {
    const leg = page.locator('.leg-row', { hasText: 'DCA1' });
    const { limitPrice = '' } = (await open()).pyramids[0]?.legs[1] ?? {};
    expect((await leg.innerText()).replaceAll(',', '')).to.contain(limitPrice).and.match(/20 %[^]*\+0\.5 %/);
    expect(Number(await leg.getByRole('progressbar').getAttribute('aria-valuenow')) % 1, 'whole percent').to.equal(0);
    const toggle = page.getByRole('button', { name: 'Legs of pyramid 0' });
    await toggle.press('Enter');
    expect([await page.locator('.leg-row').count(), await toggle.getAttribute('aria-expanded')]).to.deep.equal([0, 'false']);
    await toggle.press('Enter');
    expect(await page.locator('.leg-row').count()).to.equal(5);
  });

  story('proves what became of a signal: delivery n of m, intent, order n of m with its ids and moments, fills', async () => {
    const { status, answer } = await postAlert(stack, await endpointId(), sent);
    expect([status, answer.duplicate]).to.deep.equal([200, true]);
    const chain = await stack.client.get<SignalChain>(`/signals/${answer.signalId ?? ''}`);
    const fill = chain.fills.find(({ role }) => role === 'entry');
    const order = chain.orders.find(({ clientOrderId }) => clientOrderId === fill?.clientOrderId);
    if (fill === undefined || order === undefined) throw new Error('no entry has filled');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${stack.origin}/app/signals/${chain.id}`);
    await seen('Delivery 2 of 2');
    expect(await page.locator('.deliveries').innerText()).to.match(/202 taken[^]*200 repeated/);
    expect(await page.locator('.panel', { hasText: 'Intent' }).first().innerText()).to.match(/Long[^]*5,000\s*USDT[^]*Opened/);
    const row = page.locator(`.evidence-table tr[data-row-key="${order.clientOrderId}"]`);
    await row.getByText(new RegExp(`^${chain.orders.indexOf(order) + 1} of \\d+$`)).waitFor();
    const toggle = row.locator('.ant-table-row-expand-icon');
    await toggle.press('Enter');
    const proof = page.locator('.order-proof', { hasText: order.clientOrderId });
    const told = await proof.innerText();
    expect(told).to.match(/\d\d:\d\d:\d\d\.\d{3}[^]*Decided and stored[^]*\+\d[^]*Recorded as sending[^]*Filled completely/);
    expect(told).to.contain(order.venueOrderId ?? 'an id of the venue').and.contain(fill.tradeId).and.match(/1 of 1/);
    await proof.getByRole('button', { name: 'Copy: Client order id' }).click();
    await proof.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).to.equal(order.clientOrderId);
    await toggle.press('Enter');
    await proof.waitFor({ state: 'hidden' });
    // Rows of this page must not be taken for those of the next story's.
    await page.goto(`${stack.origin}/app/positions/${ladder}`);
    await page.locator('.rung').first().waitFor();
  });

  story('pauses and resumes the engine', async () => {
    const engine = async (): Promise<string> => (await stack.client.get<{ engine: { state: string } }>('/status')).engine.state;
    await button('Pause').click();
    await page.locator('.ant-popconfirm-buttons').getByRole('button', { name: 'Pause' }).click();
    await page.locator('.engine-paused').waitFor();
    expect(await engine()).to.equal('paused');
    await button('Resume').click();
    await page.locator('.engine-running').waitFor();
    expect(await engine()).to.equal('running');
  });

  story('closes a position after asking', async () => {
    await go('Positions');
    await page.locator(`.ant-table-row:not([data-row-key="${ladder}"])`).first().click();
    await button('Close position').click();
    await seen(/will be closed at market/);
    await button('Close at market').click();
    await seen('Close requested');
    await page.locator('.page-head').getByText(/Closed by hand/).waitFor({ timeout: 15_000 });
  });

  story('sees the ladder close by its take-profits', async () => {
    await page.goto(`${stack.origin}/app/positions/${ladder}`);
    await stays(async () => {
      await atLeast('a take-profit that hit', 1, 'tp_hit', 45_000);
      await page.locator('.page-head').getByText(/Take-profit/).waitFor({ timeout: 45_000 });
      // The head is told by a message, the rungs are read anew behind it.
      await waitFor('no leg to be held', async () => (await rungs('filled').count()) === 0);
    });
    expect(await page.locator('.figure', { hasText: 'Realised' }).innerText()).to.match(/\+/);
  });

  story('says that the replay has ended, not that prices are old', () => seen('Replay ended', 30_000));

  story('is dark unless configured otherwise; then it follows the system, until the user chooses', async () => {
    const visitor = await openTab(browser, { colorScheme: 'light', storageState: { cookies: await page.context().cookies(), origins: [] } });
    const theme = (): Promise<string | undefined> => visitor.page.evaluate('document.documentElement.dataset.theme');
    await visitor.page.goto(`${stack.origin}/app`);
    await waitFor('the default colours', async () => (await theme()) === 'dark');
    const { draft } = await stack.client.get<{ draft: Record<string, object> }>('/config');
    await stack.client.put('/config', { ...draft, UI: { ...draft.UI, theme: 'system' } });
    await stack.client.post('/config/apply');
    await waitFor('the colours of the system', async () => (await theme()) === 'light');
    for (const place of places) {
      await visitor.page.goto(`${stack.origin}/app${place}`);
      await visitor.page.getByText('PAPER').first().waitFor();
      await visitor.page.locator('.ant-skeleton, .ant-spin-spinning').first().waitFor({ state: 'detached' });
      expect(await theme(), place).to.equal('light');
    }
    await visitor.page.emulateMedia({ colorScheme: 'dark' });
    await waitFor('the colours to follow', async () => (await theme()) === 'dark');
    await visitor.page.getByRole('button', { name: 'Light theme' }).click();
    await visitor.page.reload();
    await visitor.page.getByRole('button', { name: 'Dark theme' }).waitFor();
    expect(await theme(), 'after the choice').to.equal('light');
    expect(visitor.faults).to.deep.equal([]);
    await visitor.page.context().close();
  });

  story('has a control for every setting; applies a change after showing it, keeps it in the history, and takes it back', async () => {
    const active = async (): Promise<number> => (await stack.client.get<{ active: { execution_pool: { max_open_groups: number } } }>('/config')).active.execution_pool.max_open_groups;
    const { defaults } = await stack.client.get<{ defaults: object }>('/config');
    const most = (where: Page) => where.getByRole('spinbutton', { name: 'Open groups at most' });
    const openSettings = async (where: Page): Promise<void> => {
      await where.goto(`${stack.origin}/app/settings`);
      await where.getByRole('button', { name: 'Expand all' }).click();
      await most(where).waitFor();
    };
    await openSettings(page);
    expect(await page.evaluate<string[]>(`${JSON.stringify(leafPaths(defaults))}.filter((path) => document.getElementById('setting-' + path) === null)`), 'settings without a row').to.deep.equal([]);
    const other = await openTab(browser, { storageState: { cookies: await page.context().cookies(), origins: [] } });
    await openSettings(other.page);

    await most(page).fill('0');
    await seen('Must be at least 1.');
    await most(page).fill('7');
    await seen(/Draft saved at/);
    await waitFor('the draft in another browser', async () => (await most(other.page).inputValue()) === '7');
    await other.page.context().close();
    expect(await active(), 'a draft is not in effect').to.equal(10);

    await button('Apply & Restart Engine').click();
    await page.locator('.review-dialog [data-path="execution_pool.max_open_groups"]').getByText('From the next decision').waitFor();
    await page.getByLabel('Note for the history').fill('Fewer at once');
    await inDialog('Apply & Restart Engine').click();
    await seen(/^Version \d+ is in effect$/);
    expect(await active()).to.equal(7);

    await page.getByRole('tab', { name: 'History' }).click();
    await page.locator('.version', { hasText: 'Fewer at once' }).getByText('Open groups at most').waitFor();
    await button('Back to a fresh install').click();
    await page.locator('.ant-modal').getByText('Apply at once').first().click();
    await inDialog('Apply at once').click();
    await seen('Rolled back to version 0');
    expect(await active()).to.equal(10);
  });

  story('speaks Ukrainian at once, and English again', async () => {
    await go('Dashboard');
    await seen('What I hold');
    await page.getByRole('button', { name: /^Language/ }).click();
    await seen('Що в мене є');
    expect(await page.evaluate('document.documentElement.lang')).to.equal('uk');
    await page.getByRole('button', { name: /^Мова/ }).click();
    await seen('What I hold');
  });

  story('lets a waiting entry in beyond the limit, removes one, and confirms one', () => stays(async () => {
    const send = async (timeframe: string): Promise<unknown> => postAlert(stack, await endpointId(), alert({ secret, entryPrice: '90000', timeframe }));
    const sure = (name: string) => page.locator('.ant-popconfirm-buttons').getByRole('button', { name });
    const used = (): Promise<string> => page.locator('.pool-gauge b').innerText();
    await configure(stack, { execution_pool: { max_open_groups: 1 } });
    await go('Queue');
    await send('30');
    await waitFor('the only slot to be taken', async () => (await used()) === '1 / 1');
    for (const timeframe of ['45', '120']) await send(timeframe);
    const row = rowOf('45m');
    await row.getByText('No free slot: 1 of 1 are taken').first().waitFor();
    expect(await row.getByRole('button', { name: 'Promote' }).isDisabled()).to.equal(true);
    await row.getByRole('button', { name: 'Force' }).click();
    await seen('The pool then holds 2 of 1.');
    await sure('Force into pool').click();
    await seen(/: Opened/);
    await row.waitFor({ state: 'detached' });
    await waitFor('the pool above its limit', async () => (await used()) === '2 / 1');
    await rowOf('2h').getByRole('button', { name: /^Remove/ }).click();
    await sure('Remove').click();
    await seen(/: Removed from queue/);
    await configure(stack, { intake: { confirm_entries: true } });
    await send('60');
    await rowOf('1h').getByRole('button', { name: 'Confirm' }).click();
    await rowOf('1h').waitFor({ state: 'detached' });
    await waitFor('three positions', async () => (await used()) === '3 / 10');
    await configure(stack, {});
  }));

  story('says within two seconds that the server is gone, and heals', () => stays(async () => {
    await go('Positions');
    stack.kill('api');
    await seen(/No connection to the server/, 2000);
    await text(/No connection to the server/).waitFor({ state: 'hidden', timeout: 30_000 });
    await waitFor('an alert to be taken', async () => (await postAlert(stack, await endpointId(), alert({ secret, entryPrice: '90000', timeframe: '240' }))).status === 202);
    await rowOf('4h').waitFor({ timeout: 15_000 });
  }), networkFault);
});
