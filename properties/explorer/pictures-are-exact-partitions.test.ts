/**
 * Theorem. The picture that the explorer draws while a training runs is the partition of the library: the same cells in the same order
 * with the same signs, maps, edges and makers, the same counts of pieces and maps, the same neurons dead and stable, the same boundary
 * with the same corners; and its corners are the exact ones, to the nearest pixel and far beyond.
 *
 * Expected: the library's other ways to the same facts (`cells`, `countRegions`, `neuronFacts`, `levelSet`), and the exact planar complex.
 *
 * Source: definition.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryCurves, levelSet } from '../../src/analysis/function/index.js';
import { livePicture } from '../../src/explorer/engine/live.js';
import { upToNeuron } from '../../src/explorer/engine/neuron.js';
import { Run } from '../../src/explorer/engine/run.js';
import { Session } from '../../src/explorer/engine/session.js';
import { planeBox, type Subject, trainedNetwork } from '../../src/explorer/engine/subject.js';
import { FIRST_PLAN, type Window2 } from '../../src/explorer/model/index.js';
import {
  affineFromDoubles,
  buildNetwork,
  cells,
  countCells,
  countRegions,
  evaluateExact,
  LINEAR,
  leaky,
  type Network,
  neuronFacts,
  RELU,
  rational,
  rationalFromDouble,
  toDouble,
} from '../../src/index.js';
import { planarPicture } from '../../src/report/picture/index.js';
import { topology } from '../../src/topology/index.js';
import { holds, holdsLater } from '../support/generators/holds.js';

const WINDOW: Window2 = { x: [-1, 1], y: [-1.5, 1] };

/** Small weights meet in one point and coincide often; doubles hardly ever. */
const network = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 3 }),
    fc.integer({ min: 1, max: 2 }),
  )
  .chain(([whole, hidden, outputs]) => {
    const weight = whole ? fc.integer({ min: -2, max: 2 }) : fc.double({ min: -2, max: 2, noNaN: true });
    const widths = [2, ...hidden, outputs];
    const slopes = fc.constantFrom(RELU, RELU, RELU, leaky(rational(1n, 4n)), LINEAR);
    const layers = widths
      .slice(1)
      .map((width, l) =>
        fc.tuple(
          fc.array(weight, { minLength: width * widths[l]!, maxLength: width * widths[l]! }),
          fc.array(weight, { minLength: width, maxLength: width }),
          fc.array(slopes, { minLength: width, maxLength: width }),
        ),
      );
    return fc.tuple(...layers).map(
      (drawn): Network =>
        buildNetwork(
          2,
          drawn.flatMap(([weights, bias, own], l) => {
            const affine = affineFromDoubles(widths[l + 1]!, widths[l]!, weights, bias);
            return l + 2 < widths.length ? [{ affine }, { slopes: own }] : [{ affine }];
          }),
        ),
    );
  });

const subjectOf = (net: Network, window = WINDOW): Subject => ({
  network: net,
  domain: planeBox(window),
  names: ['x0', 'x1'],
  window,
  label: '',
});

