/**
 * Polytopes that are claimed to be the cells agree if and only if they are the cells, each once; otherwise what is missing, too
 * large, too small, empty, repeated or overlapping is named with exact amounts: the volumes of all claims add up to what is
 * covered and what is covered again, and what is covered and what is not to the domain.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { integersFromRationals } from '../../src/exact/integers.js';
import { rank } from '../../src/exact/rank.js';
import {
  absolute,
  add,
  compare,
  divide,
  formatRational,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { type BoxDomain, cube, DomainError, type PolytopeDomain, whole } from '../../src/network/domain.js';
import { affineOnPattern, type Pattern, rationalAffine } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { claimOfJson } from '../../src/oracle/claims/json.js';
import { compareClaim } from '../../src/oracle/compare/claim.js';
import type { CellsVerdict, Verdict } from '../../src/oracle/compare/verdict.js';
import { smallBox } from '../support/generators/boxes.js';
import { holdsLater } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork, genericNetwork } from '../support/generators/networks.js';
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
  preactivationOn,
  provesMaximum,
  signsText,
  written,
} from '../support/references/claims.js';
import { evaluate, type Affine as Row, verticesByEnumeration } from '../support/references/vertex-enumeration.js';

/** A box, or a polytope with interior in a box. */
type Bounded = BoxDomain | PolytopeDomain;

interface Problem {
  readonly network: Network;
  readonly domain: Bounded;
}

const problems: fc.Arbitrary<Problem> = fc.oneof(
  fc.record({ network: anyNetwork({ inputs: 1, widths: [3, 2] }), domain: smallBox(1) }),
  fc.record({ network: anyNetwork({ inputs: 2, widths: [3, 2] }), domain: smallBox(2, { flat: true }) }),
  fc.record({ network: deepNetwork(2, 2), domain: smallBox(2) }),
  fc.record({ network: genericNetwork({ inputs: 3, widths: [3] }), domain: smallBox(3) }),
  anyNetwork({ inputs: 2, widths: [3, 1] }).chain((network) =>
    polytopeFor(network)
      .filter(({ box }) => box !== undefined)
      .map((domain) => ({ network, domain })),
  ),
);

const minus = ({ coefficients, constant }: Affine): Affine => ({
  coefficients: coefficients.map(negate),
  constant: negate(constant),
});

/** A cell as a foreign program has it. */
interface ForeignCell {
  readonly pattern: Pattern;
  /** a . x + c >= 0 */
  readonly rows: readonly Affine[];
  /** In the inputs. */
  readonly vertices: readonly (readonly Rational[])[];
}

/** The row in the free inputs, fixed ones substituted; constant last. */
function onFree(domain: Bounded, { coefficients, constant }: Affine): Row {
  const fixed = fixedIn(domain);
  const rest = fixed.reduce((sum, i) => add(sum, multiply(coefficients[i]!, lowerOf(domain)[i]!)), constant);
  return [...coefficients.filter((_, i) => !fixed.includes(i)), rest];
}

const lowerOf = (domain: Bounded) => (domain.kind === 'box' ? domain : domain.box!).lower;
const freeOf = (domain: Bounded) => lowerOf(domain).flatMap((_, i) => (fixedIn(domain).includes(i) ? [] : [i]));

function embed(domain: Bounded, point: readonly Rational[]): Rational[] {
  const free = freeOf(domain);
  return lowerOf(domain).map((lo, i) => (free.includes(i) ? point[free.indexOf(i)]! : lo));
}

/** The vertices of { rows >= 0 } in the domain, in the free inputs. */
function verticesOf(domain: Bounded, rows: readonly Affine[]): Rational[][] {
  const free = freeOf(domain);
  const own = [...inequalitiesOfDomain(domain), ...rows].map((row) => onFree(domain, row));
  const useful = own.filter((row) => row.slice(0, -1).some((entry) => entry.numerator !== 0n));
  return verticesByEnumeration(useful, free.length);
}

function cellsOf({ network, domain }: Problem): ForeignCell[] {
  return bruteForcePartition(network, domain).cells.map(({ pattern }) => {
    const rows = bendingNeurons(network).flatMap(([l, j]) => {
      const sign = pattern[l]![j]!;
      const own = preactivationOn(network, pattern, l, j);
      return sign > 0 ? [own] : sign < 0 ? [minus(own)] : [];
    });
    return { pattern, rows, vertices: verticesOf(domain, rows).map((point) => embed(domain, point)) };
  });
}

