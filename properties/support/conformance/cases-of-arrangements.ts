/**
 * Cases whose cells are known without any program: generic networks, and arrangements with a closed form.
 */
import type { Entry } from '../generators/degenerate-cases.js';
import { randomLayers } from '../generators/make-fixtures.js';
import type { Arrangement } from '../references/arrangements.js';
import {
  binomial,
  boolean,
  braid,
  centralGeneralPosition,
  factorial,
  generalPosition,
  resonance,
  threshold,
  typeB,
} from '../references/families.js';
import { type CaseSpec, cube, layer, output, type Point, sum } from './case-spec.js';

const CONTROL =
  'Control in generic position: margins are large, so a wrong answer here is no matter of tolerance but of layer order, indexing, or creases taken for straight lines across earlier creases.';

function generic(seed: number, widths: readonly number[], confirm: CaseSpec['confirm']): CaseSpec {
  return {
    id: `generic-${widths.join('-')}`,
    category: 'generic',
    why: `${CONTROL} Random float32 weights, seed ${seed}.`,
    layers: randomLayers(seed, widths),
    domain: cube(widths[0]!),
    confirm,
    regions: confirm === 'brute force',
  };
}

/** One hidden layer with an arrangement as its creases, over the whole space. */
function ofArrangement(
  id: string,
  category: string,
  { planes }: Arrangement,
  more: Pick<CaseSpec, 'why' | 'source' | 'confirm'> & { readonly cells: number; readonly locate?: readonly Point[] },
): CaseSpec {
  const entry = (value: bigint): Entry => (value < 2n ** 53n && value > -(2n ** 53n) ? Number(value) : String(value));
  return {
    id,
    category,
    layers: [layer(planes.map((plane) => plane.map(entry))), sum(planes.length)],
    domain: 'whole',
    ...more,
  };
}

/** m neurons in general position over R^n, where every subset of at most n creases meets. */
function shallow(n: number, m: number): CaseSpec {
  const { arrangement, cells } = generalPosition(n, m);
  return ofArrangement(`general-position-${m}-in-${n}d`, 'generic', arrangement, {
    why: `Hyperplanes on the moment curve: all of them in general position, but with entries up to ${m}^${n}, so that vertices are far apart and cells far from the origin; a fixed box or a fixed number of samples misses some.`,
    source: `Schlaefli: the sum of C(${m}, i) for i <= ${n}`,
    cells,
    confirm: 'deletion-restriction',
  });
}

function pairs(n: number): [number, number][] {
  return Array.from({ length: n }, (_, j) => Array.from({ length: j }, (_, i): [number, number] => [i, j])).flat();
}

/** x_i - x_j = c for all i < j and the given constants. */
function deformedBraid(n: number, constants: readonly number[]): Arrangement {
  const planes = pairs(n).flatMap(([i, j]) =>
    constants.map((c) => [...Array.from({ length: n }, (_, k) => (k === i ? 1n : k === j ? -1n : 0n)), BigInt(-c)]),
  );
  return { dimension: n, planes };
}

const DEGENERATE_VERTICES =
  'Many hyperplanes meet in faces of every dimension, none of the regions is bounded: vertex enumerators meet vertices on more facets than the dimension has, neighbour search by single flips gets stuck, tolerances merge what is thin.';

