/**
 * What `auto` takes for hyperplanes through 0 with 15-digit decimals, against the better engine: cells per second of
 * processor time in the first part of the count.
 */
import { chooseEngine, ENGINE_NAMES, kernelOf } from '../../../src/engines/choice.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { whole } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { countingProblem } from '../../../src/problem/charts.js';
import { runJob } from '../../../src/run/job.js';
import { randomNumbers } from '../../../src/theory/random.js';

const SHAPES: readonly (readonly [dimension: number, creases: number])[] = [
  [6, 24],
  [7, 28],
  [8, 12],
  [8, 24],
  [8, 32],
  [9, 13],
  [10, 14],
];
/** Processor seconds that each engine walks. */
const SECONDS = 0.7;

function arrangement(dimension: number, creases: number): Network {
  const random = randomNumbers(17);
  const entries = Array.from({ length: dimension * creases }, () => Number((random() - 0.5).toFixed(15)));
  return buildNetwork(dimension, [
    { affine: affineFromDoubles(creases, dimension, entries, new Float64Array(creases)) },
    { slopes: new Array(creases).fill(RELU) },
  ]);
}

/** Rows: the arrangement, what `auto` takes, the rates of the engines, and how much faster the better one is. */
export function choiceRows(): string[][] {
  return SHAPES.map(([dimension, creases]) => {
    const network = arrangement(dimension, creases);
    const problem = countingProblem(network, whole(dimension));
    const { engine } = chooseEngine(problem, 'auto');
    const rates = ENGINE_NAMES.map((name) => {
      const before = process.cpuUsage().user;
      const spent = () => (process.cpuUsage().user - before) / 1e6;
      const bench = { problem, kernel: kernelOf(name, simplexBackend), evidence: false };
      const { cells } = runJob(bench, [''], { stop: () => spent() > SECONDS });
      return cells / spent();
    });
    const taken = rates[ENGINE_NAMES.indexOf(engine)]!;
    const texts = rates.map((rate) => Math.round(rate).toLocaleString('en'));
    return [`${creases} in R^${dimension}`, engine, ...texts, `${(Math.max(...rates) / taken).toFixed(2)}x`];
  });
}
