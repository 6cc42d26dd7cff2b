/**
 * A claim means the same in JSON, JSON Lines and NumPy files, in any type and order of axes; points and values are judged
 * exactly; and a file that is no claim is one clear line that names the place.
 */
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { dump } from 'npyjs';
import { afterAll, describe, expect, it, test } from 'vitest';
import { add, formatRational, multiply, type Rational, rational } from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { LONGEST_NUMBER } from '../../src/formats/input/numbers.js';
import { readNetwork } from '../../src/formats/read.js';
import { evaluateExact, jacobianExact } from '../../src/network/evaluate.js';
import { claimOfJson } from '../../src/oracle/claims/json.js';
import { compareClaim } from '../../src/oracle/compare/claim.js';
import type { PointsVerdict, ValuesVerdict, Verdict } from '../../src/oracle/compare/verdict.js';
import { holdsLater } from '../support/generators/holds.js';
import { tinyProblem } from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { HALF } from '../support/references/claims.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const NET = files.file(
  'net.json',
  '{"layers":[{"weights":[[1,0],[0,1],[1,1]],"bias":[0,0,-0.5]},{"weights":[[1,2,3]],"bias":[0.25]}]}',
);
/** Seven cells of three lines on [-1, 1]^2; bits of x > 0, y > 0, x + y > 1/2. */
const PATTERNS = ['000', '010', '011', '100', '101', '110', '111'];

const head = (claim: string, rest: object) => ({ format: 'relu-atlas-claim', version: 1, claim, ...rest });
const json = (name: string, claim: string, rest: object) => files.file(name, JSON.stringify(head(claim, rest)));
const compareFile = (file: string, ...more: string[]) => atlas(['compare', NET, file, '--box=-1,1', ...more]);

type Typed = Int8Array | Uint8Array | Float32Array | Float64Array | Int32Array | BigInt64Array;

/** A .npy file; npyjs writes arrays in C order, and the header is changed for the others. */
function npy(data: Typed, shape: number[], change: (header: string) => string = (header) => header): Uint8Array {
  const bytes = new Uint8Array(dump(data, shape));
  const text = new TextDecoder('latin1').decode(bytes);
  const end = text.indexOf('\n') + 1;
  const before = text.slice(10, end);
  // The header keeps its length: spaces before the newline make room.
  const changed = change(before)
    .trimEnd()
    .padEnd(before.length - 1);
  if (changed.length !== before.length - 1) throw new Error(`header: no room for ${changed}`);
  const header = new TextEncoder().encode(`${changed}\n`);
  return Uint8Array.from([...bytes.subarray(0, 10), ...header, ...bytes.subarray(end)]);
}

const asFortran = (header: string) => header.replace("'fortran_order':False", "'fortran_order':True");
const bits = PATTERNS.flatMap((text) => [...text].map(Number));
const columns = [0, 1, 2].flatMap((j) => PATTERNS.map((text) => Number(text[j])));

describe('the same patterns agree however they are written', () => {
  const signs = bits.map((bit) => 2 * bit - 1);
  const cases: readonly (readonly [string, string, string | Uint8Array])[] = [
    ['JSON texts', 'a.json', JSON.stringify(head('patterns', { patterns: PATTERNS }))],
    [
      'JSON Lines',
      'a.jsonl',
      [head('patterns', {}), ...PATTERNS, ''].map((v) => (v === '' ? '' : JSON.stringify(v))).join('\n'),
    ],
    ['int8', 'int8.npy', npy(Int8Array.from(bits), [7, 3])],
    ['int8 signs', 'signs.npy', npy(Int8Array.from(signs), [7, 3])],
    ['bool', 'bool.npy', npy(Uint8Array.from(bits), [7, 3], (h) => h.replace('|u1', '|b1'))],
    ['int64', 'int64.npy', npy(BigInt64Array.from(bits, BigInt), [7, 3])],
    ['float32', 'float32.npy', npy(Float32Array.from(bits), [7, 3])],
    ['float64 in Fortran order', 'fortran.npy', npy(Float64Array.from(columns), [7, 3], asFortran)],
    [
      'bool in Fortran order',
      'fortran-bool.npy',
      npy(Uint8Array.from(columns), [7, 3], (h) => asFortran(h.replace('|u1', '|b1'))),
    ],
    ['.npz', 'a.npz', zipSync({ 'patterns.npy': npy(Int32Array.from(bits), [7, 3]) })],
  ];

  it.each(cases)('%s', async (_, name, content) => {
    const { code, stdout, stderr } = await compareFile(files.file(name, content), '--format=json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'patterns',
      agrees: true,
      cells: 7,
      matched: 7,
      rule: 'by pattern',
    });
    expect(code).toBe(0);
  });
});

