/**
 * Theorem. What the `vertex` engine gives as evidence proves the claim: nonnegative multipliers of facets leave a residual that
 * is nowhere negative on the box. There are none where the box suffices; else they are those of the vertex where the neuron is
 * least, at most as many as variables, and as short as they may be. Bounds of a smaller box are proved in the same way, and
 * near the cell. The witness is inside of the cell, and near the mean of its vertices where that has room.
 *
 * Cells are enumerated in fractions, generic and with many creases through one vertex; claims are made of neurons that are
 * positive combinations of the facets, and more or less above 0.
 *
 * Source: linear programming duality (Schrijver 1986, section 7.4).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truncatedTo16Bits } from '../../../src/certificate/writer.js';
import { VertexEvidence } from '../../../src/engines/vertex/evidence.js';
import { splitFacets } from '../../../src/engines/vertex/facets.js';
import { vertexKernel } from '../../../src/engines/vertex/kernel.js';
import { type IntegerVector, integersFromRationals, rationalsFromIntegers } from '../../../src/exact/integers.js';
import { solve } from '../../../src/exact/linear-systems.js';
import {
  add,
  compare,
  multiply,
  negate,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
} from '../../../src/exact/rational.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { affineFromRationals } from '../../../src/network/affine.js';
import { cube, type Domain, whole } from '../../../src/network/domain.js';
import { LINEAR, type Network, RELU } from '../../../src/network/model.js';
import { buildNetwork } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { sumOf } from '../../../src/theory/rational-vectors.js';
import { traverse } from '../../../src/walk/traverse.js';
import { BOUND_EVIDENCE, type Evidence, type Narrowing, type Witness } from '../../../src/walk/tree.js';
import { certificateOf, check } from '../../support/engines/checked.js';
import { type EnumeratedCell, enumeratedCell, type Row, valueOfRow } from '../../support/engines/enumerated-cell.js';
import { BOUNDS } from '../../support/engines/placed-vertex.js';
import { holds, trials } from '../../support/generators/holds.js';
import { regionCount } from '../../support/references/characteristic-polynomial.js';
import { centralGeneralPosition } from '../../support/references/families.js';
import { evaluate } from '../../support/references/vertex-enumeration.js';

const SEED = 5501;
const exactly = rationalFromDouble;
const signOf = ({ numerator }: Rational) => (numerator > 0n ? 1 : numerator < 0n ? -1 : 0);

interface Bounds {
  readonly lower: Rational[];
  readonly upper: Rational[];
}

const boxOf = (n: number): Bounds => ({
  lower: BOUNDS.slice(0, n).map(([lower]) => exactly(lower)),
  upper: BOUNDS.slice(0, n).map(([, upper]) => exactly(upper)),
});

/** The least value of an affine function, the constant last, on a box. */
function leastOn({ lower, upper }: Bounds, row: readonly Rational[]): Rational {
  return lower.reduce(
    (sum, bound, i) => add(sum, multiply(row[i]!, signOf(row[i]!) > 0 ? bound : upper[i]!)),
    row[lower.length]!,
  );
}

function multipliersOf(evidence: Evidence): {
  readonly splits: readonly number[];
  readonly values: readonly Rational[];
} {
  if (evidence.kind === 'bound') return { splits: [], values: [] };
  if (evidence.kind === 'doubles') return { splits: evidence.splits, values: evidence.multipliers.map(exactly) };
  return { splits: evidence.splits, values: rationalsFromIntegers(evidence.multipliers) };
}

/** The function less the multiples of the splits' rows that the evidence tells. */
function residualOf(rows: readonly Row[], sides: readonly number[], claim: readonly Rational[], evidence: Evidence) {
  const { splits, values } = multipliersOf(evidence);
  return splits.reduce<readonly Rational[]>(
    (rest, k, s) => rest.map((entry, i) => subtract(entry, multiply(values[s]!, exactly(sides[k]! * rows[k]![i]!)))),
    claim,
  );
}

interface Case {
  readonly n: number;
  readonly rows: readonly Row[];
  readonly sides: readonly (1 | -1)[];
}

const list = <T>(size: number, of: fc.Arbitrary<T>) => fc.array(of, { minLength: size, maxLength: size });
const SPLITS = 5;
/** What is added to combinations of facets, times 1/16. */
const ABOVE = [0, 2 ** -60, 2 ** -10, 1, 16, -(2 ** -10), 64, 2 ** -30] as const;

