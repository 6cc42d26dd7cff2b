/**
 * The oracle keeps the laws of JSON-RPC 2.0: every request is answered once, with its id; notifications never; a batch by one
 * array; what is no request by the error that the specification names. Long requests let short ones pass, tell how far they
 * are, and end when they are cancelled or their time is over; the end of the input waits for all answers.
 *
 * Source: jsonrpc.org/specification, sections 4 to 7; the examples of section 7 are run with our method names.
 */
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enumerateCells, patternOf, patternText } from '../../src/analysis/cells/enumerate.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { readNetwork } from '../../src/formats/read.js';
import { networkDigest } from '../../src/network/digest.js';
import { cube } from '../../src/network/domain.js';
import { chain, onnxBytes } from '../support/generators/onnx-models.js';
import { resonance } from '../support/references/families.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';
import { type Message, type OracleProcess, rpcClient, startOracle } from '../support/setup/rpc-client.js';

const DEMO = 'fixtures/networks/demo_2-8-8-1.json';
const LINES = 'fixtures/degenerate/concurrent-lines.json';
const files = scratch();
/** 2^8 8! = 10,321,920 cells: no machine counts them in a few seconds. */
const family = resonance(7);
const HUGE = files.file('resonance-7.json', writeNetworkJson(family.network));

let oracle: OracleProcess;
beforeAll(async () => {
  oracle = startOracle();
  for (const path of [LINES, DEMO, HUGE]) expect((await oracle.ask('load', { path })).error).toBeUndefined();
});
afterAll(async () => {
  oracle.end();
  expect({ code: await oracle.exit, errors: oracle.errors() }).toEqual({ code: 0, errors: '' });
  files.dispose();
});

/**
 * What the server says, from here on, to what `speak` sends and is answered at once.
 *
 * A request in the same chunk may be answered before a batch; one that is sent after its answer is not. So two are sent.
 */
async function repliesTo(speak: () => void): Promise<(Message | readonly Message[])[]> {
  const before = oracle.received.length;
  speak();
  const fences: unknown[] = [];
  for (let i = 0; i < 2; i++) fences.push(await oracle.ask('pattern', { network: 'n1', point: [1, 1] }));
  return oracle.received.slice(before).filter((reply) => !fences.includes(reply));
}

/** What the server says to a line that is answered at once. */
async function replyTo(line: string): Promise<Message | readonly Message[]> {
  const replies = await repliesTo(() => oracle.send(`${line}\n`));
  expect(replies.length).toBeLessThanOrEqual(1);
  return replies[0]!;
}

const half = { network: 'n1', point: ['-1/3', '1/3'] };
const errorOf = (code: number, id: unknown = null) => ({
  jsonrpc: '2.0',
  id,
  error: { code, message: expect.any(String) },
});

describe('the examples of the specification', () => {
  it.each([
    ['invalid JSON', '{"jsonrpc":"2.0","method":"pattern,"params":"bar","baz]', errorOf(-32700)],
    ['an invalid request', '{"jsonrpc":"2.0","method":1,"params":"bar"}', errorOf(-32600)],
    [
      'a batch of invalid JSON',
      '[{"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":"1"},{"jsonrpc":"2.0","method"]',
      errorOf(-32700),
    ],
    ['an empty array', '[]', errorOf(-32600)],
    ['an invalid batch, not empty', '[1]', [errorOf(-32600)]],
    ['an invalid batch', '[1,2,3]', [errorOf(-32600), errorOf(-32600), errorOf(-32600)]],
    ['an unknown method', '{"jsonrpc":"2.0","method":"foobar","id":"1"}', errorOf(-32601, '1')],
    ['a notification of an unknown method', '{"jsonrpc":"2.0","method":"foobar"}', undefined],
    ['another version', '{"jsonrpc":"1.0","method":"pattern","id":3}', errorOf(-32600, 3)],
    ['no version', '{"method":"pattern","id":3}', errorOf(-32600, 3)],
    ['an id that is none', '{"jsonrpc":"2.0","method":"pattern","id":{}}', errorOf(-32600)],
    ['an answer instead of a request', '{"jsonrpc":"2.0","method":"pattern","result":7,"id":4}', errorOf(-32600, 4)],
    ['a blank line', '   ', undefined],
  ])('%s', async (_, line, expected) => {
    expect(await replyTo(line)).toEqual(expected);
  });

  it('a batch is answered by one array, without the notifications in it', async () => {
    const reply = await replyTo(
      JSON.stringify([
        { jsonrpc: '2.0', method: 'evaluate', params: half, id: '1' },
        { jsonrpc: '2.0', method: 'evaluate', params: half },
        { foo: 'boo' },
        { jsonrpc: '2.0', method: 'foo.get', params: { name: 'myself' }, id: '5' },
        { jsonrpc: '2.0', method: 'pattern', params: half, id: '9' },
      ]),
    );
    expect(reply).toEqual([
      { jsonrpc: '2.0', id: '1', result: expect.objectContaining({ exact: ['1/2'], double: [0.5] }) },
      errorOf(-32600),
      errorOf(-32601, '5'),
      { jsonrpc: '2.0', id: '9', result: { pattern: '-+0--+--', onCrease: [[0, 2]] } },
    ]);
  });

  it('a batch of one is answered by an array of one, a batch of notifications not at all', async () => {
    const one = { jsonrpc: '2.0', method: 'pattern', params: half };
    expect(await replyTo(JSON.stringify([{ ...one, id: 1 }]))).toEqual([expect.objectContaining({ id: 1 })]);
    expect(await replyTo(JSON.stringify([one, one]))).toBeUndefined();
  });
});