describe('exit codes and words', () => {
  it('a right count is 0, a wrong one 3, and what else there are so many of is said', async () => {
    const right = await compareFile(json('seven.json', 'count', { of: 'cells', count: 7 }));
    expect(right).toMatchObject({ code: 0, stderr: '' });
    expect(right.stdout).toMatch(/verdict +the claim agrees \(exact\)/);
    // The network is the map of each of the 7 patterns: all differ, as the weights 1, 2, 3 of the output do.
    const wrong = await compareFile(json('maps.json', 'count', { of: 'maps', count: 8 }));
    expect(wrong).toMatchObject({ code: 3, stderr: '' });
    expect(wrong.stdout).toMatch(/exact +7 maps/);
    const numpy = await compareFile(
      files.file('count.npz', zipSync({ 'count_cells.npy': npy(Int32Array.of(7), [1]) })),
    );
    expect(numpy.code).toBe(0);
  });

  it('a missing cell, a phantom and a repetition are told with evidence', async () => {
    const { code, stdout } = await compareFile(
      json('wrong.json', 'patterns', { patterns: ['000', '010', '011', '100', '101', '110', '110', '001'] }),
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(/missing +1 cell\n +\+\+\+ +around \([^)]+\), a cube of side/);
    // x <= 0 and y <= 0 leave x + y - 1/2 below 0: -x - y + (x + y - 1/2) = -1/2.
    expect(stdout).toMatch(
      /#7 --\+ +nowhere: n0:2 - n0:0 - n0:1 <= -0\.5 on the domain|#7 --\+ +nowhere: - n0:0 - n0:1 \+ n0:2 <= -0\.5/,
    );
    expect(stdout).toMatch(/#6 \+\+- +is the cell of #5/);
  });

  it('cells as inequalities: the quadrants are no cells', async () => {
    const { code, stdout } = await compareFile(
      json('cells.json', 'cells', {
        cells: [
          {
            A: [
              [-1, 0],
              [0, -1],
            ],
            b: [0, 0],
          },
        ],
      }),
      '--format=json',
    );
    expect(code).toBe(3);
    const verdict = JSON.parse(stdout);
    // The quadrant x, y > 0 has area 1 of 4.
    expect(verdict).toMatchObject({ matched: 0, volume: { domain: 4, covered: 1, uncovered: 3, repeated: 0 } });
    expect(verdict.wrongShapes).toMatchObject({ count: 1, items: [{ claim: 0, cells: 2 }] });
  });

  it('lists are as long as asked for', async () => {
    const file = json('none.json', 'patterns', { patterns: [] });
    const { stdout } = await compareFile(file, '--list=2', '--format=json');
    expect(JSON.parse(stdout).missing.count).toBe(7);
    expect(JSON.parse(stdout).missing.items).toHaveLength(2);
    expect((await compareFile(file, '--list=-1')).code).toBe(2);
  });
});

describe('a claim that cannot be read is one line of input error', () => {
  const nan = npy(Float64Array.of(Number.NaN, 0), [1, 2]);
  const cases: readonly (readonly [string, string, string | Uint8Array, RegExp])[] = [
    ['no JSON', 'bad.json', '{', /JSON/],
    ['no claim', 'no.json', '{"box":[[0,1]]}', /claim|format/],
    ['another version', 'v2.json', JSON.stringify({ ...head('points', { points: [] }), version: 2 }), /version 1/],
    ['an unknown kind', 'kind.json', JSON.stringify(head('regions', {})), /"count", "patterns"/],
    ['an unknown key', 'key.json', JSON.stringify(head('count', { of: 'cells', count: 1, total: 2 })), /total/],
    ['a count below 0', 'negative.json', JSON.stringify(head('count', { of: 'cells', count: -1 })), /count/],
    [
      'a short pattern',
      'short.json',
      JSON.stringify(head('patterns', { patterns: ['000', '01'] })),
      /patterns\[1\].*expected 3 entries.*got 2/,
    ],
    [
      'wrong layers',
      'layers.json',
      JSON.stringify(head('patterns', { patterns: [[[0], [0, 1]]] })),
      /layers of 3 neurons, got 1, 2/,
    ],
    ['another character', 'char.json', JSON.stringify(head('patterns', { patterns: ['0x1'] })), /patterns\[0\].*0x1/],
    [
      'a sign where bits are stated',
      'sign.json',
      JSON.stringify(head('patterns', { encoding: 'binary', patterns: ['+-+', '0-1'] })),
      /state "encoding":"signs"/,
    ],
    [
      'a point of another space',
      'point.json',
      JSON.stringify(head('points', { points: [[0, 1, 2]] })),
      /points\[0\].*expected 2 numbers.*got 3/,
    ],
    [
      'a number beyond the doubles',
      'huge.json',
      `{"format":"relu-atlas-claim","version":1,"claim":"points","points":[[1e999,0]]}`,
      /points\[0\]\[0\]/,
    ],
    [
      'a huge exponent',
      'exponent.json',
      JSON.stringify(head('points', { points: [['1e99999999', 0]] })),
      /points\[0\]\[0\]/,
    ],
    [
      'unequal A and b',
      'ab.json',
      JSON.stringify(head('cells', { cells: [{ A: [[1, 0]], b: [1, 2] }] })),
      /cells\[0\].*b.*expected 1/,
    ],
    [
      'neither inequalities nor vertices',
      'shape.json',
      JSON.stringify(head('cells', { cells: [{ C: 1 }] })),
      /cells\[0\].*"A"/,
    ],
    [
      'a negative precision',
      'precision.json',
      JSON.stringify(head('points', { points: [], precision: { coordinates: -1 } })),
      /precision\.coordinates/,
    ],
    ['a bad line', 'line.jsonl', `${JSON.stringify(head('points', {}))}\n[0,0]\n[0`, /line 3/],
    ['lines without a head', 'head.jsonl', '[0,0]\n', /line 1/],
    ['NaN', 'nan.npy', nan, /points\[0\]\[0\]/],
    [
      'a truncated array',
      'cut.npy',
      npy(Float64Array.of(1, 2, 3, 4), [2, 2]).subarray(0, -8),
      /expected 2 x 2 numbers, got 3/,
    ],
    ['complex numbers', 'complex.npy', npy(Float64Array.of(1, 2), [1], (h) => h.replace('<f8', '<c16')), /dtype c16/],
    [
      'big-endian numbers',
      'big.npy',
      npy(Float64Array.of(1, 2), [1, 2], (h) => h.replace('<f8', '>f8')),
      /little-endian/,
    ],
    ['another shape', 'five.npy', npy(Float64Array.of(1, 2, 3, 4, 5), [1, 5]), /n x 3 patterns, n x 2 points/],
    ['no NumPy at all', 'text.npy', 'hello world, this is no array', /no \.npy array/],
    ['no zip', 'text.npz', 'hello', /no \.npz archive/],
    [
      'unknown arrays',
      'names.npz',
      zipSync({ 'regions.npy': npy(Float64Array.of(1), [1]) }),
      /regions.*is no array of a claim/,
    ],
    ['A without b', 'a-only.npz', zipSync({ 'A.npy': npy(Float64Array.of(1, 0), [1, 1, 2]) }), /b: is missing/],
    [
      'pre-activations',
      'pre.npz',
      zipSync({ 'patterns.npy': npy(Float64Array.of(0.3, 1, 0), [1, 3]) }),
      /claim signs, not pre-activations/,
    ],
    ['another extension', 'claim.csv', '1,2', /\.json, \.jsonl, \.npz, \.npy/],
  ];

  it.each(cases)('%s', async (_, name, content, says) => {
    const file = files.file(`bad-${name}`, content);
    const { code, stdout, stderr } = await compareFile(file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^relu-atlas: [^\n]+\n$/);
    expect(stderr).toContain(file);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/internal error/);
  });
});

