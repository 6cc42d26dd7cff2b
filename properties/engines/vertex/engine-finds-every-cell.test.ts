/**
 * Theorem. The `vertex` engine walks the same split tree as the `lp` engine, whose cells are those that Fourier-Motzkin
 * elimination finds; its vertices are within their proved radii, its incidences are exact, and its evidence is accepted
 * by the checker.
 *
 * Source: the definition of a cell; Fukuda and Prodon 1996, Double description method revisited.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lpKernel } from '../../../src/engines/lp/kernel.js';
import {
  placedVertexKernel,
  verifiedVertexKernel as verifying,
  vertexKernel,
} from '../../../src/engines/vertex/kernel.js';
import { VertexPool } from '../../../src/engines/vertex/pool.js';
import { rational, rationalFromDouble } from '../../../src/exact/rational.js';
import { readNetwork } from '../../../src/formats/read.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { box, cube, type Domain, polytope, whole } from '../../../src/network/domain.js';
import { ABSOLUTE, buildNetwork, leaky, type Network, RELU } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { certificateSink } from '../../../src/run/certificate.js';
import type { KernelFactory } from '../../../src/walk/kernel.js';
import { traverse } from '../../../src/walk/traverse.js';
import { CUT } from '../../../src/walk/tree.js';
import { cellsOf, countCellsOf, patternKey } from '../../support/engines/cells.js';
import { provedCells } from '../../support/engines/checked.js';
import { splitTreeOf } from '../../support/engines/split-tree.js';
import { DEGENERATE_CASES } from '../../support/generators/degenerate-cases.js';
import { holds } from '../../support/generators/holds.js';
import { problemOfCase } from '../../support/generators/make-fixtures.js';
import {
  anySlopes,
  degenerateNetwork,
  dyadicNetwork,
  extremeNetwork,
  genericNetwork,
  mixedNetwork,
  networkFrom,
  rationalNetwork,
  tinyProblem,
} from '../../support/generators/networks.js';
import { smallInteger } from '../../support/generators/numbers.js';
import { networkOfArrangement, readArrangement } from '../../support/references/arrangements.js';
import { bruteForcePartition } from '../../support/references/brute-force.js';
import { regionCount } from '../../support/references/characteristic-polynomial.js';
import {
  boolean,
  braid,
  centralGeneralPosition,
  generalPosition,
  resonance,
  tent,
  threshold,
  typeB,
} from '../../support/references/families.js';

const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const ABSENT = !existsSync(DATA);
const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
/** Vertices as they come from their edges, and all of them refined. */
const VERIFIED = [verifying(1), verifying(0)] as const;

/** The split tree as a walk reports it, without evidence and witnesses, and the number of questions that were decided. */
function treeOf(network: Network, domain: Domain, kernel: KernelFactory): string {
  const { text, decisions } = splitTreeOf(network, domain, kernel);
  const decided = Object.values(decisions).reduce((sum, count) => sum + count);
  return [...text, `decided ${decided}`].join('\n');
}

/** Same tree as the lp engine, exact laws in every cell, and a proof that the checker accepts. */
function expectAgreement(network: Network, domain: Domain) {
  const tree = treeOf(network, domain, lpKernel(simplexBackend));
  for (const kernel of VERIFIED) expect(treeOf(network, domain, kernel)).toBe(tree);
  expect(provedCells(network, domain, vertexKernel)).toBe(tree.split('\n').filter((event) => event === 'cell').length);
}

/** Small integers and their neighbours at distance 2^-30: edges that creases cut at tiny angles. */
const nearInteger = fc.tuple(smallInteger, fc.integer({ min: -2, max: 2 })).map(([k, j]) => k + j * 2 ** -30);

/** Networks in 3 to 5 variables whose creases meet corners, faces and each other. */
function latticeNetwork(inputs: number, widths: readonly number[]): fc.Arbitrary<Network> {
  const slopes = fc.constantFrom(RELU, RELU, ABSOLUTE, leaky(rationalFromDouble(0.25)));
  return networkFrom({ inputs, widths }, { entry: fc.oneof(smallInteger, fc.constantFrom(0, 1, -1)), slopes });
}