it('every request is answered once with its id, whatever the id, the order and the batches', async () => {
  const id = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const method = fc.constantFrom('evaluate', 'pattern', 'no such method');
  const request = fc.record({ id: fc.option(id, { nil: undefined }), method });
  const messages = fc.sample(
    fc.array(fc.array(request, { minLength: 1, maxLength: 5 }), { minLength: 60, maxLength: 60 }),
    {
      seed: 814,
      numRuns: 1,
    },
  )[0]!;
  const sent = messages.map((batch) => {
    const full = batch.map(({ id: own, method: name }) => ({
      jsonrpc: '2.0',
      method: name,
      params: half,
      ...(own !== undefined && { id: own }),
    }));
    return full.length === 1 ? full[0] : full;
  });
  const replies = await repliesTo(() => sent.forEach((message) => void oracle.say(message)));
  const shown = (values: readonly { id?: unknown }[]) => values.map((value) => JSON.stringify(value.id)).sort();
  const expected = messages
    .map((batch) => batch.filter(({ id: own }) => own !== undefined))
    .filter((batch) => batch.length > 0);
  expect(shown(replies.flat() as Message[])).toEqual(shown(expected.flat()));
  expect(replies.filter(Array.isArray).length).toBe(
    messages.filter((b) => b.length > 1 && b.some((r) => r.id !== undefined)).length,
  );
});

describe('errors say what to do', () => {
  it.each([
    ['evaluate', { network: 'n9', point: [0, 0] }, -32001, /n9.*load it first/],
    ['evaluate', { network: 'n1', point: [0] }, -32602, /point: expected 2 coordinates/],
    ['evaluate', { network: 'n1', point: [0, '1/0'] }, -32602, /point\[1\]: expected a decimal or a fraction/],
    ['evaluate', { network: 'n1', point: [0, null] }, -32602, /point\[1\]: expected a finite number/],
    ['evaluate', { network: 'n1', pint: [0, 0] }, -32602, /point/],
    ['evaluate', { network: 'n1', point: [0, '1e999999999'] }, -32602, /point\[1\]/],
    ['load', { path: 'no/such/file.json' }, -32002, /no\/such\/file.json.*check the path/],
    ['load', {}, -32602, /exactly one/],
    ['load', { base64: 'AAAA', format: 'onnx' }, -32002, /^base64: /],
    ['load', { network: { layers: [{ weights: [[1], [2, 3]], bias: [0, 0] }] } }, -32002, /layers\[0\]\.weights\[1\]/],
    [
      'locate',
      {
        network: 'n1',
        point: [3, 0],
        domain: {
          box: [
            [-1, 1],
            [-1, 1],
          ],
        },
      },
      -32602,
      /outside the domain/,
    ],
    [
      'locate',
      {
        network: 'n1',
        point: [0, 0],
        domain: {
          box: [
            [1, -1],
            [-1, 1],
          ],
        },
      },
      -32602,
      /write the lower bound first/,
    ],
    ['count', { network: 'n3' }, -32602, /domain: the network has none/],
    ['segment', { network: 'n1', from: [0, 0], to: [0, 0] }, -32602, /two different points/],
    ['check', { network: 'n1' }, -32602, /either path or base64/],
    ['unload', { network: 'n77' }, -32001, /n77/],
  ])('%s %j', async (method, params, code, message) => {
    const { error } = await oracle.ask(method, params);
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toMatch(/\n|internal/);
  });
});

