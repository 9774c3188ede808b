// Type-checks the server side and the web app with the native compiler, both at once.
import { spawn } from 'node:child_process';

const tsc = 'node_modules/@typescript/native/bin/tsc';
const check = (project) =>
  new Promise((resolve) => {
    spawn(process.execPath, [tsc, '-p', project, '--noEmit'], { stdio: 'inherit' }).on('exit', (code) => resolve(code ?? 1));
  });
const codes = await Promise.all(['tsconfig.json', 'frontend/tsconfig.json'].map(check));
process.exit(Math.max(...codes));