/** Splits and, as claims, combinations of them; of `concurrent` ones all creases go through one point of the box. */
function cases(n: number, concurrent: boolean): fc.Arbitrary<Case> {
  const entry = concurrent
    ? fc.integer({ min: -3, max: 3 })
    : fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((k) => k / 2 ** 19);
  return fc
    .record({
      rows: list(SPLITS, list(n + 1, entry)),
      inside: list(n, fc.double({ min: 0.05, max: 0.95, noNaN: true })),
      centre: list(n, fc.integer({ min: 1, max: 7 })),
      factors: list(ABOVE.length, list(SPLITS, fc.constantFrom(0, 0, 0.125, 0.5, 1, 2))),
      spoilt: fc.boolean(),
    })
    .map(({ rows, inside, centre, factors, spoilt }) => {
      const at = (parts: readonly number[]) =>
        parts.map((part, i) => BOUNDS[i]![0] + part * (BOUNDS[i]![1] - BOUNDS[i]![0]));
      const value = (row: Row, point: readonly number[]) => point.reduce((sum, x, i) => sum + row[i]! * x, row[n]!);
      const through = at(centre.map((k) => k / 8));
      const splits = rows.map((row) => {
        const moved = concurrent ? row.slice(0, n).reduce((sum, a, i) => sum - a * through[i]!, 0) : row[n]!;
        return [...row.slice(0, n), moved];
      });
      const sides = splits.map((row) => (value(row, at(inside)) < 0 ? -1 : 1) as 1 | -1);
      const claims = factors.map((of, c) => {
        const sum = splits[0]!.map((_, i) => splits.reduce((s, row, k) => s + of[k]! * sides[k]! * row[i]!, 0));
        // A claim that is not quite a combination, and one with the other sign.
        const shifted = sum.map((x, i) => x + (i === n ? ABOVE[c]! / 16 : spoilt && i === 0 ? 2 ** -7 : 0));
        return c % 2 === 0 ? shifted : shifted.map((x) => -x);
      });
      return { n, rows: [...splits, ...claims], sides };
    });
}

/** The multipliers at a simple vertex by Cramer's rule: of the splits there, such that g - sum m h is constant but for bounds. */
function multipliersAt({ n, rows, sides }: Case, cell: EnumeratedCell, v: number, claim: readonly Rational[]) {
  const splits = cell.tightSplits[v]!;
  const box = boxOf(n);
  const free = Array.from({ length: n }, (_, i) => i).filter(
    (i) => compare(cell.vertices[v]![i]!, box.lower[i]!) !== 0 && compare(cell.vertices[v]![i]!, box.upper[i]!) !== 0,
  );
  if (free.length !== splits.length) return undefined;
  const entries = (of: (k: number) => readonly Rational[]) => free.map((i) => splits.map((k) => of(k)[i]!));
  const matrix = entries((k) => rows[k]!.map((x) => exactly(sides[k]! * x)));
  const scaled = matrix.map((row, r) => integersFromRationals([...row, claim[free[r]!]!]).numerators);
  const found = solve(
    scaled.map((row) => row.slice(0, -1)),
    scaled.map((row) => row.at(-1)!),
  );
  return found && { splits, values: found.numerators.map((x) => rational(x, found.denominator)) };
}

/** Multipliers as evidence, in a shorter form, without those that are 0. */
function shortened(splits: readonly number[], values: readonly Rational[], short: (x: number) => number): Evidence {
  const all = values.map((value, s) => ({ k: splits[s]!, m: short(toDouble(value)) })).filter(({ m }) => m > 0);
  return { kind: 'doubles', splits: all.map(({ k }) => k), multipliers: all.map(({ m }) => m) };
}

const MARGIN = rational(1n, 1n << 30n);