/** Texts longer than half of what a reader takes are left out: sums of two are asked for, too. */
const areReadable = (values: readonly Rational[]) =>
  values.every((value) => formatRational(value).length < LONGEST_NUMBER / 2 - 10);

test('points: one inside every cell agrees; others are outside, on a crease, or in a cell that has one', () =>
  holdsLater(
    fc.asyncProperty(tinyProblem(), fc.nat(99), async ({ network, domain }, n) => {
      const { cells } = bruteForcePartition(network, domain);
      const witnesses = cells.map(({ witness }) => witness);
      fc.pre(areReadable(witnesses.flat()));
      const judge = async (points: readonly (typeof witnesses)[number][]) => {
        const claim = claimOfJson(head('points', { points: points.map((p) => p.map(formatRational)) }), network);
        return (await compareClaim(network, domain, claim, { list: 1000 })) as Verdict & PointsVerdict;
      };
      expect(await judge(witnesses)).toMatchObject({ agrees: true, cells: cells.length, matched: cells.length });
      const k = n % cells.length;
      const dropped = await judge(witnesses.filter((_, c) => c !== k));
      expect([dropped.agrees, dropped.missing.count]).toEqual([false, 1]);
      const again = await judge([...witnesses, witnesses[k]!]);
      expect(again.duplicates.items.map(({ claim, first }) => [claim, first])).toEqual([[cells.length, k]]);
      // Between two cells there is a point on a crease; it is on the segment of their witnesses, found by bisection if it is short.
      if (domain.kind === 'box') {
        const beyond = witnesses[k]!.map((_, i) => add(domain.upper[i]!, rational(1n)));
        const outside = await judge([...witnesses, beyond]);
        expect(outside.misplaced.items).toMatchObject([{ claim: cells.length, kind: 'outside the domain' }]);
      }
      const middle = witnesses[0]!.map((x, i) => multiply(HALF, add(x, witnesses[k]![i]!)));
      const verdict = await judge([middle]);
      const { pattern } = evaluateExact(network, middle);
      const inside = cells.some((cell) =>
        cell.pattern.every((signs, l) => signs.every((s, j) => s === 0 || s === pattern[l]![j])),
      );
      expect(verdict.matched).toBe(inside ? 1 : 0);
      expect(verdict.misplaced.items.map(({ kind }) => kind)).toEqual(inside ? [] : ['on a crease']);
    }),
    { seed: 8301, runs: 60 },
  ));

