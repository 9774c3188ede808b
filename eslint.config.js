import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { namedCallOuts } from './scripts/named-call-outs.mjs';

/** What the engine may not do, and what to do instead: a decision must be the same whenever and wherever it is replayed. */
const pureEngine = [
  ['FunctionDeclaration[async=true], FunctionExpression[async=true], ArrowFunctionExpression[async=true], AwaitExpression', 'The engine decides and returns commands; the shell carries them out and reports back as an event.'],
  ["CallExpression[callee.object.name='Date'][callee.property.name='now']", 'Take the time from the event or the facts: the engine is told what time it is.'],
  ["NewExpression[callee.name='Date'][arguments.length=0]", 'Take the time from the event or the facts: the engine is told what time it is.'],
  ["CallExpression[callee.object.name='Math'][callee.property.name='random']", 'Derive it from ids (see ids.ts), so that a replay gives the same result.'],
  ["CallExpression[callee.name=/^(Number|parseFloat|parseInt)$/]", 'Money, prices and quantities are decimals: use num/units.ts. For a plain count take a number from the start.'],
  ["MemberExpression[object.name='console']", 'Put what should be known into the decision (journal, refusal); the shell logs it.'],
  ["MemberExpression[object.name='process']", 'Take it from the facts; processes are configured outside the engine.'],
].map(([selector, message]) => ({ selector, message }));

const sizes = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
};

/** Where every call out of the process has a name, by file, and what is left unnamed there with the reason. */
const namedRooms = ['shared/shell/**/*.ts', 'api/intake/**/*.ts', 'api/routes/webhook.route.ts', 'workers/**/*.ts'];
const readsForFacts = 'It only reads, before any row is locked; whoever needs what it brings waits at decide:prepare or decide:remedy, which have names.';
const tested = 'A person tests the keys of an account: reads, and a status that the web app shows. Its poll has names of its own.';
const inMemory = 'It only reads, into the memory of its process; whoever decides by that waits at decide:prepare, or reads it under another name.';
const startAndEnd = 'It starts and ends a process, or its time of leading: no event, order or price is under way in it. Whoever dies here is started again; what it puts together has names.';
const opens = 'It opens an account: whoever needs one waits for it at a call that has a name, such as submit:exchange.';
const ownTurns = 'It waits for its own process; what is called in it has names of its own.';
const tidies = 'It removes what is old, or tells a person: no order and no decision changes by it, and the next round does what this one has not.';
const calls = (file, reason, ...names) => Object.fromEntries(names.map((name) => [`${file}#${name}`, reason]));
const unnamed = {
  'shared/shell/account-cache.ts': readsForFacts,
  'shared/shell/gather-accounts.ts': readsForFacts,
  'shared/shell/gather-facts.ts': readsForFacts,
  'shared/shell/gather-risk.ts': readsForFacts,
  'shared/shell/instrument-book.ts': `${readsForFacts} What it saves are the venue's rules, whole, in one statement.`,
  'shared/shell/instrument-cache.ts': readsForFacts,
  'workers/jobs/maintenance.job.ts': 'Housekeeping: it removes what nobody reads any more, or fetches rules anew; a job that ends half way is done again.',
  'workers/jobs/reconcile.job.ts#ports.store.setStatus': tested,
  'workers/jobs/reconcile.job.ts#ports.exchangeFor': tested,
  'workers/jobs/reconcile.job.ts#exchange.balances': tested,
  'workers/jobs/reconcile.job.ts#exchange.clockOffsetMs': tested,
  'shared/shell/crash-points.ts': 'It is what gives the names.',
  'workers/exchange-registry.ts': opens,
  'workers/paper-account.ts': opens,
  'workers/guards.ts': startAndEnd,
  'workers/main.ts': startAndEnd,
  'workers/market.ts': startAndEnd,
  'workers/market-feed-choice.ts': startAndEnd,
  'workers/market-leader.ts': startAndEnd,
  'workers/market-term.ts': startAndEnd,
  'workers/wiring.ts': startAndEnd,
  'workers/log-retention.ts': tidies,
  'workers/risk-parts.ts': inMemory,
  'workers/rule-refresh.ts': `${inMemory} What it saves are the venue's rules, whole, in one statement.`,
  ...calls('shared/shell/reconcile/reconcile-account.ts', ownTurns, 'inTurns'),
  ...calls('shared/shell/take-reports.ts', ownTurns, 'inTurns'),
  ...calls('workers/balance-refresh.ts', inMemory, 'ports.store.activeAccounts', 'ports.cache.refreshDue'),
  ...calls('workers/group-ids.ts', inMemory, 'store.nextGroupIds'),
  ...calls('workers/price-cache.ts', inMemory, 'bus.subscribe', 'store.lastPrices', 'unsubscribe'),
  ...calls('workers/prune.ts', tidies, 'store.lease', 'jobs.knock'),
  ...calls('workers/rate-caps.ts', inMemory, 'store.activeSettings', 'bus.subscribe', 'unsubscribe'),
  ...calls('workers/settings-cache.ts', inMemory, 'store.activeSettings', 'read'),
  ...calls('workers/stop-watch-check.ts', tidies, 'read'),
  'workers/outbox-relay.ts#Promise': 'The pause between two sweeps: time passes, and nothing else.',
  'workers/periodic.ts#task.run': 'The round itself: what is done in it has names.',
  'workers/price-chain.ts#Promise': 'The timer that ends the wait for the queue.',
  'workers/rearm-after-clean.ts#compare': 'The comparison that its caller makes: what is done in it has names.',
  'workers/reconcile-rounds.ts#Promise': 'The timer that ends the wait for the first comparison.',
  'workers/stream-listener.ts#closer': '`close` takes it, and gives its call a name.',
  'workers/stream-listener.ts#queues.get': 'The turn of an account before this one: what is done in it has names.',
  'workers/wake-reader.ts#wake': 'The price chain wakes them: what is done in it has names.',
  'api/routes/webhook.route.ts#runMiddleware': 'The body comes from the sender; neither store nor queue nor venue is asked.',
  'api/routes/webhook.route.ts#intake.take': 'All of api/intake has names.',
  'api/routes/webhook.route.ts#intake.refuseUnread': 'All of api/intake has names.',
  'api/intake/symbol-search.ts#known.found': 'The search before this one: what is done in it has names.',
  'api/intake/symbol-search.ts#wait': 'The pause between two looks: time passes, and nothing else.',
  'api/intake/take-alert.ts#Promise': 'The timer that ends the wait for the database.',
};

