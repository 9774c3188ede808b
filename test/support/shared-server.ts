import { startTestServer } from './postgres.ts';

// One PostgreSQL for every process of `npm test`: says its address, and goes when its standard input is closed.
const { url, stop } = await startTestServer();
process.stdout.write(`${url}\n`);
process.stdin.resume();
process.stdin.on('end', () => void stop().then(() => process.exit(0)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop().then(() => process.exit(130)));
