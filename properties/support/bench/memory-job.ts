/**
 * Counts one case and prints time and peak memory: `node memory-job.js resonance|typeB N ENGINE`.
 */

import { chooseEngine, type EngineName, kernelOf } from '../../../src/engines/choice.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { countSink } from '../../../src/walk/count.js';
import { traverse } from '../../../src/walk/traverse.js';
import { resonanceCase, typeBCase } from './cases.js';

const [family, size, engine] = process.argv.slice(2);
const { network, domain, cells } = family === 'resonance' ? resonanceCase(Number(size)) : typeBCase(Number(size));
const problem = partitionProblem(network, domain);
const sink = countSink(network.layers.length);
const choice = chooseEngine(problem, engine === 'auto' ? 'auto' : (engine as EngineName));
const started = performance.now();
traverse(problem, kernelOf(choice.engine, simplexBackend), sink);
const seconds = (performance.now() - started) / 1000;
if (sink.counts.cells !== cells)
  throw new Error(`${family} ${size}: expected ${cells} cells, got ${sink.counts.cells}`);
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ seconds, megabytes, cells: sink.counts.cells }));
