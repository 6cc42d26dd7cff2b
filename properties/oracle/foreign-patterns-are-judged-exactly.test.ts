/**
 * A list of patterns agrees if and only if it has every cell exactly once; otherwise each cell that is missing, each pattern
 * that is no cell and each repetition is named, with evidence that needs no trust: a point and the room around it, multipliers,
 * the face on which a pattern lives.
 */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { integersFromRationals } from '../../src/exact/integers.js';
import { rank } from '../../src/exact/rank.js';
import {
  compare,
  equal,
  formatRational,
  multiply,
  negate,
  type Rational,
  rational,
  ZERO,
} from '../../src/exact/rational.js';
import { networkOfJson } from '../../src/formats/json/network.js';
import { cube, type Domain } from '../../src/network/domain.js';
import { evaluateExact, type Pattern, type Sign } from '../../src/network/evaluate.js';
import { bends, type Network } from '../../src/network/network.js';
import { claimOfJson } from '../../src/oracle/claims/json.js';
import { compareClaim } from '../../src/oracle/compare/claim.js';
import type { MissingCell, PatternsVerdict, PhantomPattern, Verdict } from '../../src/oracle/compare/verdict.js';
import { holdsLater } from '../support/generators/holds.js';
import { anyNetwork, tinyProblem } from '../support/generators/networks.js';
import { polytopeFor } from '../support/generators/polytopes.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import {
  type Affine,
  bendingNeurons,
  combination,
  fixedIn,
  foreignPattern,
  inequalitiesOfDomain,
  largestOn,
  patternsJson,
  preactivationOn,
  provesMaximum,
  signsOfText,
  signsText,
  someBits,
  WRITINGS,
  type Writing,
  written,
} from '../support/references/claims.js';
import { primitive, strictSolution } from '../support/references/fourier-motzkin.js';
import { minimumByVertexEnumeration } from '../support/references/vertex-enumeration.js';

interface Problem {
  readonly network: Network;
  readonly domain: Domain;
}

/** Tiny networks on boxes, flat ones too, the whole space and polytopes, bounded or not. */
function problems(): fc.Arbitrary<Problem> {
  const onPolytope = anyNetwork({ inputs: 2, widths: [3, 2] }).chain((network) =>
    polytopeFor(network).map((domain) => ({ network, domain })),
  );
  return fc.oneof({ weight: 3, arbitrary: tinyProblem() }, { weight: 1, arbitrary: onPolytope });
}

/** A pattern as foreign programs see it, and whether it has no bits for neurons that do not bend. */
const bent = (network: Network, pattern: Pattern): Pattern =>
  pattern.map((signs, l) => signs.map((s, j) => (bends(network.layers[l]!.slopes[j]!) ? s : 0)));

async function judge({ network, domain }: Problem, patterns: readonly Pattern[], writing: Writing, list = 1000) {
  const json = patternsJson(
    patterns.map((pattern) => written(pattern, writing)),
    writing,
  );
  const claim = claimOfJson(JSON.parse(JSON.stringify(json)), network);
  return (await compareClaim(network, domain, claim, { list })) as Verdict & PatternsVerdict;
}

/** Whether a pattern of sides is that of a cell, whose zeros allow anything. */
const isCell = (cell: Pattern, sides: Pattern) =>
  cell.every((signs, l) => signs.every((s, j) => s === 0 || s === sides[l]![j]));

/** sign * pre-activation for every neuron that bends. */
function rowsOf(network: Network, sides: Pattern): Affine[] {
  return bendingNeurons(network).flatMap(([l, j]) => {
    const own = preactivationOn(network, sides, l, j);
    const side = sides[l]![j]!;
    const flipped = () => combination([[rational(-1n), own]], network.inputs);
    return side > 0 ? [own] : side < 0 ? [flipped()] : [own, flipped()];
  });
}

/** Integer rows in the free inputs, fixed ones substituted; constant last. */
function integerRows(domain: Domain, rows: readonly Affine[]): bigint[][] {
  const fixed = fixedIn(domain);
  return rows.map(({ coefficients, constant }) => {
    const parts = fixed.map((i): [Rational, Affine] => [
      coefficients[i]!,
      { coefficients: [], constant: domain.kind === 'box' ? domain.lower[i]! : ZERO },
    ]);
    const total = combination([[rational(1n), { coefficients: [], constant }], ...parts], 0).constant;
    const free = coefficients.filter((_, i) => !fixed.includes(i));
    return [...primitive([...integersFromRationals([...free, total]).numerators])];
  });
}

