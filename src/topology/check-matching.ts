/**
 * Verifies an acyclic matching, and computes the boundaries between the critical faces along it, from its end.
 *
 * The matching is acyclic, as of every pair (face, coface) the other facets of the coface that have partners above come later; so the critical faces with these boundaries
 * have the homology of all faces (Forman 1998; Skoldberg 2006, theorem 1).
 */
import { demand } from './refusal.js';

export interface ClaimedMatching {
  /** By dimension, of each face whether it belongs to the complex; the others are left out of all boundaries. */
  readonly isTaken: readonly (readonly boolean[])[];
  /** boundary[k - 1]: of each face of dimension k its facets, counted from 1, negative where the incidence number is -1. */
  readonly boundary: readonly (readonly (readonly number[])[])[];
  /** Dimension, face, coface. */
  readonly pairs: readonly (readonly [k: number, face: number, above: number])[];
  readonly critical: readonly (readonly number[])[];
}

/** Critical faces by position, with their entries. */
export type Sum = Map<number, bigint>;

/** The role of a face that is no lower face of a pair (those have the position of their pair). */
const OUT = -3;
const UPPER = -2;
const FREE = -1;

/** The roles of all faces. */
function rolesOf({ isTaken, pairs, critical }: ClaimedMatching): number[][] {
  const roles = isTaken.map((level) => level.map((taken): number => (taken ? FREE : OUT)));
  const take = (k: number, face: number, role: number) => {
    demand(
      roles[k]?.[face] === FREE,
      `face ${face} of dimension ${k}: expected it once among pairs and critical faces, if it is in the set`,
    );
    roles[k]![face] = role;
  };
  pairs.forEach(([k, face, above], at) => {
    take(k, face, at);
    take(k + 1, above, UPPER);
  });
  for (const [k, list] of critical.entries()) for (const face of list) take(k, face, pairs.length);
  const open = roles.findIndex((level) => level.includes(FREE));
  demand(open < 0, `dimension ${open}: expected every face of the set among pairs and critical faces`);
  return roles;
}

/** By dimension, of each critical face its boundary over those below. @throws Refusal */
export function checkMatching(claim: ClaimedMatching): Sum[][] {
  const { boundary, pairs, critical } = claim;
  const roles = rolesOf(claim);
  /** What lower faces of pairs and critical faces flow to. */
  const images: (Sum | undefined)[][] = roles.map((level) => new Array(level.length));
  critical.forEach((list, k) => {
    list.forEach((face, position) => {
      images[k]![face] = new Map([[position, 1n]]);
    });
  });
  /** What facets flow to, but for one of them. */
  const imageOf = (k: number, entries: readonly number[], after: number, but = -1): Sum => {
    const sum: Sum = new Map();
    for (const entry of entries) {
      const facet = Math.abs(entry) - 1;
      const role = roles[k]![facet]!;
      if (facet === but || role === OUT || role === UPPER) continue;
      demand(role > after, `pair ${after}: the matching has a cycle, or its order is wrong`);
      for (const [position, times] of images[k]![facet]!)
        sum.set(position, (sum.get(position) ?? 0n) + (entry > 0 ? times : -times));
    }
    return sum;
  };
  for (let at = pairs.length - 1; at >= 0; at--) {
    const [k, face, above] = pairs[at]!;
    const entries = boundary[k]![above]!;
    const own = entries.find((entry) => Math.abs(entry) - 1 === face);
    demand(own !== undefined, `pair ${at}: face ${face} is no facet of face ${above}`);
    const rest = imageOf(k, entries, at, face);
    images[k]![face] = own < 0 ? rest : new Map([...rest].map(([position, entry]) => [position, -entry]));
  }
  return critical.map((list, k) =>
    list.map((face) => (k === 0 ? new Map() : imageOf(k - 1, boundary[k - 1]![face]!, -1))),
  );
}
