/**
 * `npm start`: counts a bundled network, writes its certificate, checks it, and says what happened.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCertificate } from '../checker/index.js';
import { readNetwork } from '../formats/index.js';
import { cube, neuronCount, shapeOf } from '../network/index.js';
import { packageFile } from '../package/index.js';
import { runCount } from '../run/index.js';
import { decisionsByArithmetic } from '../walk/index.js';
import { report } from './exit.js';
import { grouped, showDomain } from './output/text.js';

const FILE = 'fixtures/networks/demo_2-8-8-1.json';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Counts and checks in the given directory. @returns the exit code */
async function demonstrate(directory: string): Promise<number> {
  const { network, domain = cube(network.inputs, -1, 1) } = await readNetwork(fileURLToPath(packageFile(FILE)));
  say(`${FILE}: a ReLU network ${shapeOf(network)}, ${neuronCount(network)} neurons, on the ${showDomain(domain)}`);
  const certificate = join(directory, 'demo.cert');
  const count = await runCount({ network, domain, certificate });
  const { cells, cellsPerLayer, decisions, seconds } = count;
  say(
    `counted: ${grouped(cells)} cells, exactly (${cellsPerLayer[0]} after the first layer), in ${seconds.toFixed(2)} s`,
  );
  const { double, exact } = decisionsByArithmetic(decisions);
  say(
    `         ${grouped(double)} questions settled in doubles with an error bound, ${grouped(exact)} in integers, none by a tolerance`,
  );
  say(`written: a certificate of ${grouped(count.certificate!.bytes)} bytes`);
  const proof = await checkCertificate(network, certificate);
  if (!proof.accepted || proof.cells !== cells) {
    say(`refused: ${proof.accepted ? `it proves ${proof.cells} cells` : proof.reason}; please report this`);
    return 3;
  }
  const { splits, impliedByBounds, impliedByMultipliers, witnesses } = proof.verified;
  say(`checked: ${grouped(splits)} splits, ${grouped(impliedByBounds + impliedByMultipliers)} one-sided neurons and`);
  say(`         ${grouped(witnesses)} witnesses verified in integers: accepted, the count is a theorem`);
  say(`next:    npx relu-atlas count ${FILE} --certificate demo.cert`);
  return 0;
}

const directory = await mkdtemp(join(tmpdir(), 'relu-atlas-'));
try {
  process.exitCode = await demonstrate(directory);
} catch (error) {
  process.exitCode = report(error);
} finally {
  await rm(directory, { recursive: true, force: true });
}
