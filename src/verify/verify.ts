/**
 * Whether a network can be unsafe: the question, its answer, and the file that proves it.
 */
import { cpus } from 'node:os';
import { END, VERIFICATION_FORMAT, VERIFICATION_VERSION, type VerificationHeader } from '../certificate/index.js';
import { CheckpointFolder, wireDigest } from '../checkpoint/index.js';
import { formatRational } from '../exact/index.js';
import { ByteChannel, TreeWalk } from '../jobs/index.js';
import type { Network, UnsafeSet } from '../network/index.js';
import { dataOfNetwork, networkDigest } from '../network/index.js';
import { writeGzip } from '../output/index.js';
import { packageVersion, threadFile, threadFlags } from '../package/index.js';
import { addCounts, noCounts, type SearchCounts } from './counts.js';
import { runSearch, type SearchOutcome, type SearchSetting } from './job.js';
import { Probes, type SavedProbes } from './probes.js';
import type { StopReason, Verdict, VerifyReport, VerifyRequest } from './query.js';
import { type OpenNode, Search } from './search.js';
import type { Witness } from './witness.js';

/** Longest walk in this thread, which must hear the clock and signals, and in others, in milliseconds. */
const SLICE = 20;
const WORKER_SLICE = 250;
const GZIP_LEVEL = 6;

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
 * Verdict, point and proof are those of one thread for any number of workers: the point is the first one in the order of the tree (and of the
 * looks aside, `probes.ts`), whoever finds one first. Only when time is up any point that is known is the answer.
 *
 * @throws RangeError if the query is about other numbers of inputs or outputs
 */
export async function verify(request: VerifyRequest): Promise<VerifyReport> {
  requireShapes(request);
  return new Run(request).answer();
}

const otherEvents = () => new Promise<void>((resolve) => setImmediate(resolve));

type SearchStore = CheckpointFolder<OpenNode, SearchOutcome>;

/** What a checkpoint keeps of a search beside its frontier. */
interface SearchTotals {
  readonly counts: SearchCounts;
  readonly linearPrograms: number;
  readonly probes: SavedProbes;
  readonly any?: Witness;
  readonly seconds: number;
}

/** Opens the checkpoint of a request. @throws CheckpointError if it is another's */
function openCheckpoint({ network, unsafe, certificate, checkpoint }: VerifyRequest): SearchStore | undefined {
  if (checkpoint === undefined) return undefined;
  const subject = {
    command: 'verify',
    network: networkDigest(network),
    query: wireDigest(unsafe),
    records: certificate === undefined ? 'none' : 'of a proof',
    version: packageVersion(),
  };
  const { folder, interval } = checkpoint;
  return new CheckpointFolder(folder, subject, { ...(interval !== undefined && { interval }) });
}

/** One search under a clock. */
class Run {
  private readonly started = performance.now();
  private readonly store: SearchStore | undefined;
  /** Seconds of earlier runs. */
  private before = 0;
  private readonly search: Search;
  private readonly probes: Probes;
  private readonly channel = new ByteChannel();
  private readonly counts = noCounts();
  private linearPrograms = 0;
  private readonly stopping = new AbortController();
  private reason: StopReason | undefined;
  /** Found before the tree was walked. */
  private first: Witness | undefined;
  /** Found anywhere. */
  private any: Witness | undefined;
  private isProved = false;

  constructor(private readonly request: VerifyRequest) {
    this.search = new Search(request.network, request.unsafe);
    this.probes = new Probes(() => new Search(request.network, request.unsafe));
    this.store = openCheckpoint(request);
    const saved = this.store?.saved?.totals as SearchTotals | undefined;
    if (saved === undefined) return;
    Object.assign(this.counts, saved.counts);
    this.linearPrograms = saved.linearPrograms;
    this.probes.restore(saved.probes);
    this.any = saved.any;
    this.before = saved.seconds;
  }

  private totals(): SearchTotals {
    const { counts, linearPrograms, probes, any, seconds } = this;
    return { counts, linearPrograms, probes: probes.save(), ...(any && { any }), seconds };
  }

  async answer(): Promise<VerifyReport> {
    const { timeout, signal, certificate } = this.request;
    const interrupt = () => this.stop('interrupted');
    const left = timeout === undefined ? undefined : Math.max(0, 1000 * timeout - (performance.now() - this.started));
    const timer = left === undefined ? undefined : setTimeout(() => this.stop('timeout'), left);
    signal?.addEventListener('abort', interrupt, { once: true });
    if (signal?.aborted) interrupt();
    try {
      const walk = this.walk();
      const written =
        certificate === undefined
          ? undefined
          : writeGzip(certificate, this.content(), { level: GZIP_LEVEL, isWanted: () => this.isProved }).catch(
              (error: unknown) => walk.fail(error),
            );
      await this.decide(walk);
      this.channel.end();
      const file = await written;
      walk.throwIfFailed();
      return this.report(walk, certificate !== undefined && file ? { path: certificate, ...file } : undefined);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
      this.store?.close();
    }
  }

