/**
 * `relu-atlas verify` as a user calls it, in all of its forms. Expected answers: the networks are |x|, 2|x| and x, whose values
 * everyone knows; the tiny networks of VNN-COMP with the answers that their folder states.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { chain, onnxBytes } from '../support/generators/onnx-models.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const layers = (...list: { weights: number[][]; bias: number[] }[]) => JSON.stringify({ layers: list });
/** |x| times a factor. */
const absolute = (factor: number) =>
  layers({ weights: [[1], [-1]], bias: [0, 0] }, { weights: [[factor, factor]], bias: [0] });
const ABS = files.file('abs.json', absolute(1));
const TWICE = files.file('twice.json', absolute(2));
/** (x, y) -> (x + y, x - y, 0) on the positive quadrant and further. */
const THREE = files.file(
  'three.json',
  layers(
    {
      weights: [
        [1, 1],
        [-1, -1],
        [1, -1],
        [-1, 1],
      ],
      bias: [0, 0, 0, 0],
    },
    {
      weights: [
        [1, -1, 0, 0],
        [0, 0, 1, -1],
        [0, 0, 0, 0],
      ],
      bias: [0, 0, 0],
    },
  ),
);

/** |x + y| */
const SUM = files.file(
  'sum.json',
  layers(
    {
      weights: [
        [1, 1],
        [-1, -1],
      ],
      bias: [0, 0],
    },
    { weights: [[1, 1]], bias: [0] },
  ),
);

const query = (name: string, text: string) => files.file(`${name}.vnnlib`, text);
const ONE = '(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 -1))(assert (<= X_0 1))';
const SAT = query('sat', `${ONE}(assert (>= Y_0 1))`);
const UNSAT = query('unsat', `${ONE}(assert (> Y_0 1))`);

async function json(args: readonly string[], code = 0) {
  const outcome = await atlas([...args, '--format=json', '--quiet']);
  const complaints = outcome.stderr.replaceAll(/^relu-atlas: warning: .*\n/gm, '');
  expect({ code: outcome.code, complaints }).toEqual({ code, complaints: '' });
  const answer = JSON.parse(outcome.stdout);
  // Whatever was asked, the answer says what it answers, and in which form.
  expect(answer).toMatchObject({ answer: args[0], version: 2 });
  return answer;
}

describe('a network and a query', () => {
  it('sat has the point, its outputs, the slack of every condition, and what float32 makes of it', async () => {
    const out = join(files.path, 'found.counterexample');
    const report = await json(['verify', ABS, SAT, '--counterexample', out]);
    const { verdict, counterexample, query: asked } = report;
    expect(verdict).toBe('sat');
    expect(Math.abs(counterexample.input[0])).toBe(1);
    expect(counterexample.output).toEqual([1]);
    // x + 1, 1 - x, y - 1
    expect([...counterexample.slack].sort()).toEqual([0, 0, 2]);
    expect(counterexample.float32).toEqual({ holds: 'replay', output: [1] });
    expect(asked).toMatchObject({ version: '1.0', disjuncts: 1 });
    for (const key of ['seconds', 'nodes', 'cells']) expect(report[key]).toBeGreaterThanOrEqual(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^sat\n\(\(X_0 -?1\.0\)\n\(Y_0 1\.0\)\)\n$/);
  });

  it('says so when float32 violates in any order', async () => {
    const half = query('half', `${ONE}(assert (>= Y_0 0.5))`);
    const { counterexample } = await json(['verify', ABS, half]);
    expect(counterexample.float32.holds).toBe('any-order');
    const text = (await atlas(['verify', ABS, half])).stdout;
    expect(text).toMatch(/^sat\nanswer +sat, in float32 too \(any order\)\n/);
  });

  it('says so when no float32 point does: 1/3 is none', async () => {
    const third = query(
      'third',
      `(declare-const X_0 Real)(declare-const Y_0 Real)(assert (== X_0 (/ 1 3)))(assert (>= Y_0 0))`,
    );
    const { counterexample } = await json(['verify', ABS, third]);
    expect(counterexample).toMatchObject({ input: ['1/3'], output: ['1/3'], float32: { holds: 'none' } });
    expect((await atlas(['verify', ABS, third])).stdout).toMatch(/sat over the reals only/);
  });

  it('unsat: strict is not the same as not strict', async () => {
    const { verdict, counterexample } = await json(['verify', ABS, UNSAT]);
    expect([verdict, counterexample]).toEqual(['unsat', undefined]);
    expect((await atlas(['verify', ABS, UNSAT])).stdout).toMatch(/^unsat\n/);
  });

  it('an empty input set is unsat, an unbounded one is said', async () => {
    const empty = query('empty', `${ONE}(assert (>= X_0 2))`);
    expect(await json(['verify', ABS, empty])).toMatchObject({ verdict: 'unsat' });
    const free = query('free', '(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= Y_0 1000000))');
    const outcome = await atlas(['verify', ABS, free]);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/^sat\n/);
    expect(outcome.stderr).toBe(
      'relu-atlas: warning: not every input has a lower and an upper bound of its own in every disjunct: X_0\n',
    );
  });
});

