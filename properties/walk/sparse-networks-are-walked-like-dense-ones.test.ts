/**
 * Theorem. Leaving out the zeros of weights changes nothing: a network whose layers are stored without them has the split tree, the
 * evidence and the witnesses of the same network stored with them. Nor does looking ahead change the tree: a walk that settles
 * neurons before their layer begins takes the same splits in the same order. So convolutions and lattices have the cells that every engine
 * finds, on boxes and on the whole space, with biases and without.
 *
 * A sum that leaves out products by 0 is the same to the bit as long as it is finite, so certificates are equal byte for byte.
 *
 * Source: a row is the sum of the contributions of those neurons that feed it (src/walk/ahead.ts, src/walk/layer/scattered.ts).
 */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysisProblem, forEachCell, patternOf, patternText } from '../../src/analysis/cells/enumerate.js';
import { MapKeys } from '../../src/analysis/cells/map-residues.js';
import { mapKey } from '../../src/analysis/cells/maps.js';
import { constraintRow } from '../../src/analysis/geometry/polytope.js';
import { kernelOf } from '../../src/engines/choice.js';
import { parseRational } from '../../src/exact/rational.js';
import { readNetwork } from '../../src/formats/read.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { box, cube, type Domain, whole } from '../../src/network/domain.js';
import { countingProblem } from '../../src/problem/charts.js';
import { forEachInColumn, type ProblemLayer } from '../../src/problem/layer.js';
import { type PartitionProblem, partitionProblem } from '../../src/problem/lowering.js';
import { certificateSink } from '../../src/run/certificate.js';
import { countSink } from '../../src/walk/count.js';
import { exactRows } from '../../src/walk/exact-rows.js';
import { traverse } from '../../src/walk/traverse.js';
import { addDecisions, noDecisions, type SplitTreeSink, type TraversalOptions } from '../../src/walk/tree.js';
import { holds, trials } from '../support/generators/holds.js';
import { sparseNetwork } from '../support/generators/sparse-networks.js';

const SEED = 1721;
const VERTEX = kernelOf('vertex', simplexBackend);
const LP = kernelOf('lp', simplexBackend);

const domains: fc.Arbitrary<Domain> = fc.constantFrom(
  cube(2, -2, 2),
  box([parseRational('-1/3'), parseRational('0')], [parseRational('5/7'), parseRational('2')]),
  cube(2, -100, 100),
);

/** The layer with all of its zeros. */
function withZeros(layer: ProblemLayer, before: number): ProblemLayer {
  const { width, columns } = layer;
  const all = (values: Float64Array) => {
    const filled = new Float64Array(width * before);
    for (let j = 0; j < before; j++) {
      forEachInColumn(columns, j, (k, e) => {
        filled[j * width + k] = values[e]!;
      });
    }
    return filled;
  };
  return {
    ...layer,
    columns: { starts: Int32Array.from({ length: before + 1 }, (_, j) => j * width), rows: null },
    plus: all(layer.plus),
    minus: layer.minus && all(layer.minus),
  };
}

/** The same problem, in which nothing is left out. */
function dense(problem: PartitionProblem): PartitionProblem {
  const { layers, depth } = problem;
  return {
    ...problem,
    layers: layers.map((layer, l) => (l === 0 || l >= depth ? layer : withZeros(layer, layers[l - 1]!.width))),
  };
}

const isSparse = ({ layers }: PartitionProblem) => layers.some(({ columns }) => columns.rows !== null);

/** What a sink that wants no evidence is told. @param all also of every neuron: then nothing is settled ahead */
function told(problem: PartitionProblem, all: boolean, options: TraversalOptions = {}) {
  const events: string[] = [];
  const open: string[] = [];
  const sink: SplitTreeSink = {
    wantsEvidence: false,
    layer: (layer) => events.push(`layer ${layer}`),
    split: (layer, neuron) => events.push(`split ${layer}:${neuron}`),
    cell: () => events.push('cell'),
    open: (path) => {
      events.push(`open ${path}`);
      open.push(path);
    },
    ...(all && { implied() {} }),
  };
  const { decisions } = traverse(problem, VERTEX, sink, options);
  return { events, open, decisions };
}

const cellsOf = (events: readonly string[]) => events.filter((event) => event === 'cell').length;

function proof(problem: PartitionProblem) {
  const sink = certificateSink(problem);
  const { decisions } = traverse(problem, VERTEX, sink);
  return { bytes: Buffer.from(sink.take()).toString('hex'), counts: { ...sink.counts }, decisions };
}

function counted(problem: PartitionProblem, kernel = VERTEX) {
  const sink = countSink(problem.depth);
  traverse(problem, kernel, sink);
  return { ...sink.counts };
}