describe('the vertex engine finds the cells that trying every pattern finds', () => {
  it('on generated networks and domains, generic and degenerate', () => {
    const matchesReference = ({ network, domain }: { network: Network; domain: Domain }) => {
      const reference = bruteForcePartition(network, domain);
      for (const kernel of [vertexKernel, placedVertexKernel]) {
        expect(countCellsOf(network, domain, kernel).cellsPerLayer).toEqual(reference.cellsPerLayer);
      }
      const patterns = cellsOf(network, domain, VERIFIED[1]).map((cell) => patternKey(network, cell.pattern));
      expect(patterns.sort()).toEqual(reference.cells.map((cell) => patternKey(network, cell.pattern)).sort());
      expect(provedCells(network, domain, vertexKernel)).toBe(reference.cells.length);
    };
    holds(fc.property(tinyProblem(), matchesReference), { seed: 3101, runs: 100 });
  });

  it.each(DEGENERATE_CASES.map((c) => [c.name, c] as const))('on the degenerate case %s', (_, degenerate) => {
    const { network, domain } = problemOfCase(degenerate);
    expectAgreement(network, domain);
  });
});

describe('the vertex engine walks the tree of the lp engine, with exact incidences and accepted proofs', () => {
  const kinds: readonly (readonly [string, fc.Arbitrary<Network>, Domain])[] = [
    ['generic', genericNetwork({ inputs: 3, widths: [6, 5] }), cube(3, -1, 1)],
    ['generic, 4-D', genericNetwork({ inputs: 4, widths: [5, 4] }), cube(4, -1, 1)],
    ['dyadic', dyadicNetwork({ inputs: 3, widths: [5, 4, 3] }), cube(3, -2, 2)],
    ['rational', rationalNetwork({ inputs: 3, widths: [4, 3] }), cube(3, '-1/3', '2/7')],
    ['duplicated, zero and dead neurons', degenerateNetwork({ inputs: 3, widths: [5, 4] }), cube(3, -1, 1)],
    ['all slopes', mixedNetwork({ inputs: 3, widths: [4, 4] }), cube(3, 0, 1)],
    ['extreme magnitudes', extremeNetwork({ inputs: 3, widths: [4, 3] }), cube(3, -1, 1)],
    ['lattices on a box whose corners are hit', latticeNetwork(3, [6, 4]), cube(3, -1, 1)],
    ['lattices in 4-D', latticeNetwork(4, [5, 3]), cube(4, 0, 1)],
    ['lattices in 5-D', latticeNetwork(5, [5, 2]), cube(5, -1, 1)],
    ['lattices on all of R^3', latticeNetwork(3, [5, 3]), whole(3)],
    [
      'any slopes on all of R^2',
      networkFrom({ inputs: 2, widths: [4, 3] }, { entry: smallInteger, slopes: anySlopes }),
      whole(2),
    ],
    [
      'planes that cross at tiny angles',
      networkFrom({ inputs: 3, widths: [6, 3] }, { entry: nearInteger }),
      cube(3, -1, 1),
    ],
    ['generic on a thin box far out', genericNetwork({ inputs: 3, widths: [5, 4] }), cube(3, 1000, 1000.0001)],
  ];
  it.each(kinds)('%s', (name, network, domain) => {
    // The laws are verified in fractions, which takes long where all 53 bits are in use.
    const runs = name.startsWith('generic') ? 3 : name === 'lattices in 5-D' ? 6 : 12;
    holds(
      fc.property(network, (n) => expectAgreement(n, domain)),
      { seed: 3110, runs },
    );
  });

  it('on boxes that leave the ordinary range of doubles', () => {
    const tiny = rationalFromDouble(2 ** -1000);
    const huge = rationalFromDouble(2 ** 1000);
    const zero = rationalFromDouble(0);
    const domains = [box([zero, zero, zero], [tiny, tiny, tiny]), box([zero, zero, zero], [huge, tiny, huge])];
    holds(fc.property(dyadicNetwork({ inputs: 3, widths: [4, 3] }), fc.constantFrom(...domains), expectAgreement), {
      seed: 3140,
      runs: 20,
    });
  });
});

