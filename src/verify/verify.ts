/**
 * Whether a network can be unsafe: the question, its answer, and the file that proves it.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { END, VERIFICATION_FORMAT, VERIFICATION_VERSION, type VerificationHeader } from '../certificate/index.js';
import { formatRational } from '../exact/index.js';
import type { UnsafeSet } from '../network/index.js';
import { type Network, networkDigest } from '../network/index.js';
import { openOutput } from '../output/index.js';
import type { Verdict, VerifyReport, VerifyRequest } from './query.js';
import { Search } from './search.js';

/** Milliseconds between looks at the clock's consequences: timeouts, signals, progress. */
const SLICE = 20;

/** After so many nodes of the walk a best-first search of its own looks at so many for an unsafe point. */
const PROBES: readonly (readonly [after: number, nodes: number])[] = [
  [300, 400],
  [6000, 4000],
];

/** Why a search ended without an answer. */
class Stopped extends Error {}

/** The header of a proof for a network and an unsafe set. */
export function verificationHeader(network: Network, { inputs, outputs, disjuncts }: UnsafeSet): VerificationHeader {
  return {
    format: VERIFICATION_FORMAT,
    version: VERIFICATION_VERSION,
    network: networkDigest(network),
    unsafe: {
      inputs,
      outputs,
      disjuncts: disjuncts.map(({ conditions }) =>
        conditions.map(({ inputs: x, outputs: y, constant, strict }) => ({
          x: x.map(formatRational),
          y: y.map(formatRational),
          c: formatRational(constant),
          strict,
        })),
      ),
    },
  };
}

function requireShapes({ network, unsafe }: VerifyRequest) {
  if (unsafe.inputs !== network.inputs || unsafe.outputs !== network.outputs) {
    throw new RangeError(
      `query: expected ${network.inputs} inputs and ${network.outputs} outputs as the network has, got ${unsafe.inputs} and ${unsafe.outputs}`,
    );
  }
  unsafe.disjuncts.forEach(({ conditions }, d) => {
    conditions.forEach(({ inputs, outputs }, c) => {
      if (inputs.length === unsafe.inputs && outputs.length === unsafe.outputs) return;
      throw new RangeError(
        `query: expected ${unsafe.inputs} + ${unsafe.outputs} coefficients, got ${inputs.length} + ${outputs.length} in condition ${c} of disjunct ${d}`,
      );
    });
  });
}

/**
 * Whether a point of the unsafe set exists: `sat` with such a point, exact; `unsat`, every part of it decided by the rules that the
 * checker applies, and with `certificate` written to a file; or `unknown` when time is up.
 *
 * @throws RangeError if the query is about other numbers of inputs or outputs
 */
export async function verify(request: VerifyRequest): Promise<VerifyReport> {
  requireShapes(request);
  const { network, unsafe, certificate } = request;
  const run = new Run(request, new Search(network, unsafe));
  const written =
    certificate === undefined
      ? await run.withoutFile()
      : await writeProof(certificate, run.chunks(), () => run.isProved);
  return run.report(written);
}

interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes chunks to a file that appears only if they are a whole proof. */
async function writeProof(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  isProved: () => boolean,
): Promise<WrittenFile | undefined> {
  const output = openOutput(path);
  const hash = createHash('sha256');
  let failure: unknown;
  try {
    await pipeline(
      Readable.from(chunks, { objectMode: true }),
      createGzip(),
      async (bytes: AsyncIterable<Uint8Array>) => {
        for await (const chunk of bytes) {
          hash.update(chunk);
          output.write(chunk);
        }
      },
    );
    if (!isProved()) return undefined;
    output.commit();
    return { path, bytes: output.bytes, sha256: hash.digest('hex') };
  } catch (error) {
    throw failure ?? error;
  } finally {
    output.discard();
  }
}

/** One search under a clock. */
class Run {
  private readonly started = performance.now();
  private reason: string | undefined;
  isProved = false;

  constructor(
    private readonly request: VerifyRequest,
    private readonly search: Search,
  ) {}

  private get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  async withoutFile(): Promise<undefined> {
    for await (const _ of this.chunks()) void _;
    return undefined;
  }

  /** The bytes of the proof as it is found. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const { search, request } = this;
    yield Buffer.from(`${JSON.stringify(verificationHeader(request.network, request.unsafe))}\n`);
    search.falsify();
    try {
      for (const root of search.roots()) {
        if (search.found !== undefined) break;
        search.start(root);
        while (!search.isOver) {
          this.slice();
          yield search.records.take();
          await new Promise((resume) => setImmediate(resume));
          this.look();
        }
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.reason = error.message;
      return;
    }
    this.isProved = search.found === undefined;
    if (!this.isProved) return;
    const { records, counts } = search;
    records.byte(END);
    yield records.take();
    yield Buffer.from(`${JSON.stringify({ nodes: counts.nodes })}\n`);
  }

  private slice() {
    const until = performance.now() + SLICE;
    const { search } = this;
    while (!search.isOver && performance.now() < until) {
      search.step();
      const probe = PROBES.find(([after]) => after === search.counts.nodes);
      if (probe !== undefined) this.probe(probe[1]);
    }
  }

  private probe(nodes: number) {
    const apart = new Search(this.request.network, this.request.unsafe);
    apart.probe(nodes);
    if (!this.search.isOver) this.search.found ??= apart.found;
  }

  private look() {
    const { timeout, signal, onProgress } = this.request;
    const { counts } = this.search;
    onProgress?.({ nodes: counts.nodes, closed: counts.closedNodes, done: this.done, seconds: this.seconds });
    if (this.search.isOver) return;
    if (signal?.aborted) throw new Stopped('interrupted');
    if (timeout !== undefined && this.seconds >= timeout) throw new Stopped(`no answer within ${timeout} seconds`);
  }

  private get done(): number {
    return this.search.counts.done / Math.max(1, this.search.lowered.roots.length);
  }

  private verdict(written: WrittenFile | undefined): Verdict {
    const { found } = this.search;
    if (found !== undefined) return { verdict: 'sat', ...found };
    if (this.reason !== undefined) return { verdict: 'unknown', reason: this.reason, proved: this.done };
    return { verdict: 'unsat', ...(written && { certificate: written }) };
  }

  report(written: WrittenFile | undefined): VerifyReport {
    const { counts, linearPrograms } = this.search;
    const { nodes, cells, inputSplits, neuronSplits, closedByBounds, closedExactly, maxDepth } = counts;
    return {
      verdict: this.verdict(written),
      seconds: this.seconds,
      nodes,
      cells,
      statistics: { inputSplits, neuronSplits, closedByBounds, closedExactly, maxDepth, linearPrograms },
    };
  }
}