describe('the interface of VNN-LIB 2.0', () => {
  const pair = (relation: string) => `(vnnlib-version <2.0>)
    (declare-network f (declare-input A real [1,1]) (declare-output B real [1]))
    (declare-network g (declare-input C real [1]) (declare-output D real []))
    (assert (== A[0,0] C[0])) (assert (<= -1 A[0,0])) (assert (<= A[0,0] 1))
    (assert ${relation})`;

  it('prints the answer, then every tensor with its elements', async () => {
    const file = query('pair', pair('(>= (- D B[0]) 1)'));
    const { code, stdout } = await atlas(['verify', file, '--network', `f=${ABS}`, '--network', `g=${TWICE}`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^sat\nA real \[1,1\]\n(-?1\.0)\nB real \[1\]\n1\.0\nC real \[1\]\n\1\nD real \[\]\n2\.0\n$/,
    );
  });

  it('prints unsat alone', async () => {
    const file = query('pair-unsat', pair('(> (- D B[0]) 1)'));
    const { stdout, stderr } = await atlas(['verify', file, '--network', `f=${ABS}`, '--network', `g=${TWICE}`]);
    expect([stdout, stderr]).toEqual(['unsat\n', '']);
  });

  it('a network beside the query is the one that it declares', async () => {
    const file = query(
      'single',
      '(declare-network n (declare-input A real [1]) (declare-output B real [1]))(assert (< B[0] 0))',
    );
    expect(await json(['verify', ABS, file])).toMatchObject({ verdict: 'unsat' });
  });

  it('an error goes to stderr, and the answer is none', async () => {
    const file = query('typed', pair('(<= D 1)').replaceAll('real', 'float32'));
    const { code, stdout, stderr } = await atlas(['verify', file, '--network', `f=${ABS}`, '--network', `g=${ABS}`]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^relu-atlas: .*typed\.vnnlib: declarations: .*float32, whose rounding is not analysed.*\n$/,
    );
    const reals = ['--network', `f=${ABS}`, '--network', `g=${ABS}`, '--over-reals', '--quiet'];
    expect((await atlas(['verify', file, ...reals])).stdout).toMatch(/^sat\nA float32 \[1,1\]\n/);
  });

  it.each([
    ['--vnnlib-versions', '2.0\n2.1\n'],
    ['--onnx-element-types', 'real\n'],
    ['--hidden-node-theories', 'NH\nH\n'],
    ['--multiple-input-output-theories', 'SIO\nMIO\n'],
    ['--multiple-network-theories', 'SNET\nMENET\nMINET\nMNET\n'],
    ['--multiple-node-comparison-theories', 'SNC\nMNC\n'],
    ['--arithmetic-complexity-theories', 'BND\nCOUT\nLIN\n'],
    ['--unsat-proofs', 'true\n'],
    ['--serialise-assignments', 'false\n'],
    ['--hidden-nodes', 'true\n'],
    ['--multiple-networks', 'true\n'],
  ])('supports %s', async (question, answer) => {
    expect(await atlas(['supports', question])).toEqual({ code: 0, stdout: answer, stderr: '' });
  });

  it('supports lists opsets and operators', async () => {
    expect((await atlas(['supports', '--onnx-opset-versions'])).stdout).toBe('1\n24\n');
    expect((await atlas(['supports', '--onnx-operators'])).stdout.split('\n')).toEqual(
      expect.arrayContaining(['Conv', 'Gemm', 'MatMul', 'Relu']),
    );
  });
});

describe('robustness in one line', () => {
  // At (2, 1) the outputs are 3, 1, 0. x - y reaches x + y where y <= 0, 0 where x + y <= 0.
  const around = ['verify', THREE, '--around=2,1'];

  it('the class is kept within a smaller radius and lost at the exact one', async () => {
    expect(await json([...around, '--radius=999/1000'])).toMatchObject({ verdict: 'unsat' });
    expect(await json([...around, '--radius=1'])).toMatchObject({ verdict: 'sat' });
    expect(await json([...around, '--radius=1', '--class=0'])).toMatchObject({ verdict: 'sat' });
  });

  it('inputs may be kept in a box, and the question in a file', async () => {
    const kept = join(files.path, 'kept.vnnlib');
    const report = await json([...around, '--radius=1', '--box=1/2,3', '--write-query', kept]);
    expect(report.verdict).toBe('unsat');
    expect(await json(['verify', THREE, kept])).toMatchObject({ verdict: 'unsat' });
  });
});

describe('exact optima', () => {
  // Around (2, 1): x + y = 3, x - y = 1, 0. The first is caught up with where y = 0, at distance 1.
  it('the largest radius, with the point that attacks and a proof that is accepted', async () => {
    const [proof, asked] = [join(files.path, 'radius.cert'), join(files.path, 'radius.vnnlib')];
    const named = ['--certificate', proof, '--write-query', asked];
    const { radius, at } = await json(['verify', THREE, '--around=2,1', '--largest', ...named]);
    expect(radius).toBe(1);
    expect(at.input[1]).toBe(0);
    expect(Math.abs(at.input[0] - 2)).toBeLessThanOrEqual(1);
    expect(await json(['check', THREE, proof, '--property', asked])).toMatchObject({ accepted: true });
    expect((await atlas(['check', ABS, proof, '--property', asked])).code).toBe(1);
  });

  it('the margin: |x| on [-1, 1] stays 2 below 3, and exceeds 1/4 by 3/4', async () => {
    const at = (bound: string) => query(`margin-${bound.length}`, `${ONE}(assert (>= Y_0 ${bound}))`);
    expect(await json(['verify', ABS, at('3'), '--margin'])).toMatchObject({ margin: 2, at: { output: [1] } });
    expect(await json(['verify', ABS, at('0.25'), '--margin'])).toMatchObject({ margin: -0.75, at: { output: [1] } });
  });

  it('a function that grows without end has no margin, an empty set none either', async () => {
    const free = query('margin-free', '(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= Y_0 1))');
    expect(await json(['verify', ABS, free, '--margin'])).toMatchObject({ outcome: 'unbounded' });
    const none = query('margin-none', `${ONE}(assert (>= X_0 2))(assert (>= Y_0 1))`);
    expect(await json(['verify', ABS, none, '--margin'])).toMatchObject({ outcome: 'empty' });
  });
});

describe('a proof of a query', () => {
  it('is accepted for that query and network, and for no other', async () => {
    const proof = join(files.path, 'unsat.cert');
    const report = await json(['verify', ABS, UNSAT, '--certificate', proof]);
    expect(report.certificate).toMatchObject({ file: proof });
    expect(await json(['check', ABS, proof, '--property', UNSAT])).toMatchObject({ accepted: true });
    expect(await json(['check', ABS, proof, '--property', SAT], 3)).toMatchObject({ accepted: false });
    expect(await json(['check', TWICE, proof, '--property', UNSAT], 3)).toMatchObject({ accepted: false });
    const alone = await atlas(['check', ABS, proof]);
    expect(alone).toMatchObject({ code: 2, stdout: '' });
    expect(alone.stderr).toContain('got the proof of a query; add --property QUERY');
  });

  it('is not written over what is read', async () => {
    const outcome = await atlas(['verify', ABS, UNSAT, '--certificate', ABS]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/--certificate: .*abs\.json is an input/);
  });
});

describe('a report on a query', () => {
  it('has the answer, the tree of the proof and a picture', async () => {
    const out = join(files.path, 'report.html');
    const square = query(
      'on-a-square',
      `(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)
      (assert (and (<= 0 X_0 2) (<= -1 X_1 1)))(assert (>= Y_0 1))`,
    );
    const { verdict, depths, file, margin } = await json(['report', SUM, '--verify', square, '--out', out]);
    expect([verdict, depths, file]).toEqual(['sat', [], out]);
    // The greatest value is 3, at a corner.
    expect(margin).toMatchObject({ value: -2, at: { output: [3] } });
    const html = readFileSync(out, 'utf8');
    expect(html).toContain('-2 (exact): the conditions on outputs hold somewhere, by at most so much');
    expect(html).toContain('Where it is unsafe');
    expect(html).toMatch(/<svg[^>]*aria-label="\d+ cells of the partition, \d+ polygons of them unsafe\."/);
    const safe = query(
      'safe',
      `(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)
      (assert (and (<= 0 X_0 2) (<= -1 X_1 1)))(assert (> Y_0 3))`,
    );
    const report = await json(['report', SUM, '--verify', safe, '--out', out]);
    expect(report.verdict).toBe('unsat');
    expect(report.depths.length).toBeGreaterThan(0);
    expect(report.margin).toMatchObject({ value: 0, at: { output: [3] } });
    expect(readFileSync(out, 'utf8')).toContain('with equality, and nowhere by more');
  });
});

/** The area of the polygons of a path, in square pixels. */
function areaOf(path: string): number {
  return path.split('Z').reduce((sum, polygon) => {
    const corners = polygon.replace('M', '').split('L').filter(Boolean);
    const points = corners.map((corner) => corner.split(',').map(Number) as [number, number]);
    const twice = points.reduce((a, [x, y], i) => {
      const [u, v] = points[(i + 1) % points.length]!;
      return a + x * v - u * y;
    }, 0);
    return sum + Math.abs(twice) / 2;
  }, 0);
}

const pathsOf = (svg: string, kind: string) =>
  [...svg.matchAll(new RegExp(`class="${kind}"[^>]* d="([^"]*)"`, 'g'))].map(([, path]) => path!);

describe('the picture of a report on a query', () => {
  it('shows the unsafe part of the square: x0 + x1 >= 1 is half of it', async () => {
    const square = query(
      'half-of-a-square',
      `(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)
      (assert (and (<= 0 X_0 2) (<= -1 X_1 1)))(assert (>= Y_0 1))`,
    );
    const names = ['svg', 'png', 'pdf'].map((kind) => join(files.path, `unsafe.${kind}`));
    const [svg, png, pdf] = names as [string, string, string];
    const out = join(files.path, 'square.html');
    const report = await json([
      'report',
      SUM,
      '--verify',
      square,
      '--out',
      out,
      '--svg',
      svg,
      '--png',
      png,
      '--pdf',
      pdf,
    ]);
    expect(report.pictures).toEqual(names);
    const text = readFileSync(svg, 'utf8');
    const [, side] = /<rect x="62" y="30" width="(\d+)" height="\1" fill="none"/.exec(text)!;
    const [unsafe] = pathsOf(text, 'unsafe');
    expect(areaOf(unsafe!) / Number(side) ** 2).toBeCloseTo(0.5, 3);
    // The counterexample is marked where it is.
    const [, x, y] = /class="point" cx="([\d.]+)" cy="([\d.]+)"/.exec(text)!.map(Number);
    const [x0, x1] = report.counterexample.input.map(Number);
    expect([(2 * (x! - 62)) / Number(side), 1 - (2 * (y! - 30)) / Number(side)]).toEqual([
      expect.closeTo(x0, 2),
      expect.closeTo(x1, 2),
    ]);
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');
    expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('of three inputs shows three planes through the point where the margin is attained', async () => {
    // y = |x0| + |x1| + |x2| - 1 is at most 2 on the cube, at its corners.
    const sum = files.file(
      'sum-of-three.json',
      JSON.stringify({
        format: 'relu-atlas-network',
        version: 1,
        inputs: 3,
        layers: [
          {
            weights: [
              [1, 0, 0],
              [0, 1, 0],
              [0, 0, 1],
            ],
            bias: [0, 0, 0],
            activation: 'abs',
          },
          { weights: [[1, 1, 1]], bias: [-1], activation: 'linear' },
        ],
      }),
    );
    const cube = query(
      'cube',
      `(declare-const X_0 Real)(declare-const X_1 Real)(declare-const X_2 Real)(declare-const Y_0 Real)
      (assert (and (<= -1 X_0 1) (<= -1 X_1 1) (<= -1 X_2 1)))(assert (> Y_0 2))`,
    );
    const svg = join(files.path, 'cube.svg');
    const report = await json(['report', sum, '--verify', cube, '--out', join(files.path, 'cube.html'), '--svg', svg]);
    expect(report.verdict).toBe('unsat');
    const text = readFileSync(svg, 'utf8');
    expect(text).toContain('where the margin is attained, through which the planes lie');
    const planes = [...text.matchAll(/inputs (\d) and (\d), input (\d) = (-?\d)</g)].map((m) =>
      m.slice(1, 5).map(Number),
    );
    const corner = report.margin.at.input.map(Number);
    expect(planes).toEqual([
      [0, 1, 2, corner[2]],
      [0, 2, 1, corner[1]],
      [1, 2, 0, corner[0]],
    ]);
  });

  it('is refused in one line, before anything is written, where there cannot be one', async () => {
    const [out, svg] = [join(files.path, 'none.html'), join(files.path, 'none.svg')];
    const outcome = await atlas(['report', ABS, '--verify', SAT, '--out', out, '--svg', svg]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^relu-atlas: --svg: expected two or three inputs to draw, got 1; drop --svg\n$/);
    expect([out, svg].some((file) => existsSync(file))).toBe(false);
  });
});

describe('a network exported with a batch of 4', () => {
  // max(0, x) of each item.
  const BATCH = files.file('batch.onnx', onnxBytes({ nodes: chain(['Relu']), input: [4, 1] }));
  const ABOVE = query('above', `${ONE}(assert (>= Y_0 1.5))`);
  const FOUR = query(
    'four',
    `${[0, 1, 2, 3].map((i) => ONE.replaceAll('_0', `_${i}`)).join('')}(assert (>= (+ Y_0 Y_1 Y_2 Y_3) 3.5))`,
  );

  it('is one item where the query is about one, and all where it is about all', async () => {
    expect((await json(['verify', BATCH, ABOVE])).verdict).toBe('unsat');
    expect((await json(['verify', BATCH, FOUR])).verdict).toBe('sat');
    const { stderr } = await atlas(['verify', BATCH, ABOVE]);
    expect(stderr).toMatch(/^relu-atlas: warning: \S*batch\.onnx: the first dimension \(4\) is a batch/);
    const all = await atlas(['verify', BATCH, ABOVE, '--batch=4']);
    expect(all).toMatchObject({ code: 1, stderr: expect.stringMatching(/expected 4 inputs/) });
  });

  it('is one item where a point or a box is given, unless all are kept', async () => {
    expect((await json(['verify', BATCH, BATCH, '--equal', '--box=-1,1'])).verdict).toBe('unsat');
    expect((await json(['verify', BATCH, '--around=1,0,0,0', '--radius=1/4', '--batch=4'])).verdict).toBe('unsat');
    expect((await atlas(['verify', BATCH, '--around=1,0,0,0', '--radius=1/4'])).code).toBe(2);
  });
});

describe('a network with the head of a classifier', () => {
  // z = (x, -x) behind a softmax; class 0 wins where x > 0. The second output is a sigmoid of x.
  const signs = { dims: [1, 2], values: [1, -1] };
  const SOFTMAX = files.file(
    'softmax.onnx',
    onnxBytes({ nodes: chain(['MatMul', ['W']], ['Softmax']), weights: { W: signs }, input: ['N', 1] }),
  );
  const SIGMOID = files.file('sigmoid.onnx', onnxBytes({ nodes: chain(['Relu'], ['Sigmoid']), input: [1, 1] }));
  const TWO =
    '(declare-const X_0 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)(assert (<= X_0 -1))(assert (>= X_0 -2))';
  const LOST = query('lost', `${TWO}(assert (>= Y_0 Y_1))`);
  const HALF = query('half', `${ONE}(assert (<= Y_0 0.5))`);

  it('is asked with --head logits, and its proof is checked with it', async () => {
    const proof = join(files.path, 'head.cert');
    const text = await atlas(['verify', SOFTMAX, LOST, '--head=logits', '--certificate', proof]);
    expect(text.stdout).toMatch(/^unsat\n/);
    expect(text.stdout).toMatch(/--property \S*lost\.vnnlib --head=logits\n/);
    expect(text.stderr).toMatch(/Softmax is cut off, the outputs are its logits/);
    const accepted = await atlas(['check', SOFTMAX, proof, '--property', LOST, '--head=logits']);
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringMatching(/^accepted/) });
    const without = await atlas(['check', SOFTMAX, proof, '--property', LOST]);
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('--head logits') });
  });

  it('a sigmoid is at most 1/2 where its logit is at most 0, and below it where it is negative: max(0, x) never is', async () => {
    const { verdict, counterexample } = await json(['verify', SIGMOID, HALF, '--head=logits']);
    expect({ verdict, output: counterexample.output }).toEqual({ verdict: 'sat', output: [0] });
    const below = query('below', `${ONE}(assert (< Y_0 0.5))`);
    expect((await json(['verify', SIGMOID, below, '--head=logits'])).verdict).toBe('unsat');
  });

  it('the class of a point is that of its logits', async () => {
    const around = ['verify', SOFTMAX, '--around=1', '--head=logits'];
    expect((await json([...around, '--radius=0.999'])).verdict).toBe('unsat');
    expect((await json([...around, '--radius=1'])).verdict).toBe('sat');
    expect((await json([...around, '--largest'])).radius).toBe(1);
  });

  it('inputs, shapes and values of the graph are chosen as for every command', async () => {
    const { verdict } = await json(['verify', SOFTMAX, LOST, '--output=v1', '--input=x', '--input-shape=1,1']);
    expect(verdict).toBe('unsat');
  });

  it.each([
    [
      'a probability',
      ['verify', SOFTMAX, query('p', `${TWO}(assert (>= Y_0 0.9))`), '--head=logits'],
      1,
      /behind a softmax only/,
    ],
    ['no head', ['verify', ABS, SAT, '--head=logits'], 1, /--head: .*drop it/],
    [
      'outputs of the file',
      ['verify', SIGMOID, HALF, '--head=logits', '--counterexample', join(files.path, 'none.txt')],
      2,
      /--counterexample: its Y are what the file computes/,
    ],
  ])('%s is refused in one line', async (_, args, code, says) => {
    const outcome = await atlas([...args, '--quiet']);
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' });
    expect(outcome.stderr).toMatch(says);
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('two networks', () => {
  it('are equal but for so much, or not', async () => {
    const compare = (...more: string[]) => json(['verify', ABS, TWICE, '--equal', '--box=-1,1', ...more]);
    expect(await compare()).toMatchObject({ verdict: 'sat' });
    expect(await compare('--within=1')).toMatchObject({ verdict: 'unsat' });
    expect(await compare('--within=0.999')).toMatchObject({ verdict: 'sat' });
    expect(await json(['verify', ABS, ABS, '--equal', '--whole'])).toMatchObject({ verdict: 'unsat' });
  });

  it('one is at least the other, or not', async () => {
    expect(await json(['verify', TWICE, ABS, '--at-least', '--box=-1,1'])).toMatchObject({ verdict: 'unsat' });
    const { verdict, counterexample } = await json(['verify', ABS, TWICE, '--at-least', '--box=-1,1']);
    expect(verdict).toBe('sat');
    // Both inputs of the query, and both outputs.
    expect(counterexample.input[0]).toBe(counterexample.input[1]);
    expect(counterexample.output[1]).toBe(2 * counterexample.output[0]);
  });
});

describe('a benchmark', () => {
  const folder = join(files.path, 'bench');
  mkdirSync(folder);
  for (const [name, text] of [
    ['abs.json', absolute(1)],
    ['sat.vnnlib', `${ONE}(assert (>= Y_0 1))`],
    ['unsat.vnnlib', `${ONE}(assert (> Y_0 1))`],
    ['odd.vnnlib', '(declare-const X_0 Real)(assert (<= Z 1))'],
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
  const list = join(folder, 'instances.csv');
  writeFileSync(
    list,
    'onnx,vnnlib,timeout\nabs.json,unsat.vnnlib,10\nabs.json,odd.vnnlib,10\nno.onnx,sat.vnnlib,10\nabs.json,sat.vnnlib,10\n',
  );

  it('has a row for each, in order; what failed says why in its row', async () => {
    const { rows, summary } = await json(['verify', '--instances', list], 1);
    expect(
      rows.map((row: { network: string; property: string; verdict: string }) => [
        row.network,
        row.property,
        row.verdict,
      ]),
    ).toEqual([
      ['abs.json', 'unsat.vnnlib', 'unsat'],
      ['abs.json', 'odd.vnnlib', 'error'],
      ['no.onnx', 'sat.vnnlib', 'error'],
      ['abs.json', 'sat.vnnlib', 'sat'],
    ]);
    expect(rows[1].error).toMatch(/odd\.vnnlib: line 1: expected a declared variable/);
    expect(rows[2].error).toMatch(/no\.onnx: no such file/);
    expect(summary).toMatchObject({ unsat: 1, sat: 1, unknown: 0, error: 2 });
  });

  it('writes a table in four forms, and counterexamples', async () => {
    const out = join(files.path, 'results');
    const { code, stdout, stderr } = await atlas(['verify', '--instances', list, '--out', out, '--quiet']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^network +property +verdict/);
    expect(stdout).toMatch(/1 unsat, 1 sat, 0 unknown, 2 errors in/);
    expect(stderr).toMatch(/written: .*results\.json.*results\.html/);
    for (const name of ['results.json', 'results.csv', 'results.txt', 'results.html'])
      expect(existsSync(join(out, name))).toBe(true);
    expect(existsSync(join(out, 'progress.jsonl'))).toBe(false);
    expect(readFileSync(join(out, 'results.csv'), 'utf8')).toMatch(/^abs\.json,unsat\.vnnlib,unsat,[\d.]+\n/);
    expect(readdirSync(join(out, 'counterexamples'))).toEqual(['004_abs_sat.counterexample']);
    expect(readFileSync(join(out, 'results.html'), 'utf8')).toContain('1 unsat, 1 sat');
  });

  it('is verified as a whole: proofs by the checker, points exactly; what was changed is refused', async () => {
    const answerable = join(folder, 'answerable.csv');
    writeFileSync(answerable, 'abs.json,unsat.vnnlib,10\nabs.json,sat.vnnlib,10\n');
    const out = join(files.path, 'answers');
    expect((await atlas(['verify', '--instances', answerable, '--out', out, '--quiet'])).code).toBe(0);
    const check = ['check', '--instances', answerable, '--results', out];
    const outcomes = async (code: number) =>
      (await json(check, code)).rows.map((row: { outcome: string; reason?: string }) => [row.outcome, row.reason]);
    expect(await outcomes(0)).toEqual([
      ['accepted', undefined],
      ['accepted', undefined],
    ]);
    const { stdout } = await atlas([...check, '--quiet']);
    expect(stdout).toMatch(/2 accepted \(1 proofs of unsat, 1 points of sat\), 0 refused/);
    // |1/2| is none of |x| >= 1.
    const table = join(out, 'results.json');
    const honest = readFileSync(table, 'utf8');
    const { rows } = JSON.parse(honest);
    const changed = { ...rows[1], counterexample: { ...rows[1].counterexample, input: [0.5] } };
    writeFileSync(table, JSON.stringify({ rows: [rows[0], changed] }));
    expect(await outcomes(3)).toEqual([
      ['accepted', undefined],
      ['refused', 'the point is not in the unsafe set'],
    ]);
    // The proof of one query proves no other.
    writeFileSync(table, JSON.stringify({ rows: [rows[0], { ...rows[0], property: 'sat.vnnlib' }] }));
    expect((await outcomes(3))[1]).toMatchObject(['refused', expect.stringMatching(/unsafe set|property|another/)]);
    writeFileSync(table, JSON.stringify({ rows: [rows[0], { ...rows[1], verdict: 'unknown' }] }));
    expect((await outcomes(4))[1]![0]).toBe('none');
    writeFileSync(table, JSON.stringify({ rows: [rows[1]] }));
    expect(await atlas([...check, '--quiet'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/expected the rows of/),
    });
    writeFileSync(table, '{"rows":');
    expect(await atlas([...check, '--quiet'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/write it again/),
    });
    writeFileSync(table, honest);
    rmSync(join(out, 'certificates'), { recursive: true });
    expect((await outcomes(3))[0]![1]).toMatch(/no such file/);
  });

  it('continues where it stopped, with rows whose files are there', async () => {
    const out = join(files.path, 'resumed');
    mkdirSync(out);
    await atlas(['verify', '--instances', list, '--out', out, '--quiet']);
    // A journal as an interrupted run leaves it, with a mark on the first row and a line that was cut off.
    const { rows } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
    const first = await keysOf(list, out);
    const marked = { ...rows[0], nodes: 12345 };
    const gone = { ...rows[3], nodes: 54321, counterexample: { ...rows[3].counterexample, file: join(out, 'gone') } };
    const lines = [
      first.head,
      JSON.stringify({ key: first.keys[0], row: marked }),
      JSON.stringify({ key: first.keys[3], row: gone }),
      '{"key":"cut',
    ];
    writeFileSync(join(out, 'progress.jsonl'), lines.join('\n'));
    await atlas(['verify', '--instances', list, '--out', out, '--quiet']);
    const again = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
    expect(again.rows[0].nodes).toBe(12345);
    expect(again.rows[3].nodes).not.toBe(54321);
  });
});

/** The head and keys that a run writes: one with a row that never ends is stopped. */
async function keysOf(list: string, out: string): Promise<{ head: string; keys: string[] }> {
  const { createHash } = await import('node:crypto');
  const digest = (file: string) =>
    existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
  const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'));
  const settings = { version, list, timeout: null, reading: '', overReals: false };
  const head = JSON.stringify({ schema: 'relu-atlas-verify-progress', settings });
  const keys = readFileSync(list, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line, i) => {
      const [network = '', property = '', timeout = ''] = line.split(',');
      const folder = join(list, '..');
      return [
        i,
        network,
        property,
        Number(timeout),
        digest(join(folder, network)),
        digest(join(folder, property)),
      ].join(' ');
    });
  expect(out).not.toBe('');
  return { head, keys };
}

const COMP = fileURLToPath(new URL('../../../shared/data/vnncomp_test/', import.meta.url));

describe.skipIf(!existsSync(COMP))('the test networks of VNN-COMP (skipped without ../shared/data)', () => {
  it.each([
    ['test_nano', 'test_nano', 'unsat'],
    ['test_tiny', 'test_tiny', 'unsat'],
    ['test_small', 'test_small', 'unsat'],
    ['test_sat', 'test_prop', 'sat'],
  ])('%s is %s', async (net, property, expected) => {
    expect(await json(['verify', `${COMP}${net}.onnx`, `${COMP}${property}.vnnlib`])).toMatchObject({
      verdict: expected,
    });
  });
});

it('a domain says that it leaves out what a property says of outputs', async () => {
  const { code, stderr } = await atlas(['count', ABS, '--domain', SAT]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/warning: .*sat\.vnnlib: only its conditions on the inputs are used.*`verify` decides these/);
});

/** Bad input: one clear line, exit 1 for files and 2 for usage, nothing on stdout. */
describe('a bad question is one line', () => {
  const onnx = files.file('deep.onnx', onnxBytes({ nodes: chain(['Sigmoid']), input: [1, 2] }));
  const wide = query('wide', '(declare-const X_0 Real)(declare-const X_1 Real)(assert (<= X_0 1))');
  it.each<[string, number, readonly string[], RegExp]>([
    ['no files', 2, ['verify'], /expected NET QUERY\.vnnlib/],
    ['a network alone', 2, ['verify', ABS], /expected a query beside .*abs\.json/],
    ['a query alone', 2, ['verify', SAT], /expected a network for .*--network f=NET/],
    ['the wrong order', 2, ['verify', SAT, ABS], /a network, then a query/],
    ['three files', 2, ['verify', ABS, SAT, SAT], /got 3 files/],
    ['another number of inputs', 1, ['verify', ABS, wide], /wide\.vnnlib: declarations: expected 1 inputs X_i/],
    ['a network that is not there', 1, ['verify', 'no.onnx', SAT], /no\.onnx: no such file/],
    ['a network that cannot be read', 1, ['verify', onnx, wide], /deep\.onnx: .*Sigmoid/],
    ['a query that is not there', 1, ['verify', ABS, 'no.vnnlib'], /no\.vnnlib: no such file/],
    [
      'a nonlinear term',
      1,
      ['verify', ABS, query('square', `${ONE}(assert (<= (* X_0 Y_0) 1))`)],
      /line 1: expected a linear term/,
    ],
    [
      'an undeclared variable',
      1,
      ['verify', ABS, query('foreign', `${ONE}(assert (<= X_7 1))`)],
      /a declared variable/,
    ],
    ['a network name without a file', 2, ['verify', SAT, '--network', 'f'], /expected NAME=FILE/],
    [
      'a network that the query lacks',
      1,
      [
        'verify',
        query('f', '(declare-network f (declare-input A real [1]) (declare-output B real [1]))'),
        '--network',
        `g=${ABS}`,
      ],
      /expected files for f, got one for g/,
    ],
    ['a timeout of nothing', 2, ['verify', ABS, SAT, '--timeout=0'], /a number of seconds above 0/],
    ['a radius alone', 2, ['verify', ABS, SAT, '--radius=1'], /--radius: means something only with --around/],
    [
      'a box beside a query',
      2,
      ['verify', ABS, SAT, '--box=0,1'],
      /--box: means something only with --around or --equal or --at-least/,
    ],
    ['a point of another space', 2, ['verify', THREE, '--around=1', '--radius=1'], /--around: expected 2 coordinates/],
    ['no radius', 2, ['verify', THREE, '--around=1,1'], /either --radius or --largest/],
    [
      'a negative radius',
      2,
      ['verify', THREE, '--around=2,1', '--radius=-1'],
      /--radius: expected a number of at least 0/,
    ],
    [
      'a class that is none',
      2,
      ['verify', THREE, '--around=2,1', '--radius=1', '--class=3'],
      /--class: expected one of the outputs 0 to 2/,
    ],
    ['a point between classes', 2, ['verify', THREE, '--around=0,0', '--radius=1'], /several outputs are greatest/],
    ['networks of two shapes', 2, ['verify', ABS, THREE, '--equal', '--box=0,1'], /compare networks of one shape/],
    ['one network to compare', 2, ['verify', ABS, '--equal', '--box=0,1'], /expected two networks, got 1/],
    ['no domain to compare on', 2, ['verify', ABS, TWICE, '--equal'], /has no domain of its own/],
    ['a list that is not there', 1, ['verify', '--instances', 'no.csv'], /no\.csv: no such file/],
    [
      'a list with an odd row',
      1,
      ['verify', '--instances', files.file('odd.csv', 'a,b,1\nc,d\n')],
      /odd\.csv: line 2: expected network,query,seconds/,
    ],
    ['an empty list', 1, ['verify', '--instances', files.file('none.csv', '\n')], /expected rows/],
    ['two questions to supports', 2, ['supports', '--unsat-proofs', '--hidden-nodes'], /expected one question, got 2/],
  ])('%s', async (_, code, args, says) => {
    const outcome = await atlas(args);
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' });
    expect(outcome.stderr.split('\n')[0]).toMatch(/^relu-atlas: /);
    expect(outcome.stderr).toMatch(says);
    expect(outcome.stderr).not.toMatch(/internal error|\.js:\d/);
  });
});
