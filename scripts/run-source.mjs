// Runs a TypeScript entry point from source: `node scripts/run-source.mjs <file.ts> [arguments]`.
import { spawn } from 'node:child_process';

const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx/esm', ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
