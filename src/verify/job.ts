/**
 * One job of a search: some subtrees of the tree, walked until they are done, an unsafe point is found, or the job is told to stop.
 *
 * What is done at a node depends on the node alone, so jobs may be cut anywhere and run on any thread: their records add up to those of
 * one walk.
 */
import type { JobOutcome } from '../jobs/index.js';
import type { NetworkData, UnsafeSet } from '../network/index.js';
import { noCounts, type SearchCounts } from './counts.js';
import type { OpenNode, Search } from './search.js';
import type { Witness } from './witness.js';

/** What all jobs of a search have in common; survives the structured clone algorithm. */
export interface SearchSetting {
  readonly network: NetworkData;
  readonly unsafe: UnsafeSet;
  /** Whether records are wanted. */
  readonly evidence: boolean;
}

export interface SearchOutcome extends JobOutcome<OpenNode> {
  readonly counts: SearchCounts;
  readonly linearPrograms: number;
  /** The first unsafe point in the order of the tree; the node where it was found is the last one counted. */
  readonly found?: Witness;
}

const NO_RECORDS = new Uint8Array(0);

/** Walks some subtrees. @param evidence whether records are wanted */
export function runSearch(
  search: Search,
  nodes: readonly OpenNode[],
  evidence: boolean,
  stop: () => boolean,
): SearchOutcome {
  const { counts } = search;
  Object.assign(counts, noCounts());
  const before = search.linearPrograms;
  search.found = undefined;
  search.start(nodes);
  // A job makes progress even if it is told to stop at once.
  do search.step();
  while (!search.isOver && !stop());
  const records = search.records.take();
  const { found } = search;
  return {
    records: evidence ? records : NO_RECORDS,
    open: found === undefined ? search.waiting : [],
    counts: { ...counts },
    linearPrograms: search.linearPrograms - before,
    ...(found !== undefined && { found, isLast: true }),
  };
}