const texts = (numbers: readonly Rational[]) => numbers.map(formatRational);
const inequalities = (rows: readonly Affine[]) => ({
  A: rows.map(({ coefficients }) => texts(coefficients.map(negate))),
  b: texts(rows.map(({ constant }) => constant)),
});
const hull = (vertices: readonly (readonly Rational[])[]) => ({ vertices: vertices.map(texts) });

async function judge({ network, domain }: Problem, cells: readonly object[], precision: object = {}) {
  const json = { format: 'relu-atlas-claim', version: 1, claim: 'cells', cells, precision };
  const claim = claimOfJson(JSON.parse(JSON.stringify(json)), network);
  return (await compareClaim(network, domain, claim, { list: 1000 })) as Verdict & CellsVerdict;
}

/** Lengths and areas, by sorting and the shoelace formula; undefined in more dimensions. */
function measure(domain: Bounded, vertices: readonly (readonly Rational[])[]): Rational | undefined {
  const free = freeOf(domain);
  const points = vertices.map((vertex) => free.map((i) => vertex[i]!));
  if (free.length === 1) {
    const xs = points.map(([x]) => x!).sort(compare);
    return subtract(xs.at(-1)!, xs[0]!);
  }
  if (free.length > 2) return undefined;
  const edges = hullOfPoints(points as [Rational, Rational][]);
  const twice = edges.reduce((sum, [x, y], k) => {
    const [u, v] = edges[(k + 1) % edges.length]!;
    return add(sum, subtract(multiply(x, v), multiply(u, y)));
  }, ZERO);
  return divide(absolute(twice), rational(2n));
}

/** The corners of a convex hull in order: Andrew's monotone chain. */
function hullOfPoints(points: readonly (readonly [Rational, Rational])[]): (readonly [Rational, Rational])[] {
  const sorted = [...points].sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  const half = (list: typeof sorted) => {
    const chain: (readonly [Rational, Rational])[] = [];
    for (const p of list) {
      while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, p) <= 0) chain.pop();
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}

function turn(a: readonly [Rational, Rational], b: readonly [Rational, Rational], c: readonly [Rational, Rational]) {
  const left = multiply(subtract(b[0], a[0]), subtract(c[1], a[1]));
  const right = multiply(subtract(b[1], a[1]), subtract(c[0], a[0]));
  return compare(left, right);
}

/** The volume of a domain. */
function volumeOf(domain: Bounded): Rational {
  if (domain.kind === 'polytope') return measure(domain, verticesOf(domain, []))!;
  return freeOf(domain).reduce((product, i) => multiply(product, subtract(domain.upper[i]!, domain.lower[i]!)), ONE);
}

/** What every verdict must satisfy. */
function expectLaws({ domain }: Problem, { volume, ...verdict }: Verdict & CellsVerdict) {
  expect(formatRational(volume.domain)).toBe(formatRational(volumeOf(domain)));
  expect(formatRational(add(volume.covered, volume.uncovered))).toBe(formatRational(volume.domain));
  for (const part of [volume.covered, volume.uncovered, volume.repeated]) expect(compare(part, ZERO)).not.toBe(-1);
  for (const { volume: shared } of verdict.overlaps.items) expect(compare(shared, ZERO)).toBe(1);
}

const summed = (parts: readonly Rational[]) => formatRational(parts.reduce(add, ZERO));

test('the cells agree, as inequalities scaled anyhow and as vertices, with patterns and maps', () =>
  holdsLater(
    fc.asyncProperty(problems, fc.integer({ min: 1, max: 9 }), async (problem, factor) => {
      const { network, domain } = problem;
      const cells = cellsOf(problem);
      const scale = rational(BigInt(factor), 7n);
      const described = cells.map(({ pattern }) => {
        const { jacobian, constant } = rationalAffine(affineOnPattern(network, pattern));
        return {
          pattern: written(foreignPattern(pattern, [true, false]), 'layers'),
          map: { jacobian: jacobian.map(texts), constant: texts(constant) },
        };
      });
      const scaled = cells.map(({ rows }, k) => ({
        ...inequalities(rows.map((row) => combination([[scale, row]], network.inputs))),
        ...described[k],
      }));
      for (const claimed of [scaled, cells.map(({ vertices }, k) => ({ ...hull(vertices), ...described[k] }))]) {
        const verdict = await judge(problem, claimed);
        expect(verdict).toMatchObject({ agrees: true, cells: cells.length, matched: cells.length });
        expect(formatRational(verdict.volume.covered)).toBe(formatRational(volumeOf(domain)));
        expect(verdict.volume.repeated).toEqual(ZERO);
        expectLaws(problem, verdict);
      }
    }),
    { seed: 8201, runs: 60 },
  ));

