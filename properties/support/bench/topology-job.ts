/**
 * Computes the homology of one set and prints processor time, peak memory and the size of its complex: `node topology-job.js lines|net N`.
 */
import { ZERO } from '../../../src/exact/rational.js';
import { cube } from '../../../src/network/domain.js';
import { type DecisionSet, topology } from '../../../src/topology/index.js';
import { denseNetwork, randomLines } from './random-networks.js';

export interface TopologyResult {
  readonly seconds: number;
  /** Largest resident set. */
  readonly megabytes: number;
  readonly cells: readonly number[];
  readonly betti: readonly number[];
}

const [family, size] = process.argv.slice(2);
// {f >= 0} of lines in the plane; a level set of a 4-10-10-1 network by its seed.
const planar = family === 'lines';
const network = planar ? randomLines(Number(size)) : denseNetwork(4, [10, 10], Number(size));
const set: DecisionSet = { kind: planar ? 'above' : 'equal', output: 0, level: ZERO };
const { betti, cells } = topology(network, cube(network.inputs, -1, 1), { set });
const { user, system } = process.cpuUsage();
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  JSON.stringify({ seconds: (user + system) / 1e6, megabytes, cells, betti } satisfies TopologyResult),
);
