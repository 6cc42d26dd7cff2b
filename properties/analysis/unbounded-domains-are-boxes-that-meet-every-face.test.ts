/**
 * Theorem. All of R^d, and an unbounded polytope, are analysed as what of them lies in a box whose interior meets every face of the partition: the same
 * cells in the same order, counted in cones and in charts, the same facets between them, pieces, maps, patterns, neurons and
 * Lipschitz constants; an output that is bounded has its range there. Faces that do not lie on the box's bounds are the faces of the unbounded
 * complex; of R^d their alternating sum is (-1)^d, whatever lines cells contain, and of simple arrangements their numbers are Buck's.
 *
 * Source: such a box leaves every face nonempty and of its dimension, and an affine function that is bounded above on a polyhedron attains its maximum on
 * a minimal face (Minkowski, Weyl); the Euler characteristic with compact support is additive; Buck 1943, Partition of space.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisProblem, forEachCell, patternOf, patternText } from '../../src/analysis/cells/enumerate.js';
import { type Boundary, levelSet } from '../../src/analysis/function/boundary.js';
import { functionFacts } from '../../src/analysis/function/facts.js';
import { adjacencyEdges } from '../../src/analysis/geometry/adjacency.js';
import { boundedPart } from '../../src/analysis/geometry/bounded-part.js';
import { fVector } from '../../src/analysis/geometry/f-vector.js';
import { binomial } from '../../src/analysis/regions/bounds.js';
import { countPatterns } from '../../src/analysis/regions/patterns.js';
import { countRegions } from '../../src/analysis/regions/pieces.js';
import { facesInThreads } from '../../src/analysis/threads/regions.js';
import { countCells } from '../../src/engines/count.js';
import {
  add,
  compare,
  formatRational,
  multiply,
  ONE,
  type Rational,
  rational,
  ZERO,
} from '../../src/exact/rational.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { type Domain, polytope, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork, dyadicNetwork, genericNetwork } from '../support/generators/networks.js';
import { smallInteger } from '../support/generators/numbers.js';
import { printedAs, showNetwork } from '../support/generators/show.js';

/** The network behind a linear map of more inputs: cells contain the lines that the map forgets. */
function behind(network: Network, rows: readonly (readonly number[])[]): Network {
  const map = affineFromDoubles(rows.length, rows[0]!.length, rows.flat(), new Array(rows.length).fill(0));
  const steps = network.layers.flatMap(({ affine, slopes }) => [{ affine }, { slopes }]);
  return printedAs(buildNetwork(rows[0]!.length, [{ affine: map }, ...steps, { affine: network.output }]), showNetwork);
}

/** The network without its biases: all creases through 0, all cells cones. */
function conical({ inputs, layers, output }: Network): Network {
  const linear = ({ affine }: { readonly affine: Network['output'] }) => {
    const { weights, inputs: before, outputs, denominator } = { ...affine, ...affine.integers() };
    const rows = Array.from({ length: outputs }, (_, k) =>
      weights.slice(k * before, (k + 1) * before).map((w) => rational(w, denominator)),
    );
    return { affine: affineFromRationals(before, rows, new Array<Rational>(outputs).fill(ZERO)) };
  };
  const steps = layers.flatMap((layer) => [linear(layer), { slopes: layer.slopes }]);
  return printedAs(buildNetwork(inputs, [...steps, linear({ affine: output })]), showNetwork);
}

const row = (length: number) => fc.array(smallInteger, { minLength: length, maxLength: length });
const networks: fc.Arbitrary<Network> = fc.oneof(
  // Parallel creases only, and planes that never meet.
  fc.tuple(degenerateNetwork({ inputs: 1, widths: [3, 2] }), row(2)).map(([network, a]) => behind(network, [a])),
  fc.tuple(dyadicNetwork({ inputs: 1, widths: [2, 2] }), row(3)).map(([network, a]) => behind(network, [a])),
  // Fewer creases than inputs.
  genericNetwork({ inputs: 3, widths: [2, 1] }),
  fc
    .tuple(dyadicNetwork({ inputs: 2, widths: [2, 2] }), row(3), row(3))
    .map(([network, a, b]) => behind(network, [a, b])),
  // Cones.
  dyadicNetwork({ inputs: 2, widths: [3, 3] }).map(conical),
  degenerateNetwork({ inputs: 3, widths: [3, 1] }).map(conical),
  anyNetwork({ inputs: 2, widths: [3, 2] }),
);

