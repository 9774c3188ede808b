// Who may import whom. `npm run lint` fails on the first breach; each comment says what to do instead.

const inside = (...folders) => folders.map((folder) => `^${folder}/`);
const tests = '\\.(test|contract|scenario)\\.ts$';
/** Everything in the repository, vendors and Node itself apart. */
const ours = '^(api|workers|shared|frontend|migrations|scripts|test)/';
const builtIn = { dependencyTypes: ['core'] };

/** `from` may reach, of our own code, only `to`. */
const only = (name, comment, from, to, options = {}) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: [tests, ...(options.except ?? [])] },
  to: { path: ours, pathNot: to },
});
/** `from` may not reach `to`, wherever it lies. */
const never = (name, comment, from, to, except = []) => ({ name, comment, severity: 'error', from: { path: from, pathNot: [tests, ...except] }, to });

const adapters = ['exchange', 'market-data', 'store', 'queue', 'notify', 'system'];

module.exports = {
  forbidden: [
    { name: 'no-value-cycle', comment: 'Move what both need into a third file, or pass it as an argument.', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },

    only('engine-alone', 'The engine knows nothing outside itself. Pass what it needs as facts, let it answer with commands.', '^shared/engine/', inside('shared/engine')),
    never('engine-no-vendor', 'The engine uses decimal.js through num/units.ts and nothing else, Node included.', '^shared/engine/', { path: 'node_modules' }, ['^shared/engine/num/units\\.ts$']),
    never('engine-no-node', 'The engine has no clock, no file, no network. Pass data in, return commands.', '^shared/engine/', builtIn),
    only('ports', 'A port is described in the words of the engine and of the contracts.', '^shared/ports/', inside('shared/engine', 'shared/ports', 'shared/contracts')),
    never('ports-no-vendor', "A port never shows a vendor's type; the adapter translates.", '^shared/ports/', { path: 'node_modules' }),
    only('contracts', 'A contract is data and its validation; move behaviour into an adapter or the engine.', '^shared/contracts/', inside('shared/engine', 'shared/contracts')),
    only('shell', 'The shell talks to ports; wiring decides which adapter stands behind one.', '^shared/shell/', inside('shared/engine', 'shared/ports', 'shared/shell', 'shared/contracts')),
    never('shell-no-vendor', 'Reach the vendor through a port.', '^shared/shell/', { path: 'node_modules' }),
    only(
      'simulation',
      'Simulations and backtests run the same engine and shell with other ports plugged in; they know no adapter.',
      '^shared/(simulation|backtest)/',
      inside('shared/engine', 'shared/ports', 'shared/shell', 'shared/contracts', 'shared/simulation', 'shared/backtest', 'shared/indicators', 'shared/strategies', 'shared/analytics'),
    ),
    ...adapters.map((name) =>
      only(
        `adapter-${name}`,
        'An adapter knows its port and its vendor, never another adapter. Pass what you need as an argument; wiring puts them together.',
        `^shared/adapters/${name}/`,
        inside('shared/engine', 'shared/ports', 'shared/contracts', `shared/adapters/${name}`),
      ),
    ),
    only('api', 'The api writes inbox rows and reads; it never decides and never talks to a venue. Enqueue, or read a query.', '^api/', [
      ...inside('api', 'shared/contracts', 'shared/ports', 'shared/analytics', 'shared/indicators', 'shared/strategies'),
      '^shared/adapters/(store|queue|system|notify)/',
      // Names of places, and nothing else.
      '^shared/shell/crash-points\\.ts$',
      '^shared/engine/',
    ]),
    {
      ...never('api-decides-nothing', 'Deciding is the job of workers: write an inbox row and knock. Types of the engine are fine.', '^api/', { path: '\\.decide\\.ts$', dependencyTypesNot: ['type-only'] }),
    },
    only('workers', 'A worker uses shared code only.', '^workers/', inside('workers', 'shared')),
    only('paper', 'The paper exchange is a server of its own: matching from simulation, its own tables, the market feed.', '^shared/paper/', inside('shared/paper', 'shared/simulation', 'shared/engine', 'shared/ports', 'shared/contracts', 'shared/adapters')),
    only('frontend', 'The web app knows the HTTP and socket contracts; fetch everything else.', '^frontend/', inside('frontend', 'shared/contracts', 'shared/engine/num')),
    only('migrations', 'A migration is frozen history: copy the constant into it.', '^migrations/', inside('migrations')),
    never('no-test-code', 'Test support stays in tests.', '^(api|workers|shared|migrations|frontend)/', { path: '^test/' }),
    never('knex-ccxt-bullmq-in-adapters', 'Only adapters and the processes that wire them know these vendors.', '^shared/(?!adapters|paper)', { path: 'node_modules/(knex|ccxt|bullmq|ioredis|pg|winston)/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|dist\\.new)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default', 'types'], exportsFields: ['exports'], extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'] },
  },
};
