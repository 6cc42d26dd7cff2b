/**
 * Counting the cells of a partition: in this thread, with worker threads, or with workers elsewhere; a certificate, a checkpoint, progress,
 * limits and interruption.
 *
 * The result (counts, decisions, certificate) is that of one depth-first walk, to the byte, for any number of workers, wherever they
 * are, and however often the count was stopped and gone on with.
 */
import { cpus } from 'node:os';
import { chooseEngine, type EngineChoice, type EngineName, kernelOf } from '../engines/index.js';
import { ByteChannel, type RemoteCrew, TreeWalk } from '../jobs/index.js';
import { simplexBackend } from '../lp/index.js';
import type { Domain, InputMap, Network } from '../network/index.js';
import { dataOfNetwork } from '../network/index.js';
import { threadFile, threadFlags } from '../package/index.js';
import { type OrbitRoot, type PartitionProblem, WHOLE_TREE, weightOf } from '../problem/index.js';
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
import { type CheckpointRequest, type CountStore, openCheckpoint } from './checkpoint.js';
import {
  type JobBench,
  type JobResult,
  type JobSetting,
  type LpName,
  prepareJobs,
  problemOf,
  runJob,
  type SymmetryChoice,
} from './job.js';
import { countedByHalves, countedWhy, suitsCounting } from './last-layer.js';
import { statedOrbits } from './orbit-certificate.js';
import { Stopping, type StopReason } from './stopping.js';

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
  /** Where the state is kept, so that a count that was stopped, however, goes on from there. */
  readonly checkpoint?: CheckpointRequest;
  /** Seconds after which the count ends with what it has. */
  readonly timeout?: number;
  /** Cells after which it does, or soon after where several threads walk. */
  readonly limitCells?: number;
  /** Those who walk in place of threads; a small count ends before they are asked. @param signal ends all waiting for them */
  readonly crew?: (setting: JobSetting, layers: number, signal: AbortSignal) => Promise<CountCrew>;
  /** Which symmetries are used. Default: one part of each orbit of those that are found is walked, all of them if a certificate is wanted. */
  readonly symmetry?: SymmetryChoice;
  /** Milliseconds that this process works before it asks others. Default: a moment. */
  readonly alone?: number;
  /** Called about ten times per second. */
  readonly onProgress?: (progress: WalkProgress) => void;
  /** Aborting it ends the count within about 0.1 s; the report then says what was completed. */
  readonly signal?: AbortSignal;
}

/** Whether a request needs a tree: for a proof, to be stopped and gone on with, or because it says how to walk. */
export function needsWalk(request: CountRequest): boolean {
  const { engine = 'auto', lp, certificate, checkpoint, timeout, limitCells, crew } = request;
  return engine !== 'auto' || [lp, certificate, checkpoint, timeout, limitCells, crew].some((it) => it !== undefined);
}

function symmetryOf({ roots, plan }: JobBench): Pick<CountReport, 'orbits' | 'symmetries'> {
  return roots === undefined || plan === undefined
    ? {}
    : { orbits: roots, symmetries: plan.symmetries.map(({ map }) => map()) };
}

/** Workers elsewhere. */
export interface CountCrew extends RemoteCrew<string, JobResult> {
  close(): Promise<void>;
}