  private stop(reason: StopReason) {
    this.reason ??= reason;
    this.stopping.abort();
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async *content(): AsyncGenerator<Uint8Array> {
    const { network, unsafe } = this.request;
    yield Buffer.from(`${JSON.stringify(verificationHeader(network, unsafe))}\n`);
    yield* this.channel;
    if (!this.isProved) return;
    yield Buffer.from([END]);
    yield Buffer.from(`${JSON.stringify({ nodes: this.counts.nodes })}\n`);
  }

  private walk(): TreeWalk<OpenNode, SearchOutcome, SearchSetting> {
    const { network, unsafe, certificate, onProgress } = this.request;
    const { search, probes, counts } = this;
    const evidence = certificate !== undefined;
    const roots = search.roots();
    const walk = new TreeWalk<OpenNode, SearchOutcome, SearchSetting>(
      {
        roots,
        shareOf: ({ depth }) => 2 ** -depth / roots.length,
        walk: (nodes, stop) => runSearch(search, nodes, evidence, stop),
        thread: {
          file: threadFile('search-worker'),
          flags: threadFlags(),
          job: 'walk',
          setting: { network: dataOfNetwork(network), unsafe, evidence },
        },
        slices: { here: SLICE, there: WORKER_SLICE },
        every: 1,
        absorb: (outcome) => {
          addCounts(counts, outcome.counts);
          this.linearPrograms += outcome.linearPrograms;
          this.any ??= outcome.found;
          if (!walk.complete) this.limit();
        },
        next: (outcome) => probes.next(outcome.counts.nodes, outcome.found),
        aside: () => probes.look(counts.nodes, SLICE),
        progress: (running) =>
          onProgress?.({
            nodes: counts.nodes + running,
            closed: counts.closedNodes,
            done: walk.frontier.done,
            seconds: this.seconds,
          }),
        totals: () => this.totals(),
        isAnswered: () => probes.answer !== undefined,
        signal: this.stopping.signal,
      },
      this.channel,
      this.store,
    );
    return walk;
  }

  private limit() {
    const { nodes = Number.POSITIVE_INFINITY, limitCells = Number.POSITIVE_INFINITY } = this.request;
    if (this.counts.nodes >= nodes) this.stop('nodes');
    else if (this.counts.cells >= limitCells) this.stop('cells');
  }

  private async decide(walk: TreeWalk<OpenNode, SearchOutcome, SearchSetting>): Promise<void> {
    const { probes } = this;
    // What was gone on from had found nothing in this way.
    if (this.store?.saved === undefined) await this.falsify();
    if (this.first !== undefined || this.stopped) return;
    await walk.run(Math.max(1, this.request.workers ?? cpus().length), this.request.alone);
    // A point may be known that is the answer only if those looks aside find none that come before.
    while (walk.complete && !this.stopped && probes.look(this.counts.nodes, SLICE)) await otherEvents();
    this.any ??= probes.answer ?? probes.any;
    this.isProved = walk.complete && !walk.hasFailed && this.any === undefined;
  }

  private async falsify(): Promise<void> {
    const climbs = this.search.falsify();
    for (let isOver = false; !isOver && !this.stopped; await otherEvents()) {
      const until = performance.now() + SLICE;
      while (!isOver && performance.now() < until) isOver = climbs.next().done === true;
    }
    this.first = this.search.found;
  }

  private get seconds(): number {
    return this.before + (performance.now() - this.started) / 1000;
  }

  private verdict(
    walk: TreeWalk<OpenNode, SearchOutcome, SearchSetting>,
    certificate: Extract<Verdict, { verdict: 'unsat' }>['certificate'],
  ): Verdict {
    const found = this.first ?? this.probes.answer ?? this.any;
    if (found !== undefined) return { verdict: 'sat', ...found };
    if (this.isProved) return { verdict: 'unsat', ...(certificate && { certificate }) };
    return { verdict: 'unknown', reason: this.reason ?? 'interrupted', proved: walk.frontier.done };
  }

  private report(
    walk: TreeWalk<OpenNode, SearchOutcome, SearchSetting>,
    certificate: Extract<Verdict, { verdict: 'unsat' }>['certificate'],
  ): VerifyReport {
    const { nodes, cells, inputSplits, neuronSplits, closedByBounds, closedExactly, maxDepth } = this.counts;
    const { linearPrograms } = this;
    return {
      verdict: this.verdict(walk, certificate),
      seconds: this.seconds,
      nodes,
      cells,
      statistics: { inputSplits, neuronSplits, closedByBounds, closedExactly, maxDepth, linearPrograms },
    };
  }
}