describe('networks with few weights', () => {
  it('have the certificates of the same networks with all zeros, and the tree of a walk that looks ahead', () => {
    let sparse = 0;
    holds(
      fc.property(sparseNetwork(2), domains, (network, domain) => {
        const problem = partitionProblem(network, domain);
        if (isSparse(problem)) sparse++;
        const full = dense(problem);
        expect(proof(problem)).toEqual(proof(full));
        const ahead = told(problem, false);
        const asked = told(problem, true);
        expect(ahead.events).toEqual(asked.events);
        expect(ahead.events).toEqual(told(full, false).events);
        expect(asked.decisions).toEqual(told(full, true).decisions);
      }),
      { seed: SEED, runs: 10 },
    );
    expect(sparse).toBeGreaterThan(trials(10) / 2);
  });

  it('are walked ahead from anywhere: parts add up to the whole, decision by decision', () => {
    holds(
      fc.property(sparseNetwork(2), fc.integer({ min: 1, max: 9 }), (network, budget) => {
        const problem = partitionProblem(network, cube(2, -2, 2));
        const once = told(problem, false);
        const decisions = noDecisions();
        let cells = 0;
        let open = [''];
        while (open.length > 0) {
          const part = told(problem, false, { paths: open, budget });
          addDecisions(decisions, part.decisions);
          cells += cellsOf(part.events);
          open = part.open;
        }
        expect(cells).toBe(cellsOf(once.events));
        expect(decisions).toEqual(once.decisions);
      }),
      { seed: SEED + 1, runs: 8 },
    );
  });

  it('have as many cells for the engines that share nothing, on boxes and on the whole space', () => {
    holds(
      fc.property(sparseNetwork(2), fc.constantFrom(cube(2, -2, 2), whole(2)), (network, domain) => {
        const problem = countingProblem(network, domain);
        expect(counted(problem)).toEqual(counted(problem, LP));
        // Charts of the space against its cones.
        expect(counted(problem).cells).toBe(counted(partitionProblem(network, domain)).cells);
      }),
      { seed: SEED + 2, runs: 3 },
    );
  });

  it('tell analyses, which look ahead as well, the same of every cell as dense ones', () => {
    const seen = (problem: PartitionProblem) => {
      const cells: string[] = [];
      const keys = new MapKeys(problem);
      forEachCell(problem, (cell) => {
        const shape = cell.shape()!;
        const facets = shape.facets().map(({ constraint }) => constraintRow(cell, constraint).join());
        cells.push([patternText(patternOf(cell)), mapKey(cell), keys.keyOf(cell), ...facets].join(' '));
      });
      return cells;
    };
    holds(
      fc.property(sparseNetwork(2), domains, (network, domain) => {
        const problem = analysisProblem(network, domain);
        expect(seen(problem)).toEqual(seen(dense(problem)));
      }),
      { seed: SEED + 5, runs: 4 },
    );
  });

  it('have the same cells in three variables', () => {
    holds(
      fc.property(sparseNetwork(3), (network) => {
        const problem = partitionProblem(network, cube(3, -1, 1));
        const { cellsPerLayer } = counted(problem);
        expect(cellsPerLayer).toEqual(counted(dense(problem)).cellsPerLayer);
      }),
      { seed: SEED + 3, runs: 2 },
    );
  });
});

describe('exact rows', () => {
  it('are the sums of what feeds them, on whatever path; equal ones are one', () => {
    holds(
      fc.property(
        sparseNetwork(2),
        fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 90, maxLength: 90 }),
        (network, choices) => {
          const problem = partitionProblem(network, cube(2, -2, 2));
          const { layers, depth, first } = problem;
          const sides = layers.map(({ width }) => new Int8Array(width));
          const exact = exactRows(problem, sides);
          for (let path = 0; path < 3; path++) {
            for (const [l, layer] of sides.entries()) {
              for (let k = 0; k < layer.length; k++) layer[k] = choices[(7 * path + 13 * l + k) % choices.length]!;
            }
            for (let l = 0; l < depth; l++) exact.forget(l);
            let before: bigint[][] = [];
            for (let l = 0; l < depth; l++) {
              const rows = Array.from({ length: layers[l]!.width }, (_, k) => {
                if (l === 0) return first.numerators.slice(3 * k, 3 * k + 3);
                const { bias, fan } = layers[l]!.integers();
                const { from, plus, minus } = fan(k);
                const row = [0n, 0n, bias[k]! * exact.denominator(l - 1)];
                from.forEach((j, i) => {
                  const side = sides[l - 1]![j]!;
                  const weight = side > 0 ? plus[i]! : side < 0 ? (minus?.[i] ?? 0n) : 0n;
                  for (let c = 0; c < 3; c++) row[c]! += weight * before[j]![c]!;
                });
                return row;
              });
              rows.forEach((row, k) => {
                expect(exact.row(l, k)).toEqual(row);
                expect(exact.isZero(l, k)).toBe(row.every((value) => value === 0n));
                const short = exact.direction(l, k);
                const at = row.findIndex((value) => value !== 0n);
                if (at < 0) expect(short).toEqual([0n, 0n, 0n]);
                else {
                  expect(short[at]! * row[at]! > 0n).toBe(true);
                  expect(row.map((value) => value * short[at]!)).toEqual(short.map((value) => value * row[at]!));
                  expect(short.some((value) => (value & 1n) === 1n)).toBe(true);
                }
                const twin = rows.findIndex((other) => other.every((value, i) => value === row[i]));
                expect(exact.direction(l, twin)).toBe(short);
              });
              before = rows;
            }
          }
        },
      ),
      { seed: SEED + 4, runs: 8 },
    );
  });
});

const TLL = new URL('../../../shared/data/tll/', import.meta.url).pathname;
/** Counted here, by hand-merged networks and by an LP counter in doubles (issue tracker); N = 8 in exact rationals elsewhere. */
const LATTICES: readonly (readonly [string, number])[] = [
  ['16_m=1_instance_1_0', 3984],
  ...(process.env.RELU_ATLAS_DEEP === undefined
    ? []
    : ([
        ['24_m=1_instance_2_0', 15652],
        ['32_m=1_instance_3_0', 20650],
      ] as const)),
];

describe.skipIf(!existsSync(TLL))('published lattice networks (needs ../shared/data)', () => {
  it.each(LATTICES)('N = %s has %i cells', async (name, cells) => {
    const { network } = await readNetwork(`${TLL}tllBench_n=2_N=M=${name}.onnx.gz`);
    expect(counted(partitionProblem(network, cube(2, -2, 2))).cells).toBe(cells);
  });
});
