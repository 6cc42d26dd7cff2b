/**
 * Those who walk jobs in other processes, perhaps on other machines: jobs are handed out, and come back, once or several times or never.
 */
import type { JobOutcome } from './frontier.js';

/** A job that has come back: walked, or given up. */
export type Returned<Node, Outcome extends JobOutcome<Node>> =
  | { readonly id: string; readonly outcome: Outcome }
  | { readonly id: string; readonly failure: string };

/** A job of an earlier run that is still with them. */
export interface LeftJob<Node> {
  readonly id: string;
  readonly nodes: readonly Node[];
}

export interface RemoteCrew<Node, Outcome extends JobOutcome<Node>> {
  /** The jobs that an earlier run has handed out and that are still there. */
  left(): Promise<readonly LeftJob<Node>[]>;
  /** How many more jobs there should be. @param out how many are handed out now */
  wanted(out: number): Promise<number>;
  /** The name of a job: that of the same nodes is the same, so a job handed out twice is one. */
  idOf(nodes: readonly Node[]): string;
  hand(nodes: readonly Node[]): Promise<void>;
  /**
   * Waits for jobs to come back, for a moment. Those that are lost are handed out again.
   *
   * @param out the jobs that are awaited, by their names; what comes back fits them
   */
  returned(out: ReadonlyMap<string, readonly Node[]>): Promise<readonly Returned<Node, Outcome>[]>;
  /** What these jobs gave is kept: they are not needed any more. */
  forget(ids: readonly string[]): Promise<void>;
}

/** A subtree that nobody could walk. */
export interface StuckJob<Node> {
  readonly nodes: readonly Node[];
  readonly reason: string;
}
