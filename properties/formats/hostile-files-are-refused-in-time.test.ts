/**
 * Theorem. Small files that ask for enormous networks are refused in a line, soon, and with less than 1 GB of memory.
 *
 * They are read one after the other by the compiled library in a process of its own, whose peak memory is what the operating
 * system says.
 *
 * Source: what the readers promise in their docstrings, src/formats.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import {
  type AttributeSpec,
  chain,
  type ModelSpec,
  type NodeSpec,
  onnxBytes,
} from '../support/generators/onnx-models.js';
import { run, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(files.dispose);

const ints = (...values: readonly number[]): AttributeSpec => ({ ints: values });
const int64 = (...values: readonly number[]) => ({ dims: [values.length], values, type: 'int64' as const });
const repeated = (count: number, node: (k: number) => NodeSpec): NodeSpec[] =>
  Array.from({ length: count }, (_, k) => node(k));

const concat = (output: string, ...inputs: readonly string[]): NodeSpec => ({
  op: 'Concat',
  inputs,
  outputs: [output],
  attributes: { axis: { i: 0 } },
});

/** v0 = x, v1, v2, ...; the last one is the output. */
const named = (k: number, last: number) => (k === 0 ? 'x' : k === last ? 'y' : `v${k}`);

const MODELS: Readonly<Record<string, ModelSpec>> = {
  'a hundred copies of a million values': {
    nodes: [
      ...Array.from({ length: 20 }, (_, k) => concat(`v${k + 1}`, named(k, -1), named(k, -1))),
      ...Array.from({ length: 100 }, (_, k) => concat(`w${k}`, 'v20')),
      concat('y', ...Array.from({ length: 100 }, (_, k) => `w${k}`)),
    ],
    input: [1],
  },
  'a long chain of wide layers': {
    nodes: repeated(300, (k) => ({ op: 'Relu', inputs: [named(k, 300)], outputs: [named(k + 1, 300)] })),
    input: [1, 4000],
  },
  'a wide skip over a very long chain': {
    nodes: [
      { op: 'ReduceSum', inputs: ['x'], outputs: ['v0'] },
      ...repeated(20_000, (k) => ({ op: 'Relu', inputs: [`v${k}`], outputs: [`v${k + 1}`] })),
      { op: 'Add', inputs: ['x', 'v20000'], outputs: ['y'] },
    ],
    input: [1, 3000],
  },
  'a kernel of a million in padding': {
    nodes: chain(['MaxPool', [], { kernel_shape: ints(2 ** 20), pads: ints(2 ** 20 - 1, 2 ** 20 - 1) }]),
    input: [1, 1, 1],
  },
  'ten thousand windows of a kernel of a million': {
    nodes: chain(['AveragePool', [], { kernel_shape: ints(2 ** 20), pads: ints(2 ** 19, 2 ** 19 + 10_000) }], ['Foo']),
    input: [1, 1, 1],
  },
  'a convolution, a pooling and neurons on an image': {
    nodes: chain(['Conv', ['K'], { pads: ints(1, 1, 1, 1) }], ['MaxPool', [], { kernel_shape: ints(2, 2) }], ['Relu']),
    weights: { K: { dims: [4, 1, 3, 3], values: new Array<number>(36).fill(1) } },
    input: [1, 1, 256, 256],
  },
  'padding on sixteen axes': {
    nodes: chain(['Pad', ['pads']]),
    weights: { pads: int64(...new Array<number>(32).fill(2 ** 20)) },
    input: new Array<number>(16).fill(1),
  },
  'padding beyond every integer': {
    nodes: chain(['Pad', [], { pads: ints(2 ** 53, 2 ** 53) }]),
    input: [1],
    opset: 10,
  },
  'a convolution whose image is padding': {
    nodes: chain(['Conv', ['K'], { pads: ints(2 ** 20, 2 ** 20, 2 ** 20, 2 ** 20) }]),
    weights: { K: { dims: [1, 1, 1, 1], values: [1] } },
    input: [1, 1, 1, 1],
  },
  'a product of padded matrices': {
    nodes: [
      { op: 'Pad', inputs: ['one', 'pads'], outputs: ['big'], attributes: { mode: { s: 'edge' } } },
      { op: 'MatMul', inputs: ['x', 'big'], outputs: ['v1'] },
      { op: 'MatMul', inputs: ['v1', 'big'], outputs: ['v2'] },
      { op: 'MatMul', inputs: ['v2', 'big'], outputs: ['y'] },
    ],
    weights: { one: { dims: [1, 1], values: [0.3] }, pads: int64(0, 0, 1999, 1999) },
    input: [1, 2000],
  },
  'an outer sum': {
    nodes: [
      { op: 'Unsqueeze', inputs: ['x', 'axis'], outputs: ['row'] },
      { op: 'Add', inputs: ['x', 'row'], outputs: ['y'] },
    ],
    weights: { axis: int64(1) },
    input: [100_000],
  },
  'more outputs than elements': {
    nodes: [{ op: 'Split', inputs: ['x'], outputs: ['y', 'z'], attributes: { num_outputs: { i: 2 ** 53 } } }],
    input: [2],
    opset: 18,
  },
  'an extent beyond every memory': { nodes: chain(['Relu']), input: [1, 2 ** 50] },
};

