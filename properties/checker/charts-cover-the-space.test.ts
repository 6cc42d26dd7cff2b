/**
 * Theorem. Charts of R^d change nothing about a partition: where creases of the first layer with independent linear parts span
 * those of all its neurons, the cells of the 2^r simplices between them are the cells of R^d, layer by layer, and the certificate of their
 * tree proves it.
 *
 * Source: the lemma of src/network/chart.ts (x -> u / (1 + sum u) is a projective map: it keeps signs of affine functions up to a
 * positive factor); counts by brute force over sign vectors, closed forms of central and parallel arrangements.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type CertificateHeader, CHARTED_VERSION } from '../../src/certificate/format.js';
import { type CheckReport, checkCertificate, checkShare, combinedReport } from '../../src/checker/file.js';
import { ENGINE_NAMES, kernelOf } from '../../src/engines/choice.js';
import { countCells } from '../../src/engines/count.js';
import { formatRational, ONE, type Rational, rational, rationalFromDouble } from '../../src/exact/rational.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { chartOf } from '../../src/network/chart.js';
import { cube, whole } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { countingProblem } from '../../src/problem/charts.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { writeCertificate } from '../../src/run/certificate.js';
import { runJob } from '../../src/run/job.js';
import { randomNumbers } from '../../src/theory/random.js';
import { countSink } from '../../src/walk/count.js';
import { traverse } from '../../src/walk/traverse.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { degenerateNetwork, dyadicNetwork, genericNetwork, rationalNetwork } from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { type Row, rowsOf, valueAt } from '../support/references/plain-network.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

/** Networks of up to three inputs, of every kind. */
const network = fc.integer({ min: 1, max: 3 }).chain((inputs) => {
  const shape = { inputs, widths: [4, 3] };
  return fc.oneof(genericNetwork(shape), dyadicNetwork(shape), degenerateNetwork(shape), rationalNetwork(shape));
});

/** The same network without biases: all cells are cones. */
function withoutBiases({ inputs, layers, output }: Network): Network {
  const steps = layers.flatMap(({ affine, slopes }) => {
    const { weights, outputs, inputs, denominator } = affine.integers();
    const rows = Array.from({ length: outputs }, (_, k) =>
      weights.slice(k * inputs, (k + 1) * inputs).map((w) => rational(w, denominator)),
    );
    return [{ affine: affineFromRationals(inputs, rows, new Array<Rational>(outputs).fill(rational(0n))) }, { slopes }];
  });
  return buildNetwork(inputs, [...steps, { affine: output }]);
}

/** Counts by a walk in homogeneous coordinates, without charts. */
function homogeneousCounts(of: Network): readonly number[] {
  const sink = countSink(of.layers.length);
  traverse(partitionProblem(of, whole(of.inputs)), kernelOf('lp', simplexBackend), sink);
  return sink.counts.cellsPerLayer;
}

/** The certificate of a walk in charts. */
async function certified(of: Network, engine: (typeof ENGINE_NAMES)[number], name: string) {
  const domain = whole(of.inputs);
  const problem = countingProblem(of, domain);
  const bench = { problem, kernel: kernelOf(engine, simplexBackend), evidence: true };
  const { records, cells, cellsPerLayer } = runJob(bench, [''], {});
  const file = join(files.path, name);
  await writeCertificate(file, { network: of, domain, charts: problem.charts?.basis }, [records], () => ({
    cells,
    cellsPerLayer,
  }));
  return { file, cells, cellsPerLayer, isCharted: problem.charts !== undefined };
}

