/**
 * What a proof of `unsat` looks like, depth by depth: its records are verified on the way.
 */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { LIMITS, VerificationReader, type VerificationRecord } from '../certificate/index.js';
import { VerificationTree } from '../checker/index.js';
import type { BoundQuery } from './bind.js';

/** Nodes at one depth of the trees of a proof. */
export interface DepthCounts {
  readonly depth: number;
  /** Nodes that were split, at an input or a neuron. */
  readonly splits: number;
  /** Disjuncts that were closed by bounds and multipliers, or that are empty. */
  readonly closedByBounds: number;
  readonly closedExactly: number;
  /** Neurons whose other side was closed. */
  readonly implied: number;
}

/** Larger proofs are not looked at: all of it is held. */
const MOST_BYTES = 2 ** 28;

type Column = Exclude<keyof DepthCounts, 'depth'>;

function columnOf({ kind }: VerificationRecord): Column | undefined {
  if (kind === 'input' || kind === 'neuron') return 'splits';
  if (kind === 'closed' || kind === 'empty') return 'closedByBounds';
  if (kind === 'exact') return 'closedExactly';
  return kind === 'implied' ? 'implied' : undefined;
}

/**
 * The counts of a proof that `verify` wrote.
 *
 * @throws VerificationRefusal for a file that proves nothing
 */
export async function treeDepths({ network, unsafe }: BoundQuery, file: string): Promise<DepthCounts[]> {
  const reader = new VerificationReader();
  reader.append(gunzipSync(await readFile(file), { maxOutputLength: MOST_BYTES }));
  reader.line(LIMITS.question);
  const tree = new VerificationTree(network, unsafe);
  const counts: Record<Column, number>[] = [];
  const waiting: number[] = [];
  let depth = 0;
  while (!tree.isComplete) {
    const record = reader.record(tree.openDisjuncts);
    if (record === undefined || record.kind === 'end') break;
    while (counts.length <= depth) counts.push({ splits: 0, closedByBounds: 0, closedExactly: 0, implied: 0 });
    const column = columnOf(record);
    if (column !== undefined) counts[depth]![column]++;
    const before = tree.counts.nodes;
    tree.record(record);
    if (column === 'splits') waiting.push(depth + 1, depth + 1);
    // Entered another node: a child, what waits, or the next root.
    if (tree.counts.nodes > before) depth = waiting.pop() ?? 0;
  }
  return counts.map((row, k) => ({ depth: k, ...row }));
}
