/**
 * Counting the cells of a partition: in this thread, or with worker threads, a certificate, progress and interruption.
 *
 * The result (counts, decisions, certificate) is that of one depth-first walk, to the byte, for any number of workers.
 */
import { cpus } from 'node:os';
import { chooseEngine, type EngineChoice, type EngineName } from '../engines/index.js';
import { ByteChannel, TreeWalk } from '../jobs/index.js';
import type { Domain, Network } from '../network/index.js';
import { dataOfNetwork } from '../network/index.js';
import { threadFile } from '../package/index.js';
import type { CellCount } from '../walk/index.js';
import {
  addDecisions,
  type Decisions,
  noDecisions,
  progressOf,
  SizeEstimate,
  type WalkProgress,
} from '../walk/index.js';
import { type WrittenCertificate, writeCertificate } from './certificate.js';
import { type JobBench, type JobResult, type JobSetting, type LpName, prepareJobs, problemOf, runJob } from './job.js';

export interface CountRequest {
  readonly network: Network;
  readonly domain: Domain;
  /** Default: auto. */
  readonly engine?: EngineName | 'auto';
  /** The backend that proposes to the `lp` engine. Default: simplex. */
  readonly lp?: LpName;
  /** Threads that walk, this one among them; others start when the count takes longer than a moment. Default: the cores. */
  readonly workers?: number;
  /** Where to write the certificate, if one is wanted. */
  readonly certificate?: string;
  /** Called about ten times per second. */
  readonly onProgress?: (progress: WalkProgress) => void;
  /** Aborting it ends the count within about 0.1 s; the report then says what was completed. */
  readonly signal?: AbortSignal;
}

export interface CountReport extends CellCount {
  /** False if the count was aborted; `open` then holds the paths of the subtrees that are missing, in tree order. */
  readonly complete: boolean;
  readonly engine: EngineChoice;
  readonly lp: LpName;
  readonly seconds: number;
  /** Only of complete counts. */
  readonly certificate?: WrittenCertificate;
}

/** Longest walk in this thread, which must hear signals, and in others, in milliseconds. */
const LOCAL_SLICE = 80;
const WORKER_SLICE = 1000;
const WORKER_SLICE_WITH_EVIDENCE = 250;

/**
 * Counts the cells, with workers, and writes a certificate if one is asked for.
 *
 * @throws DomainError, EngineError as `countCells`; errors of the file system if the certificate cannot be written
 */
export async function runCount(request: CountRequest): Promise<CountReport> {
  const started = performance.now();
  const { network, domain, certificate } = request;
  const data = dataOfNetwork(network);
  const problem = problemOf({ network: data, domain });
  const engine = chooseEngine(problem, request.engine ?? 'auto');
  const lp = request.lp ?? 'simplex';
  const setting: JobSetting = { network: data, domain, engine: engine.engine, lp, evidence: certificate !== undefined };
  const bench = await prepareJobs(setting, problem);
  const channel = new ByteChannel();
  const count = new Count(problem.depth, request, started);
  const writing =
    certificate === undefined
      ? undefined
      : writeCertificate(certificate, { network, domain, charts: problem.charts?.basis }, channel, () =>
          count.counts(),
        );
  const walk = count.walk(setting, channel, bench);
  const written = writing?.catch((error: unknown) => (error instanceof Interrupted ? undefined : walk.fail(error)));
  await walk.run(Math.max(1, request.workers ?? cpus().length));
  const isWhole = walk.complete && !walk.hasFailed;
  if (isWhole) channel.end();
  else channel.fail(new Interrupted());
  const file = await written;
  walk.throwIfFailed();
  const report = { ...count.counts(), engine, lp, complete: isWhole, seconds: (performance.now() - started) / 1000 };
  return file === undefined || !isWhole ? report : { ...report, certificate: file };
}

/** What is counted so far. */
class Count {
  private readonly decisions: Decisions = noDecisions();
  private readonly cellsPerLayer: number[];
  private cells = 0;
  /** Of counts that are watched. */
  private size: SizeEstimate | undefined;
  private frontier: TreeWalk<string, JobResult, JobSetting>['frontier'] | undefined;

  constructor(
    layers: number,
    private readonly request: CountRequest,
    private readonly started: number,
  ) {
    this.cellsPerLayer = new Array<number>(layers).fill(0);
  }

  counts(): CellCount {
    const { cells, cellsPerLayer, decisions } = this;
    const open = this.frontier?.open() ?? [];
    return { cells, cellsPerLayer: [...cellsPerLayer], decisions: { ...decisions }, open };
  }

  walk(setting: JobSetting, channel: ByteChannel, bench: JobBench): TreeWalk<string, JobResult, JobSetting> {
    const walk = new TreeWalk<string, JobResult, JobSetting>(
      {
        roots: [''],
        // The two sides of every split count as halves.
        shareOf: (path) => 2 ** -path.length,
        walk: (paths, stop) => runJob(bench, paths, { stop }),
        thread: { file: threadFile('count-worker'), job: 'walk', setting },
        slices: { here: LOCAL_SLICE, there: bench.evidence ? WORKER_SLICE_WITH_EVIDENCE : WORKER_SLICE },
        absorb: (result) => this.absorb(result),
        next: () => {},
        progress: (running) => this.progress(running),
        signal: this.request.signal,
      },
      channel,
    );
    this.frontier = walk.frontier;
    if (this.request.onProgress !== undefined) this.size = new SizeEstimate(bench.problem, bench.kernel);
    return walk;
  }

  private absorb({ cells, cellsPerLayer, decisions }: JobResult) {
    this.cells += cells;
    cellsPerLayer.forEach((more, layer) => {
      this.cellsPerLayer[layer]! += more;
    });
    addDecisions(this.decisions, decisions);
  }

  private progress(running: number) {
    const { frontier, size } = this;
    if (size === undefined) return;
    const elapsed = performance.now() - this.started;
    size.improve(elapsed);
    this.request.onProgress?.(progressOf(size, this.cells, frontier?.open() ?? [''], elapsed, running));
  }
}

/** What the writer of a certificate is told when the count does not end. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('count: interrupted, no certificate is written');
  }
}
