/**
 * Requests per second of the oracle, as a client sees it: `node oracle-job.js METHOD SECONDS` on a 5-50x6-5 network (the shape
 * of ACAS Xu) made here from a seed, over pipes, one request per line, many under way.
 *
 * The points are scattered in the box [-1, 1]^5, nearly all of them in cells of their own. Prints the rate by the clock, and by the
 * processor time of the server's process, which other load on the machine changes little.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { writeNetworkJson } from '../../../src/formats/json/write.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { buildNetwork, type Network, RELU, type Step } from '../../../src/network/network.js';
import { normalNumber, randomNumbers } from '../../../src/theory/random.js';
import { COMMAND } from './fresh.js';

/** What this job prints. */
export interface OracleRate {
  readonly requests: number;
  /** Requests per second by the clock. */
  readonly perSecond: number;
  /** Requests per second of processor time of the server, all its threads together. */
  readonly perProcessorSecond: number;
}

/** A random network of the shape of ACAS Xu, float32 weights, scaled so that about half of the neurons are active. */
export function acasShaped(seed: number): Network {
  const random = randomNumbers(seed);
  const widths = [5, 50, 50, 50, 50, 50, 50, 5];
  const steps = widths.slice(1).flatMap((outputs, l): Step[] => {
    const inputs = widths[l]!;
    const scale = Math.sqrt(2 / inputs);
    const weights = Array.from({ length: inputs * outputs }, () => Math.fround(scale * normalNumber(random)));
    const bias = Array.from({ length: outputs }, () => Math.fround(normalNumber(random) / 8));
    const affine = { affine: affineFromDoubles(outputs, inputs, weights, bias) };
    return l + 2 < widths.length ? [affine, { slopes: bias.map(() => RELU) }] : [affine];
  });
  return buildNetwork(5, steps);
}

/** Seconds of processor time that a process has used (Linux). */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(method: string, seconds: number): Promise<OracleRate> {
  const server = spawn(process.execPath, [COMMAND, 'oracle'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const say = (message: object) => void server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const answer = async () => {
    const { error } = JSON.parse((await answers.next()).value) as { error?: object };
    if (error !== undefined) throw new Error(JSON.stringify(error));
  };
  say({ id: 0, method: 'load', params: { network: JSON.parse(writeNetworkJson(acasShaped(1))) as object } });
  await answer();
  const random = randomNumbers(2);
  const ask = (id: number) =>
    say({ id, method, params: { network: 'n1', point: Array.from({ length: 5 }, () => 2 * random() - 1) } });
  const ahead = 64;
  let asked = 0;
  let answered = 0;
  const turn = async () => {
    await answer();
    answered++;
    ask(++asked);
  };
  while (asked < ahead) ask(++asked);
  while (answered < 500) await turn();
  const [begun, used, before] = [performance.now(), processorSeconds(server.pid!), answered];
  while (performance.now() - begun < 1000 * seconds) await turn();
  const requests = answered - before;
  const rate: OracleRate = {
    requests,
    perSecond: requests / ((performance.now() - begun) / 1000),
    perProcessorSecond: requests / (processorSeconds(server.pid!) - used),
  };
  server.stdin.end();
  return rate;
}

const [, script, method = 'evaluate', seconds = '3'] = process.argv;
if (script === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(await measure(method, Number(seconds))));
}
