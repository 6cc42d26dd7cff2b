/**
 * Bad input: one clear line that names the file or option and the fix; exit 1 for files, 2 for usage; no stack trace, and
 * nothing on stdout.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { chain, onnxBytes } from '../support/generators/onnx-models.js';
import { atlas, scratch } from '../support/setup/command.js';

const DEMO = 'fixtures/networks/demo_2-8-8-1.json';
const files = scratch();
afterAll(() => files.dispose());

const layer = (weights: string, bias: string) =>
  `{"layers":[{"weights":${weights},"bias":${bias}},{"weights":[[1]],"bias":[0]}]}`;
const NO_DOMAIN = files.file('plain.json', layer('[[1,1]]', '[0]'));

/** An ONNX model of one node with an operator of the given name. */
const onnxModel = (operator: string) => onnxBytes({ nodes: chain([operator]), input: [1, 2] });

interface BadFile {
  readonly what: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  /** What the line must name. */
  readonly says: RegExp;
}

const BAD_FILES: readonly BadFile[] = [
  { what: 'binary rubbish', name: 'rubbish.json', content: Uint8Array.of(0xff, 0xfe, 0, 1, 2), says: /UTF-8|JSON/ },
  {
    what: 'binary rubbish as ONNX',
    name: 'rubbish.onnx',
    content: Uint8Array.of(0xff, 0xfe, 0, 1, 2),
    says: /ONNX|protobuf/i,
  },
  { what: 'an empty file', name: 'empty.onnx', content: '', says: /empty/ },
  { what: 'truncated JSON', name: 'cut.json', content: '{"layers":[{"weights":[[1,', says: /JSON/ },
  { what: 'a truncated .nnet', name: 'cut.nnet', content: '// x\n2,2,1,3,\n2,3,1,\n0,\n-1,-1,\n', says: /truncated/ },
  { what: 'damaged gzip', name: 'cut.json.gz', content: gzipSync('{}').subarray(0, 12), says: /gzip/ },
  { what: 'an unknown operator', name: 'sigmoid.onnx', content: onnxModel('Sigmoid'), says: /Sigmoid/ },
  { what: 'rows of different lengths', name: 'ragged.json', content: layer('[[1,1],[1]]', '[0,0]'), says: /weights/ },
  { what: 'shapes that do not match', name: 'shape.json', content: layer('[[1],[1]]', '[0,0]'), says: /layers\[1\]/ },
  { what: 'NaN weights', name: 'nan.json', content: layer('[["NaN"]]', '[0]'), says: /layers\[0\]\.weights/ },
  { what: 'infinite weights', name: 'infinite.json', content: layer('[[1e999]]', '[0]'), says: /layers\[0\]\.weights/ },
  {
    what: 'absurd declared sizes',
    name: 'absurd.nnet',
    content: '2,100000,100000,100000,\n100000,100000,100000,\n0,\n',
    says: /declares|truncated/,
  },
  { what: 'another extension', name: 'net.txt', content: 'x', says: /\.json, \.nnet, \.onnx/ },
];

/** One line, naming what it must, and nothing else. */
function expectOneLine(outcome: { code: number | null; stdout: string; stderr: string }, code: number, says: RegExp) {
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(outcome.stderr).toMatch(/^relu-atlas: [^\n]+\n$/);
  expect(outcome.stderr).toMatch(says);
  expect(outcome.stderr).not.toMatch(/internal error|\.js:\d/);
}

describe('a bad network file is an error of input', () => {
  it.each(BAD_FILES)('$what', async ({ name, content, says }) => {
    const file = files.file(name, content);
    const outcome = await atlas(['count', file, '--box=-1,1']);
    expectOneLine(outcome, 1, says);
    expect(outcome.stderr).toContain(file);
  });

  it('a file that is not there, or is a directory', async () => {
    expectOneLine(await atlas(['info', 'no/such.onnx']), 1, /no\/such\.onnx: no such file/);
    expectOneLine(await atlas(['info', '-']), 1, /-: the standard input is empty; pipe a file into it/);
    expectOneLine(await atlas(['info', files.path]), 1, /directory/);
  });

  it('a solver for an engine that asks none', async () => {
    expectOneLine(
      await atlas(['count', DEMO, '--engine=vertex', '--lp=glpk']),
      2,
      /--lp: engine vertex asks no solver/,
    );
  });

  it('raw units of a format that has none', async () => {
    expectOneLine(await atlas(['info', DEMO, '--units=raw']), 1, /units.*\.nnet/);
  });
});