/** What must hold of evidence for a claim: that it proves it, on the box, and is no longer than needed. */
function expectProof(given: Case, cell: EnumeratedCell, box: Bounds, claim: readonly Rational[], evidence: Evidence) {
  const { n, rows, sides } = given;
  const { splits, values } = multipliersOf(evidence);
  const onBox = leastOn(box, claim);
  expect(signOf(leastOn(box, residualOf(rows, sides, claim, evidence)))).toBeGreaterThanOrEqual(0);
  expect(values.every((value) => signOf(value) > 0)).toBe(true);
  expect(splits).toEqual([...splits].sort((a, b) => a - b));
  expect(splits.length).toBeLessThanOrEqual(n);
  expect(splits.filter((k) => !cell.splits.includes(k))).toEqual([]);
  if (compare(onBox, MARGIN) > 0) expect(evidence).toBe(BOUND_EVIDENCE);
  if (signOf(onBox) < 0) expect(splits.length).toBeGreaterThan(0);
  return signOf(onBox) < 0;
}

/** On which side of a row a cell lies; undefined if on both. */
function sideOn({ vertices }: EnumeratedCell, row: Row): 1 | -1 | undefined {
  const signs = vertices.map((vertex) => signOf(valueOfRow(row, vertex)));
  if (signs.includes(1) && signs.includes(-1)) return undefined;
  return signs.includes(1) ? 1 : -1;
}

/**
 * What must hold of evidence for a claim that the box does not prove: multipliers are doubles where it is clear, and where it is
 * least at one simple vertex only, they belong to the creases there, and are as short as they may be.
 */
function expectShortest(given: Case, cell: EnumeratedCell, claim: readonly Rational[], evidence: Evidence) {
  const { n, rows, sides } = given;
  const worth = cell.vertices.map((vertex) => evaluate(claim, vertex));
  const least = worth.reduce((best, value, v) => (compare(value, worth[best]!) < 0 ? v : best), 0);
  const isLeast = worth.map((value) => compare(subtract(value, worth[least]!), MARGIN) <= 0);
  if (compare(worth[least]!, MARGIN) > 0) expect(evidence.kind).toBe('doubles');
  if (isLeast.filter(Boolean).length > 1 || !cell.isSimple[least]) return 'unclear';
  const dual = multipliersAt(given, cell, least, claim);
  if (dual === undefined) return 'unclear';
  expect(multipliersOf(evidence).splits.filter((k) => !dual.splits.includes(k))).toEqual([]);
  for (const short of [truncatedTo16Bits, Math.fround]) {
    const residual = residualOf(rows, sides, claim, shortened(dual.splits, dual.values, short));
    if (compare(leastOn(boxOf(n), residual), MARGIN) <= 0) continue;
    if (evidence.kind === 'doubles') expect(evidence.multipliers.map(short)).toEqual(evidence.multipliers);
    return 'short';
  }
  return signOf(worth[least]!) === 0 ? 'exact' : 'unclear';
}

/** The box that narrowings leave of the domain, each of them proved on what was left before. */
function provedBox({ n, rows, sides }: Case, narrowings: readonly Narrowing[]): Bounds {
  const box = boxOf(n);
  for (const { variable, side, value, evidence } of narrowings) {
    const entries = Array.from({ length: n + 1 }, (_, i) => (i === variable ? side : i === n ? -side * value : 0));
    const residual = residualOf(rows, sides, entries.map(exactly), evidence);
    expect(signOf(leastOn(box, residual))).toBeGreaterThanOrEqual(0);
    expect(multipliersOf(evidence).values.every((m) => signOf(m) > 0)).toBe(true);
    (side > 0 ? box.lower : box.upper)[variable] = exactly(value);
  }
  return box;
}

/** Where a bound, attained at one simple vertex, is far inside of the domain's, much of that is gained. */
function expectNarrow({ n }: Case, { vertices, isSimple }: EnumeratedCell, box: Bounds) {
  for (let i = 0; i < n; i++) {
    const at = vertices.map((vertex) => toDouble(vertex[i]!));
    const [lower, upper] = BOUNDS[i]!;
    for (const side of [1, -1] as const) {
      const best = at.reduce((b, x, v) => (side * x < side * at[b]! ? v : b), 0);
      const isUnique = at.every((x, v) => v === best || Math.abs(x - at[best]!) > 2 ** -20);
      if (!isUnique || !isSimple[best]) continue;
      const outer = side > 0 ? lower : upper;
      const gained = side * (toDouble((side > 0 ? box.lower : box.upper)[i]!) - outer);
      const gap = side * (at[best]! - outer);
      expect(gained).toBeLessThanOrEqual(gap);
      if (gap > (upper - lower) / 4) expect(gained).toBeGreaterThan(gap / 2);
    }
  }
}

