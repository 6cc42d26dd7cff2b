/**
 * Deciding properties: rows of the ACAS Xu benchmark with their proofs, one thread.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { checkVerification } from '../../../src/checker/verification-file.js';
import { readQuery } from '../../../src/formats/read.js';
import { bindQuery } from '../../../src/property/bind.js';
import { loadNetworks } from '../../../src/property/load.js';
import { verify } from '../../../src/verify/verify.js';
import { DATA } from './cases.js';

/** Network and property; the answers are those that the tools of the competition agree on (VNN-COMP 2025). */
const ROWS: readonly (readonly [network: string, property: number, expected: 'sat' | 'unsat'])[] = [
  ['1_1', 1, 'unsat'],
  ['4_9', 1, 'unsat'],
  ['3_3', 2, 'unsat'],
  ['4_2', 2, 'unsat'],
  ['1_5', 2, 'sat'],
  ['1_1', 3, 'unsat'],
  ['1_1', 4, 'unsat'],
  ['1_1', 5, 'unsat'],
  ['1_1', 6, 'unsat'],
  ['1_9', 7, 'sat'],
  ['2_9', 8, 'sat'],
  ['3_3', 9, 'unsat'],
  ['4_5', 10, 'unsat'],
];

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(2);

/** One row per question: what it took to answer it and to check the proof. */
export async function verifyingRows(scratch: string): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [name, property, expected] of ROWS) {
    const path = join(DATA, 'acasxu/onnx', `ACASXU_run2a_${name}_batch_2000.onnx`);
    const { query } = await readQuery(join(DATA, 'acasxu/vnnlib', `prop_${property}.vnnlib`));
    const bound = bindQuery(query, await loadNetworks(query, new Map([['', path]])), { overReals: true });
    const { network, unsafe } = bound;
    const certificate = join(scratch, 'proof');
    const started = performance.now();
    const { verdict, nodes, statistics } = await verify({ network, unsafe, certificate, workers: 1 });
    const proving = seconds(started);
    if (verdict.verdict !== expected)
      throw new Error(`${name}/${property}: expected ${expected}, got ${verdict.verdict}`);
    let [bytes, checking] = ['', ''];
    if (verdict.verdict === 'unsat') {
      const from = performance.now();
      const { accepted } = await checkVerification(network, unsafe, certificate);
      if (!accepted) throw new Error(`${name}/${property}: expected the proof to be accepted`);
      checking = seconds(from);
      bytes = statSync(certificate).size.toLocaleString('en');
    }
    const { linearPrograms } = statistics;
    const counts = [nodes, linearPrograms].map((count) => count.toLocaleString('en'));
    rows.push([`N${name} / ${property}`, verdict.verdict, ...counts, proving, bytes, checking]);
  }
  return rows;
}