const freeOf = (domain: Domain, point: readonly Rational[]) => point.filter((_, i) => !fixedIn(domain).includes(i));

/** The value of an integer row at a point. */
function valueAt(row: readonly bigint[], point: readonly Rational[]): Rational {
  return combination(
    row.map((entry, i): [Rational, Affine] => [
      rational(entry),
      { coefficients: [], constant: point[i] ?? rational(1n) },
    ]),
    0,
  ).constant;
}

/** Whether a cube of the given side fits strictly into the open cell. */
function fits(rows: readonly (readonly bigint[])[], side: Rational): boolean {
  const shrunk = rows.map((row) => {
    const length = row.slice(0, -1).reduce((sum, entry) => sum + (entry < 0n ? -entry : entry), 0n);
    // row - side / 2 * length > 0
    const scale = 2n * side.denominator;
    return row.map((entry, i) => (i < row.length - 1 ? entry * scale : entry * scale - side.numerator * length));
  });
  return strictSolution(rows[0]!.length - 1, shrunk) !== undefined;
}

function expectMissing({ network, domain }: Problem, { pattern, witness, width }: MissingCell) {
  const sides = signsOfText(pattern);
  expect(signsText(bent(network, evaluateExact(network, witness).pattern))).toBe(pattern);
  const rows = integerRows(domain, [...inequalitiesOfDomain(domain), ...rowsOf(network, bent(network, sides))]).filter(
    (row) => row.some((entry) => entry !== 0n),
  );
  for (const row of rows) expect(valueAt(row, freeOf(domain, witness)).numerator).toBeGreaterThan(0n);
  if (rows.length === 0) return;
  if (width === undefined) {
    expect(fits(rows, rational(1n << 400n))).toBe(true);
  } else {
    expect(fits(rows, width)).toBe(false);
    expect(fits(rows, multiply(width, rational(1023n, 1024n)))).toBe(true);
  }
}

function expectPhantom({ network, domain }: Problem, phantom: PhantomPattern, sides: Pattern) {
  const { multipliers, coefficients, constant, maximum } = phantom.proof;
  for (const { multiplier, sign, layer, neuron } of multipliers) {
    expect(multiplier.numerator).toBeGreaterThan(0n);
    expect(sides[layer]![neuron]).not.toBe(-sign);
  }
  const sum = combination(
    multipliers.map(({ layer, neuron, sign, multiplier }): [Rational, Affine] => [
      sign > 0 ? multiplier : negate(multiplier),
      preactivationOn(network, sides, layer, neuron),
    ]),
    network.inputs,
  );
  expect(multipliers.length).toBeGreaterThan(0);
  expect([...sum.coefficients, sum.constant].map(formatRational)).toEqual(
    [...coefficients, constant].map(formatRational),
  );
  if (domain.kind === 'polytope') expect(provesMaximum(domain, sum, phantom.proof.conditions!, maximum)).toBe(true);
  else expect(largestOn(domain, sum)).toEqual(maximum);
  expect(compare(maximum, ZERO)).toBe(phantom.kind === 'empty' ? -1 : 0);
  if (phantom.kind === 'face') expectFace({ network, domain }, phantom, sides);
}