test('dropped cells are missing and their volume is uncovered, repeated ones are duplicates and covered twice', () =>
  holdsLater(
    fc.asyncProperty(
      problems,
      fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }),
      fc.boolean(),
      async (problem, drops, asHulls) => {
        const cells = cellsOf(problem);
        const shapes = cells.map(({ rows, vertices }) => (asHulls ? hull(vertices) : inequalities(rows)));
        const isDropped = (_: unknown, k: number) => drops[k % drops.length]!;
        const kept = shapes.filter((shape, k) => !isDropped(shape, k));
        const dropped = shapes.filter(isDropped);
        const verdict = await judge(problem, [...kept, ...kept.slice(0, 1)]);
        const other = await judge(problem, dropped);
        expectLaws(problem, verdict);
        const missing = cells.filter(isDropped).map(({ pattern }) => signsText(pattern));
        expect(verdict.missing.items.map(({ pattern }) => pattern).sort()).toEqual(missing.sort());
        expect(verdict.matched).toBe(kept.length);
        expect(verdict.duplicates.items).toHaveLength(Math.min(1, kept.length));
        expect(verdict.wrongShapes.count + verdict.empty.count).toBe(0);
        expect(verdict.agrees).toBe(false);
        // What one half covers the other half does not.
        expect(formatRational(verdict.volume.uncovered)).toBe(formatRational(other.volume.covered));
        const areas = cells.map(({ vertices }) => measure(problem.domain, vertices));
        if (areas[0] === undefined) return;
        expect(formatRational(verdict.volume.uncovered)).toBe(summed(areas.filter(isDropped) as Rational[]));
        const first = areas.findIndex((area, k) => !isDropped(area, k));
        expect(formatRational(verdict.volume.repeated)).toBe(formatRational(areas[first] ?? ZERO));
      },
    ),
    { seed: 8202, runs: 50 },
  ));

/** The facets among rows: those on which the vertices span a hyperplane, one of each group that is proportional. */
function facetsAmong(domain: Bounded, rows: readonly Affine[]): Affine[] {
  const n = freeOf(domain).length;
  const vertices = verticesOf(domain, rows);
  return rows.filter((row) => {
    const own = onFree(domain, row);
    const on = vertices.filter((vertex) => evaluate(own, vertex).numerator === 0n);
    const homogeneous = on.map((vertex) => [...integersFromRationals([...vertex, ONE]).numerators]);
    return homogeneous.length > 0 && rank(homogeneous) === n;
  });
}

/** The least shift of all coordinates that brings points back to a half-space. */
function reach(domain: Bounded, row: Affine, points: readonly (readonly Rational[])[]): Rational {
  const own = onFree(domain, row);
  const length = own.slice(0, -1).map(absolute).reduce(add, ZERO);
  return points
    .map((point) => negate(evaluate(own, point)))
    .map((depth) => (compare(depth, ZERO) > 0 ? divide(depth, length) : ZERO))
    .reduce((a, b) => (compare(a, b) >= 0 ? a : b), ZERO);
}

const largest = (values: readonly Rational[]) => values.reduce((a, b) => (compare(a, b) >= 0 ? a : b), ZERO);