describe('cells in charts are the cells of the space', () => {
  it('by every engine, with the counts of brute force, and certificates that are accepted', async () => {
    let charted = 0;
    await holdsLater(
      fc.asyncProperty(network, fc.boolean(), async (drawn, cones) => {
        const of = cones ? withoutBiases(drawn) : drawn;
        const { cellsPerLayer } = bruteForcePartition(of, whole(of.inputs));
        for (const engine of ENGINE_NAMES) {
          const made = await certified(of, engine, 'any.cert');
          charted += made.isCharted ? 1 : 0;
          expect(made.cellsPerLayer).toEqual(cellsPerLayer);
          expect(await checkCertificate(of, made.file)).toMatchObject({ accepted: true, cellsPerLayer });
          const shares = [0, 1, 2].map((index) => checkShare(of, made.file, { index, of: 3 }));
          expect(combinedReport(await Promise.all(shares))).toMatchObject({ accepted: true, cellsPerLayer });
        }
      }),
      { seed: 3301, runs: 60 },
    );
    expect(charted).toBeGreaterThan(60);
  });

  it('on networks too large for brute force, as a walk in homogeneous coordinates counts them', () => {
    const larger = fc.integer({ min: 2, max: 4 }).chain((inputs) => {
      const shape = { inputs, widths: [7, 6, 4] };
      return fc.oneof(genericNetwork(shape), dyadicNetwork(shape), degenerateNetwork(shape));
    });
    holds(
      fc.property(larger, fc.boolean(), (drawn, cones) => {
        const of = cones ? withoutBiases(drawn) : drawn;
        const expected = homogeneousCounts(of);
        for (const engine of ENGINE_NAMES) {
          expect(countCells(of, whole(of.inputs), { engine }).cellsPerLayer).toEqual(expected);
        }
      }),
      { seed: 3302, runs: 20 },
    );
  });

  it('that a box around all vertices shows, too', () => {
    // Integers up to 9 in rows of two layers: vertices have coordinates below 1e5 in size.
    const random = randomNumbers(7);
    const entries = (count: number) => Array.from({ length: count }, () => Math.floor(19 * random()) - 9);
    for (let round = 0; round < 20; round++) {
      const of = buildNetwork(2, [
        { affine: affineFromDoubles(5, 2, entries(10), entries(5)) },
        { slopes: new Array(5).fill(RELU) },
        { affine: affineFromDoubles(4, 5, entries(20), entries(4)) },
        { slopes: new Array(4).fill(RELU) },
      ]);
      expect(countCells(of, whole(2)).cellsPerLayer).toEqual(countCells(of, cube(2, -1e9, 1e9)).cellsPerLayer);
    }
  });

  it.each([
    ['one crease in R^5', 5, [[1, 2, 3, 4, 5]], [1], 2],
    ['parallel creases in R^3', 3, [1, 2, 3, -1, -2].map((c) => [c, c, -c]), [0, 1, 2, 3, 4], 6],
    [
      'two creases in R^4: every cell contains a plane',
      4,
      [
        [1, 1, 0, 0],
        [0, 0, 1, -1],
      ],
      [1, 2],
      4,
    ],
    [
      'six lines through a point of R^2',
      2,
      [
        [1, 0],
        [0, 1],
        [1, 1],
        [1, -1],
        [1, 2],
        [2, 1],
      ],
      [0, 0, 0, 0, 0, 0],
      12,
    ],
    [
      'a prism over a triangle of lines',
      3,
      [
        [1, 0, 1],
        [0, 1, 0],
        [1, 1, 1],
      ],
      [0, 0, -1],
      7,
    ],
  ] as const)('%s', async (_, inputs, weights, bias, cells) => {
    const rows = weights as readonly (readonly number[])[];
    const of = buildNetwork(inputs, [
      { affine: affineFromDoubles(rows.length, inputs, rows.flat(), bias) },
      { slopes: new Array(rows.length).fill(RELU) },
    ]);
    for (const engine of ENGINE_NAMES) {
      const made = await certified(of, engine, 'few.cert');
      expect(made).toMatchObject({ cells, isCharted: true });
      expect(await checkCertificate(of, made.file)).toMatchObject({ accepted: true, cells });
    }
  });

  it('no charts are made where the creases do not span the first layer, or span many dimensions', () => {
    const step = (size: number, bent: number) => [
      { affine: affineFromDoubles(size, size, identity(size), new Float64Array(size)) },
      { slopes: Array.from({ length: size }, (_, j) => (j < bent ? RELU : { negative: ONE, positive: ONE })) },
    ];
    expect(countingProblem(buildNetwork(2, step(2, 1)), whole(2)).charts).toBeUndefined();
    expect(countingProblem(buildNetwork(2, step(2, 2)), whole(2)).charts?.basis.neurons).toHaveLength(2);
    expect(countingProblem(buildNetwork(9, step(9, 9)), whole(9)).charts).toBeUndefined();
  });
});