/** All of the space, or a half of it that a plane through small integers bounds, or a line or plane in that. */
function unbounded(inputs: number): fc.Arbitrary<Domain> {
  const exact = (values: readonly number[]) => values.map((value) => rational(BigInt(value)));
  const bound = fc.record({ a: row(inputs), b: smallInteger }).map(({ a, b }) => ({
    coefficients: exact(a.every((value) => value === 0) ? [1, ...a.slice(1)] : a),
    bound: exact([b])[0]!,
  }));
  const half = bound.map((inequality) => polytope(inputs, [inequality]));
  const flat = bound.map((equality) =>
    polytope(inputs, [{ coefficients: [ONE, ...new Array(inputs - 1).fill(ZERO)], bound: ONE }], {
      equalities: [equality],
    }),
  );
  return fc.oneof({ arbitrary: fc.constant<Domain>(whole(inputs)), weight: 3 }, half, ...(inputs > 2 ? [flat] : []));
}

const cases = networks.chain((network) =>
  fc.record({ network: fc.constant(network), domain: unbounded(network.inputs) }),
);

function patterns(network: Network, domain: Domain): string[] {
  const found: string[] = [];
  forEachCell(analysisProblem(network, domain), (cell) => found.push(patternText(patternOf(cell))));
  return found;
}

const edges = (network: Network, domain: Domain) =>
  adjacencyEdges(analysisProblem(network, domain)).map(({ cells, neurons }) => ({ cells, neurons }));

const alternating = (f: readonly number[]) => f.reduce((sum, count, k) => sum + (k % 2 === 0 ? count : -count), 0);

/** Whether inputs are fixed or free: slopes are not defined in inputs that depend on each other. */
const isStraight = (domain: Domain) =>
  domain.kind !== 'polytope' ||
  domain.equalities.every(({ coefficients }) => coefficients.filter(({ numerator }) => numerator !== 0n).length < 2);

async function sameFacts(network: Network, domain: Domain, part: Domain) {
  const [facts, inside] = [(await functionFacts(network, domain))!, (await functionFacts(network, part))!];
  expect(facts.neurons).toEqual(inside.neurons);
  for (const norm of ['l1', 'linf'] as const) {
    expect(facts.lipschitz[norm].value).toEqual(inside.lipschitz[norm].value);
  }
  facts.ranges.forEach((range, k) => {
    for (const end of ['minimum', 'maximum'] as const) {
      const extreme = range[end];
      if (extreme.kind === 'attained') expect(inside.ranges[k]![end]).toMatchObject({ value: extreme.value });
    }
  });
}

test('cells, facets, pieces, maps, patterns and neurons are those within the box', async () => {
  let lines = 0;
  const property = fc.asyncProperty(cases, async ({ network, domain }) => {
    const { domain: part, within } = boundedPart(network, domain);
    if (within === undefined) return;
    const found = patterns(network, domain);
    expect(found).toEqual(patterns(network, part));
    expect(countCells(network, domain).cells).toBe(found.length);
    expect(edges(network, domain)).toEqual(edges(network, part));
    expect(countRegions(network, domain, { closed: true })).toEqual(countRegions(network, part, { closed: true }));
    expect(countPatterns(network, domain)).toEqual(countPatterns(network, part));
    if (isStraight(domain)) await sameFacts(network, domain, part);
    const f = fVector(network, domain);
    expect(f.at(-1)).toBe(found.length);
    if (domain.kind === 'whole') {
      expect(alternating(f)).toBe(network.inputs % 2 === 0 ? 1 : -1);
      expect(f.at(-2)).toBe(edges(network, domain).length);
      if (f[0] === 0) lines++;
    }
    expect(await facesInThreads(network, domain, { workers: 1 })).toEqual(f);
  });
  await holdsLater(property, { seed: 1711, runs: 24 });
  expect(lines).toBeGreaterThan(5);
});

