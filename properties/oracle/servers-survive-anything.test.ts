/**
 * Whatever bytes arrive, the oracle goes on: each line that is no request is answered by one error, and the requests between
 * them by the right values. Lines are the same however the bytes are cut into chunks, and one that is too long costs no memory.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Line, linesOf } from '../../src/rpc/lines.js';
import { trials } from '../support/generators/holds.js';
import { tellCases } from '../support/reporting/cases.js';
import { type Message, type OracleProcess, startOracle } from '../support/setup/rpc-client.js';

const SEED = 815;
const LONGEST = 100_000;

let oracle: OracleProcess;
beforeAll(async () => {
  oracle = startOracle([`--limit=requestBytes=${LONGEST}`]);
  const network = {
    layers: [
      { weights: [[1, 0.5]], bias: [0] },
      { weights: [[2]], bias: [0] },
    ],
  };
  expect((await oracle.ask('load', { network })).result.network).toBe('n1');
});
afterAll(async () => {
  oracle.end();
  expect({ code: await oracle.exit, errors: oracle.errors() }).toEqual({ code: 0, errors: '' });
});

const valid = (id: number) => ({
  jsonrpc: '2.0',
  id,
  method: 'evaluate',
  params: { network: 'n1', point: [id, '1/3'], want: ['exact'] },
});
/** 2 relu(id + 1/6), by hand. */
const expected = (id: number) => ({ jsonrpc: '2.0', id, result: { exact: [`${6 * id + 1}/3`] } });

/** Sends a line and a valid request after it; returns what was said to the line. */
async function replies(line: string | Uint8Array, id: number): Promise<unknown[]> {
  const before = oracle.received.length;
  oracle.send(line);
  oracle.send('\n');
  oracle.say(valid(id));
  expect(await oracle.until((m) => (m as Message).id === id)).toEqual(expected(id));
  return oracle.received.slice(before, -1);
}

const code = (reply: unknown) => (reply as Message).error?.code;

/** Requests with something broken in them. */
const nearRequest = fc
  .tuple(
    fc.constantFrom('evaluate', 'count', 'locate', 'load', '$/cancelRequest', 'partition', '__proto__', 'constructor'),
    fc.jsonValue(),
  )
  .map(([method, params]) => JSON.stringify({ jsonrpc: '2.0', id: null, method, params }));
const cut = fc
  .tuple(nearRequest, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([text, part]) => text.slice(0, Math.floor(part * text.length)));
const oneLine = (text: string) => text.replaceAll('\n', ' ');
const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => array.map((byte) => (byte === 10 ? 11 : byte)));
const anyLine: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  nearRequest,
  cut,
  bytes,
  fc.string({ unit: 'binary' }).map(oneLine),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);

describe('a line that is no request', () => {
  it('is answered by errors only, and the next request rightly', async () => {
    const lines = fc.sample(anyLine, { seed: SEED, numRuns: trials(400) });
    tellCases({ seed: SEED, cases: lines.length });
    const before = oracle.received.length;
    for (const [i, line] of lines.entries()) await replies(line, 1000 + i);
    // Some complaints come later than the answer to the next line.
    const said = oracle.received.slice(before).flat() as Message[];
    const complaints = said.filter(({ id }) => typeof id !== 'number');
    for (const complaint of complaints) {
      const error = expect.objectContaining({ message: expect.any(String) });
      expect(complaint).toEqual({ jsonrpc: '2.0', id: null, error });
      expect(code(complaint)).not.toBe(-32603);
    }
    expect(said.length - complaints.length).toBe(lines.length);
    expect(complaints.length).toBeGreaterThan(lines.length / 2);
  });

  it.each([
    [
      'NaN, which is no JSON',
      '{"jsonrpc":"2.0","id":1,"method":"evaluate","params":{"network":"n1","point":[NaN,0]}}',
      -32700,
    ],
    ['deep nesting', '['.repeat(50_000), -32700],
    ['deep nesting that ends', `${'['.repeat(40)}${']'.repeat(40)}`, -32700],
    ['a byte that is no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), -32700],
    ['a truncated character', new Uint8Array([0xe2, 0x82]), -32700],
    ['a line longer than the limit', 'x'.repeat(LONGEST + 1), -32003],
    ['a line much longer than the limit', Buffer.alloc(20 * LONGEST, 0x20), -32003],
  ])('%s', async (_, line, expectedCode) => {
    const said = await replies(line, 7);
    expect(said.map(code)).toEqual([expectedCode]);
    // The same identifier may be used again.
    oracle.received.length = 0;
  });

  it('a number beyond the doubles is refused, not taken for infinity', async () => {
    const { error } = await oracle.ask('evaluate', JSON.parse('{"network":"n1","point":[0,0]}'), 'fits');
    expect(error).toBeUndefined();
    oracle.send('{"jsonrpc":"2.0","id":"too large","method":"evaluate","params":{"network":"n1","point":[1e400,0]}}\n');
    expect(await oracle.until((m) => (m as Message).id === 'too large')).toMatchObject({ error: { code: -32602 } });
  });

  it('names of the language itself are no methods', async () => {
    for (const method of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect((await oracle.ask(method, {})).error?.code).toBe(-32601);
    }
  });
});

describe('lines', () => {
  /** What `linesOf` makes of chunks. */
  async function read(chunks: readonly Uint8Array[], most: number): Promise<Line[]> {
    const lines: Line[] = [];
    async function* stream() {
      yield* chunks;
    }
    for await (const line of linesOf(stream(), most)) lines.push(line);
    return lines;
  }

  it('are the same however the bytes are cut', async () => {
    const content = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        bytes.map((b) => Buffer.from(b).toString('latin1')),
      ),
      { maxLength: 6 },
    );
    const cases = fc.sample(fc.tuple(content, fc.array(fc.nat(20), { maxLength: 12 })), {
      seed: SEED,
      numRuns: trials(200),
    });
    tellCases({ seed: SEED, cases: cases.length });
    const most = 24;
    for (const [texts, cuts] of cases) {
      const whole = Buffer.from(texts.map(oneLine).join('\n'));
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const length of cuts) {
        chunks.push(whole.subarray(at, at + length));
        at += length;
      }
      chunks.push(whole.subarray(Math.min(at, whole.length)));
      const expectedLines = texts.map(oneLine).map((text): Line => {
        const size = Buffer.byteLength(text);
        return size > most ? { kind: 'too-long', bytes: size } : { kind: 'text', text };
      });
      // An empty last line needs no end.
      if (texts.length > 0 && texts.at(-1) === '') expectedLines.pop();
      expect(await read(chunks, most)).toEqual(expectedLines);
    }
  });
});