describe('the vertex engine counts what the closed forms say, on all of R^n', () => {
  const families = [
    generalPosition(2, 9),
    generalPosition(3, 10),
    generalPosition(4, 9),
    generalPosition(6, 9),
    centralGeneralPosition(5, 10),
    braid(4),
    braid(5),
    boolean(8),
    typeB(3),
    typeB(4),
    typeB(5),
    resonance(3),
    resonance(4),
    resonance(5),
    threshold(4),
  ];
  it.each(families.map((f) => [f.name, f] as const))('%s', (_, { network, cells }) => {
    expect(countCellsOf(network, whole(network.inputs), vertexKernel).cells).toBe(cells);
  });

  it('with proofs of the central ones, where every crease goes through one vertex', () => {
    for (const { network, cells } of [typeB(3), resonance(4), braid(4), centralGeneralPosition(4, 7)]) {
      expect(provedCells(network, whole(network.inputs), VERIFIED[0])).toBe(cells);
    }
  });

  it('with exact laws where faces of low dimension lie in many facets', () => {
    for (const { network, cells } of [threshold(4), DEEP ? resonance(5) : resonance(4)]) {
      expect(countCellsOf(network, whole(network.inputs), VERIFIED[0]).cells).toBe(cells);
    }
  }, 60_000);

  it('a tent map of depth 10 folds [0, 1] into 2^10 cells', () => {
    const { network, cells } = tent(10);
    expect(countCellsOf(network, cube(1, 0, 1), vertexKernel).cells).toBe(cells);
  });
});

it('a cell with more than 64 facets is a cell like any other', () => {
  // m planes that touch the unit ball cut the ball's cell out of the cube, each with a facet of its own.
  const m = 70;
  const rows = Array.from({ length: m }, (_, k) => {
    const z = (2 * k + 1) / m - 1;
    const r = Math.sqrt(1 - z * z);
    const angle = k * Math.PI * (3 - Math.sqrt(5));
    return [r * Math.cos(angle), r * Math.sin(angle), z];
  });
  const first = affineFromDoubles(m, 3, rows.flat(), new Array<number>(m).fill(-1));
  const steps = [{ affine: first }, { slopes: rows.map(() => RELU) }];
  const network = buildNetwork(3, [
    ...steps,
    {
      affine: affineFromDoubles(
        1,
        m,
        rows.map(() => 1),
        [0],
      ),
    },
  ]);
  const domain = cube(3, -1.125, 1.125);
  const counts = countCellsOf(network, domain, vertexKernel);
  expect(counts.cells).toBe(countCellsOf(network, domain).cells);
  expect(counts.cells).toBeGreaterThan(m);
});

it('a cell with more than 32 facets, most of which meet in vertices that are not simple, is one like any other', () => {
  // A bipyramid over a polygon with 20 sides that touch the unit circle: its poles lie in 20 facets each, and the vertices of
  // its equator in four. One crease goes through the poles, one between them.
  const quarter = [
    [5, 0, 5],
    [12, 5, 13],
    [4, 3, 5],
    [3, 4, 5],
    [5, 12, 13],
  ] as const;
  const turned = quarter.flatMap(([x, y, r]) => [
    [x, y, r],
    [-y, x, r],
    [-x, -y, r],
    [y, -x, r],
  ]);
  const integer = (k: number) => rational(BigInt(k));
  const inequalities = turned.flatMap(([x, y, r]) =>
    [r!, -r!].map((z) => ({ coefficients: [x!, y!, z].map(integer), bound: integer(r!) })),
  );
  const domain = polytope(3, inequalities, { box: cube(3, -2, 2) });
  const network = buildNetwork(3, [
    { affine: affineFromDoubles(3, 3, [1, 0, 0, 1, 2, 4, 3, 1, 1], [0, 0.25, -0.5]) },
    { slopes: [RELU, RELU, RELU] },
  ]);
  const tree = treeOf(network, domain, lpKernel(simplexBackend));
  for (const kernel of VERIFIED) expect(treeOf(network, domain, kernel)).toBe(tree);
});