describe('a live picture', () => {
  it('has the cells of the library, with their signs, maps and edges', () => {
    holds(
      fc.property(network, (net) => {
        const subject = subjectOf(net);
        const { data, neurons, cellsPerLayer } = livePicture(subject, { thorough: true });
        const { arrays, header } = data;
        const bytes = Math.ceil(header.widths.reduce((a, b) => a + b, 0) / 8);
        let count = 0;
        for (const record of cells(net, subject.domain, {
          fields: ['pattern', 'witness', 'vertices'],
        })) {
          const cell = count++;
          const signs = record.pattern!.replaceAll('|', '');
          const zeros = new Set<number>();
          for (let k = 0; k < arrays.zeros.length; k += 2)
            if (arrays.zeros[k] === cell) zeros.add(arrays.zeros[k + 1]!);
          const drawn = [...signs].map((_, at) => {
            if (zeros.has(at)) return '0';
            return ((arrays.signs[cell * bytes + (at >> 3)]! >> (at & 7)) & 1) === 1 ? '+' : '-';
          });
          expect(drawn.join('')).toBe(signs);
          const corners = Array.from({ length: arrays.start[cell + 1]! - arrays.start[cell]! }, (_, k) => {
            const at = arrays.corners[arrays.start[cell]! + k]!;
            return [arrays.x[at]!, arrays.y[at]!] as const;
          });
          // The map in doubles, at a point inside, is the exact value.
          const witness = record.witness!;
          const [x, y] = witness.map(toDouble) as [number, number];
          evaluateExact(net, witness).output.forEach((value, k) => {
            const at = 3 * (arrays.mapOfCell[cell]! * net.outputs + k);
            const [a, b, c] = arrays.maps.subarray(at, at + 3) as unknown as [number, number, number];
            expect(a * x + b * y + c).toBeCloseTo(toDouble(value), 6);
          });
          // Every exact corner is drawn, and nothing else.
          const exact = record.vertices!.map((vertex) => vertex.map(toDouble));
          expect(corners).toHaveLength(exact.length);
          for (const [s, t] of exact as [number, number][]) {
            expect(Math.min(...corners.map(([u, v]) => Math.hypot(u - s, v - t)))).toBeLessThan(2 ** -30);
          }
        }
        expect(header.cells).toBe(count);
        const counted = countCells(net, subject.domain);
        expect(count).toBe(counted.cells);
        expect(cellsPerLayer).toEqual(counted.cellsPerLayer);
        expect(neurons.flat()).toEqual(neuronFacts(net, subject.domain).map(({ status }) => status));
      }),
      { seed: 29114, runs: 30 },
    );
  });

  it('counts pieces, maps and corners as the library does', () => {
    holds(
      fc.property(network, (net) => {
        const subject = subjectOf(net);
        const { pieces, maps, corners, curves } = livePicture(subject, { thorough: true });
        const regions = countRegions(net, subject.domain);
        expect({ pieces, maps }).toEqual({ pieces: regions.pieces, maps: regions.maps });
        if (net.outputs > 1) return;
        const boundary = levelSet(net, subject.domain, { output: 0, threshold: rational(0n, 1n) });
        const own = boundaryCurves(boundary);
        expect(corners!.length / 2).toBe(own.reduce((sum, curve) => sum + curve.corners.length, 0));
        expect(curves).toEqual([own.length, own.filter(({ closed }) => closed).length]);
      }),
      { seed: 29115, runs: 60 },
    );
  });

  /** Of {f >= 0} and {f <= 0}, by the exact cell complexes of these sets. */
  const homologyOf = ({ network: net, domain }: Subject) => {
    const betti = (kind: 'above' | 'below') =>
      topology(net, domain, { set: { kind, output: 0, level: rational(0n, 1n) } }).betti.slice(0, 2);
    return { positive: betti('above'), negative: betti('below') };
  };

  it('counts components and holes by curves as cell complexes have them, wherever curves tell', () => {
    let told = 0;
    holds(
      fc.property(network, (net) => {
        fc.pre(net.outputs === 1);
        const subject = subjectOf(net);
        const { homology } = livePicture(subject, { thorough: true });
        if (homology === undefined) return;
        told++;
        expect(homology).toEqual(homologyOf(subject));
      }),
      { seed: 29116, runs: 60 },
    );
    expect(told).toBeGreaterThan(10);
  });

  it('counts components and holes of what is trained, as cell complexes have them', () => {
    const seen = new Set<string>();
    for (const [data, noise, seed] of [
      ['ring', 0, 1],
      ['ring', 50, 2],
      ['spiral', 20, 3],
      ['xor', 50, 4],
    ] as const) {
      const run = new Run({ ...FIRST_PLAN, data, noise, seed, hidden: [7, 6] }, 'relu');
      for (const epoch of [0, 3, 12, 40]) {
        run.seek(epoch);
        const subject = subjectOf(trainedNetwork(run.plan, run.layers()), { x: [-5, 7], y: [-6, 6] });
        const { homology } = livePicture(subject, { thorough: true });
        // Doubles in general position leave no degenerate boundary.
        expect(homology).toEqual(homologyOf(subject));
        seen.add(JSON.stringify(homology));
      }
    }
    // Among them are arcs alone, a closed curve, and several components.
    expect(seen.size).toBeGreaterThan(3);
  });

  it('agrees with the exact planar complex: cells, layers of cuts, makers of edges, drawn segments', async () => {
    await holdsLater(
      fc.asyncProperty(network, async (net) => {
        const subject = subjectOf(net);
        const { data } = livePicture(subject, { thorough: false });
        const { complex } = (await planarPicture(net, subject.domain))!;
        expect(data.header.cells).toBe(complex.cells);
        expect([...data.arrays.cutLayer]).toEqual([...complex.cutLayer]);
        let inner = 0;
        for (let cell = 0; cell < complex.cells; cell++) {
          const names = (list: readonly string[]) => [...list].sort();
          const drawn: string[] = [];
          for (let k = data.arrays.start[cell]!; k < data.arrays.start[cell + 1]!; k++) {
            drawn.push(data.header.makers[data.arrays.edgeMaker[k]!]!);
          }
          const exact: string[] = [];
          for (let k = complex.start[cell]!; k < complex.start[cell + 1]!; k++) {
            const { neurons, bound } = complex.makers[complex.edgeMaker[k]!]!;
            if (complex.neighbour[k]! >= 0) inner++;
            exact.push(
              bound === undefined
                ? neurons.map(([l, j]) => `${l}:${j}`)[0]!
                : data.header.makers[2 * bound.input + (bound.side === 'upper' ? 1 : 0)]!,
            );
          }
          expect(names(drawn)).toEqual(names(exact));
        }
        // Each edge between two cells is drawn once.
        expect(data.arrays.segmentLayer.length).toBe(inner / 2);
      }),
      { seed: 29117, runs: 40 },
    );
  });
});