/** n hyperplanes of R^d, any d of which meet in a point of their own: (1, t, ..., t^(d-1)) x = t^d, t = 1, ..., n. */
function generalPosition(d: number, n: number): Network {
  const powers = (t: number) => Array.from({ length: d }, (_, i) => t ** i);
  const weights = Array.from({ length: n }, (_, k) => powers(k + 1)).flat();
  const bias = Array.from({ length: n }, (_, k) => -((k + 1) ** d));
  return buildNetwork(d, [
    { affine: affineFromDoubles(n, d, weights, bias) },
    { slopes: new Array(n).fill(RELU) },
    { affine: affineFromDoubles(1, n, new Array(n).fill(1), [0]) },
  ]);
}

test('n hyperplanes in general position have C(n, d - k) times sum over i <= k of C(n - d + k, i) faces of dimension k', () => {
  for (const [d, n] of [
    [1, 4],
    [2, 5],
    [3, 5],
    [4, 3],
  ] as const) {
    const expected = Array.from({ length: d + 1 }, (_, k) => {
      const parts = Array.from({ length: k + 1 }, (_, i) => binomial(n - d + k, i));
      return Number(binomial(n, d - k) * parts.reduce((sum, part) => sum + part, 0n));
    });
    expect(fVector(generalPosition(d, n), whole(d))).toEqual(expected);
  }
});

test('a half-space, a quadrant, a strip and a ray have the faces that they have', () => {
  const none = (inputs: number) =>
    buildNetwork(inputs, [{ affine: affineFromDoubles(1, inputs, new Array(inputs).fill(1), [0]) }]);
  const below = (coefficients: readonly number[], bound: number) => ({
    coefficients: coefficients.map((c) => rational(BigInt(c))),
    bound: rational(BigInt(bound)),
  });
  expect(fVector(none(3), polytope(3, [below([1, 2, 3], 5)]))).toEqual([0, 0, 1, 1]);
  expect(fVector(none(2), polytope(2, [below([1, 0], 0), below([1, 1], 0)]))).toEqual([1, 2, 1]);
  expect(fVector(none(2), polytope(2, [below([1, 2], 5), below([-1, -2], 0)]))).toEqual([0, 2, 1]);
  const ray = polytope(2, [below([0, 1], 0)], { equalities: [below([1, -3], 1)] });
  expect(fVector(none(2), ray)).toEqual([1, 1]);
});

test('a boundary on an unbounded polytope is that of the space within it', () => {
  let met = 0;
  const halves = fc.record({
    network: degenerateNetwork({ inputs: 2, widths: [3, 2] }),
    a: row(2),
    b: smallInteger,
  });
  holds(
    fc.property(halves, ({ network, a, b }) => {
      const bound = rational(BigInt(b));
      const coefficients = (a.every((value) => value === 0) ? [1, 0] : a).map((value) => rational(BigInt(value)));
      const level = { output: 0, threshold: ZERO };
      const found = levelSet(network, polytope(2, [{ coefficients, bound }]), level);
      const at = (point: readonly Rational[]) =>
        add(multiply(coefficients[0]!, point[0]!), multiply(coefficients[1]!, point[1]!));
      for (const point of found.points) {
        expect(evaluateExact(network, point).output[0]).toEqual(ZERO);
        expect(compare(at(point), bound)).toBeLessThanOrEqual(0);
      }
      // Beyond the box nothing begins: far along an end the level is kept, in the polytope.
      const t = multiply(rational(10n ** 9n), found.box!.upper[0]!);
      for (const { point, direction } of found.ends!) {
        met++;
        const far = found.points[point]!.map((x, i) => add(x, multiply(direction![i]!, t)));
        expect(evaluateExact(network, far).output[0]).toEqual(ZERO);
        expect(compare(at(far), bound)).toBeLessThanOrEqual(0);
      }
      const inside = ({ points, ends }: Boundary) =>
        points
          .filter((point, k) => compare(at(point), bound) < 0 && !ends!.some((end) => end.point === k))
          .map((point) => point.map(formatRational).join());
      expect(inside(found).sort()).toEqual(inside(levelSet(network, whole(2), level)).sort());
    }),
    { seed: 1712, runs: 30 },
  );
  expect(met).toBeGreaterThan(5);
});