test('a shifted inequality is found with how far it reaches beyond or stays short, and no further precision is needed', () =>
  holdsLater(
    fc.asyncProperty(problems, fc.nat(99), fc.nat(99), fc.integer({ min: -20, max: 20 }), async (problem, c, r, by) => {
      const { domain } = problem;
      const cells = cellsOf(problem);
      const at = c % cells.length;
      const cell = cells[at]!;
      const facets = facetsAmong(domain, cell.rows);
      if (facets.length === 0 || by === 0) return;
      const own = facets[r % facets.length]!;
      const shifted = { ...own, constant: add(own.constant, rational(BigInt(by), 1000n)) };
      const rows = cell.rows.map((row) => (row === own ? shifted : row));
      const inside = verticesOf(domain, rows);
      const proper =
        inside.length > 0 &&
        rank(inside.map((v) => [...integersFromRationals([...v, ONE]).numerators])) > freeOf(domain).length;
      const claimed = cells.map((other, k) => inequalities(k === at ? rows : other.rows));
      const verdict = await judge(problem, claimed);
      expectLaws(problem, verdict);
      if (!proper) {
        expect(verdict.empty.items.map(({ claim }) => claim)).toEqual([at]);
        return;
      }
      const corners = cell.vertices.map((vertex) => freeOf(domain).map((i) => vertex[i]!));
      const beyond = largest(facets.map((row) => reach(domain, row, inside)));
      const short = largest(facetsAmong(domain, rows).map((row) => reach(domain, row, corners)));
      const changed = beyond.numerator > 0n || short.numerator > 0n;
      expect(verdict.wrongShapes.items.map(({ claim }) => claim)).toEqual(changed ? [at] : []);
      expect(verdict.agrees).toBe(!changed);
      const [wrong] = verdict.wrongShapes.items;
      if (wrong?.pattern !== signsText(cell.pattern)) return;
      expect([wrong.beyond!, wrong.short!].map(formatRational)).toEqual([beyond, short].map(formatRational));
      const areas = [
        ...cells.filter((_, k) => k !== at).map(({ vertices }) => vertices),
        inside.map((v) => embed(domain, v)),
      ].map((vs) => measure(domain, vs));
      if (areas[0] !== undefined) {
        expect(summed([verdict.volume.covered, verdict.volume.repeated])).toBe(summed(areas as Rational[]));
      }
      const needed = largest([beyond, short]);
      expect((await judge(problem, claimed, { coordinates: formatRational(needed) })).agrees).toBe(true);
      const less = multiply(needed, rational(1023n, 1024n));
      expect((await judge(problem, claimed, { coordinates: formatRational(less) })).agrees).toBe(false);
    }),
    { seed: 8203, runs: 60 },
  ));

test('two cells merged into one are one wrong polytope with parts of both', () =>
  holdsLater(
    fc.asyncProperty(problems, fc.nat(99), fc.nat(99), async (problem, a, b) => {
      const { domain } = problem;
      const cells = cellsOf(problem);
      const [i, j] = [a % cells.length, b % cells.length];
      if (i === j) return;
      const both = [...cells[i]!.vertices, ...cells[j]!.vertices];
      const rest = cells.filter((_, k) => k !== i && k !== j);
      const verdict = await judge(problem, [hull(both), ...rest.map(({ vertices }) => hull(vertices))]);
      expectLaws(problem, verdict);
      expect(verdict.agrees).toBe(false);
      expect(verdict.wrongShapes.items.map(({ claim }) => claim)).toEqual([0]);
      expect(verdict.wrongShapes.items[0]!.cells).toBeGreaterThanOrEqual(2);
      expect(verdict.matched).toBe(rest.length);
      expect(verdict.volume.uncovered).toEqual(ZERO);
      const areas = [both, ...rest.map(({ vertices }) => vertices)].map((vertices) => measure(domain, vertices));
      if (areas[0] === undefined) return;
      expect(summed([verdict.volume.covered, verdict.volume.repeated])).toBe(summed(areas as Rational[]));
      const shared = verdict.overlaps.items.map(({ volume }) => volume);
      // All others are cells, so that nothing is covered three times.
      expect(summed(shared)).toBe(formatRational(verdict.volume.repeated));
    }),
    { seed: 8204, runs: 50 },
  ));

