/**
 * Theorem. A network that looks at n inputs only through y = A x has, on a domain D, the cells and patterns of the small
 * network in y on the image A D, layer by layer: on all of R^n (A D is the row space), on polytopes whose inequalities are
 * rows of A, on boxes whose image is a box again, on segments and on planes.
 *
 * With n = 784 the cells are found in the many inputs and compared with those that the small network has, by the other
 * engine and by Fourier-Motzkin elimination; the checker, which knows of no row space, proves them in all inputs. Blocks of
 * inputs that are summed up make the image of a box a box.
 *
 * Source: linear algebra; a cell is the set of points of one pattern (Montufar, Pascanu, Cho, Bengio 2014, section 2), and the
 * pattern depends on A x only.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Cell, forEachCell, patternOf, patternText } from '../../src/analysis/cells/enumerate.js';
import { checkCertificate } from '../../src/checker/file.js';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import {
  add,
  formatRational,
  multiply,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { readNetwork } from '../../src/formats/read.js';
import { glpkBackend } from '../../src/lp/glpk/backend.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { box, cube, type Domain, type LinearBound, polytope, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { buildNetwork, type Network, precompose, RELU } from '../../src/network/network.js';
import { networkOnSlice, type Slice } from '../../src/network/slice.js';
import { dataOfNetwork } from '../../src/network/transfer.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { essentialInputs } from '../../src/problem/row-space.js';
import { runCount } from '../../src/run/count.js';
import { prepareJobs, runJob } from '../../src/run/job.js';
import { normalNumber, randomNumbers } from '../../src/theory/random.js';
import { addDecisions, noDecisions } from '../../src/walk/tree.js';
import { cellsOf, countCellsOf } from '../support/engines/cells.js';
import { holdsLater } from '../support/generators/holds.js';
import { degenerateNetwork, genericNetwork } from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';

const SEED = 784;
const PIXELS = 784;
const LP = lpKernel(simplexBackend);

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-images-'));
afterAll(() => rmSync(scratch, { recursive: true }));

type Matrix = readonly (readonly Rational[])[];

/** x -> network(A x), exactly. */
function through(network: Network, matrix: Matrix): Network {
  return precompose(
    network,
    affineFromRationals(
      matrix[0]!.length,
      matrix,
      matrix.map(() => ZERO),
    ),
  );
}

/** Rows of small multiples of 1/8; `rank` of them are independent with near certainty, the others are their sums. */
function lookingRows(count: number, rank: number, seed: number): Matrix {
  const random = randomNumbers(seed);
  const own = Array.from({ length: rank }, () =>
    Array.from({ length: PIXELS }, () => rational(BigInt(Math.floor(random() * 17) - 8), 8n)),
  );
  const sums = Array.from({ length: count - rank }, (_, r) =>
    own[r % rank]!.map((x, i) => add(x, own[(r + 1) % rank]![i]!)),
  );
  return [...own, ...sums];
}

/** y_j is the sum of the j-th block of inputs; the last inputs are in no block. */
function blockSums(count: number): { readonly matrix: Matrix; readonly size: number } {
  const size = Math.floor((PIXELS - 10) / count);
  const matrix = Array.from({ length: count }, (_, j) =>
    Array.from({ length: PIXELS }, (_, i) => (Math.floor(i / size) === j ? rational(1n) : ZERO)),
  );
  return { matrix, size };
}

/** Counts with a certificate that the checker accepts. */
async function proved(network: Network, domain: Domain) {
  const certificate = join(scratch, 'certificate');
  const { cells, cellsPerLayer, engine } = await runCount({ network, domain, certificate, workers: 1 });
  expect(await checkCertificate(network, certificate)).toMatchObject({ accepted: true, cells, cellsPerLayer });
  return { cells, cellsPerLayer, engine: engine.engine };
}

const small = fc.oneof(
  genericNetwork({ inputs: 3, widths: [3, 2] }),
  degenerateNetwork({ inputs: 3, widths: [3, 2] }),
  genericNetwork({ inputs: 2, widths: [3, 3] }),
);