describe('a bad domain', () => {
  it.each([
    ['inverted', '--box=1,-1', /empty interval.*lower/],
    ['not an interval', '--box=1', /lo,hi/],
    ['no number', '--box=a,1', /"a"/],
    ['too many intervals', '--box=0,1x0,1x0,1', /expected 1 or 2 intervals, got 3/],
    ['one point', '--box=0,0', /one point.*eval/],
  ])('%s, as an option, is an error of usage', async (_, option, says) => {
    expectOneLine(await atlas(['count', DEMO, option]), 2, says);
  });

  it.each([
    ['inverted', '{"box":[[1,0],[0,1]]}', /empty interval/],
    ['too many coordinates', '{"box":[[0,1],[0,1],[0,1]]}', /2 intervals.*got 3/],
    ['no box', '{"cube":1}', /box/],
  ])('%s, in a file, is an error of input', async (_, content, says) => {
    const file = files.file('domain.json', content);
    const outcome = await atlas(['count', DEMO, '--domain', file]);
    expectOneLine(outcome, 1, says);
    expect(outcome.stderr).toContain(file);
  });

  it('none at all shows the three ways to give one', async () => {
    const outcome = await atlas(['count', NO_DOMAIN]);
    expectOneLine(outcome, 2, /--box=.*--domain .*--whole/);
    expect(outcome.stderr).toContain(NO_DOMAIN);
  });

  it.each([
    [
      'contradiction',
      '{"inequalities":[{"a":[1,0],"b":0},{"a":[0,1],"b":5},{"a":[-1,0],"b":-1}]}',
      /empty.*0 and 2 contr/,
    ],
    [
      'contradiction with a box',
      '{"inequalities":[{"a":[1,1],"b":-3}],"box":[[-1,1],[-1,1]]}',
      /empty: inequality 0, the lower bound of input 0 and the lower bound of input 1 contradict each other/,
    ],
    ['coefficients', '{"inequalities":[{"a":[1],"b":0}]}', /inequalities\[0\]\.a: expected 2 numbers, got 1/],
  ])('a polytope with a bad %s, in a file, is an error of input', async (_, content, says) => {
    const file = files.file('polytope.json', content);
    const outcome = await atlas(['count', DEMO, '--domain', file]);
    expectOneLine(outcome, 1, says);
    expect(outcome.stderr).toContain(file);
  });

  it('a polytope that is one point is an error of usage', async () => {
    const file = files.file('point.json', '{"equalities":[{"a":[1,1],"b":0},{"a":[1,-1],"b":1}]}');
    expectOneLine(await atlas(['count', DEMO, '--domain', file]), 2, /one point.*eval/);
  });

  it('what needs a bounded domain, or one that is flat along inputs only, says so', async () => {
    const wedge = files.file('wedge.json', '{"inequalities":[{"a":[1,1],"b":0}]}');
    expectOneLine(
      await atlas(['facts', DEMO, '--integral', '--domain', wedge]),
      2,
      /integral: expected a bounded domain/,
    );
    const line = files.file('line.json', '{"equalities":[{"a":[1,1],"b":0}]}');
    expectOneLine(await atlas(['facts', DEMO, '--domain', line]), 2, /Lipschitz.*relation between inputs/);
  });

  it('a disjunction gives a list, but one file holds what is found on one domain', async () => {
    const file = files.file(
      'or.vnnlib',
      `(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)
       (assert (or (and (>= X_0 0)(<= X_0 1)(>= X_1 0)(<= X_1 1)) (and (>= X_0 2)(<= X_0 3)(>= X_1 2)(<= X_1 4))))`,
    );
    const { code, stdout } = await atlas(['count', NO_DOMAIN, '--domain', file, '--format=json']);
    expect(code).toBe(0);
    const list = JSON.parse(stdout) as { domain: object }[];
    expect(list.map(({ domain }) => domain)).toEqual([
      {
        box: [
          [0, 1],
          [0, 1],
        ],
      },
      {
        box: [
          [2, 3],
          [2, 4],
        ],
      },
    ]);
    const out = `${files.path}/out.jsonl`;
    const outcome = await atlas(['partition', NO_DOMAIN, '--domain', file, '--out', out]);
    expectOneLine(outcome, 2, /--out: expected one domain for one file.*has 2/);
  });
});

describe('a bad point', () => {
  it.each([
    ['too many coordinates', '--at=1,2,3', /expected 2 coordinates.*got 3/],
    ['too few', '--at=1', /expected 2 coordinates.*got 1/],
    ['no number', '--at=1,x', /"x" for input 1/],
    ['a missing number', '--at=1,', /"" for input 1/],
  ])('%s', async (_, option, says) => {
    expectOneLine(await atlas(['eval', DEMO, option]), 2, says);
  });
});

describe('a bad command line', () => {
  it.each([
    ['nothing', []],
    ['an unknown command', ['cuont', DEMO]],
    ['an unknown option', ['count', DEMO, '--bxo=1,2']],
    ['no network', ['count']],
    ['two domains', ['count', DEMO, '--box=0,1', '--whole']],
    ['an unknown engine', ['count', DEMO, '--engine=magic']],
    ['no workers', ['count', DEMO, '--workers=0']],
    ['no point', ['eval', DEMO]],
    ['too many arguments', ['info', DEMO, DEMO]],
  ])('%s is an error of usage, with a hint', async (_, args) => {
    const { code, stdout, stderr } = await atlas(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/--help/);
    expect(stderr).not.toMatch(/\.js:\d/);
  });
});

describe('a certificate that cannot be', () => {
  it('written, is said at once and leaves nothing', async () => {
    expectOneLine(await atlas(['count', DEMO, '--certificate=no/such/c']), 1, /no\/such\/c: no such file or directory/);
    expectOneLine(await atlas(['count', DEMO, `--certificate=${files.path}`]), 1, /is a directory/);
    const net = files.file('keep.json', layer('[[1,1]]', '[0]'));
    expectOneLine(await atlas(['count', net, '--box=0,1', `--certificate=${net}`]), 2, /is an input of this command/);
    expect(existsSync(join(files.path, '.partial'))).toBe(false);
  });

  it('read, is an error, and one that is none is refused', async () => {
    expectOneLine(await atlas(['check', DEMO, 'no/such.cert']), 1, /no such file/);
    const { code, stdout } = await atlas(['check', DEMO, files.file('no.cert', 'hello')]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^refused: [^\n]+\n$/);
  });
});
