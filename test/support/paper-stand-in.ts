import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One price as the paper exchange is given it. */
export interface PushedStep {
  market: string;
  symbol: string;
  price: string;
  at: number;
}

/** Stands where the paper exchange listens, takes prices and remembers them. */
export interface PaperStandIn {
  url: string;
  steps: PushedStep[];
  /** Requests that came, refused ones included. */
  requests: number;
  /** Answers with this status instead of taking steps, until set to null. */
  answer: number | null;
  /** Answers 400 to any batch with this symbol. */
  refuses: string | null;
  /** What it says was set by hand, answer by answer; then nothing. */
  hand: object[];
  /** The cursor each request came with. */
  cursors: string[];
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Starts one on a free port; after `down` it comes back `up` on the same. */
export async function startPaperStandIn(onSteps: (steps: PushedStep[]) => void = () => {}): Promise<PaperStandIn> {
  let server: Server | null = null;
  let port = 0;
  const paper: PaperStandIn = {
    url: '',
    steps: [],
    requests: 0,
    answer: null,
    refuses: null,
    hand: [],
    cursors: [],
    up: () =>
      new Promise((resolve) => {
        server = createServer((request, response) => {
          let body = '';
          request.on('data', (chunk) => (body += String(chunk)));
          request.on('end', () => {
            paper.requests += 1;
            const { steps, hand } = JSON.parse(body) as { steps: PushedStep[]; hand: string };
            paper.cursors.push(hand);
            const status = paper.answer ?? (request.url !== '/_sim/prices' ? 404 : steps.some(({ symbol }) => symbol === paper.refuses) ? 400 : 200);
            if (status === 200) {
              paper.steps.push(...steps);
              onSteps(steps);
            }
            response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(status === 200 && paper.hand.length > 0 ? { hand: paper.hand.shift() } : {}));
          });
        }).listen(port, '127.0.0.1', () => {
          port = (server!.address() as AddressInfo).port;
          paper.url = `http://127.0.0.1:${port}`;
          resolve();
        });
      }),
    down: () =>
      new Promise((resolve) => {
        if (server === null) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
        server = null;
      }),
  };
  await paper.up();
  return paper;
}