describe.each([
  ['generic cells', false, 2],
  ['generic cells', false, 3],
  ['creases through one point', true, 2],
  ['creases through one point', true, 3],
] as const)('%s', (_, concurrent, n) => {
  /** Runs a property for every cell. */
  function onCells(seed: number, property: (given: Case, cell: EnumeratedCell, proofs: VertexEvidence) => void) {
    holds(
      fc.property(cases(n, concurrent), (given) => {
        const cell = enumeratedCell(n, given.rows, given.sides);
        fc.pre(cell !== undefined);
        const proofs = new VertexEvidence(cell!.path, cell!.pool, cell!.exact);
        proofs.reset();
        property(given, cell!, proofs);
      }),
      { seed: seed + n + (concurrent ? 10 : 0), runs: 60 },
    );
  }

  it(`claims are proved, as shortly as may be, in ${n} variables`, () => {
    const seen = { box: 0, short: 0, exact: 0, bent: 0, unclear: 0 };
    onCells(SEED, (given, cell, proofs) => {
      expect(splitFacets(cell.path, cell.pool, cell.cell).sort((a, b) => a - b)).toEqual(cell.splits);
      for (let claimed = SPLITS; claimed < given.rows.length; claimed++) {
        const row = given.rows[claimed]!;
        const side = sideOn(cell, row);
        expect(proofs.evidence(0, claimed, 0, cell.cell)).toBe(BOUND_EVIDENCE);
        if (side === undefined) {
          const message = `expected neuron ${claimed} of layer 0 on one side`;
          for (const wrong of [1, -1] as const) {
            expect(() => proofs.evidence(0, claimed, wrong, cell.cell)).toThrow(message);
          }
          seen.bent++;
          continue;
        }
        const claim = row.map((x) => exactly(side * x));
        const evidence = proofs.evidence(0, claimed, side, cell.cell);
        const isOpen = expectProof(given, cell, boxOf(n), claim, evidence);
        seen[isOpen ? expectShortest(given, cell, claim, evidence) : 'box']++;
      }
    });
    // Of generic doubles none is exactly 0.
    const never = Object.entries(seen).flatMap(([kind, count]) => (count === 0 ? [kind] : []));
    if (trials(60) >= 60) expect(never).toEqual(concurrent ? [] : ['exact']);
  });

  it(`a smaller box is proved where a layer begins, in ${n} variables`, () => {
    let found = 0;
    onCells(SEED + 20, (given, cell, proofs) => {
      const { rows } = given;
      proofs.enterLayer(0, SPLITS, cell.cell);
      found += proofs.narrowings().length;
      const box = provedBox(given, proofs.narrowings());
      expectNarrow(given, cell, box);
      // From now on claims are proved on that box.
      const settled = Array.from(proofs.sides(0).subarray(0, rows.length));
      for (let claimed = SPLITS; claimed < rows.length; claimed++) {
        const side = sideOn(cell, rows[claimed]!);
        if (side === undefined) {
          expect(settled[claimed]).toBe(0);
          continue;
        }
        const claim = rows[claimed]!.map((x) => exactly(side * x));
        const evidence = proofs.evidence(0, claimed, side, cell.cell);
        expectProof(given, cell, box, claim, evidence);
        if (settled[claimed] !== 0) expect([side, evidence]).toEqual([settled[claimed], BOUND_EVIDENCE]);
      }
    });
    expect(found).toBeGreaterThan(0);
  });
});

it('claims at a vertex of creases that doubles take for parallel are proved, too', () => {
  // A wedge at 0 between two lines, in a layer that hands on x; on all of it x > -1/1024, but not on the box.
  const [zero, one, above] = [rational(0n), rational(1n), rational(1n, 1024n)];
  const steeper = add(one, rational(1n, 1n << 70n));
  const first = affineFromRationals(
    2,
    [
      [one, negate(one)],
      [steeper, negate(one)],
      [one, zero],
    ],
    [zero, zero, zero],
  );
  const second = affineFromRationals(
    3,
    [
      [zero, zero, one],
      [zero, zero, negate(one)],
    ],
    [above, above],
  );
  const network = buildNetwork(2, [
    { affine: first },
    { slopes: [RELU, RELU, LINEAR] },
    { affine: second },
    { slopes: [RELU, RELU] },
  ]);
  const { cells } = check(network, cube(2, -1, 1), certificateOf(network, cube(2, -1, 1), vertexKernel));
  // Two halves and two wedges; each half is cut by both x = 1/1024 and x = -1/1024, each wedge by one of them.
  expect(cells).toBe(2 * 3 + 2 * 2);
});

