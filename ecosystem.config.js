// Tranche under pm2: npm run build && node dist/scripts/migrate.js && npx pm2 start ecosystem.config.js
// Needs DATABASE_URL and ENCRYPTION_KEY in the environment or in .env (and REDIS_URL for several machines).
// pm2 reads `apps` of an ES module only as a named export.
const common = {
  cwd: import.meta.dirname,
  node_args: '--enable-source-maps --max-semi-space-size=4 --heap-growing-percent=60',
  wait_ready: true,
  listen_timeout: 20_000,
  // Longer than the ten seconds a process may take to end its running work.
  kill_timeout: 12_000,
  exp_backoff_restart_delay: 250,
  // A faulty configuration does not get better by starting again.
  stop_exit_codes: [78],
  max_memory_restart: '500M',
};

export const apps = [
  { ...common, name: 'paper', script: 'dist/shared/paper/main.js', exec_mode: 'fork', instances: 1 },
  { ...common, name: 'market', script: 'dist/workers/market.js', exec_mode: 'fork', instances: 1 },
  { ...common, name: 'workers', script: 'dist/workers/main.js', exec_mode: 'fork', instances: 2 },
  { ...common, name: 'api', script: 'dist/api/main.js', exec_mode: 'cluster', instances: 2 },
];