describe('the answers are those of the library', () => {
  it('load tells shape and digest, the same for a file, JSON in the request and base64', async () => {
    const text = writeNetworkJson((await readNetwork(join(ROOT, DEMO))).network);
    const { result: fromFile } = await oracle.ask('load', { path: DEMO });
    const { result: inline } = await oracle.ask('load', { network: JSON.parse(text) });
    const { result: encoded } = await oracle.ask('load', {
      base64: Buffer.from(text).toString('base64'),
      format: 'json',
    });
    const digest = networkDigest((await readNetwork(join(ROOT, DEMO))).network);
    for (const loaded of [fromFile, inline, encoded]) {
      expect(loaded).toMatchObject({ shape: '2-8-8-1', inputs: 2, outputs: 1, neurons: 16, digest });
      expect((await oracle.ask('unload', { network: loaded.network })).result).toEqual({ unloaded: loaded.network });
      expect((await oracle.ask('pattern', { network: loaded.network, point: [0, 0] })).error?.code).toBe(-32001);
    }
    expect(fromFile.domain).toEqual({
      box: [
        [-1, 1],
        [-1, 1],
      ],
    });
  });

  it('a question may follow a load on the spot: handles are n1, n2, ... in the order of the loads', async () => {
    const own = startOracle();
    own.say([
      { jsonrpc: '2.0', id: 1, method: 'load', params: { path: DEMO } },
      { jsonrpc: '2.0', id: 2, method: 'load', params: { path: LINES } },
      { jsonrpc: '2.0', id: 3, method: 'evaluate', params: { network: 'n2', point: ['-1/3', '1/3'], want: ['exact'] } },
    ]);
    own.end();
    expect(await own.exit).toBe(0);
    expect(own.received).toEqual([
      [
        expect.objectContaining({ id: 1, result: expect.objectContaining({ network: 'n1', shape: '2-8-8-1' }) }),
        expect.objectContaining({ id: 2, result: expect.objectContaining({ network: 'n2', shape: '2-8-1' }) }),
        { jsonrpc: '2.0', id: 3, result: { exact: ['1/2'] } },
      ],
    ]);
  });

  it('partition sends every cell once, in pages; locate finds each again', async () => {
    const { network } = await readNetwork(join(ROOT, DEMO));
    const expected: string[] = [];
    enumerateCells(network, cube(2, -1, 1), (cell) => expected.push(patternText(patternOf(cell))));
    const { result } = await oracle.ask('partition', { network: 'n2', token: 'pages', page: 30 });
    expect(result).toEqual({ cells: 104, pages: 4, complete: true });
    const pages = oracle.received
      .filter((m) => (m as Message).method === '$/partition')
      .map((m) => (m as Message).params);
    expect(pages.map(({ page, token, cells }) => [token, page, cells.length])).toEqual([
      ['pages', 0, 30],
      ['pages', 1, 30],
      ['pages', 2, 30],
      ['pages', 3, 14],
    ]);
    const cells = pages.flatMap((page) => page.cells);
    expect(cells.map(({ pattern }: { pattern: string }) => pattern)).toEqual(expected);
    const { result: located } = await oracle.ask('locate', {
      network: 'n2',
      point: cells[50].inside,
      details: ['facets', 'map'],
    });
    expect(located.cells).toEqual([expect.objectContaining({ pattern: expected[50], inside: cells[50].inside })]);
  });

  it('partition stops at the limit of cells it was given, and says so', async () => {
    const { result } = await oracle.ask('partition', { network: 'n2', token: 'few', cells: 7, page: 5 });
    expect(result).toEqual({ cells: 7, pages: 2, complete: false });
  });

  it('a window lets no more pages go than were acknowledged', async () => {
    const pagesOf = () =>
      oracle.received.filter((m) => (m as Message).method === '$/partition' && (m as Message).params.token === 'slow');
    oracle.say({
      jsonrpc: '2.0',
      id: 'slow',
      method: 'partition',
      params: { network: 'n2', token: 'slow', page: 10, window: 2 },
    });
    await oracle.until((m) => (m as Message).params?.token === 'slow' && (m as Message).params?.page === 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(pagesOf().length).toBe(2);
    oracle.say({ jsonrpc: '2.0', method: '$/acknowledge', params: { token: 'slow', pages: 3 } });
    await oracle.until((m) => (m as Message).params?.token === 'slow' && (m as Message).params?.page === 4);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(pagesOf().length).toBe(5);
    oracle.say({ jsonrpc: '2.0', method: '$/acknowledge', params: { token: 'slow', pages: 100 } });
    const { result } = (await oracle.until((m) => (m as Message).id === 'slow')) as Message;
    expect(result).toEqual({ cells: 104, pages: 11, complete: true });
  });

  it('count, its certificate and check', async () => {
    const certificate = join(files.path, 'demo.cert');
    const { result } = await oracle.ask('count', { network: 'n2', certificate, engine: 'lp' });
    expect(result).toMatchObject({
      cells: 104,
      cellsPerLayer: [29, 104],
      engine: 'lp',
      domain: {
        box: [
          [-1, 1],
          [-1, 1],
        ],
      },
    });
    const accepted = await oracle.ask('check', { network: 'n2', path: certificate });
    expect(accepted.result).toMatchObject({ accepted: true, cells: 104, sha256: result.certificate.sha256 });
    const refused = await oracle.ask('check', { network: 'n1', path: certificate });
    expect(refused.result).toMatchObject({
      accepted: false,
      path: '',
      reason: expect.stringMatching(/another network/),
    });
    const box = {
      box: [
        ['-1/3', 1],
        [0, 2],
      ],
    };
    // The count that the README shows for this box.
    expect((await oracle.ask('count', { network: 'n2', domain: box })).result).toMatchObject({
      cells: 38,
      domain: box,
    });
  });

  it('compare judges a count and a list of patterns', async () => {
    const claim = { format: 'relu-atlas-claim', version: 1, claim: 'count', of: 'cells', count: 104 };
    expect((await oracle.ask('compare', { network: 'n2', claim })).result).toMatchObject({ agrees: true });
    const wrong = await oracle.ask('compare', { network: 'n2', claim: { ...claim, count: 103 } });
    expect(wrong.result).toMatchObject({ agrees: false });
    expect((await oracle.ask('compare', { network: 'n2' })).error?.message).toMatch(/either claim or path/);
    const { error } = await oracle.ask('compare', { network: 'n2', claim: { ...claim, version: 2 } });
    expect(error).toMatchObject({ code: -32602, message: expect.stringMatching(/claim.version: expected version 1/) });
  });

  it('segment and gradient', async () => {
    const { result: segment } = await oracle.ask('segment', { network: 'n1', from: [-1, -1], to: [1, '1/2'] });
    expect(segment.breakpoints).toEqual([0, '2/5', 0.5, '6/11', '4/7', '3/5', '2/3', 1]);
    expect(segment.pieces.length).toBe(7);
    // The example of the README's `eval --gradient`.
    const { result: gradient } = await oracle.ask('gradient', half);
    expect(gradient).toMatchObject({ conventional: [[0.5, 2]], onCrease: [[0, 2]] });
    expect(gradient.patterns.sort()).toEqual(['-++--+--', '-+---+--']);
  });
});

describe('networks of files are read as the options of the command say', () => {
  const weights = { W: { dims: [2, 2], values: [1, 2, -3, 4] }, half: { dims: [1, 2], values: [0.5, 0.25] } };
  const softmax = { nodes: chain(['MatMul', ['W']], ['Relu'], ['Softmax']), weights, input: ['N', 2] } as const;
  const bare = { nodes: chain(['MatMul', ['W']], ['Relu']), weights, input: [1, 2] } as const;
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const outputs = async (params: object, point: number[]) => {
    const { result, error } = await oracle.ask('load', params);
    expect(error).toBeUndefined();
    const values = await oracle.ask('evaluate', { network: result.network, point, want: ['double'] });
    await oracle.ask('unload', { network: result.network });
    return { ...result, values: values.result.double };
  };

  it('head: the logits, and what they were cut off from; without it the file is refused', async () => {
    const refused = await oracle.ask('load', { base64: base64(onnxBytes(softmax)), format: 'onnx' });
    expect(refused.error).toMatchObject({ code: -32002, message: expect.stringContaining('--head logits') });
    const read = await outputs({ base64: base64(onnxBytes(softmax)), format: 'onnx', head: 'logits' }, [1, 1]);
    // (1 - 3, 2 + 4), then max(0, .)
    expect(read).toMatchObject({
      values: [0, 6],
      heads: ['softmax'],
      tensors: { outputs: [{ name: 'y', shape: [1, 2] }] },
    });
    const path = files.file('softmax.onnx', onnxBytes(softmax));
    expect((await outputs({ path, head: 'logits' }, [1, 1])).digest).toBe(read.digest);
    const plain = await outputs({ base64: base64(onnxBytes(bare)), format: 'onnx' }, [1, 1]);
    expect(plain.digest).toBe(read.digest);
  });

  it('output, input, inputShape and batch', async () => {
    const given = { base64: base64(onnxBytes(softmax)), format: 'onnx' };
    expect((await outputs({ ...given, output: ['v1'] }, [1, 1])).values).toEqual([-2, 6]);
    expect((await outputs({ ...given, output: ['v2'], input: ['x'] }, [1, 1])).values).toEqual([0, 6]);
    expect((await outputs({ ...given, output: ['v1'], inputShape: [2, 2], batch: 2 }, [1, 1, 1, 0])).values).toEqual([
      -2, 6, 1, 2,
    ]);
    expect(
      (await outputs({ ...given, output: ['v1'], inputShape: { x: [2, 2] }, batch: 2 }, [1, 1, 1, 0])).inputs,
    ).toBe(4);
    const fixed = await oracle.ask('load', { ...given, output: ['v1'], input: [{ name: 'x', values: [1] }] });
    expect(fixed.error?.message).toMatch(/expected an input that varies/);
    const unknown = await oracle.ask('load', { ...given, output: ['z'] });
    expect(unknown.error?.message).toMatch(/^base64: --output "z"|^base64: output "z"|expected the name of one value/);
  });

  it('safetensors and npz, by path and by their bytes, with layers', async () => {
    // y = W x with W = [[1, 2]], named so that no number orders it.
    const header = JSON.stringify({ 'last.weight': { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] } });
    const bytes = Buffer.concat([
      Buffer.from(new BigUint64Array([BigInt(header.length)]).buffer),
      Buffer.from(header),
      Buffer.from(Float32Array.of(1, 2).buffer),
    ]);
    const given = { base64: bytes.toString('base64'), format: 'safetensors', layers: ['last'] };
    expect((await outputs(given, [3, 4])).values).toEqual([11]);
    expect((await outputs({ path: files.file('w.safetensors', bytes) }, [3, 4])).values).toEqual([11]);
    const wrong = await oracle.ask('load', { ...given, layers: ['first'] });
    expect(wrong.error?.message).toMatch(/expected one of "last", got "first"/);
    const npz = await oracle.ask('load', { base64: 'AAAA', format: 'npz' });
    expect(npz.error?.message).toMatch(/^base64: /);
  });

  it('files beside the bytes; options that mean nothing are named', async () => {
    const model = onnxBytes({ ...bare, weights: { ...weights, W: { ...weights.W, external: 'net.data' } } });
    const data = Buffer.from(Float32Array.of(1, 2, -3, 4).buffer).toString('base64');
    const given = { base64: base64(model), format: 'onnx' };
    expect((await outputs({ ...given, files: { 'net.data': data } }, [1, 1])).values).toEqual([0, 6]);
    expect((await oracle.ask('load', given)).error?.message).toMatch(/"net.data"/);
    const idle = await oracle.ask('load', { network: { layers: [{ weights: [[1]], bias: [0] }] }, head: 'logits' });
    expect(idle.error).toMatchObject({ code: -32602, message: expect.stringContaining('head') });
    const beside = await oracle.ask('load', { path: DEMO, files: {} });
    expect(beside.error).toMatchObject({ code: -32602, message: expect.stringContaining('files') });
  });

  it('verify compares classes behind the head', async () => {
    const path = files.file('softmax.onnx', onnxBytes(softmax));
    const { result } = await oracle.ask('load', { path, head: 'logits' });
    const declared = ['X_0', 'X_1', 'Y_0', 'Y_1'].map((name) => `(declare-const ${name} Real)`).join('');
    const box = '(assert (and (<= -1 X_0) (<= X_0 1) (<= 0 X_1) (<= X_1 1)))';
    const ask = (condition: string) =>
      oracle.ask('verify', { network: result.network, query: `${declared}${box}(assert ${condition})` });
    // max(0, x - 3 y) > max(0, 2 x + 4 y) never with y >= 0: x > 3 y makes 2 x + 4 y the greater one.
    expect((await ask('(> Y_0 Y_1)')).result.verdict).toBe('unsat');
    expect((await ask('(>= Y_0 Y_1)')).result.verdict).toBe('sat');
    expect((await ask('(>= Y_0 0.75)')).error?.message).toMatch(/behind a softmax/);
    await oracle.ask('unload', { network: result.network });
  });
});