const identity = (size: number) => Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));

describe('rows in a chart', () => {
  it('are the rows of the network times v_0 > 0, at every point', () => {
    const shape = { inputs: 2, widths: [4, 3] };
    const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 3, maxLength: 3 });
    const exponents = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 2 });
    const signs = fc.tuple(fc.constantFrom(1 as const, -1 as const), fc.constantFrom(1 as const, -1 as const));
    holds(
      fc.property(dyadicNetwork(shape), weights, exponents, signs, (of, point, powers, sides) => {
        const [head] = of.layers;
        fc.pre(head !== undefined && head.affine.outputs >= 2);
        const chart = chartOf(of, { neurons: [0, 1], exponents: powers });
        fc.pre(chart?.isConical === false);
        const total = BigInt(point.reduce((sum, p) => sum + p, 0));
        const v = point.map((p) => rational(BigInt(p), total));
        const charted = chart!.network(sides);
        // x from the definition: s_j h_j(x) = S_j v_j / v_0.
        const x = solved(rowsOf(head!.affine), sides, powers, v);
        const [values, others] = [preActivations(of, x), preActivations(charted, v.slice(0, 2))];
        values.forEach((layer, l) => {
          layer.forEach((value, k) => {
            const here = others[l]![k]!;
            expect(here.numerator * value.denominator * total).toBe(
              value.numerator * here.denominator * BigInt(point[2]!),
            );
          });
        });
      }),
      { seed: 3303, runs: 150 },
    );
  });
});

const product = (a: Rational, b: Rational) => rational(a.numerator * b.numerator, a.denominator * b.denominator);
const difference = (a: Rational, b: Rational) =>
  rational(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);
const quotient = (a: Rational, b: Rational) =>
  product(a, b.numerator < 0n ? rational(-b.denominator, -b.numerator) : rational(b.denominator, b.numerator));

/** The point where the first two rows have the values that v says (Cramer's rule). */
function solved(rows: readonly Row[], sides: readonly number[], powers: readonly number[], v: readonly Rational[]) {
  const [g, h] = rows as [Row, Row];
  const value = (j: number) =>
    difference(product(rationalFromDouble(sides[j]! * 2 ** powers[j]!), quotient(v[j]!, v[2]!)), rows[j]![2]!);
  const [p, q] = [value(0), value(1)];
  const minor = (a: Rational, b: Rational, c: Rational, d: Rational) => difference(product(a, d), product(b, c));
  const determinant = minor(g[0]!, g[1]!, h[0]!, h[1]!);
  return [quotient(minor(p, g[1]!, q, h[1]!), determinant), quotient(minor(g[0]!, p, h[0]!, q), determinant)];
}

/** The pre-activations of every layer at a point, exactly. */
function preActivations({ layers }: Network, point: readonly Rational[]): Rational[][] {
  let values = point;
  return layers.map(({ affine, slopes }) => {
    const before = rowsOf(affine).map((row) => valueAt(row, values));
    values = before.map((z, k) => product(z.numerator < 0n ? slopes[k]!.negative : slopes[k]!.positive, z));
    return before;
  });
}

