/**
 * What is asked of the verifier and what it answers.
 */
import type { Rational } from '../exact/index.js';
import type { Network, UnsafeSet } from '../network/index.js';

export type { Disjunct, LinearCondition, UnsafeSet } from '../network/index.js';

/** Why a search ended without an answer: its time was up, it was aborted, or it had as many nodes or cells as it may. */
export type StopReason = 'timeout' | 'interrupted' | 'nodes' | 'cells';

/** The answer: a point of the unsafe set, a proof that there is none, or neither within the time allowed. */
export type Verdict =
  | {
      readonly verdict: 'sat';
      readonly input: readonly Rational[];
      readonly output: readonly Rational[];
      /** The disjunct that holds at the point, from 0. */
      readonly disjunct: number;
      /** The left-hand side of each of its conditions. */
      readonly slack: readonly Rational[];
    }
  | {
      readonly verdict: 'unsat';
      readonly certificate?: { readonly path: string; readonly bytes: number; readonly sha256?: string };
    }
  | {
      readonly verdict: 'unknown';
      readonly reason: StopReason;
      /** The fraction of the tree that is closed. */
      readonly proved: number;
    };

export interface VerifyProgress {
  readonly nodes: number;
  readonly closed: number;
  /** The fraction of the tree that is closed. */
  readonly done: number;
  readonly seconds: number;
}

export interface VerifyRequest {
  readonly network: Network;
  readonly unsafe: UnsafeSet;
  /** Threads that search, this one among them; others start when it takes longer than a moment. Default: the cores. */
  readonly workers?: number;
  /** Milliseconds that this thread searches before the others start. Default: a moment. */
  readonly alone?: number;
  /** Seconds after which the answer is `unknown`. */
  readonly timeout?: number;
  /** Nodes after which it is, or soon after. */
  readonly nodes?: number;
  /** Settled cells after which it is, or soon after. */
  readonly limitCells?: number;
  /** Where the state is kept, so that a search that was stopped, however, goes on from there. `interval`: seconds between two saves. */
  readonly checkpoint?: { readonly folder: string; readonly interval?: number };
  readonly signal?: AbortSignal;
  /** The file that the proof of `unsat` is written to. */
  readonly certificate?: string;
  /** Told now and then how far the search is. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** What the search did. */
export interface VerifyStatistics {
  readonly inputSplits: number;
  readonly neuronSplits: number;
  /** Leaves closed by bounds of the relaxed network, by an exact program over a settled cell, or empty. */
  readonly closedByBounds: number;
  readonly closedExactly: number;
  readonly maxDepth: number;
  readonly linearPrograms: number;
}

export interface VerifyReport {
  readonly verdict: Verdict;
  readonly seconds: number;
  readonly nodes: number;
  /** Cells of the network's partition that were settled completely. */
  readonly cells: number;
  readonly statistics: VerifyStatistics;
}