describe('cells that nobody visits', () => {
  const lines = [[1, 0, 0], [0, '1/3', 0], { a: [1, 1], b: 1 }];

  it('are counted of networks and of hyperplanes, with the polynomial', async () => {
    const { result } = await oracle.ask('count', { network: 'n3', domain: { whole: true } });
    // OEIS A034997.
    expect(result).toMatchObject({ cells: 347_326_352, engine: 'chambers', arrangement: { hyperplanes: 127 } });
    const plane = await oracle.ask('arrangement', { hyperplanes: lines });
    expect(plane.result).toMatchObject({ cells: 7, arrangement: { polynomial: [3, -3, 1], bounded: 1 } });
    const inside = await oracle.ask('arrangement', {
      hyperplanes: lines,
      domain: {
        box: [
          [0, 3],
          ['1/2', 3],
        ],
      },
    });
    expect(inside.result).toMatchObject({ cells: 2, arrangement: { betti: [1, 1, 0] } });
    const regions = await oracle.ask('regions', { network: 'n1', domain: { whole: true } });
    expect(regions.result.arrangement.betti.reduce((sum: number, b: number) => sum + b)).toBe(regions.result.cells);
  });

  it('and parts that symmetries of a box exchange are walked once; which ones is told', async () => {
    const first = {
      weights: [
        [3, -1],
        [-1, 3],
        [1, 1],
      ],
      bias: [-1, -1, -2],
    };
    const second = {
      weights: [
        [2, -3, 1],
        [-3, 2, 1],
      ],
      bias: [-1, -1],
    };
    const { result } = await oracle.ask('load', {
      network: { layers: [first, second, { weights: [[1, 1]], bias: [0] }] },
    });
    const asked = {
      network: result.network,
      domain: {
        box: [
          [0, 2],
          [0, 2],
        ],
      },
    };
    const { result: found } = await oracle.ask('count', asked);
    const { result: full } = await oracle.ask('count', { ...asked, symmetry: 'none' });
    expect(found).toMatchObject({ cells: full.cells, symmetries: [{ inputs: [1, 0] }] });
    expect(found.orbits.some(({ images }: { readonly images: readonly object[] }) => images.length > 0)).toBe(true);
    expect(full.orbits).toBeUndefined();
  });

  it('are proved, and the proof is verified', async () => {
    const path = join(files.path, 'lines.cert');
    const box = {
      box: [
        [-1, 1],
        [-1, 1],
      ],
    };
    const asked = { network: 'n1', domain: box, engine: 'chambers', certificate: path };
    const { result } = await oracle.ask('count', asked);
    expect(result.certificate).toMatchObject({ file: path, bytes: expect.any(Number) });
    const checked = await oracle.ask('check', { network: 'n1', path });
    expect(checked.result).toMatchObject({ accepted: true, cells: result.cells, betti: result.arrangement.betti });
    expect((await oracle.ask('check', { network: 'n2', path })).result).toMatchObject({ accepted: false });
    const other = { ...asked, engine: 'vertex' };
    expect((await oracle.ask('count', other)).error?.message).toMatch(/expected an earlier certificate file or none/);
    const images = { ...asked, network: 'n2', engine: 'images', certificate: join(files.path, 'images.cert') };
    const folded = (await oracle.ask('count', images)).result;
    expect(folded).toMatchObject({ engine: 'images', certificate: { file: images.certificate } });
    const proved = await oracle.ask('check', { network: 'n2', path: images.certificate });
    const { cells, cellsPerLayer } = folded;
    expect(proved.result).toMatchObject({
      accepted: true,
      cells,
      cellsPerLayer,
      verified: { images: expect.any(Number) },
    });
  });

  it.each([
    ['arrangement', { hyperplanes: [[1, 0, 0], [1]] }, /hyperplanes\[1\]: expected as many numbers/],
    ['arrangement', { hyperplanes: [[1]] }, /hyperplanes\[0\]: expected a coefficient at least/],
    ['arrangement', { hyperplanes: lines, domain: { box: [[0, 1]] } }, /domain.box: expected 2 intervals/],
    [
      'arrangement',
      { hyperplanes: lines, symmetry: { generators: [{ permutation: [1, 0] }] } },
      /generators\[0\]: expected a permutation of 0 to 2/,
    ],
    [
      'arrangement',
      { hyperplanes: lines, symmetry: { generators: [{ permutation: [2, 1, 0] }] } },
      /generators\[0\]: no linear map/,
    ],
    ['count', { network: 'n2', engine: 'chambers' }, /expected a network with one layer that bends, got 2/],
    ['count', { network: 'n1', domain: { whole: true }, engine: 'chambers', widths: true }, /visits no cells/],
    [
      'count',
      { network: 'n2', domain: { whole: true }, symmetry: { generators: [{ inputs: [1, 0] }] } },
      /generator 0: layer 0, neuron 0: expected its crease to be the image of one/,
    ],
    [
      'regions',
      { network: 'n2', domain: { whole: true }, symmetry: { generators: [{ inputs: [1, 0] }] } },
      /symmetry: expected a network with one layer that bends, got 2/,
    ],
  ] as const)('%s %j is refused', async (method, params, message) => {
    const { error } = await oracle.ask(method, params);
    expect(error).toMatchObject({ code: -32602, message: expect.stringMatching(message) });
  });
});

