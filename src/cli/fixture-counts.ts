/**
 * The counts of the fixtures, each proved by a certificate that the checker accepts.
 */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { countRegions } from '../analysis/pieces.js';
import { readNetwork } from '../formats/index.js';
import { simplexBackend } from '../lp/simplex.js';
import { networkDigest } from '../network/digest.js';
import { type Domain, whole } from '../network/domain.js';
import { type Network, shapeOf } from '../network/network.js';
import { certificateSink } from '../partition/certificate.js';
import { RecordReader } from '../partition/certificate-format.js';
import { type CheckedTree, TreeChecker } from '../partition/checker.js';
import { checkedNetwork } from '../partition/checker-network.js';
import { chooseEngine, kernelOf } from '../partition/engine.js';
import { partitionProblem } from '../partition/problem.js';
import { traverse } from '../partition/traverse.js';
import type { CountRow } from '../report/fixture-table.js';
import { showDomain } from './text.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The networks with a known domain below fixtures/, in the order of their names. */
export async function fixtureFiles(): Promise<string[]> {
  const folders = ['fixtures/networks', 'fixtures/degenerate'];
  const lists = await Promise.all(
    folders.map(async (folder) => (await readdir(`${ROOT}${folder}`)).map((name) => `${folder}/${name}`)),
  );
  return lists
    .flat()
    .filter((file) => file.endsWith('.json'))
    .sort();
}

/** Has the checker prove the count of a walk from its records. */
function prove(network: Network, domain: Domain, records: Uint8Array): CheckedTree {
  const subject = checkedNetwork(network, domain);
  const checker = new TreeChecker(subject);
  const reader = new RecordReader();
  reader.append(records);
  for (;;) {
    const record = reader.record(subject.coordinates);
    if (record === undefined) return checker.finish();
    checker.record(record);
  }
}

/** Counts a fixture on the domain that it states, and has the checker prove the count. */
export async function countRow(file: string): Promise<CountRow> {
  const path = `${ROOT}${file}`;
  const { network, domain: own } = await readNetwork(path);
  const { why } = JSON.parse(await readFile(path, 'utf8')) as { readonly why?: string };
  const domain = own ?? whole(network.inputs);
  const problem = partitionProblem(network, domain);
  const sink = certificateSink(problem);
  traverse(problem, kernelOf(chooseEngine(problem, 'auto').engine, simplexBackend), sink);
  const records = sink.take();
  const { cells, cellsPerLayer } = prove(network, domain, records);
  if (cells !== sink.counts.cells) throw new Error(`${file}: counted ${sink.counts.cells} cells, proved ${cells}`);
  const { pieces, maps } = countRegions(network, domain);
  return {
    file,
    shape: shapeOf(network),
    domain: showDomain(domain),
    cells,
    cellsPerLayer,
    pieces,
    maps,
    certificateBytes: records.length,
    digest: networkDigest(network),
    why,
  };
}