it('a subtree walked by itself gives the bytes that it gives in one walk', () => {
  const bytesOf = (network: Network, domain: Domain, paths: readonly string[], budget?: number) => {
    const problem = partitionProblem(network, domain);
    const sink = certificateSink(problem);
    traverse(problem, vertexKernel, sink, { paths, ...(budget === undefined ? {} : { budget }) });
    return { bytes: Buffer.from(sink.take()), open: sink.counts.open };
  };
  const network = fc.oneof(genericNetwork({ inputs: 3, widths: [6, 5] }), latticeNetwork(3, [6, 4]));
  const concatenates = (n: Network, budget: number) => {
    const domain = cube(3, -1, 1);
    const all = bytesOf(n, domain, ['']).bytes;
    const begun = bytesOf(n, domain, [''], budget);
    const rest = begun.open.map((path) => bytesOf(n, domain, [path]).bytes);
    expect(Buffer.concat([begun.bytes, ...rest]).equals(all)).toBe(true);
  };
  holds(fc.property(network, fc.integer({ min: 1, max: 40 }), concatenates), { seed: 3150, runs: 10 });
});

it('a question needs exact numbers if a crease goes through new vertices and stays on one side of the old ones', () => {
  // Two planes and their sum, which meet in a line.
  const a = [1, 0.125, 0, 0.125];
  const b = [0, 1, 0.125, -0.1875];
  const sum = a.map((x, i) => x + b[i]!);
  for (const rows of [
    [a, b, sum],
    [sum, a, b],
    [b, sum, a],
  ]) {
    const weights = rows.flatMap((row) => row.slice(0, 3));
    const affine = affineFromDoubles(
      3,
      3,
      weights,
      rows.map((row) => row[3]!),
    );
    const network = buildNetwork(3, [{ affine }, { slopes: [RELU, RELU, RELU] }]);
    const asked = { inDoubles: 0, exactly: 0 };
    const watching: KernelFactory = (context) => {
      const kernel = placedVertexKernel(context);
      const splits = [0];
      const side = kernel.side.bind(kernel);
      const descend = kernel.descend.bind(kernel);
      const ascend = kernel.ascend.bind(kernel);
      kernel.descend = (neuron, on) => {
        splits.push(0);
        descend(neuron, on);
      };
      kernel.ascend = () => {
        splits.pop();
        ascend();
      };
      kernel.side = (neuron) => {
        const before = context.decisions.exactSign;
        const verdict = side(neuron);
        const exactly = context.decisions.exactSign - before;
        if (splits.length === 3 && verdict !== CUT) expect(exactly).toBe(1);
        else if (splits.length < 3) expect(exactly).toBe(0);
        asked[exactly === 1 ? 'exactly' : 'inDoubles']++;
        return verdict;
      };
      return kernel;
    };
    expect(countCellsOf(network, cube(3, -1, 1), watching).cells).toBe(6);
    // Three of the cube, two of each half, and one of each quarter.
    expect(asked.inDoubles + asked.exactly).toBe(3 + 2 * 2 + 4);
  }
});

