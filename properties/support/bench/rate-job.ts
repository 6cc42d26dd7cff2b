/**
 * Measures one engine on one case in a process of its own, as a user runs it: `node rate-job.js CASE ENGINE`.
 *
 * The first count is timed by itself: it pays for compilation. Then it counts until the compiler has had its time, and then
 * at least once and as long as the measurement lasts; the median of these is the rate of the running engine. All of it in processor
 * time, which other work on the machine changes little.
 */

import { chooseEngine, type EngineName, kernelOf } from '../../../src/engines/choice.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { countSink } from '../../../src/walk/count.js';
import { traverse } from '../../../src/walk/traverse.js';
import { decisionsByArithmetic } from '../../../src/walk/tree.js';
import {
  acasNetworks,
  type BenchCase,
  benchNetworks,
  dataIsPresent,
  degenerateNetworks,
  resonanceCase,
} from './cases.js';
import { processorTime } from './measure.js';
import { naiveCount } from './naive-subdivider.js';

/** What this job prints. */
export interface RateResult {
  /** The first count in a new process, and the median of those after the warm-up. */
  readonly first: number;
  readonly seconds: number;
  readonly runs: number;
  /** Part of the questions that needed exact arithmetic. */
  readonly exactShare: number;
}

async function caseOf(name: string): Promise<BenchCase> {
  const fromData = dataIsPresent ? [await benchNetworks(), await acasNetworks(), await degenerateNetworks()] : [];
  const found = [...fromData.flat(), resonanceCase(4), resonanceCase(5)].find((bench) => bench.name === name);
  if (found === undefined) throw new Error(`bench: no case ${name}`);
  return found;
}

/** One count. Returns the part of the questions that needed exact arithmetic. */
function countOnce({ name, network, domain, cells }: BenchCase, engine: EngineName | 'naive'): number {
  if (engine === 'naive') {
    if (domain.kind === 'box') naiveCount(network, domain);
    return 0;
  }
  const problem = partitionProblem(network, domain);
  const sink = countSink(network.layers.length);
  const { decisions } = traverse(problem, kernelOf(chooseEngine(problem, engine).engine, simplexBackend), sink);
  if (sink.counts.cells !== cells)
    throw new Error(`${name}, ${engine}: expected ${cells} cells, got ${sink.counts.cells}`);
  const { double, exact } = decisionsByArithmetic(decisions);
  return exact / (double + exact);
}

const [name, engine] = process.argv.slice(2);
const subject = await caseOf(name!);
/** Seconds of warm-up, and of measuring. */
const WARM = 1.5;
const MEASURED = 2;
let exactShare = 0;

function timed(): number {
  const started = processorTime();
  exactShare = countOnce(subject, engine as EngineName | 'naive');
  return (processorTime() - started) / 1000;
}

const first = timed();
for (let total = first; total < WARM; ) total += timed();
const times: number[] = [];
for (let total = 0; times.length === 0 || total < MEASURED; total += times.at(-1)!) times.push(timed());
times.sort((a, b) => a - b);
const result: RateResult = { first, seconds: times[times.length >> 1]!, runs: times.length, exactShare };
process.stdout.write(JSON.stringify(result));