describe('long requests', () => {
  it('let short ones pass, tell how far they are, and end when they are cancelled', async () => {
    oracle.say({
      jsonrpc: '2.0',
      id: 'long',
      method: 'count',
      params: { network: 'n3', domain: { whole: true }, engine: 'vertex', token: 7 },
    });
    await oracle.until((m) => (m as Message).method === '$/progress' && (m as Message).params.token === 7);
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const started = performance.now();
      expect((await oracle.ask('evaluate', half)).result.exact).toEqual(['1/2']);
      times.push(performance.now() - started);
    }
    // A count that blocked would let none of them pass before its first pause of a second.
    expect(times.sort((a, b) => a - b)[10]).toBeLessThan(250);
    await oracle.until((m) => (m as Message).params?.token === 7 && (m as Message).params.value.cells > 1000);
    oracle.say({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'long' } });
    const { error } = (await oracle.until((m) => (m as Message).id === 'long')) as Message;
    expect(error).toMatchObject({ code: -32800, data: { cells: expect.any(Number), open: expect.any(Number) } });
    const progress = oracle.received
      .filter((m) => (m as Message).params?.token === 7)
      .map((m) => (m as Message).params.value);
    for (const [i, value] of progress.entries()) {
      expect(value).toMatchObject({ open: expect.any(Number), seconds: expect.any(Number) });
      // What there is at least only grows, and is never more than there is.
      expect(value.atLeast).toBeGreaterThanOrEqual(i > 0 ? progress[i - 1].atLeast : 1);
      expect(value.atLeast).toBeLessThanOrEqual(family.cells);
      expect(value.done ?? 0.5).toBeGreaterThan(0);
    }
    const { cells } = error!.data as { cells: number };
    expect(cells).toBeGreaterThanOrEqual(1000);
    expect(cells).toBeLessThan(family.cells);
  });

  it.each([
    ['integrals', {}],
    ['integrals', { distributions: true }],
    ['topology', { set: { kind: 'above' } }],
    ['topology', { set: { kind: 'all' }, persistence: true }],
    ['sample', { count: 1000 }],
  ])('%s %j ends when it is cancelled', async (method, more) => {
    const id = `cancelled ${method} ${JSON.stringify(more)}`;
    // A slice in which the network has far more cells than can be looked at in the time of a test.
    const domain = {
      box: new Array(6)
        .fill([-1, 1])
        .concat([[0, 0]])
        .slice(0, family.network.inputs),
    };
    oracle.say({ jsonrpc: '2.0', id, method, params: { network: 'n3', domain, token: id, ...more } });
    const running = await oracle.until((m) => (m as Message).params?.token === id || (m as Message).id === id);
    expect(running).toMatchObject({ method: '$/progress' });
    oracle.say({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
    const { error, result } = (await oracle.until((m) => (m as Message).id === id)) as Message;
    expect(result).toBeUndefined();
    expect(error).toMatchObject({ code: -32800 });
  });

  it('formula ends when it is cancelled, though it tells no progress', async () => {
    const domain = { box: new Array(family.network.inputs).fill([-1, 1]) };
    const params = { network: 'n3', domain, language: 'latex' };
    oracle.say({ jsonrpc: '2.0', id: 'latex', method: 'formula', params });
    // Something else is asked and answered meanwhile.
    expect((await oracle.ask('evaluate', half)).result.exact).toEqual(['1/2']);
    oracle.say({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'latex' } });
    expect(await oracle.until((m) => (m as Message).id === 'latex')).toMatchObject({ error: { code: -32800 } });
  });

  it.each([
    ['count', { engine: 'vertex' }],
    ['partition', { token: 'in time' }],
  ])('%s ends when its time is over, with what was found', async (method, more) => {
    // No symmetry takes this box to itself: looking for one takes longer than finding cells.
    const domain = { box: [2, 3, 5, 7, 11, 13, 17].map((side) => [-1, side]) };
    const params = { network: 'n3', domain, ...more };
    // On a busy machine its thread may not have begun when the time is over: then nothing was found.
    for (let timeout = 0.125, data: unknown; data === undefined; timeout *= 2) {
      const { error } = await oracle.ask(method, { ...params, timeout });
      expect(error?.code).toBe(-32004);
      expect(error?.message).toContain(`not finished within ${timeout} s, its timeout; allow more`);
      data = error?.data;
      if (data !== undefined) expect(data).toMatchObject({ cells: expect.any(Number) });
    }
  });

  it('a count ends beyond the cells it may find', async () => {
    const { error } = await oracle.ask('count', { network: 'n3', domain: { whole: true }, cells: 100 });
    expect(error).toMatchObject({ code: -32003, message: expect.stringMatching(/more than 100 cells; raise/) });
  });

  it('cancelling what is not running does nothing', async () => {
    expect(await replyTo('{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"nobody"}}')).toBeUndefined();
  });
});