function expectFace({ network, domain }: Problem, { face }: PhantomPattern & { kind: 'face' }, sides: Pattern) {
  const { pattern } = evaluateExact(network, face.point);
  const zeros = bendingNeurons(network).filter(([l, j]) => pattern[l]![j] === 0);
  expect(face.zeros).toEqual(zeros);
  for (const [l, j] of bendingNeurons(network)) expect([0, sides[l]![j]]).toContain(pattern[l]![j]);
  const claimed = new Set(zeros.map(([l, j]) => sides[l]![j]));
  const seenBy = [...claimed].every((s) => s === 0)
    ? 'exactly'
    : claimed.size > 1
      ? 'nobody'
      : claimed.has(1)
        ? 'zero is active'
        : 'zero is inactive';
  expect(face.seenBy).toBe(seenBy);
  // Near the point the polyhedron has the dimension that the rows leave which are zero on all of it.
  const point = freeOf(domain, face.point);
  const rows = integerRows(domain, [...inequalitiesOfDomain(domain), ...rowsOf(network, sides)]).filter((row) =>
    row.some((entry) => entry !== 0n),
  );
  const around = {
    variables: point.length,
    rows,
    lower: point.map((x) => combination([[rational(1n), { coefficients: [], constant: x }]], 0).constant),
    upper: point,
  };
  const one = { coefficients: [], constant: rational(1n) };
  const shift = (x: Rational, by: bigint) =>
    combination(
      [
        [rational(1n), { coefficients: [], constant: x }],
        [rational(by), one],
      ],
      0,
    ).constant;
  const box = {
    ...around,
    lower: point.map((x) => shift(x, -1n)),
    upper: point.map((x) => shift(x, 1n)),
  };
  const tight: bigint[][] = [];
  for (const row of rows) {
    const value = valueAt(row, point);
    expect(compare(value, ZERO)).not.toBe(-1);
    if (value.numerator !== 0n) continue;
    tight.push(row);
    const most = minimumByVertexEnumeration({ ...box, objective: row.map((entry) => -entry) });
    expect(most).toEqual(ZERO);
  }
  const dimension = point.length - (tight.length === 0 ? 0 : rank(tight.map((row) => row.slice(0, -1))));
  expect(face.dimension).toBe(dimension);
  expect(dimension).toBeLessThan(point.length);
}

const writing = fc.constantFrom(...WRITINGS);

test('a correct list agrees in every encoding, whatever it says about neurons that cut nothing', () =>
  holdsLater(
    fc.asyncProperty(problems(), writing, someBits, async (problem, how, bits) => {
      const { cells } = bruteForcePartition(problem.network, problem.domain);
      const verdict = await judge(
        problem,
        cells.map(({ pattern }) => foreignPattern(bent(problem.network, pattern), bits)),
        how,
      );
      expect(verdict).toMatchObject({ agrees: true, rule: 'by pattern', cells: cells.length, matched: cells.length });
      expect(verdict.missing.count + verdict.phantoms.count + verdict.duplicates.count).toBe(0);
    }),
    { seed: 8101, runs: 80 },
  ));

test('what is dropped is missing, what is repeated is a duplicate, and what is made up is a phantom', () =>
  holdsLater(
    fc.asyncProperty(
      problems(),
      writing,
      someBits,
      fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
      fc.array(fc.nat(1000), { maxLength: 2 }),
      fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { maxLength: 4 }),
      async (problem, how, bits, drops, again, flips) => {
        const { network } = problem;
        const cells = bruteForcePartition(network, problem.domain).cells.map(({ pattern }) => bent(network, pattern));
        const sides = cells.map((pattern) => foreignPattern(pattern, bits));
        const keep = sides.map((_, k) => drops[k % drops.length] !== true);
        const repeated = again.map((n) => n % sides.length).filter((k) => keep[k]);
        const neurons = bendingNeurons(network);
        const made =
          neurons.length === 0
            ? []
            : flips.map(([k, n]) => flipped(sides[k % sides.length]!, neurons[n % neurons.length]!));
        const claimed = [...sides.filter((_, k) => keep[k]), ...repeated.map((k) => sides[k]!), ...made];
        const verdict = await judge(problem, claimed, how);
        const cellOf = (pattern: Pattern) => cells.findIndex((cell) => isCell(cell, pattern));
        const found = claimed.map(cellOf);
        const missing = cells.filter((_, c) => !found.includes(c)).map(signsText);
        expect(verdict.missing.items.map(({ pattern }) => pattern).sort()).toEqual(missing.sort());
        expect(verdict.duplicates.items.map(({ claim, first }) => [claim, first]).sort()).toEqual(
          found.flatMap((c, k) => (c >= 0 && found.indexOf(c) < k ? [[k, found.indexOf(c)]] : [])).sort(),
        );
        const phantoms = found.flatMap((c, k) => (c < 0 ? [k] : []));
        expect(verdict.phantoms.items.map(({ claim }) => claim)).toEqual(phantoms);
        expect(verdict.faces + verdict.empty).toBe(phantoms.length);
        expect(verdict.agrees).toBe(found.length === cells.length && missing.length === 0);
        for (const cell of verdict.missing.items) expectMissing(problem, cell);
        for (const phantom of verdict.phantoms.items) expectPhantom(problem, phantom, claimed[phantom.claim]!);
      },
    ),
    { seed: 8102, runs: 80 },
  ));