const families: readonly CaseSpec[] = [
  ...[3, 4, 5].map((n) =>
    ofArrangement(`braid-${n}`, 'families', braid(n).arrangement, {
      why: `x_i = x_j in R^${n}: the regions are the orderings of ${n} numbers, and all contain a line. ${DEGENERATE_VERTICES}`,
      source: `${n}! orderings`,
      cells: braid(n).cells,
      confirm: 'deletion-restriction',
      locate: [new Array<Entry>(n).fill('1/3')],
    }),
  ),
  ...[2, 3, 4].map((n) =>
    ofArrangement(`type-b-${n}`, 'families', typeB(n).arrangement, {
      why: `x_i = 0 and x_i = +-x_j in R^${n}: signed permutations, congruent cones around one point. ${DEGENERATE_VERTICES}`,
      source: `2^${n} ${n}! signed permutations`,
      cells: typeB(n).cells,
      confirm: 'deletion-restriction',
      locate: [Array.from({ length: n }, (_, i) => (i === 0 ? 1 : '1/2'))],
    }),
  ),
  ...[3, 4, 5].map((n) =>
    ofArrangement(`resonance-${n}`, 'families', resonance(n).arrangement, {
      why: `All nonzero 0/1 normals through 0 in R^${n}: a widely used float tool prints 177 and 793 for R^4 and R^5, where 370 and 11292 is right. ${DEGENERATE_VERTICES}`,
      source: 'OEIS A034997',
      cells: resonance(n).cells,
      confirm: n < 5 ? 'deletion-restriction' : 'certificate',
    }),
  ),
  ofArrangement('threshold-4', 'families', threshold(4).arrangement, {
    why: `Normals (1, x), x in {0, 1}^3: the threshold functions of 3 variables. ${DEGENERATE_VERTICES}`,
    source: 'OEIS A000609',
    cells: threshold(4).cells,
    confirm: 'deletion-restriction',
  }),
  ofArrangement('boolean-6', 'families', boolean(6).arrangement, {
    why: 'The 64 orthants of R^6: each is a cone at one vertex with a different sign in every coordinate; a few thousand samples find them all, so a sampler that fails here has another fault.',
    source: '2^6',
    cells: 64,
    confirm: 'deletion-restriction',
  }),
  ofArrangement('central-7-in-4d', 'families', centralGeneralPosition(4, 7).arrangement, {
    why: 'Seven hyperplanes through 0 of R^4, otherwise in general position, on the moment curve: cones whose angles differ by orders of magnitude; samplers miss the narrow ones.',
    source: '2 (C(6,0) + C(6,1) + C(6,2) + C(6,3))',
    cells: centralGeneralPosition(4, 7).cells,
    confirm: 'deletion-restriction',
  }),
  ...[3, 4].map((n) =>
    ofArrangement(`shi-${n}`, 'families', deformedBraid(n, [0, 1]), {
      why: `x_i - x_j = 0, 1 for i < j in R^${n}: parallel pairs, and bounded and unbounded cells that all contain a line, so that no cell has a vertex.`,
      source: '(n + 1)^(n - 1), parking functions (Shi 1986)',
      cells: (n + 1) ** (n - 1),
      confirm: 'deletion-restriction',
    }),
  ),
  ...[3, 4].map((n) =>
    ofArrangement(`catalan-${n}`, 'families', deformedBraid(n, [-1, 0, 1]), {
      why: `x_i - x_j = -1, 0, 1 in R^${n}: a lattice whose vertices lie on many hyperplanes, and no cell has a vertex in R^${n} because all contain a line.`,
      source: 'n! times the Catalan number (Stanley 2007, An introduction to hyperplane arrangements, lecture 5)',
      cells: (factorial(n) * binomial(2 * n, n)) / (n + 1),
      confirm: 'deletion-restriction',
    }),
  ),
  ofArrangement('linial-4', 'families', deformedBraid(4, [1]), {
    why: 'x_i - x_j = 1 for i < j in R^4: not central and not generic; formulas for either give a wrong number.',
    source: 'OEIS A007889: alternating trees on 5 vertices',
    cells: 36,
    confirm: 'deletion-restriction',
  }),
];

/** The tent map composed with itself: every composition folds the interval once more. */
function tent(depth: number): CaseSpec {
  const fold = layer([
    [2, 0],
    [4, -2],
  ]);
  const refold = layer([
    [2, -2, 0],
    [4, -4, -2],
  ]);
  return {
    id: `tent-${depth}`,
    category: 'families',
    why: `The tent map folded ${depth} times on [0, 1]: ${2 ** depth} pieces of equal length from ${2 * depth} neurons. The number of linear pieces grows exponentially with depth; bounds that count neurons, and grids coarser than 2^-${depth}, are wrong.`,
    source: 'Telgarsky 2015: 2^depth pieces',
    layers: [fold, ...Array.from({ length: depth - 1 }, () => refold), output([1, -1, 0])],
    domain: [[0, 1]],
    cells: 2 ** depth,
    confirm: 'brute force',
    regions: true,
    evaluate: [[`1/${2 ** depth}`], ['1/3']],
    locate: [['1/2']],
  };
}

/** A k x k lattice of squares, each halved by both families of diagonals that pass through lattice points. */
function lattice(k: number): CaseSpec {
  const inner = Array.from({ length: k - 1 }, (_, i) => i + 1);
  return {
    id: `lattice-${k}x${k}`,
    category: 'families',
    why: `Lines x = i and y = i and all diagonals x - y = i, x + y = i through lattice points of [0, ${k}]^2: every inner lattice point lies on four lines, as in lattice (TLL) networks; a 28-line lattice is miscounted by three of eight tools.`,
    source: `each of the ${k * k} squares is cut by two diagonals into 4 triangles`,
    layers: [
      layer([
        ...inner.map((i): Point => [1, 0, -i]),
        ...inner.map((i): Point => [0, 1, -i]),
        ...[...inner.map((i) => -i), 0, ...inner].map((i): Point => [1, -1, -i]),
        ...Array.from({ length: 2 * k - 1 }, (_, i): Point => [1, 1, -(i + 1)]),
      ]),
      sum(6 * k - 4),
    ],
    domain: [
      [0, k],
      [0, k],
    ],
    cells: 4 * k * k,
    confirm: 'certificate',
    locate: [[1, 1]],
  };
}

/** Generic networks, and families with closed forms. */
export const ARRANGEMENT_CASES: readonly CaseSpec[] = [
  generic(11, [1, 6, 6, 1], 'brute force'),
  generic(12, [2, 8, 1], 'brute force'),
  generic(13, [2, 6, 5, 1], 'brute force'),
  generic(14, [2, 5, 4, 4, 2], 'brute force'),
  generic(15, [3, 5, 3, 1], 'brute force'),
  generic(16, [3, 9, 9, 1], 'certificate'),
  generic(17, [4, 7, 6, 1], 'certificate'),
  generic(18, [5, 7, 5, 2], 'certificate'),
  generic(19, [6, 7, 4, 1], 'certificate'),
  shallow(1, 9),
  shallow(2, 7),
  shallow(3, 7),
  shallow(4, 7),
  shallow(5, 7),
  shallow(6, 8),
  ...families,
  tent(4),
  tent(8),
  lattice(4),
];
