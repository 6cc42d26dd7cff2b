/**
 * A certificate in memory: written by the engine, compressed, and checked by the independent checker from its bytes.
 */
import { checkContent } from '../../checker/index.js';
import { chooseEngine, kernelOf } from '../../engines/index.js';
import { simplexBackend } from '../../lp/index.js';
import type { Domain, Network } from '../../network/index.js';
import { countingProblem } from '../../problem/index.js';
import { certificateEnd, certificateHead, certificateSink } from '../../run/index.js';
import { traverse } from '../../walk/index.js';
import type { CertificateFile } from '../model/index.js';

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  const response = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await response.arrayBuffer());
}

/** The content of a certificate before it is compressed. */
export function certificateContent(network: Network, domain: Domain): Uint8Array<ArrayBuffer> {
  const problem = countingProblem(network, domain);
  const { engine } = chooseEngine(problem, 'auto');
  const sink = certificateSink(problem);
  traverse(problem, kernelOf(engine, simplexBackend), sink);
  return joined([certificateHead({ network, domain }), sink.take(), certificateEnd(sink.counts)]);
}

/** Writes a certificate and has it checked: what is checked is what the file holds, decompressed again. */
export async function checkedCertificate(network: Network, domain: Domain): Promise<CertificateFile> {
  const began = performance.now();
  const bytes = await through(certificateContent(network, domain), new CompressionStream('gzip'));
  const report = checkContent(network, await through(bytes, new DecompressionStream('gzip')));
  return {
    bytes,
    accepted: report.accepted,
    cells: report.accepted ? report.cells : 0,
    reason: report.accepted ? '' : report.reason,
    milliseconds: performance.now() - began,
  };
}
