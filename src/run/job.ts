/**
 * One job of a count: some subtrees of the split tree, walked until they are done or the job is told to stop.
 *
 * What a job returns depends only on which nodes it walked, so jobs may be cut anywhere and run on any thread: their
 * counts, decisions and certificate bytes add up to those of one walk.
 */

import { countingLastLayer } from '../chambers/index.js';
import { type EngineName, kernelOf } from '../engines/index.js';
import type { JobOutcome } from '../jobs/index.js';
import type { LpBackend } from '../lp/index.js';
import { simplexBackend } from '../lp/index.js';
import type { Domain } from '../network/index.js';
import { type NetworkData, networkOfData } from '../network/index.js';
import { type CutPlan, countingProblem, type OrbitRoot, type PartitionProblem, WHOLE_TREE } from '../problem/index.js';
import type { Decisions, KernelFactory, SplitTreeSink, WalkSymmetry } from '../walk/index.js';
import { addDecisions, countPaths, noDecisions, orbitWalk, traverse } from '../walk/index.js';
import { type CertificateSink, certificateSink } from './certificate.js';
import { joined, type RecordsAbove, recordsAbove } from './orbit-certificate.js';

export type LpName = LpBackend['name'];

/** What all jobs of a count have in common; survives the structured clone algorithm. */
export interface JobSetting {
  readonly network: NetworkData;
  readonly domain: Domain;
  readonly engine: EngineName;
  readonly lp: LpName;
  /** Whether certificate records are wanted. */
  readonly evidence: boolean;
  /** Whether cells of the last layer are counted where a walk could only count them. Default: they are walked. */
  readonly lastLayer?: 'counted';
  /** Default: parts that are like others are walked only where evidence is wanted. */
  readonly symmetry?: SymmetryChoice;
}

/**
 * Which symmetries are used: none; those that are found, for evidence as well (a certificate by orbits); or those that generators state, for evidence as
 * well (`problem/symmetry/stated.ts`).
 */
export type SymmetryChoice = 'none' | 'orbits' | { readonly generators: readonly unknown[] };

/** What a thread prepares once. */
export interface JobBench {
  readonly problem: PartitionProblem;
  readonly kernel: KernelFactory;
  readonly evidence: boolean;
  /** The subtrees that are walked: those that symmetries give need not be. Default: the whole tree. */
  readonly roots?: readonly OrbitRoot[];
  /** Where there are such: how the tree is cut to parts, and what exchanges them. */
  readonly plan?: CutPlan;
  /** With evidence: the records above the roots. */
  readonly above?: RecordsAbove;
}

/** The nodes are paths. */
export interface JobResult extends JobOutcome<string> {
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
  readonly decisions: Decisions;
}

/** What steers a job from outside. */
export interface JobLimits {
  /** Told the number of cells found so far, now and then. */
  readonly report?: (cells: number) => void;
  readonly stop?: () => boolean;
  /** Cells after which it ends. */
  readonly budget?: number;
  /** Bytes of records after which it ends. */
  readonly bytes?: number;
}

/** The backend of the given name; GLPK is loaded only when asked for. */
async function backendOf(lp: LpName): Promise<LpBackend> {
  if (lp === 'simplex') return simplexBackend;
  const { glpkBackend } = await import('../lp/glpk/index.js');
  return glpkBackend();
}

/** The problem of a setting. @throws DomainError if the domain does not fit the network */
export function problemOf(setting: Pick<JobSetting, 'network' | 'domain'>): PartitionProblem {
  return countingProblem(networkOfData(setting.network), setting.domain);
}

