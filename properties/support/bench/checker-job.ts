/**
 * One certificate by one of the checkers in TypeScript, in a process of its own: `node checker-job.js fast|plain NETWORK.json CERTIFICATE [QUERY]`
 * prints processor time and peak memory. With a query it is the proof of its answer.
 */
import { readFileSync } from 'node:fs';
import { checkCertificate, checkVerification } from '../../../src/checker/index.js';
import { readNetwork, readQuery } from '../../../src/formats/read.js';
import { checkPlainly } from '../../../src/plain/index.js';
import { bindQuery } from '../../../src/property/bind.js';

const [which, net, certificate, query] = process.argv.slice(2);

async function report() {
  if (which === 'plain') return checkPlainly(readFileSync(net!, 'utf8'), readFileSync(certificate!));
  const { network } = await readNetwork(net!);
  if (query === undefined) return checkCertificate(network, certificate!);
  const { unsafe } = bindQuery((await readQuery(query)).query, new Map([['', { network }]]));
  return checkVerification(network, unsafe, certificate!);
}

const found = await report();
if (!found.accepted) throw new Error(`${certificate}: ${found.reason}`);
const { user, system } = process.cpuUsage();
const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
const cells = 'cells' in found ? found.cells : found.nodes;
process.stdout.write(JSON.stringify({ seconds: (user + system) / 1e6, megabytes, cells }));