describe('784 inputs that are seen through a few numbers', () => {
  it('on all of R^784: the cells of the small network on its space, in no more dimensions', async () => {
    const cases = fc.record({ network: small, seed: fc.nat(999) });
    const property = fc.asyncProperty(cases, async ({ network, seed }) => {
      const matrix = lookingRows(network.inputs, network.inputs, seed);
      const { cells, cellsPerLayer, engine } = await proved(through(network, matrix), whole(PIXELS));
      const reference = bruteForcePartition(network, whole(network.inputs));
      expect([cells, cellsPerLayer]).toEqual([reference.cells.length, reference.cellsPerLayer]);
      if (network.layers.length > 0) expect(engine).toBe('vertex');
    });
    await holdsLater(property, { seed: SEED, runs: 4 });
  });

  it('on all of R^784 where rows depend on each other: the cells on the image, a plane', async () => {
    const cases = fc.record({ network: genericNetwork({ inputs: 3, widths: [4, 2] }), seed: fc.nat(999) });
    const property = fc.asyncProperty(cases, async ({ network, seed }) => {
      const { cells, cellsPerLayer } = await proved(through(network, lookingRows(3, 2, seed)), whole(PIXELS));
      const [one, other, zero] = [rational(1n), rational(1n), ZERO];
      // The image is { (a, b, a + b) }.
      const onImage = through(network, [
        [one, zero],
        [zero, other],
        [one, other],
      ]);
      const reference = bruteForcePartition(onImage, whole(2));
      expect([cells, cellsPerLayer]).toEqual([reference.cells.length, reference.cellsPerLayer]);
    });
    await holdsLater(property, { seed: SEED, runs: 3 });
  });

  it('on an unbounded polytope between rows of A: the cells on the polytope that they bound in y', async () => {
    const cases = fc.record({ network: small, seed: fc.nat(999), bound: fc.integer({ min: 1, max: 3 }) });
    const property = fc.asyncProperty(cases, async ({ network, seed, bound }) => {
      const k = network.inputs;
      const matrix = lookingRows(k, k, seed);
      const side = (coefficients: readonly Rational[], by: number): LinearBound => ({
        coefficients,
        bound: rational(BigInt(by)),
      });
      const negated = (row: readonly Rational[]) => row.map((x) => subtract(ZERO, x));
      const unit = Array.from({ length: k }, (_, i) => (i === 0 ? rational(1n) : ZERO));
      const many = polytope(PIXELS, [side(matrix[0]!, bound), side(negated(matrix[0]!), 1)]);
      const few = polytope(k, [side(unit, bound), side(negated(unit), 1)]);
      const { cells, cellsPerLayer } = await proved(through(network, matrix), many);
      const reference = bruteForcePartition(network, few);
      expect([cells, cellsPerLayer]).toEqual([reference.cells.length, reference.cellsPerLayer]);
    });
    await holdsLater(property, { seed: SEED, runs: 3 });
  });

  it('on a box whose image is a box: the same cells and patterns', async () => {
    const cases = fc.record({ network: small, half: fc.integer({ min: 1, max: 8 }) });
    const property = fc.asyncProperty(cases, async ({ network, half }) => {
      const { matrix, size } = blockSums(network.inputs);
      const radius = rational(BigInt(half), 2n * BigInt(size));
      const tiny = box(new Array(PIXELS).fill(subtract(ZERO, radius)), new Array(PIXELS).fill(radius));
      const composed = through(network, matrix);
      const image = cube(network.inputs, -half / 2, half / 2);
      const reference = bruteForcePartition(network, image);
      const { cells, cellsPerLayer } = await proved(composed, tiny);
      expect([cells, cellsPerLayer]).toEqual([reference.cells.length, reference.cellsPerLayer]);
      const patterns = (of: readonly { readonly pattern: unknown }[]) =>
        of.map((c) => JSON.stringify(c.pattern)).sort();
      expect(patterns(cellsOf(composed, tiny, LP))).toEqual(patterns(reference.cells));
    });
    await holdsLater(property, { seed: SEED, runs: 4 });
  });

  it.each([1, 2])('on a slice of dimension %d: the cells on its image', async (dimension) => {
    const point = fc.array(
      fc.integer({ min: -8, max: 8 }).map((x) => rational(BigInt(x), 8n)),
      {
        minLength: PIXELS,
        maxLength: PIXELS,
      },
    );
    const cases = fc.record({ network: small, seed: fc.nat(999), points: fc.tuple(point, point, point) });
    const property = fc.asyncProperty(cases, async ({ network, seed, points: [origin, ...ends] }) => {
      const matrix = lookingRows(network.inputs, network.inputs, seed);
      const directions = ends.slice(0, dimension);
      const image = (x: readonly Rational[]) =>
        matrix.map((row) => row.reduce((sum, a, i) => add(sum, multiply(a, x[i]!)), ZERO));
      const slice: Slice = { origin, directions };
      const imageSlice: Slice = { origin: image(origin), directions: directions.map(image) };
      const domain = cube(dimension, -1, 1);
      const { cells, cellsPerLayer } = await proved(networkOnSlice(through(network, matrix), slice), domain);
      const reference = bruteForcePartition(networkOnSlice(network, imageSlice), domain);
      expect([cells, cellsPerLayer]).toEqual([reference.cells.length, reference.cellsPerLayer]);
    });
    await holdsLater(property, { seed: SEED, runs: 5 });
  });

  it('counts on R^784 without leaving inputs out, too: the reduction changes no verdict', () => {
    const network = through(fc.sample(genericNetwork({ inputs: 2, widths: [2] }), { seed: 3, numRuns: 1 })[0]!, [
      [rational(1n), rational(2n), ZERO, rational(-1n), ZERO, ZERO, ZERO, ZERO, ZERO, ZERO],
      [ZERO, rational(2n), ZERO, rational(3n), ZERO, ZERO, ZERO, ZERO, ZERO, rational(1n)],
    ]);
    expect(partitionProblem(network, whole(10), { rowSpace: true }).variables).toBe(3);
    expect(partitionProblem(network, whole(10)).variables).toBe(11);
    return proved(network, whole(10)).then(({ cells }) => expect(countCellsOf(network, whole(10)).cells).toBe(cells));
  });
});