function flipped(pattern: Pattern, [layer, neuron]: readonly [number, number]): Sign[][] {
  return pattern.map((signs, l) => signs.map((s, j): Sign => (l === layer && j === neuron ? (s > 0 ? -1 : 1) : s)));
}

test('a pattern of signs with a zero is a face where some point has it, and nowhere otherwise', () =>
  holdsLater(
    fc.asyncProperty(problems(), someBits, fc.nat(1000), fc.nat(1000), async (problem, bits, k, n) => {
      const { network } = problem;
      const neurons = bendingNeurons(network);
      const cells = bruteForcePartition(network, problem.domain).cells.map(({ pattern }) => bent(network, pattern));
      if (neurons.length === 0) return;
      const [layer, neuron] = neurons[n % neurons.length]!;
      const base = foreignPattern(cells[k % cells.length]!, bits);
      const zero = base.map((signs, l) => signs.map((s, j): Sign => (l === layer && j === neuron ? 0 : s)));
      const identically = cells[k % cells.length]![layer]![neuron] === 0;
      const verdict = await judge(problem, [zero], 'signs');
      expect(verdict.matched).toBe(identically ? 1 : 0);
      expect(verdict.phantoms.count).toBe(identically ? 0 : 1);
      for (const phantom of verdict.phantoms.items) expectPhantom(problem, phantom, zero);
    }),
    { seed: 8103, runs: 60 },
  ));

describe('known cases', () => {
  const lines = (weights: number[][], bias: number[]) =>
    networkOfJson(
      JSON.stringify({
        layers: [
          { weights, bias },
          { weights: [bias.map(() => 1)], bias: [0] },
        ],
      }),
    ).network;

  it('three lines through one point: the two missing triangles of a generic arrangement are faces of dimension 0', async () => {
    // x, y and x + y - 0: six cells around 0; + + - and - - + would need x, y > 0 > x + y.
    const network = lines(
      [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      [0, 0, 0],
    );
    const all = ['000', '001', '010', '011', '100', '101', '110', '111'];
    const claim = claimOfJson({ ...patternsJson(all, 'text') }, network);
    const verdict = (await compareClaim(network, cube(2, -1, 1), claim)) as Verdict & PatternsVerdict;
    expect(verdict.missing.count).toBe(0);
    const found = verdict.phantoms.items.map((p) => [p.pattern, p.kind, p.kind === 'face' && p.face.dimension]);
    expect(found).toEqual([
      ['--+', 'face', 0],
      ['++-', 'face', 0],
    ]);
    expect(verdict.phantoms.items.map((p) => p.kind === 'face' && p.face.seenBy)).toEqual(['nobody', 'nobody']);
  });

  it('a cell of width 1e-8 that others drop has its width', async () => {
    const network = lines([[1], [1]], [0, -1e-8]);
    const claim = claimOfJson({ ...patternsJson(['00', '11'], 'text') }, network);
    const verdict = (await compareClaim(network, cube(1, -1, 1), claim)) as Verdict & PatternsVerdict;
    const [cell] = verdict.missing.items;
    expect(cell!.pattern).toBe('+-');
    // The interval from 0 to the double nearest to 1e-8.
    expect(equal(cell!.width!, rational(...doubleAsFraction(1e-8)))).toBe(true);
  });

  it('lists are cut, counts are not', async () => {
    const network = lines([[1], [1], [1]], [0.5, 0, -0.5]);
    const verdict = (await compareClaim(
      network,
      cube(1, -1, 1),
      claimOfJson({ ...patternsJson(['010', '001', '011'], 'text') }, network),
      { list: 1 },
    )) as Verdict & PatternsVerdict;
    expect(verdict.missing.count).toBe(4);
    expect(verdict.missing.items).toHaveLength(1);
    expect(verdict.phantoms.count).toBe(3);
    expect(verdict.phantoms.items).toHaveLength(1);
    expect([verdict.empty, verdict.faces]).toEqual([3, 0]);
  });
});

/** A double as a fraction, by doubling until it is an integer. */
function doubleAsFraction(value: number): [bigint, bigint] {
  let denominator = 1n;
  let scaled = value;
  for (; !Number.isInteger(scaled); scaled *= 2) denominator *= 2n;
  return [BigInt(scaled), denominator];
}