it('bounds of a box are rounded outwards to short numbers, by about a thousandth of the width of the cell at most', () => {
  // A slab of each variable in turn, between faces that need more bits; its multiplier is 1.
  const n = 3;
  const widths = [2 ** -4, 2 ** -1, 2 ** -9];
  for (let variable = 0; variable < n; variable++) {
    for (const [k, width] of widths.entries()) {
      const [lower, upper] = BOUNDS[variable]!;
      const at = lower + (upper - lower) / 4 + 2 ** -21;
      const row = (constant: number) => [...[0, 1, 2].map((i) => (i === variable ? 1 : 0)), constant];
      // The layer has eight neurons; the others do not matter.
      const others = [1, 2, 3, 4, 5, 6].map((j) => [j, k, 1, j]);
      const { path, pool, exact, cell } = enumeratedCell(n, [row(-at), row(-at - width), ...others], [1, -1])!;
      const proofs = new VertexEvidence(path, pool, exact);
      proofs.reset();
      proofs.enterLayer(0, 2, cell);
      // Computed widths may be a little larger than a power of two.
      const grids = [width / 1024, width / 512];
      const outwards = grids.map((grid) => [Math.floor(at / grid) * grid, Math.ceil((at + width) / grid) * grid]);
      const found = proofs.narrowings();
      expect(found.map((narrowing) => [narrowing.variable, narrowing.side])).toEqual([
        [variable, -1],
        [variable, 1],
      ]);
      expect(outwards).toContainEqual([found[1]!.value, found[0]!.value]);
    }
  }
});

/** Whether a point is strictly inside of the box and on the sides of all splits. */
function isInside({ n, rows, sides }: Case, point: readonly Rational[]): boolean {
  const { lower, upper } = boxOf(n);
  const inBox = point.every((x, i) => compare(x, lower[i]!) > 0 && compare(x, upper[i]!) < 0);
  return inBox && sides.every((side, k) => signOf(valueOfRow(rows[k]!, point)) === side);
}

const pointOf = (witness: Witness) =>
  witness instanceof Float64Array ? Array.from(witness, exactly) : rationalsFromIntegers(witness);

