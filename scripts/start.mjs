// Starts all of Tranche on this machine: builds what is missing or stale, then runs the supervisor.
import { buildStale } from './build.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Node.js: found ${process.versions.node}, expected 20.19 or later\n`);
  process.exit(78);
}
try {
  await buildStale();
} catch (error) {
  process.stderr.write(`\nThe build failed: ${error.message}\n`);
  process.exit(1);
}
await import('../dist/scripts/supervisor.js');
