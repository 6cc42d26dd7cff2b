/**
 * A partition cut into chunks of consecutive cells, from the paths of their first cells alone.
 */
import type { Cell } from '../cells/index.js';

/** Cells `first` to `first + cells - 1`, which are all cells below `paths` (in tree order). */
export interface Chunk {
  readonly paths: readonly string[];
  readonly first: number;
  readonly cells: number;
}

const PLUS = 43;
const MINUS = 45;

/**
 * The sides taken at the splits from the root to a cell; the rows of the domain are no splits. Made of all its letters at once: a text to
 * which letters are added is kept as a tree with a node for each.
 */
export function pathOf({ splits, problem }: Pick<Cell, 'splits' | 'problem'>): string {
  const given = problem.givenConditions.length;
  const letters = new Uint8Array(splits.length - given);
  for (let k = 0; k < letters.length; k++) letters[k] = splits[given + k]!.side > 0 ? PLUS : MINUS;
  return String.fromCharCode(...letters);
}

/**
 * The subtrees that hold the leaves from `from` to before `to`, in tree order; without `to`, all leaves from `from` on.
 *
 * They are the leaf itself, the positive siblings above it up to where the two paths part, and the negative siblings along
 * the other path below that.
 */
export function subtreesBetween(from: string, to: string | undefined): string[] {
  let parting = -1;
  if (to !== undefined) {
    parting = 0;
    while (from[parting] === to[parting]) parting++;
  }
  const result = [from];
  for (let i = from.length - 1; i > parting; i--) if (from[i] === '-') result.push(`${from.slice(0, i)}+`);
  for (let i = parting + 1; to !== undefined && i < to.length; i++) {
    if (to[i] === '+') result.push(`${to.slice(0, i)}-`);
  }
  return result;
}

/** Gathers the first paths of chunks during a walk. */
export class ChunkPaths {
  /** @param size cells per chunk @param starts those of a walk that is over */
  constructor(
    readonly size: number,
    readonly starts: string[] = [],
  ) {}

  visit(cell: Cell): void {
    if (cell.id % this.size === 0) this.starts.push(pathOf(cell));
  }

  /** The chunks of a partition of so many cells, `together` of them as one. */
  *chunks(cells: number, together = 1): Generator<Chunk> {
    for (let k = 0; k < this.starts.length; k += together) {
      const first = k * this.size;
      const paths = subtreesBetween(this.starts[k]!, this.starts[k + together]);
      yield { paths, first, cells: Math.min(together * this.size, cells - first) };
    }
  }
}
