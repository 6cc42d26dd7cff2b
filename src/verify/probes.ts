/**
 * Looks aside: after so many nodes of the walk a best-first search of its own looks at so many nodes for an unsafe point.
 *
 * Which point is the answer does not depend on who finds one first: points are ranked as if one thread had walked the tree and looked
 * aside exactly after these nodes.
 */
import type { Search } from './search.js';
import type { Witness } from './witness.js';

export type Looks = readonly (readonly [after: number, nodes: number])[];

const LOOKS: Looks = [
  [300, 400],
  [20000, 5000],
];

interface Look {
  readonly after: number;
  readonly nodes: number;
  search?: Search;
  visits?: Generator<undefined, void>;
  isOver: boolean;
  found?: Witness;
}

/** What has come of the looks, to go on from. */
export interface SavedProbes {
  readonly walked: number;
  readonly inTree?: Witness;
  readonly looks: readonly { readonly isOver: boolean; readonly found?: Witness }[];
}

export class Probes {
  /** The point that is the answer. */
  answer: Witness | undefined;
  private readonly looks: readonly Look[];
  /** Nodes walked in tree order without a gap, and the point found at the last of them. */
  private walked = 0;
  private inTree: Witness | undefined;

  constructor(
    private readonly searchAnew: () => Search,
    looks: Looks = LOOKS,
  ) {
    this.looks = looks.map(([after, nodes]) => ({ after, nodes, isOver: false }));
  }

  /** A look that is under way is begun anew by whoever goes on. */
  save(): SavedProbes {
    const { walked, inTree } = this;
    const looks = this.looks.map(({ isOver, found }) => ({ isOver, ...(found && { found }) }));
    return { walked, ...(inTree && { inTree }), looks };
  }

  restore({ walked, inTree, looks }: SavedProbes): void {
    this.walked = walked;
    this.inTree = inTree;
    looks.forEach(({ isOver, found }, k) => {
      const look = this.looks[k]!;
      look.isOver = isOver;
      if (found !== undefined) look.found = found;
    });
    this.decide();
  }

  /** Any point that a look has found. */
  get any(): Witness | undefined {
    return this.looks.find(({ found }) => found !== undefined)?.found;
  }

  /** The tree was walked for so many nodes more; a point ends it, found at the last of these nodes. */
  next(nodes: number, found: Witness | undefined): void {
    this.walked += nodes;
    this.inTree ??= found;
    this.decide();
  }

  private decide() {
    for (const { after, isOver, found } of this.looks) {
      if (this.walked <= after && this.inTree !== undefined) break;
      if (this.walked < after || !isOver) return;
      if (found !== undefined) {
        this.answer ??= found;
        return;
      }
    }
    this.answer ??= this.inTree;
  }

  /**
   * Goes on with a look that is due, for so many milliseconds.
   *
   * @param visited nodes of the tree visited by anybody
   * @returns false if none is due
   */
  look(visited: number, slice: number): boolean {
    const due =
      this.answer === undefined ? this.looks.find(({ after, isOver }) => after <= visited && !isOver) : undefined;
    if (due === undefined) return false;
    due.search ??= this.searchAnew();
    due.visits ??= due.search.probe(due.nodes);
    const until = performance.now() + slice;
    while (!due.isOver && performance.now() < until) due.isOver = due.visits.next().done === true;
    if (due.isOver) {
      if (due.search.found !== undefined) due.found = due.search.found;
      delete due.search;
      delete due.visits;
    }
    this.decide();
    return true;
  }
}
