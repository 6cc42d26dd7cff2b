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
import { countingProblem, type OrbitRoot, orbitRoots, type PartitionProblem, WHOLE_TREE } from '../problem/index.js';
import type { Decisions, KernelFactory, SplitTreeSink } from '../walk/index.js';
import { countPaths, traverse } from '../walk/index.js';
import { certificateSink } from './certificate.js';

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
  /** Whether parts that are like others are walked as well. Default: not where no evidence is wanted. */
  readonly symmetry?: 'none';
}

/** What a thread prepares once. */
export interface JobBench {
  readonly problem: PartitionProblem;
  readonly kernel: KernelFactory;
  readonly evidence: boolean;
  /** The subtrees that are walked: without evidence those that symmetries give need not be. Default: the whole tree. */
  readonly roots?: readonly OrbitRoot[];
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

/** What `runJob` needs. @param problem that of the setting, if it is at hand already */
export async function prepareJobs(setting: JobSetting, problem = problemOf(setting)): Promise<JobBench> {
  const walking = kernelOf(setting.engine, await backendOf(setting.lp));
  const { evidence, symmetry, lastLayer } = setting;
  const kernel = lastLayer === 'counted' ? countingLastLayer(walking) : walking;
  const isWhole = evidence || symmetry === 'none';
  return { problem, kernel, evidence, roots: isWhole ? WHOLE_TREE : orbitRoots(problem) };
}

const NO_RECORDS = new Uint8Array(0);

/** Walks the subtrees below `paths` (in tree order). */
export function runJob(bench: JobBench, paths: readonly string[], limits: JobLimits): JobResult {
  const { problem, kernel, evidence, roots = WHOLE_TREE } = bench;
  if (evidence) return runWithEvidence(bench, paths, limits);
  const counts = countPaths(problem, kernel, { roots, paths }, limits);
  return { ...counts, records: NO_RECORDS };
}

function runWithEvidence({ problem, kernel }: JobBench, paths: readonly string[], limits: JobLimits): JobResult {
  const { report, budget, bytes } = limits;
  const certificate = certificateSink(problem);
  const sink: SplitTreeSink = {
    ...certificate,
    cell(witness) {
      certificate.cell(witness);
      report?.(certificate.counts.cells);
    },
  };
  const isFull = bytes === undefined ? undefined : () => certificate.size >= bytes;
  const stop = isFull === undefined ? limits.stop : () => limits.stop?.() === true || isFull();
  const options = { paths, ...(stop && { stop }), ...(budget !== undefined && { budget }) };
  const { decisions } = traverse(problem, kernel, sink, options);
  const { cells, cellsPerLayer, open } = certificate.counts;
  return { cells, cellsPerLayer, decisions, records: certificate.take(), open };
}