/** What `runJob` needs. @param problem that of the setting, if it is at hand already @throws SymmetryError for generators of no symmetry */
export async function prepareJobs(setting: JobSetting, problem = problemOf(setting)): Promise<JobBench> {
  const walking = kernelOf(setting.engine, await backendOf(setting.lp));
  const { evidence, lastLayer } = setting;
  const kernel = lastLayer === 'counted' ? countingLastLayer(walking) : walking;
  const { problem: cut, roots, plan } = orbitWalk(problem, walking, usedSymmetry(setting), evidence);
  if (plan === undefined || roots.every(({ weight }) => weight === 1)) return { problem, kernel, evidence };
  const above = evidence ? { above: recordsAbove(cut, walking, plan.cuts, roots) } : {};
  return { problem: cut, kernel, evidence, roots, plan, ...above };
}

function usedSymmetry({ evidence, symmetry }: JobSetting): WalkSymmetry {
  if (symmetry === undefined) return evidence ? 'none' : 'found';
  return symmetry === 'orbits' ? 'found' : symmetry;
}

const NO_RECORDS = new Uint8Array(0);

/** Walks the subtrees below `paths` (in tree order). */
export function runJob(bench: JobBench, paths: readonly string[], limits: JobLimits): JobResult {
  const { problem, kernel, evidence, roots = WHOLE_TREE } = bench;
  if (evidence) return new EvidenceJob(bench, limits).run(paths);
  const counts = countPaths(problem, kernel, { roots, paths }, limits);
  return { ...counts, records: NO_RECORDS };
}

/** A job with records. */
class EvidenceJob {
  private readonly certificate: CertificateSink;
  private readonly decisions = noDecisions();
  private readonly cellsPerLayer: number[];
  private readonly open: string[] = [];
  private readonly records: Uint8Array[] = [];
  private cells = 0;

  constructor(
    private readonly bench: JobBench,
    private readonly limits: JobLimits,
  ) {
    this.certificate = certificateSink(bench.problem);
    this.cellsPerLayer = new Array<number>(bench.problem.depth).fill(0);
  }

  run(paths: readonly string[]): JobResult {
    const { roots = WHOLE_TREE } = this.bench;
    for (const root of roots) {
      const own = paths.filter((path) => path.startsWith(root.path));
      if (own.length === 0) continue;
      // A subtree is begun in any case.
      if (this.open.length > 0 || (this.records.length > 0 && this.isOver())) this.open.push(...own);
      else this.walk(root, own);
    }
    const { cells, cellsPerLayer, decisions, open } = this;
    return { cells, cellsPerLayer, decisions, records: joined(this.records), open };
  }

  private get size(): number {
    return this.records.reduce((sum, { length }) => sum + length, this.certificate.size);
  }

  private isOver(): boolean {
    const { stop, bytes, budget } = this.limits;
    return (
      (bytes !== undefined && this.size >= bytes) || (budget !== undefined && this.cells >= budget) || stop?.() === true
    );
  }

  /** Walks subtrees of a root. */
  private walk({ path, weight }: OrbitRoot, paths: readonly string[]) {
    const { problem, kernel, above } = this.bench;
    const { report, bytes, budget, stop } = this.limits;
    const { certificate } = this;
    if (paths[0] === path && above !== undefined) this.records.push(above.before.get(path)!);
    const before = { ...certificate.counts, cellsPerLayer: [...certificate.counts.cellsPerLayer] };
    const found = () => certificate.counts.cells - before.cells;
    const sink: SplitTreeSink = {
      ...certificate,
      cell: (witness) => {
        certificate.cell(witness);
        report?.(this.cells + weight * found());
      },
    };
    const isFull = bytes === undefined ? undefined : () => this.size >= bytes;
    const ends = isFull === undefined ? stop : () => stop?.() === true || isFull();
    const left = budget === undefined ? {} : { budget: Math.ceil((budget - this.cells) / weight) };
    const { decisions } = traverse(problem, kernel, sink, { paths, ...(ends && { stop: ends }), ...left });
    this.cells += weight * found();
    certificate.counts.cellsPerLayer.forEach((cells, layer) => {
      this.cellsPerLayer[layer]! += weight * (cells - before.cellsPerLayer[layer]!);
    });
    this.open.push(...certificate.counts.open.splice(0));
    addDecisions(this.decisions, decisions);
    this.records.push(certificate.take());
  }
}