describe('the inputs that stand for all', () => {
  const rows = (...entries: readonly (readonly number[])[]) =>
    affineFromRationals(
      12,
      entries.map((row) => Array.from({ length: 12 }, (_, i) => rational(BigInt(row[i] ?? 0)))),
      entries.map(() => ZERO),
    );

  it('are as many as there are independent rows, of all maps together', () => {
    expect(essentialInputs([rows([0, 0, 2, 4], [0, 0, 1, 2])], 12)).toEqual([2]);
    expect(essentialInputs([rows([0, 0, 2, 4]), rows([0, 0, 1, 3], [0, 0, 3, 7])], 12)).toEqual([2, 3]);
    expect(essentialInputs([rows([1], [0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])], 12)).toEqual([0, 1, 11]);
    expect(essentialInputs([rows()], 12)).toEqual([0]);
  });

  it('are found where rows look dependent modulo the prime of the first look', () => {
    // The determinant is the prime.
    expect(essentialInputs([rows([1, 1], [1, 1 + 67108859])], 12)).toEqual([0, 1]);
  });
});

/** 784-8-8-2 with normal weights, on a box of the given radius around a random image. */
function narrowNetwork(radius: Rational): { readonly network: Network; readonly domain: Domain } {
  const random = randomNumbers(SEED);
  const affine = (outputs: number, inputs: number) => ({
    affine: affineFromDoubles(
      outputs,
      inputs,
      Array.from({ length: outputs * inputs }, () => Math.fround(normalNumber(random) * Math.sqrt(2 / inputs))),
      Array.from({ length: outputs }, () => Math.fround(normalNumber(random) / 8)),
    ),
  });
  const relu = { slopes: new Array(8).fill(RELU) };
  const network = buildNetwork(PIXELS, [affine(8, PIXELS), relu, affine(8, 8), relu, affine(2, 8)]);
  const image = Array.from({ length: PIXELS }, () => rationalFromDouble(Math.fround(random())));
  return {
    network,
    domain: box(
      image.map((x) => subtract(x, radius)),
      image.map((x) => add(x, radius)),
    ),
  };
}

describe('the walk through a tiny box of images', () => {
  const { network, domain } = narrowNetwork(rational(1n, 64n));

  it('gives the same bytes and decisions however it is cut', async () => {
    const setting = { network: dataOfNetwork(network), domain, engine: 'lp', lp: 'simplex', evidence: true } as const;
    const bench = await prepareJobs(setting);
    const whole = runJob(bench, [''], {});
    expect(whole.cells).toBeGreaterThan(20);
    const parts: Uint8Array[] = [];
    const decisions = noDecisions();
    let cells = 0;
    for (let open: readonly string[] = ['']; open.length > 0; ) {
      // Walked by whoever comes: every other part by a bench that has seen nothing else.
      const job = runJob(parts.length % 2 === 0 ? bench : await prepareJobs(setting), open, { budget: 7 });
      parts.push(job.records);
      addDecisions(decisions, job.decisions);
      cells += job.cells;
      open = job.open;
    }
    expect(parts.length).toBeGreaterThan(3);
    expect(Buffer.compare(Buffer.concat(parts), whole.records)).toBe(0);
    expect([cells, decisions]).toEqual([whole.cells, whole.decisions]);
  });

  it('finds the cells that another solver leads to', async () => {
    const glpk = lpKernel(await glpkBackend());
    expect(countCellsOf(network, domain, glpk).cellsPerLayer).toEqual(countCellsOf(network, domain).cellsPerLayer);
  });
});

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const MNIST = `${DATA}mnist_nnet/mnist10x10.nnet`;

describe.skipIf(!existsSync(MNIST))('MNIST networks around an image (skipped without ../shared/data)', () => {
  const random = randomNumbers(SEED);
  const image = Array.from({ length: PIXELS }, () => rationalFromDouble(Math.floor(random() * 256) / 256));

  it.each([5n, 10n])(
    'have cells that the checker proves, among them those of random points: radius %d / 1000',
    async (r) => {
      const { network } = await readNetwork(MNIST);
      const radius = rational(r, 1000n);
      const around = box(
        image.map((x) => subtract(x, radius)),
        image.map((x) => add(x, radius)),
      );
      const { cells } = await proved(network, around);
      const patterns = new Set<string>();
      const collect = (cell: Cell) => void patterns.add(patternText(patternOf(cell)));
      forEachCell(partitionProblem(network, around), collect, { withoutOutput: true });
      expect(patterns.size).toBe(cells);
      for (let k = 0; k < 12; k++) {
        // Corners reach farther than points strewn evenly: sums of 784 of these hardly leave the middle.
        const corner = image.map((x) => (random() < 0.5 ? subtract(x, radius) : add(x, radius)));
        const near = corner.map((x, i) =>
          add(multiply(x, rational(255n, 256n)), multiply(image[i]!, rational(1n, 256n))),
        );
        const { pattern } = evaluateExact(network, near);
        expect(patterns.has(patternText(pattern)), near.slice(0, 3).map(formatRational).join(' ')).toBe(true);
      }
    },
  );
});
