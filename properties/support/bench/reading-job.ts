/**
 * Reads one network from its files and prints processor time and peak memory: `node reading-job.js FILE`.
 */
import { readNetwork } from '../../../src/formats/read.js';

const before = process.cpuUsage();
const { network } = await readNetwork(process.argv[2]!);
const { user, system } = process.cpuUsage(before);
const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
process.stdout.write(JSON.stringify({ seconds: (user + system) / 1e6, megabytes, cells: network.layers.length }));