export interface CountReport extends CellCount {
  /** False if the count was stopped; `open` then holds the paths of the subtrees that are missing, in tree order. */
  readonly complete: boolean;
  /** Why it was, if it was. `stuck`: the workers gave up on the subtrees of `stuck`. */
  readonly stopped?: StopReason | 'stuck';
  readonly stuck?: readonly { readonly path: string; readonly reason: string }[];
  readonly engine: EngineChoice;
  readonly lp: LpName;
  /** Where symmetries gave cells that were not walked: the subtrees that were, and how many each of them stands for. */
  readonly orbits?: readonly OrbitRoot[];
  /** The symmetries that carry them to the others, by number; undefined for those of coordinates on a flat domain that are none of the inputs. */
  readonly symmetries?: readonly (InputMap | undefined)[];
  /** Of all runs of a checkpoint together. */
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
 * @throws DomainError, EngineError as `countCells`; CheckpointError; errors of the file system if something cannot be written
 */
export async function runCount(request: CountRequest): Promise<CountReport> {
  return runCountOf(request, problemOf({ network: dataOfNetwork(request.network), domain: request.domain }));
}

/** As `runCount`. @param problem that of the request */
export async function runCountOf(request: CountRequest, problem: PartitionProblem): Promise<CountReport> {
  const started = performance.now();
  const { network, domain, certificate } = request;
  const data = dataOfNetwork(network);
  const chosen = chooseEngine(problem, request.engine ?? 'auto');
  const counted = { ...chosen, why: countedWhy(problem) };
  const halves =
    needsWalk(request) || typeof request.symmetry === 'object'
      ? undefined
      : await countedByHalves(problem, request.signal);
  if (halves !== undefined) {
    const seconds = (performance.now() - started) / 1000;
    return { ...halves, engine: counted, lp: 'simplex', complete: true, seconds };
  }
  const isCounted =
    !needsWalk(request) && !chosen.usesLp && suitsCounting(problem, kernelOf(chosen.engine, simplexBackend));
  const engine = isCounted ? counted : chosen;
  const lp = request.lp ?? 'simplex';
  const setting: JobSetting = {
    network: data,
    domain,
    engine: engine.engine,
    lp,
    evidence: certificate !== undefined,
    ...(isCounted && { lastLayer: 'counted' }),
    ...(request.symmetry && { symmetry: request.symmetry }),
  };
  const bench = await prepareJobs(setting, problem);
  const store = openCheckpoint(request.checkpoint, network, setting, bench);
  const stopping = new Stopping(request);
  const channel = new ByteChannel();
  const count = new Count({ layers: problem.depth, request, started, stopping, store });
  const { above, plan, roots } = bench;
  const orbits = above && statedOrbits(problem, plan!, roots!);
  const writing =
    certificate === undefined
      ? undefined
      : writeCertificate(certificate, { network, domain, charts: problem.charts?.basis, orbits }, channel, () =>
          count.counts(),
        );
  try {
    const walk = count.walk(setting, channel, bench);
    const written = writing?.catch((error: unknown) => (error instanceof Interrupted ? undefined : walk.fail(error)));
    await walked(walk, request, () => request.crew!(setting, problem.depth, stopping.signal));
    const isWhole = walk.complete && !walk.hasFailed;
    if (isWhole && above !== undefined) channel.push(above.after);
    if (isWhole) channel.end();
    else channel.fail(new Interrupted());
    const file = await written;
    walk.throwIfFailed();
    const stuck = walk.stuck.map(({ nodes, reason }) => ({ path: nodes[0]!, reason }));
    return {
      ...count.counts(),
      engine,
      lp,
      ...symmetryOf(bench),
      complete: isWhole,
      ...(!isWhole && { stopped: stopping.reason ?? (stuck.length > 0 ? 'stuck' : 'interrupted') }),
      ...(stuck.length > 0 && { stuck }),
      seconds: count.seconds,
      ...(file !== undefined && isWhole && { certificate: file }),
    };
  } finally {
    channel.fail(new Interrupted());
    stopping.release();
    store?.close();
  }
}

/** Walks with those whom the request names. */
async function walked(walk: CountWalk, request: CountRequest, open: () => Promise<CountCrew>): Promise<void> {
  const { alone } = request;
  if (request.crew === undefined) return walk.run(Math.max(1, request.workers ?? cpus().length), alone);
  const crew = await open();
  try {
    await walk.runWith(crew, alone);
  } finally {
    await crew.close();
  }
}

type CountWalk = TreeWalk<string, JobResult, JobSetting>;

/** What a checkpoint keeps of a count beside its frontier. */
export interface CountTotals {
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
  readonly decisions: Decisions;
  readonly seconds: number;
}

interface CountSetting {
  readonly layers: number;
  readonly request: CountRequest;
  readonly started: number;
  readonly stopping: Stopping;
  readonly store: CountStore | undefined;
}

/** What is counted so far. */
class Count {
  private readonly decisions: Decisions = noDecisions();
  private readonly cellsPerLayer: number[];
  private cells = 0;
  /** Seconds of earlier runs. */
  private readonly before: number;
  /** Of counts that are watched. */
  private size: SizeEstimate | undefined;
  private frontier: CountWalk['frontier'] | undefined;

