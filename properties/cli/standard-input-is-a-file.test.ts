/**
 * Networks, domains and hyperplanes on the standard input are those of the file: their format is told from the content, gzipped or not; two at once, and a terminal, are refused.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { requireOneStandardInput } from '../../src/cli/options/standard-input.js';
import { bytesOfOnnx, readNetwork, writeNnet } from '../../src/formats/index.js';
import { cube } from '../../src/network/index.js';
import { npyBytes, npzBytes, type Tensors } from '../support/generators/npz.js';
import { fresh, ROOT, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());
const DEMO = join(ROOT, 'fixtures/networks/demo_2-8-8-1.json');

const stable = (stdout: string) => {
  const { seconds: _, network, file: __, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
  return { ...rest, ...(network ? { network: { ...network, file: '' } } : {}) };
};

/** Arrays of doubles as safetensors has them: the length of a JSON header, it, and the numbers. */
function safetensorsOf(tensors: Tensors): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, values }]) => {
    const start = end;
    end += 8 * values.length;
    return [name, { dtype: 'F64', shape, data_offsets: [start, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const numbers = Float64Array.from(Object.values(tensors).flatMap(({ values }) => values));
  return Buffer.concat([length, header, new Uint8Array(numbers.buffer)]);
}

async function networks(): Promise<readonly (readonly [string, Uint8Array])[]> {
  const { network } = await readNetwork(DEMO);
  const weights = {
    '0.weight': { shape: [3, 2], values: [1, 2, -1, 1, 0.5, 3] },
    '0.bias': { shape: [3], values: [0, 1, -1] },
  };
  const last = { '2.weight': { shape: [1, 3], values: [1, 1, 1] }, '2.bias': { shape: [1], values: [0] } };
  return [
    ['net.json', readFileSync(DEMO)],
    ['net.onnx', await bytesOfOnnx(network)],
    ['net.nnet', Buffer.from(writeNnet(network, cube(2, -1, 1)))],
    ['net.rlv', Buffer.from('Input x\nInput y\nReLU r 0.5 1 x -2 y\nReLU s 0 1 x 1 y\nLinear z 0 1 r 1 s\n')],
    ['net.safetensors', safetensorsOf({ ...weights, ...last })],
    ['net.npz', npzBytes({ ...weights, ...last })],
  ];
}

describe('count - is count FILE', () => {
  it('of every format, gzipped or not', async () => {
    for (const [name, bytes] of await networks()) {
      const args = ['--box=-1,1', '--json', '--workers=1'];
      const path = files.file(name, bytes);
      const file = await fresh(['count', path, ...args]);
      expect(file).toMatchObject({ code: 0 });
      for (const input of [bytes, gzipSync(bytes)]) {
        const piped = await fresh(['count', '-', ...args], { input });
        expect([name, piped.code, piped.stderr]).toEqual([name, 0, file.stderr.replaceAll(path, '-')]);
        expect(stable(piped.stdout)).toEqual(stable(file.stdout));
      }
    }
  });

  it('hyperplanes and domains', async () => {
    for (const [name, input] of [
      ['a.csv', '# lines\n1,0,0\n0,1,0\n1,1,1\n'],
      ['a.txt', '1 0 1\n0 1 1\n0 0 1\n'],
      ['a.json', '[[1,0,0],[0,1,0],[1,1,1]]'],
      ['a.npy', npyBytes({ shape: [3, 3], values: [1, 0, 0, 0, 1, 0, 1, 1, 1] })],
    ] as const) {
      const piped = await fresh(['arrangement', '-', '--json'], { input });
      expect([name, piped.code]).toEqual([name, 0]);
      expect(JSON.parse(piped.stdout)).toMatchObject({ cells: 7, arrangement: { bounded: 1 } });
    }
    const triangle = JSON.stringify({
      inequalities: [{ a: [1, 1], b: 1 }],
      box: [
        [0, 1],
        [0, 1],
      ],
    });
    const vnnlib =
      '(declare-const X_0 Real)(declare-const X_1 Real)(assert (>= X_0 0))(assert (>= X_1 0))(assert (<= X_0 1))(assert (<= X_1 1))(assert (<= (+ X_0 X_1) 1))';
    const named = await fresh(['count', DEMO, `--domain=${files.file('t.json', triangle)}`, '--json']);
    for (const input of [triangle, vnnlib]) {
      const piped = await fresh(['count', DEMO, '--domain', '-', '--json'], { input });
      expect(piped).toMatchObject({ code: 0 });
      expect(JSON.parse(piped.stdout)).toMatchObject({ cells: (JSON.parse(named.stdout) as { cells: number }).cells });
    }
  });

  it('a certificate of a network that was piped is checked against the file, and the other way round', async () => {
    const certificate = join(files.path, 'net.cert');
    const input = readFileSync(DEMO);
    expect(await fresh(['count', '-', '--box=-1,1', '--certificate', certificate], { input })).toMatchObject({
      code: 0,
    });
    expect(await fresh(['check', DEMO, certificate])).toMatchObject({ code: 0 });
    expect(await fresh(['check', '-', certificate], { input })).toMatchObject({ code: 0 });
    expect(await fresh(['check', '-', certificate, '--plain', '--box=-1,1'], { input })).toMatchObject({ code: 0 });
  });
});

describe('what is wrong is one line', () => {
  it.each([
    [
      ['count', '-', '--domain', '-'],
      '{}',
      2,
      /^relu-atlas: -: the standard input can be read once, got it as an argument and --domain; name a file/,
    ],
    [['diff', '-', '-', '--box=-1,1'], '{}', 2, /got it as an argument and an argument/],
    [['count', '-', '--box=-1,1'], '', 1, /-: the standard input is empty; pipe a file into it/],
    [['count', '-', '--box=-1,1'], '{"layers":[]}', 1, /stdin\.json: /],
    [['count', '-', '--box=-1,1'], gzipSync('{}').subarray(0, 12), 1, /-: gzip: damaged or truncated/],
    [['arrangement', '-'], '1,0,zero\n', 1, /stdin\.csv: line 1, column 3: expected a number/],
  ] as const)('%j', async (args, input, code, message) => {
    const outcome = await fresh(args, { input });
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('a terminal', () => {
    const own = Object.getOwnPropertyDescriptor(process.stdin, 'isTTY');
    Object.defineProperty(process.stdin, 'isTTY', { value: true, configurable: true });
    try {
      expect(() => requireOneStandardInput(['-', {}, {}])).toThrow(
        /expected a file on the standard input, got a terminal/,
      );
      expect(() => requireOneStandardInput(['net.json', {}, {}])).not.toThrow();
    } finally {
      if (own === undefined) Reflect.deleteProperty(process.stdin, 'isTTY');
      else Object.defineProperty(process.stdin, 'isTTY', own);
    }
  });
});