test('values: exact ones agree, rounded ones within the precision stated, and the largest error is found', () =>
  holdsLater(
    fc.asyncProperty(tinyProblem(), fc.integer({ min: 1, max: 999 }), async ({ network, domain }, off) => {
      const { cells } = bruteForcePartition(network, domain);
      const values = cells.map(({ witness }) => ({
        point: witness.map(formatRational),
        outputs: evaluateExact(network, witness).output,
        jacobian: jacobianExact(network, witness).jacobian,
      }));
      fc.pre(areReadable(values.flatMap(({ outputs, jacobian }) => [...outputs, ...jacobian.flat()])));
      fc.pre(areReadable(cells.flatMap(({ witness }) => witness)));
      const judge = async (items: readonly object[], precision = {}) => {
        const claim = claimOfJson(head('values', { values: items, precision }), network);
        return (await compareClaim(network, domain, claim)) as Verdict & ValuesVerdict;
      };
      const texts = values.map(({ point, outputs, jacobian }) => ({
        point,
        outputs: outputs.map(formatRational),
        jacobian: jacobian.map((row) => row.map(formatRational)),
      }));
      expect((await judge(texts)).agrees).toBe(true);
      const error = rational(BigInt(off), 1000n);
      const moved = texts.map((item, k) =>
        k === 0
          ? { ...item, outputs: [formatRational(add(values[0]!.outputs[0]!, error)), ...item.outputs.slice(1)] }
          : item,
      );
      const verdict = await judge(moved);
      expect(verdict).toMatchObject({ agrees: false, wrong: { count: 1, items: [{ claim: 0, place: 'outputs[0]' }] } });
      expect(formatRational(verdict.largest!.error)).toBe(formatRational(error));
      expect((await judge(moved, { values: formatRational(error) })).agrees).toBe(true);
      // The nearest double of an exact value is off by at most 2^-53 of it, or 2^-1075 of nothing.
      const rounded = values.map(({ point, outputs }) => ({ point, outputs: outputs.map(toDouble) }));
      if (rounded.every(({ outputs }) => outputs.every(Number.isFinite))) {
        expect((await judge(rounded, { relative: 2 ** -53, values: `1/${2n ** 1075n}` })).agrees).toBe(true);
      }
    }),
    { seed: 8302, runs: 40 },
  ));

it('a claim about a file of its own kind is read with its network', async () => {
  const { network } = await readNetwork(NET);
  expect(claimOfJson(head('count', { of: 'pieces', count: 3 }), network)).toEqual({
    kind: 'count',
    of: 'pieces',
    count: 3,
  });
});
