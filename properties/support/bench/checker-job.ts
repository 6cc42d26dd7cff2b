/**
 * One certificate by one of the checkers in TypeScript, in a process of its own: `node checker-job.js fast|plain NETWORK.json CERTIFICATE`
 * prints processor time and peak memory.
 */
import { readFileSync } from 'node:fs';
import { checkCertificate } from '../../../src/checker/index.js';
import { readNetwork } from '../../../src/formats/read.js';
import { checkPlainly } from '../../../src/plain/index.js';

const [which, net, certificate] = process.argv.slice(2);
const report =
  which === 'plain'
    ? checkPlainly(readFileSync(net!, 'utf8'), readFileSync(certificate!))
    : await checkCertificate((await readNetwork(net!)).network, certificate!);
if (!report.accepted) throw new Error(`${certificate}: ${report.reason}`);
const { user, system } = process.cpuUsage();
const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
process.stdout.write(JSON.stringify({ seconds: (user + system) / 1e6, megabytes, cells: report.cells }));