describe('the end', () => {
  it('of the input waits for the answers and is exit code 0', async () => {
    const own = startOracle();
    own.say({ jsonrpc: '2.0', id: 1, method: 'load', params: { path: DEMO } });
    own.say({ jsonrpc: '2.0', id: 2, method: 'count', params: { network: 'n1' } });
    own.send('{"jsonrpc":"2.0","id":3,"method":"pattern","params":{"network":"n1","point":[0,0]}}');
    own.end();
    expect(await own.exit).toBe(0);
    expect(own.received.map((m) => (m as Message).id).sort()).toEqual([1, 2, 3]);
    expect(own.errors()).toBe('');
  });

  it('of a Ctrl-C is exit code 130, also during a count', async () => {
    const own = startOracle();
    await own.ask('load', { path: HUGE });
    own.say({ jsonrpc: '2.0', id: 2, method: 'count', params: { network: 'n1', domain: { whole: true }, token: 1 } });
    await own.until((m) => (m as Message).method === '$/progress');
    own.interrupt();
    expect(await own.exit).toBe(130);
  });
});

describe('limits', () => {
  it('of networks, their size, batches, seconds: each error names its limit', async () => {
    const args = ['networks=2', 'numbers=200', 'batch=3', 'seconds=60'].map((limit) => `--limit=${limit}`);
    const own = startOracle(args);
    expect((await own.ask('load', { path: DEMO })).error).toBeUndefined();
    expect((await own.ask('load', { path: DEMO })).error).toMatchObject({
      code: -32003,
      message: expect.stringMatching(/105 weights.*room for 95/),
    });
    expect((await own.ask('load', { path: LINES })).error).toBeUndefined();
    // The one longest unused makes room, and says so.
    expect((await own.ask('load', { path: LINES })).result).toMatchObject({ network: 'n4', closed: ['n1'] });
    expect((await own.ask('pattern', { network: 'n1', point: [0, 0] })).error).toMatchObject({
      code: -32001,
      message: expect.stringMatching(
        /"n1" was closed when n4 was loaded: the 2 networks used last are kept; load it again/,
      ),
    });
    expect((await own.ask('pattern', { network: 'n3', point: [0, 0] })).error).toBeUndefined();
    own.say([1, 2, 3, 4]);
    expect(await own.until((m) => (m as Message).id === null)).toMatchObject({
      error: { code: -32003, message: expect.stringMatching(/at most 3 requests, got 4; split it/) },
    });
    await own.ask('unload', { network: 'n1' });
    const small = {
      layers: [
        { weights: [[1]], bias: [0] },
        { weights: [[1]], bias: [0] },
      ],
    };
    expect((await own.ask('load', { network: small })).error).toBeUndefined();
    own.end();
    expect(await own.exit).toBe(0);
  });

  it.each([['cows=3'], ['seconds=99999999']])('--limit=%s is refused with the names and ranges', async (limit) => {
    const { code, stderr, stdout } = await atlas(['oracle', `--limit=${limit}`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Expected name=value.*seconds=600/);
  });
});

describe('on a port', () => {
  async function listening(...args: string[]) {
    const server = startOracle(['--listen=0', ...args]);
    const first = (await server.until(() => true)) as unknown as { listening: { host: string; port: number } };
    expect(first.listening.host).toBe('127.0.0.1');
    const join_ = () => connect(first.listening.port, '127.0.0.1');
    const client = () => {
      const socket = join_();
      return { ...rpcClient(socket, socket), socket };
    };
    return { server, client, join: join_ };
  }

  it('several clients have networks of their own; no client names files', async () => {
    const { server, client } = await listening();
    const [a, b] = [client(), client()];
    const network = {
      layers: [
        { weights: [[1, 0]], bias: [0] },
        { weights: [[2]], bias: [0] },
      ],
    };
    expect((await a.ask('load', { network })).result.network).toBe('n1');
    expect((await b.ask('evaluate', { network: 'n1', point: [1, 1] })).error?.code).toBe(-32001);
    expect((await a.ask('evaluate', { network: 'n1', point: ['1/3', 1] })).result.exact).toEqual(['2/3']);
    expect((await a.ask('load', { path: DEMO })).error).toMatchObject({
      code: -32006,
      message: expect.stringMatching(/--files/),
    });
    const writes = { network: 'n1', domain: { whole: true }, certificate: join(files.path, 'no.cert') };
    expect((await a.ask('count', writes)).error?.code).toBe(-32006);
    expect((await a.ask('check', { network: 'n1', path: DEMO })).error?.code).toBe(-32006);
    a.socket.end();
    await new Promise((resolve) => a.socket.once('close', resolve));
    expect((await b.ask('load', { network })).result.network).toBe('n1');
    b.socket.destroy();
    server.interrupt();
    expect(await server.exit).toBe(130);
  });

  it('a web page that posts to it is hung up on before anything it says is done', async () => {
    const { server, join: connectTo } = await listening('--files');
    const certificate = join(files.path, 'web.cert');
    const call = { jsonrpc: '2.0', id: 1, method: 'load', params: { path: DEMO } };
    const steal = { jsonrpc: '2.0', id: 2, method: 'count', params: { network: 'n1', certificate } };
    const socket = connectTo();
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n${JSON.stringify(call)}\n${JSON.stringify(steal)}\n`);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(answer).toBe('');
    server.interrupt();
    await server.exit;
  });
});

describe('the machine-read description', () => {
  it('is the same from the command and from rpc.discover, and names every method', async () => {
    const { stdout, code } = await atlas(['oracle', '--schema']);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect((await oracle.ask('rpc.discover')).result).toEqual(document);
    const { error } = await oracle.ask('what do you know?');
    const known = error!.message.split('known are ')[1]!.split(', ');
    expect([...document.methods.map(({ name }: { name: string }) => name), 'rpc.discover']).toEqual(known);
  });
});
