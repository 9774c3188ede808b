import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import sinon from 'sinon';
import type { WebSocket } from 'ws';
import { wrapSocket } from './stream-socket.ts';

/** A connection that notes what is done to it. */
class FakeConnection extends EventEmitter {
  readyState = 1;
  pings = 0;
  ended: string[] = [];
  ping(): void {
    this.pings += 1;
  }
  terminate(): void {
    this.ended.push('terminated');
    this.emit('close');
  }
  close(code: number): void {
    this.ended.push(`closed ${code}`);
    this.emit('close');
  }
  send(): void {}
}

describe('stream sockets', () => {
  let clock: sinon.SinonFakeTimers;
  let connection: FakeConnection;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
    connection = new FakeConnection();
    wrapSocket(connection as unknown as WebSocket, () => {}, () => {});
  });
  afterEach(() => clock.restore());

  it('ping every 20 seconds', () => {
    for (let n = 0; n < 3; n += 1) {
      clock.tick(20_000);
      connection.emit('pong');
    }
    expect(connection.pings).to.equal(3);
  });
  it('end after a minute without a pong', () => {
    clock.tick(60_000);
    expect(connection.ended).to.deep.equal([]);
    clock.tick(20_000);
    expect(connection.ended).to.deep.equal(['terminated']);
  });
  it('end after 24 hours whatever happens', () => {
    for (let n = 0; n < 3 * 60 * 24; n += 1) {
      clock.tick(20_000);
      connection.emit('pong');
    }
    expect(connection.ended).to.deep.equal(['closed 1008']);
  });
});