it.each([2, 3])(
  'vertices are kept along the path only: of %i neurons, those of the box and of the first split are left',
  (count) => {
    // The second neuron splits first.
    const rows = [
      [1, 0.5, 0.25, 0.125],
      [0.25, -1, 0.5, 0.375],
      [0.5, 0.25, 1, -0.25],
    ].slice(0, count);
    const weights = rows.flatMap((row) => row.slice(0, 3));
    const bias = rows.map((row) => row[3]!);
    const network = buildNetwork(3, [
      { affine: affineFromDoubles(count, 3, weights, bias) },
      { slopes: rows.map(() => RELU) },
    ]);
    const corners = Array.from({ length: 8 }, (_, k) => [0, 1, 2].map((i) => 2 * ((k >> i) & 1) - 1));
    const isAbove = (x: readonly number[]) => x.reduce((sum, value, i) => sum + value * rows[1]![i]!, rows[1]![3]!) > 0;
    const crossed = corners.flatMap((x) =>
      [0, 1, 2].filter((i) => x[i] === -1 && isAbove(x) !== isAbove(x.map((value, j) => (j === i ? 1 : value)))),
    );
    const pools = new Set<VertexPool>();
    const { add } = VertexPool.prototype;
    VertexPool.prototype.add = function (this: VertexPool) {
      pools.add(this);
      return add.call(this);
    };
    try {
      // For witnesses, every cell is built.
      expect(cellsOf(network, cube(3, -1, 1), vertexKernel).length).toBe(2 ** count);
    } finally {
      VertexPool.prototype.add = add;
    }
    expect(Array.from(pools, (pool) => pool.size)).toEqual([8 + crossed.length]);
  },
);

it('a kernel that verifies notices what is wrong, and another does not look', () => {
  const affine = affineFromDoubles(1, 3, [1, 0.5, 0.25], [0.125]);
  const network = buildNetwork(3, [{ affine }, { slopes: [RELU] }]);
  // In doubles the neuron is positive at the corner (-1, 1, 1), where it is -1/8.
  const spoilt =
    (factory: KernelFactory): KernelFactory =>
    (context) => {
      const kernel = factory(context);
      const enterLayer = kernel.enterLayer.bind(kernel);
      kernel.enterLayer = (layer) => {
        context.rows.rows[0]![3]! += 0.25;
        enterLayer(layer);
      };
      return kernel;
    };
  const proved = (kernel: KernelFactory) => cellsOf(network, cube(3, -1, 1), kernel).length;
  expect(proved(verifying(1))).toBe(2);
  expect(proved(spoilt(vertexKernel))).toBe(2);
  expect(() => proved(spoilt(verifying(1)))).toThrow('vertex laws');
});

describe.skipIf(ABSENT)('the vertex engine on ../shared/data (skipped without it)', () => {
  const files = [
    'affine/rand_6_12',
    'affine/ratio_3_20_07',
    'affine/perm_4',
    'linear/crosspoly_6',
    'linear/demicube_5',
  ];
  it.each(files)('agrees with deletion-restriction on %s', (file) => {
    const arrangement = readArrangement(`${DATA}arrangements/${file}.txt`);
    const { cells } = countCellsOf(networkOfArrangement(arrangement), whole(arrangement.dimension), placedVertexKernel);
    expect(cells).toBe(regionCount(arrangement.dimension, arrangement.planes));
  });

  // FACTS.md: exact counts that several tools agree on, and those of the degenerate probes.
  it.each([
    ['net_2-16-16-1', 2, 369],
    ['net_2-32-32-32-1', 2, 2876],
    ['net_3-16-16-1', 3, 4137],
    ['net_3-32-32-1', 3, 27202],
    ['net_4-16-16-1', 4, 25022],
    ...(DEEP
      ? ([
          ['net_4-24-24-1', 4, 105327],
          ['net_6-12-12-1', 6, 62866],
        ] as const)
      : []),
    ['deg2_dup', 2, 4],
    ['deg2_star8', 2, 16],
    ['deg2_grid28', 2, 128],
    ['deg2_strip_1e-06', 2, 6],
    ['deg2_strip_1e-08', 2, 6],
  ] as const)('%s has its published number of cells', async (name, dimension, cells) => {
    const { network } = await readNetwork(`${DATA}bench/${name}.json`);
    expect(countCellsOf(network, cube(dimension, -1, 1), placedVertexKernel).cells).toBe(cells);
  });
});
