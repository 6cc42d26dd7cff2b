/**
 * A client that is gone, in whatever way, leaves no work behind: the only thread of a server answers the next one. One that only
 * says that it will ask no more is answered.
 */
import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { limitsWith } from '../../src/rpc/limits.js';
import { OracleServer } from '../../src/rpc/server.js';
import { resonance, typeB } from '../support/references/families.js';

const oracle = new OracleServer({ limits: limitsWith({ running: 1 }), files: false });
let server: Server;
beforeAll(async () => {
  server = await oracle.listen(0);
});
afterAll(async () => {
  server.close();
  await oracle.close();
});

/** Loads a network and asks for its count, without waiting for it. */
async function asking(network: string, dimension: number): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
  socket.on('error', () => {});
  let text = '';
  const answer = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk;
      const line = text.split('\n').find((one) => one.includes('"id":2'));
      if (line !== undefined) resolve(line);
    });
  });
  const send = (message: object) => socket.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  send({ id: 1, method: 'load', params: { network: JSON.parse(network) } });
  while (!text.includes('"id":1')) await once(socket, 'data');
  const handle = JSON.parse(text.split('\n')[0]!).result.network;
  send({ id: 2, method: 'count', params: { network: handle, domain: { whole: dimension }, timeout: 600 } });
  return { socket, answer };
}

const endless = writeNetworkJson(typeB(9).network);
const small = writeNetworkJson(resonance(3).network);

it.each([
  ['closes its connection', (socket: Socket) => socket.destroy()],
  ['is reset', (socket: Socket) => socket.resetAndDestroy()],
  [
    'says that it asks no more, and closes its connection later,',
    async (socket: Socket) => {
      socket.end();
      await new Promise((resolve) => setTimeout(resolve, 200));
      socket.destroy();
    },
  ],
])('one that %s in the middle of a count', async (_, leave) => {
  const gone = await asking(endless, 9);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await leave(gone.socket);
  const next = await asking(small, 3);
  expect(JSON.parse(await next.answer).result.cells).toBe(resonance(3).cells);
  next.socket.destroy();
});

it('one that asks no more gets its answers, and then the end', async () => {
  const { socket, answer } = await asking(small, 3);
  const ended = once(socket, 'end');
  socket.end();
  expect(JSON.parse(await answer).result.cells).toBe(resonance(3).cells);
  await ended;
});
