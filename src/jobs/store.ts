/**
 * Where the state of a walk is kept while it goes on: in memory alone, or also where it survives the process.
 */
import type { StoredRecords } from './channel.js';
import type { JobOutcome, SavedItem } from './frontier.js';

/** A walk as an earlier run left it. */
export interface SavedWalk<Node, Outcome> {
  /** Its frontier. */
  readonly items: readonly SavedItem<Node, Outcome>[];
  /** What its caller had summed up; whoever reads it knows its form. */
  readonly totals: unknown;
  /** The records of what is walked with nothing open to its left, in tree order. */
  readonly settled: readonly StoredRecords[];
}

/**
 * Keeps a walk so that it can be gone on with. What is kept is consistent at every moment: whatever was absorbed after the last `save` is
 * walked again, whatever was absorbed before it is not.
 */
export interface WalkStore<Node, Outcome extends JobOutcome<Node>> {
  /** What there is to go on from; undefined where nothing was kept. */
  readonly saved: SavedWalk<Node, Outcome> | undefined;
  /** Takes the records of an outcome over, and returns it as the frontier is to hold it. */
  keep(outcome: Outcome): Outcome;
  /** These records are the next ones in tree order. */
  settle(records: StoredRecords): void;
  /** Whether so much time has passed that the state should be saved. */
  readonly isDue: boolean;
  /** Makes the state durable. @throws errors of the file system; what was saved before is still there then */
  save(items: readonly SavedItem<Node, Outcome>[], totals: unknown): void;
}