describe('a certificate in charts is refused', () => {
  const of = buildNetwork(2, [
    { affine: affineFromDoubles(4, 2, [1, 0, 0, 1, 1, 1, 2, 2], [0, 1, -2, 3]) },
    { slopes: [RELU, RELU, RELU, { negative: ONE, positive: ONE }] },
  ]);

  /** The verdict on a certificate with another header. */
  async function verdict(change: (header: CertificateHeader) => object, name: string): Promise<CheckReport> {
    const { file } = await certified(of, 'vertex', `${name}.cert`);
    const bytes = gunzipSync(readFileSync(file));
    const end = bytes.indexOf(10);
    const header = change(JSON.parse(bytes.subarray(0, end).toString()) as CertificateHeader);
    const forged = gzipSync(Buffer.concat([Buffer.from(JSON.stringify(header)), bytes.subarray(end)]));
    return checkCertificate(of, files.file(`${name}-forged.cert`, forged));
  }

  const charts = (change: Partial<{ neurons: unknown; exponents: unknown }>) => (header: CertificateHeader) => ({
    ...header,
    charts: { ...header.charts, ...change },
  });

  it('never as it was written', async () => {
    expect(await verdict((header) => header, 'same')).toMatchObject({ accepted: true, cells: 7 });
  });

  const faults: readonly (readonly [string, (header: CertificateHeader) => object, RegExp])[] = [
    [
      'whose charts are null',
      (header) => ({ ...header, charts: null }),
      /^the header's charts are not valid: there are/,
    ],
    ['without neurons', charts({ neurons: [], exponents: [] }), /there are not 1 to 8 neurons/],
    ['whose neurons are text', charts({ neurons: ['0', '1'] }), /there are no neurons with as many exponents/],
    ['with an exponent too few', charts({ exponents: [0] }), /there are no neurons with as many exponents/],
    ['with a neuron that is not there', charts({ neurons: [0, 4] }), /the first layer has no neuron 4 that bends/],
    ['with a negative neuron', charts({ neurons: [0, -1] }), /the first layer has no neuron -1 that bends/],
    ['with a neuron that does not bend', charts({ neurons: [0, 3] }), /the first layer has no neuron 3 that bends/],
    ['with a neuron twice', charts({ neurons: [0, 0] }), /do not span the first layer independently/],
    ['with a neuron too few', charts({ neurons: [0], exponents: [0] }), /do not span the first layer independently/],
    ['with a huge exponent', charts({ exponents: [0, 2001] }), /an exponent is not within 2000/],
    ['of version 2', (header) => ({ ...header, version: CHARTED_VERSION - 1 }), /the header has charts out of place/],
    [
      'on a box',
      (h) => ({
        ...h,
        domain: {
          box: [
            ['0', formatRational(ONE)],
            ['0', '1'],
          ],
        },
      }),
      /charts out of place/,
    ],
  ];
  it.each(faults)('%s', async (name, change, reason) => {
    expect(await verdict(change, name.replaceAll(' ', '-'))).toEqual({
      accepted: false,
      path: '',
      reason: expect.stringMatching(reason),
    });
  });

  it('with other neurons, or other scales, than its tree has', async () => {
    const { charts: stated } = countingProblem(of, whole(2));
    const { neurons, exponents } = stated!.basis;
    const other = [0, 1, 2].find((k) => !neurons.includes(k))!;
    expect(await verdict(charts({ neurons: [neurons[0], other] }), 'others')).toMatchObject({
      accepted: false,
      reason: `a split by neuron 0:${other} is expected here`,
    });
    expect(await verdict(charts({ exponents: exponents.map((e) => e + 9) }), 'scales')).toMatchObject({
      accepted: false,
    });
  });

  it('whose parts are not all there, or too many', async () => {
    const { file } = await certified(of, 'vertex', 'parts.cert');
    const bytes = gunzipSync(readFileSync(file));
    const begin = bytes.indexOf(10) + 1;
    const end = bytes.lastIndexOf(Buffer.from('{"cells"')) - 1;
    const records = bytes.subarray(begin, end);
    const judged = (changed: Uint8Array, name: string) =>
      checkCertificate(
        of,
        files.file(name, gzipSync(Buffer.concat([bytes.subarray(0, begin), changed, bytes.subarray(end)]))),
      );
    expect(await judged(records, 'all.cert')).toMatchObject({ accepted: true });
    expect(await judged(records.subarray(0, 2), 'first.cert')).toMatchObject({
      accepted: false,
      path: '-',
      reason: 'the tree ends although cases are open',
    });
    expect(await judged(new Uint8Array(0), 'none.cert')).toMatchObject({ accepted: false, path: '' });
    expect(await judged(Buffer.concat([records, Uint8Array.of(1, 0)]), 'more.cert')).toMatchObject({
      accepted: false,
      reason: 'a record follows the complete tree',
    });
  });
});