describe('a witness', () => {
  it.each([
    ['generic', false, 2],
    ['generic', false, 3],
    ['concurrent', true, 3],
  ] as const)(
    'is inside, near the mean of the vertices of %s cells, in single precision if there is room',
    (_, c, n) => {
      let roomy = 0;
      holds(
        fc.property(cases(n, c), (given) => {
          const cell = enumeratedCell(n, given.rows, given.sides);
          fc.pre(cell !== undefined);
          const { path, pool, exact, vertices } = cell!;
          const witness = new VertexEvidence(path, pool, exact).witness(cell!.cell);
          const point = pointOf(witness);
          expect(isInside(given, point)).toBe(true);
          const mean = Array.from({ length: n }, (__, i) =>
            toDouble(multiply(rational(1n, BigInt(vertices.length)), sumOf(vertices.map((vertex) => vertex[i]!)))),
          );
          // Far from everything by more than single precision rounds.
          const around = mean.flatMap((__, i) =>
            [-1, 1].map((s) => mean.map((x, j) => (i === j ? x + s * 2 ** -18 : x))),
          );
          if (!around.every((corner) => isInside(given, corner.map(exactly)))) return;
          expect(witness).toBeInstanceOf(Float64Array);
          const found = witness as Float64Array;
          expect(Array.from(found, Math.fround)).toEqual(Array.from(found));
          found.forEach((x, i) => {
            expect(Math.abs(x - mean[i]!)).toBeLessThan(2 ** -21);
          });
          roomy++;
        }),
        { seed: SEED + 50 + n, runs: 60 },
      );
      expect(roomy).toBeGreaterThan(0);
    },
  );

  it.each([0, 1, 2])('is as long as a thin cell makes it, across variable %i', (variable) => {
    const rowsOf = (width: number) => {
      const [lower, upper] = BOUNDS[variable]!;
      const at = lower + (3 / 8) * (upper - lower);
      const row = (constant: number) => [...[0, 1, 2].map((i) => (i === variable ? 1 : 0)), constant];
      return [row(-at), row(-at - width)];
    };
    const unit = 2 ** -51 * Math.max(...BOUNDS[variable]!.map(Math.abs));
    for (const [width, kind] of [
      [2 ** -10, 'single'],
      [2 ** -40, 'double'],
      [unit, 'any'],
    ] as const) {
      const given: Case = { n: 3, rows: rowsOf(width), sides: [1, -1] };
      const { path, pool, exact, cell } = enumeratedCell(3, given.rows, given.sides)!;
      const witness = new VertexEvidence(path, pool, exact).witness(cell);
      expect(isInside(given, pointOf(witness))).toBe(true);
      if (kind === 'any') continue;
      expect(witness).toBeInstanceOf(Float64Array);
      expect(Array.from(witness as Float64Array, Math.fround).join() === (witness as Float64Array).join()).toBe(
        kind === 'single',
      );
    }
  });

  it('is no double where none is inside, and proves the count, in cones as well', () => {
    const third = rational(1n, 3n);
    const tiny = rational(1n, 10n ** 30n);
    const planes = [third, add(third, tiny), subtract(third, tiny), rational(2n)].map((slope) => [
      slope,
      rational(-1n),
      tiny,
    ]);
    for (const rows of [planes, planes.map((row) => [...row.slice(0, 2), row[0]!])]) {
      const affine = affineFromRationals(
        3,
        rows,
        rows.map(() => rational(0n)),
      );
      const network = buildNetwork(3, [{ affine }, { slopes: rows.map(() => RELU) }]);
      const certificate = certificateOf(network, whole(3), vertexKernel);
      const { cells } = check(network, whole(3), certificate);
      expect(cells).toBe(
        regionCount(
          3,
          rows.map((row) => integersFromRationals([...row, rational(0n)]).numerators),
        ),
      );
      const isDouble = ({ denominator }: IntegerVector) => (denominator & (denominator - 1n)) === 0n;
      const witnesses = certificate.records.flatMap((record) => (record.kind === 'cell' ? [record.witness] : []));
      expect(witnesses.filter((witness) => !isDouble(witness)).length).toBeGreaterThan(0);
    }
  });

  /** The witnesses of a walk. */
  function witnessesOf(network: Network, domain: Domain): Witness[] {
    const found: Witness[] = [];
    const copy = (witness: Witness) => (witness instanceof Float64Array ? witness.slice() : witness);
    const sink = {
      wantsEvidence: true,
      layer() {},
      split() {},
      cell: (w: Witness) => void found.push(copy(w)),
      open() {},
    };
    traverse(partitionProblem(network, domain), vertexKernel, sink);
    return found;
  }

  it('is in single precision and in the middle of what no crease depends on, in cones that are not thin', () => {
    const { network, cells } = centralGeneralPosition(3, 5);
    const witnesses = witnessesOf(network, whole(3));
    expect(witnesses.length).toBe(cells);
    for (const witness of witnesses) {
      expect(Array.from(witness as Float64Array, Math.fround)).toEqual(Array.from(witness as Float64Array));
      expect((witness as Float64Array)[3]).toBe(1 / 2);
    }
  });

  it('is no longer than the width of its cell asks for', () => {
    // Of a width of 10^-30 between faces with denominators of 200 bits.
    const tiny = rational(10n ** 30n, 10n ** 60n + 7n);
    const third = rational(-1n, 3n);
    const rows = [third, subtract(third, tiny)].map((bias) => ({ bias, row: [1n, 0n, 0n].map((x) => rational(x)) }));
    const affine = affineFromRationals(
      3,
      rows.map(({ row }) => row),
      rows.map(({ bias }) => bias),
    );
    const network = buildNetwork(3, [{ affine }, { slopes: [RELU, RELU] }]);
    const witnesses = witnessesOf(network, cube(3, -1, 1));
    const exact = witnesses.filter((witness): witness is IntegerVector => !(witness instanceof Float64Array));
    expect([witnesses.length, exact.length]).toEqual([3, 1]);
    expect(exact[0]!.denominator.toString(2).length).toBeLessThan(132);
  });
});
