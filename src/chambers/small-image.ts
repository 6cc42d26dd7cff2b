/**
 * One set of points of each orbit of sets under a permutation group.
 *
 * The search keeps images of the set under elements of the group, each with a subgroup under which it may still be moved. A round
 * keeps the images with the least number that depends on how many points each orbit of the subgroup has of them; in the orbit with
 * the fewest of them (but some, and not all points) each point in turn is moved to the orbit's representative, and its
 * stabiliser takes the place of the subgroup. Images that are unions of orbits are done: the least of them is the result.
 *
 * *Lemma.* Sets of one orbit have the same result. *Proof.* By induction on the rounds: the images kept, up to the subgroup that each of
 * them belongs to, depend on the orbit alone. In a round, the number and the orbit chosen do not change under the
 * subgroup; and if h moves image S to T, and x in S, moving x in S and h(x) in T to the representative gives images that an element of its stabiliser
 * moves to each other. A union of orbits does not move. []
 */
import type { Element, Subgroup } from './group.js';

/** An image of the set, and how it came about. */
interface Candidate {
  readonly points: Uint16Array;
  readonly group: Subgroup;
  readonly by: Element | undefined;
  readonly before: Candidate | undefined;
}

export interface SmallImage {
  /** Ascending. */
  readonly set: Uint16Array;
  /** The elements that lead there, one after the other. */
  readonly path: readonly Element[];
}

/** The orbit in which points are moved; -1 if the image is a union of orbits. */
const UNION = -1;

export class SmallImages {
  private readonly mixed: Int32Array;
  private readonly counts: Int32Array;

  constructor(
    private readonly group: Subgroup,
    degree: number,
  ) {
    this.counts = new Int32Array(degree);
    this.mixed = Int32Array.from({ length: degree }, (_, o) => {
      const x = Math.imul(o + 1, 0x9e3779b1);
      return Math.imul(x ^ (x >>> 15), 0x85ebca6b);
    });
  }

  /** @param points in any order. Cost: mostly a few images per point of the set. */
  of(points: Uint16Array): SmallImage {
    let open: Candidate[] = [{ points, group: this.group, by: undefined, before: undefined }];
    for (;;) {
      const kept = open.length === 1 ? open : this.least(open);
      const next: Candidate[] = [];
      const seen = new Map<Subgroup, Set<string>>();
      let done: Candidate | undefined;
      for (const candidate of kept) {
        const orbit = this.orbitOf(candidate);
        if (orbit !== UNION) this.move(candidate, orbit, next, seen);
        else {
          candidate.points.sort();
          if (done === undefined || precedes(candidate.points, done.points)) done = candidate;
        }
      }
      if (done !== undefined) return { set: done.points, path: pathOf(done) };
      open = next;
    }
  }

  /** The candidates with the least number. */
  private least(open: readonly Candidate[]): Candidate[] {
    let best = Number.POSITIVE_INFINITY;
    let kept: Candidate[] = [];
    for (const candidate of open) {
      const { orbit } = candidate.group;
      let sum = 0;
      for (const point of candidate.points) sum = (sum + this.mixed[orbit[point]!]!) | 0;
      if (sum > best) continue;
      if (sum < best) {
        best = sum;
        kept = [];
      }
      kept.push(candidate);
    }
    return kept;
  }

  private orbitOf({ points, group }: Candidate): number {
    const { counts } = this;
    const { orbit, lengths } = group;
    for (const point of points) counts[orbit[point]!]!++;
    let best = UNION;
    let fewest = Number.POSITIVE_INFINITY;
    for (const point of points) {
      const o = orbit[point]!;
      const count = counts[o]!;
      if (count === lengths[o] || count > fewest || (count === fewest && o >= best)) continue;
      best = o;
      fewest = count;
    }
    for (const point of points) counts[orbit[point]!] = 0;
    return best;
  }

  private move(candidate: Candidate, orbit: number, next: Candidate[], seen: Map<Subgroup, Set<string>>) {
    const { points, group } = candidate;
    const transversal = group.transversal(orbit);
    const stabiliser = group.stabiliser(orbit);
    const known = seen.get(stabiliser) ?? new Set<string>();
    seen.set(stabiliser, known);
    for (const point of points) {
      if (group.orbit[point] !== orbit) continue;
      const by = transversal[point]!;
      const moved = points.map((p) => by.permutation[p]!);
      moved.sort();
      const key = String.fromCharCode(...moved);
      if (known.has(key)) continue;
      known.add(key);
      next.push({ points: moved, group: stabiliser, by, before: candidate });
    }
  }
}

function precedes(a: Uint16Array, b: Uint16Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return false;
}

function pathOf(last: Candidate): Element[] {
  const path: Element[] = [];
  for (let at: Candidate | undefined = last; at?.by !== undefined; at = at.before) path.unshift(at.by);
  return path;
}