it('a neuron’s picture is its pre-activation', () => {
  holds(
    fc.property(
      network,
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      (net, x, y) => {
        const point = [x, y].map(rationalFromDouble);
        net.layers.forEach(({ slopes }, layer) => {
          slopes.forEach((_, neuron) => {
            const own = upToNeuron(net, { layer, neuron })!;
            // Independently: the sign of the neuron in the pattern at the point.
            const value = evaluateExact(own, point).output[0]!;
            const sign = value.numerator > 0n ? 1 : value.numerator < 0n ? -1 : 0;
            const told = evaluateExact(net, point).pattern[layer]![neuron]!;
            expect(told).toBe(sign);
          });
        });
        expect(upToNeuron(net, { layer: net.layers.length, neuron: 0 })).toBeUndefined();
      },
    ),
    { seed: 29118, runs: 40 },
  );
});

it('what is asked for when the page rests says the same, and more', async () => {
  const session = new Session();
  const first = await session.answer({
    kind: 'plan',
    plan: { ...FIRST_PLAN, hidden: [6, 6] },
    epoch: 25,
    window: WINDOW,
  });
  const rest = await session.answer({ kind: 'complete' });
  if (first.kind !== 'views' || rest.kind !== 'complete' || first.main.picture.kind !== 'cells')
    throw new Error('expected pictures');
  const { picture } = rest;
  expect(picture.isComplete).toBe(true);
  expect(picture.pieces).toBe(first.main.picture.pieces);
  expect(picture.maps).toBe(first.main.picture.maps);
  expect(picture.data.header.cells).toBe(first.main.picture.data.header.cells);
  expect(picture.neurons).toEqual(first.main.picture.neurons);
  expect(picture.homology?.positive).toHaveLength(2);
});