export default tseslint.config(
  { ignores: ['dist/**', 'dist.new/**', 'frontend/dist/**', 'node_modules/**', 'coverage/**', 'data/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './frontend/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...sizes,
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A port's methods are promises even where one adapter has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Our objects are closures without `this`.
      '@typescript-eslint/unbound-method': 'off',
      'no-control-regex': 'off',
      // Rows and messages from outside are typed at the boundary; these rules repeat that at every use.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['api/**/*.ts', 'workers/**/*.ts', 'shared/**/*.ts', 'migrations/**/*.ts', 'scripts/**/*.ts'],
    ignores: ['**/*.test.ts', 'shared/contracts/config.ts'],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Ask for what you need as an argument; only shared/contracts/config.ts reads the environment.' }] },
  },
  {
    files: ['shared/engine/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...pureEngine] },
  },
  {
    // The one place that turns text into decimals, and the one that reads counters out of ids: neither is a float of money.
    files: ['shared/engine/num/**/*.ts', 'shared/engine/ids.ts'],
    rules: { 'no-restricted-syntax': ['error', ...pureEngine.filter(({ message }) => !message.startsWith('Money'))] },
  },
  {
    // A table or a story reads best in one piece.
    files: ['**/*.test.ts', '**/*.contract.ts', '**/*.scenario.ts', 'test/**/*.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    // Tables of SQL and of routes: long, but nothing in them depends on what stands above it.
    files: ['migrations/**/*.ts', '**/*.route.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
  {
    files: namedRooms,
    // What is excepted as a whole.
    ignores: ['**/*.test.ts', ...Object.keys(unnamed).filter((each) => each.startsWith('workers/') && !each.includes('#'))],
    plugins: { house: { rules: { 'named-call-outs': namedCallOuts } } },
    rules: {
      'house/named-call-outs': ['error', { rooms: ['^shared/shell/(?!.*\\.test\\.ts$)', '^api/intake/', '^api/routes/webhook\\.route\\.ts$', '^workers/(?!.*\\.test\\.ts$)'], unnamed }],
      // A promise that is returned without being waited for leaves no place after it.
      '@typescript-eslint/return-await': ['error', 'always'],
    },
  },
  {
    files: ['frontend/**/*.ts', 'frontend/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error', 'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: { sourceType: 'module', globals: { process: 'readonly', console: 'readonly', module: 'writable', require: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', setInterval: 'readonly', clearInterval: 'readonly', fetch: 'readonly', document: 'readonly', window: 'readonly', localStorage: 'readonly', matchMedia: 'readonly' } },
  },
);