/** Level 1 is ten times as fast, and what is unpacked the same. */
const gzipped = (content: string | Uint8Array) => gzipSync(content, { level: 1 });
const megabytes = (count: number, text: string) => gzipped(Buffer.alloc(count * 2 ** 20, text));

const tfjs = JSON.stringify({
  modelTopology: {
    class_name: 'Sequential',
    config: {
      layers: Array.from({ length: 50 }, (_, l) => ({
        class_name: 'ReLU',
        config: l === 0 ? { name: 'r', batch_input_shape: [null, 100_000] } : { name: `r${l}` },
      })),
    },
  },
  weightsManifest: [],
});

const TEXTS: readonly (readonly [name: string, content: string | Uint8Array])[] = [
  ['lines.nnet.gz', megabytes(40, '\n')],
  ['bomb.onnx.gz', megabytes(130, '\0')],
  ['fields.nnet.gz', gzipped(`1,1,1,1,\n1,1,\n0,\n${','.repeat(20 * 2 ** 20)}\n`)],
  ['lines.rlv.gz', megabytes(40, '\n')],
  ['words.rlv.gz', megabytes(40, 'Input ')],
  ['arrays.json.gz', megabytes(40, '[],')],
  ['deep.json.gz', megabytes(40, '[')],
  ['values.json.gz', gzipped(`{"layers":[{"weights":[[${'0,'.repeat(10 * 2 ** 20)}0]],"bias":[0]}]}`)],
  ['header.nnet', '999999999,1,1,1,\n1,1,\n'],
  ['wide.nnet', '1,999999999,999999999,1,\n999999999,999999999,\n0,\n'],
  ['tfjs.json', tfjs],
];

/** Reads every file and says what came of it, and how much memory the process took at most for any of them. */
const SCRIPT = `
  const { readNetwork } = await import('./dist/index.js');
  const results = [];
  for (const file of process.argv.slice(1)) {
    // What earlier files left behind is not this one's.
    gc();
    const start = performance.now();
    const outcome = await readNetwork(file).then((net) => 'read: ' + net.network.layers.length, (e) => e.name + ': ' + e.message);
    results.push([file, outcome, performance.now() - start]);
  }
  console.log(JSON.stringify({ results, megabytes: process.resourceUsage().maxRSS / 1024 }));
`;

it('absurd sizes are refused before anything is allocated for them', { timeout: 240_000 }, async () => {
  const paths = [
    ...Object.entries(MODELS).map(([name, model]) => files.file(`${name.replaceAll(' ', '-')}.onnx`, onnxBytes(model))),
    ...TEXTS.map(([name, content]) => files.file(name, content)),
  ];
  const { stdout, stderr } = await run(process.execPath, [
    '--expose-gc',
    '--input-type=module',
    '-e',
    SCRIPT,
    ...paths,
  ]);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as { results: [string, string, number][]; megabytes: number };
  for (const [file, outcome, milliseconds] of report.results) {
    expect(outcome, file).toMatch(/^FormatError: [^\n]+$/);
    expect(milliseconds, `${file}: ${outcome}`).toBeLessThan(60_000);
  }
  expect(report.megabytes).toBeLessThan(1000);
});