test('a perturbed map is wrong by what was added, and worst where the difference is largest', () =>
  holdsLater(
    fc.asyncProperty(problems, fc.nat(99), fc.nat(99), async (problem, c, e) => {
      const { network, domain } = problem;
      const cells = cellsOf(problem);
      const at = c % cells.length;
      const free = freeOf(domain);
      const entry = e % (free.length + 1);
      const off = rational(1n, 7n);
      const claimed = cells.map(({ rows, pattern }, k) => {
        const { jacobian, constant } = rationalAffine(affineOnPattern(network, pattern));
        const wrong = jacobian.map((row, o) =>
          row.map((x, i) => (k === at && o === 0 && i === free[entry] ? add(x, off) : x)),
        );
        const moved = constant.map((x, o) => (k === at && o === 0 && entry === free.length ? add(x, off) : x));
        return { ...inequalities(rows), map: { jacobian: wrong.map(texts), constant: texts(moved) } };
      });
      const verdict = await judge(problem, claimed);
      expect(verdict.wrongMaps!.count).toBe(1);
      expect(verdict.agrees).toBe(false);
      const [wrong] = verdict.wrongMaps!.items;
      const place = entry === free.length ? 'constant[0]' : `jacobian[0][${free[entry]}]`;
      expect([wrong!.claim, wrong!.place, formatRational(wrong!.error)]).toEqual([at, place, '1/7']);
      const differences = cells[at]!.vertices.map((v) =>
        multiply(off, entry === free.length ? ONE : absolute(v[free[entry]!]!)),
      );
      expect(formatRational(wrong!.worst!.error)).toBe(formatRational(largest(differences)));
      const there = entry === free.length ? ONE : absolute(wrong!.worst!.at[free[entry]!]!);
      expect(formatRational(multiply(off, there))).toBe(formatRational(wrong!.worst!.error));
      expect((await judge(problem, claimed, { values: '1/7' })).agrees).toBe(true);
      expect((await judge(problem, claimed, { values: '1/8' })).agrees).toBe(false);
    }),
    { seed: 8205, runs: 40 },
  ));

test('polytopes without interior come with multipliers that prove it', () =>
  holdsLater(
    fc.asyncProperty(problems, fc.nat(99), fc.nat(99), fc.constantFrom(-1, 0), async (problem, c, n, gap) => {
      const { network, domain } = problem;
      const cells = cellsOf(problem);
      const cell = cells[c % cells.length]!;
      // The opposite of an inequality of the cell: flat with it, or empty if there is a gap between them.
      const [given] = [...cell.rows, ...inequalitiesOfDomain(domain)].slice(n % (cell.rows.length + 1));
      const row = given!;
      if (freeOf(domain).every((i) => row.coefficients[i]!.numerator === 0n)) return;
      const opposite = minus({ ...row, constant: subtract(row.constant, rational(BigInt(gap))) });
      const rows = [...cell.rows, row, opposite];
      const verdict = await judge(problem, [...cells.map((own) => inequalities(own.rows)), inequalities(rows)]);
      expect(verdict).toMatchObject({ agrees: false, matched: cells.length });
      expect(verdict.empty.count).toBe(1);
      const proof = verdict.empty.items[0]!;
      expect(proof.claim).toBe(cells.length);
      for (const { multiplier } of proof.multipliers) expect(multiplier.numerator).toBeGreaterThan(0n);
      expect(proof.multipliers.length).toBeGreaterThan(0);
      const sum = combination(
        proof.multipliers.map(({ row: k, multiplier }): [Rational, Affine] => [multiplier, rows[k]!]),
        network.inputs,
      );
      // The same function on the domain, whose fixed inputs may be written in either way.
      expect(texts(onFree(domain, sum))).toEqual(texts(onFree(domain, proof)));
      if (domain.kind === 'polytope') expect(provesMaximum(domain, sum, proof.conditions!, proof.maximum)).toBe(true);
      else expect(largestOn(domain, sum)).toEqual(proof.maximum);
      expect(compare(proof.maximum, ZERO)).toBe(proof.kind === 'empty' ? -1 : 0);
      if (gap < 0) expect(proof.kind).toBe('empty');
    }),
    { seed: 8206, runs: 60 },
  ));

test('geometric claims about unbounded or many-dimensional domains are refused in words', async () => {
  const { network } = { network: fc.sample(genericNetwork({ inputs: 2, widths: [2] }), { seed: 1, numRuns: 1 })[0]! };
  const claim = claimOfJson({ format: 'relu-atlas-claim', version: 1, claim: 'cells', cells: [] }, network);
  await expect(compareClaim(network, whole(2), claim)).rejects.toThrow(DomainError);
  const wide = fc.sample(genericNetwork({ inputs: 7, widths: [1] }), { seed: 1, numRuns: 1 })[0]!;
  const none = claimOfJson({ format: 'relu-atlas-claim', version: 1, claim: 'cells', cells: [] }, wide);
  await expect(compareClaim(wide, cube(7, -1, 1), none)).rejects.toThrow(/at most 6 free inputs, got 7/);
});