  constructor(private readonly setting: CountSetting) {
    const saved = setting.store?.saved?.totals as CountTotals | undefined;
    this.cellsPerLayer = saved?.cellsPerLayer.slice() ?? new Array<number>(setting.layers).fill(0);
    this.cells = saved?.cells ?? 0;
    this.before = saved?.seconds ?? 0;
    if (saved !== undefined) addDecisions(this.decisions, saved.decisions);
  }

  get seconds(): number {
    return this.before + (performance.now() - this.setting.started) / 1000;
  }

  counts(): CellCount {
    const { cells, cellsPerLayer, decisions } = this;
    const open = this.frontier?.open() ?? [];
    return { cells, cellsPerLayer: [...cellsPerLayer], decisions: { ...decisions }, open };
  }

  walk(setting: JobSetting, channel: ByteChannel, bench: JobBench): CountWalk {
    const { request, stopping, store } = this.setting;
    const { roots = WHOLE_TREE } = bench;
    const walk = new TreeWalk<string, JobResult, JobSetting>(
      {
        roots: roots.map(({ path }) => path),
        // The two sides of every split count as halves.
        shareOf: (path) => weightOf(roots, path) * 2 ** -path.length,
        walk: (paths, stop) => runJob(bench, paths, { stop, ...this.budget() }),
        thread: { file: threadFile('count-worker'), flags: threadFlags(), job: 'walk', setting },
        slices: { here: LOCAL_SLICE, there: bench.evidence ? WORKER_SLICE_WITH_EVIDENCE : WORKER_SLICE },
        absorb: (result) => this.absorb(result),
        next: () => {},
        totals: () => this.totals(),
        progress: (running) => this.progress(running),
        signal: stopping.signal,
      },
      channel,
      store,
    );
    this.frontier = walk.frontier;
    if (request.onProgress !== undefined) this.size = new SizeEstimate(bench.problem, bench.kernel, undefined, roots);
    if (!walk.complete) this.limit(0);
    return walk;
  }

  private totals(): CountTotals {
    const { cells, cellsPerLayer, decisions, seconds } = this;
    return { cells, cellsPerLayer, decisions, seconds };
  }

  /** What this thread may still find. */
  private budget(): { readonly budget?: number } {
    const { limitCells } = this.setting.request;
    return limitCells === undefined ? {} : { budget: Math.max(1, limitCells - this.cells) };
  }

  private limit(running: number) {
    const { limitCells } = this.setting.request;
    if (limitCells !== undefined && this.cells + running >= limitCells) this.setting.stopping.stop('cells');
  }

  private absorb({ cells, cellsPerLayer, decisions }: JobResult) {
    this.cells += cells;
    cellsPerLayer.forEach((more, layer) => {
      this.cellsPerLayer[layer]! += more;
    });
    addDecisions(this.decisions, decisions);
    this.limit(0);
  }

  private progress(running: number) {
    const { frontier, size } = this;
    this.limit(running);
    if (size === undefined) return;
    const elapsed = 1000 * this.seconds;
    size.improve(performance.now() - this.setting.started);
    this.setting.request.onProgress?.(progressOf(size, this.cells, frontier?.open() ?? [''], elapsed, running));
  }
}

/** What the writer of a certificate is told when the count does not end. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('count: interrupted, no certificate is written');
  }
}
