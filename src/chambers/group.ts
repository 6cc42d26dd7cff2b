/**
 * Permutation groups of a known order, as chains of stabilisers, and small images of sets under them.
 *
 * Permutations are arrays of images: p[i] is where i goes. Products act from the left to the right.
 */

export type Permutation = Uint16Array;

export function identity(degree: number): Permutation {
  return Uint16Array.from({ length: degree }, (_, i) => i);
}

/** First p, then q. */
export function product(p: Permutation, q: Permutation): Permutation {
  return p.map((image) => q[image]!);
}

export function inverted(p: Permutation): Permutation {
  const result = new Uint16Array(p.length);
  p.forEach((image, i) => {
    result[image] = i;
  });
  return result;
}

/** An element of a group and how it was made: of a list, by its number. */
export interface Element {
  readonly permutation: Permutation;
  /** Its number in the list of the products that made it; 0 for the identity. */
  readonly id: number;
}

/** The elements that were made, each a given one or the product of two before it: what a certificate names. */
export class Elements {
  readonly unit: Element;
  /** Per element after the identity and the given ones the two that it is the product of. */
  readonly factors: (readonly [number, number])[] = [];
  private count: number;
  readonly given: readonly Element[];

  constructor(
    readonly degree: number,
    generators: readonly Permutation[],
  ) {
    this.unit = { permutation: identity(degree), id: 0 };
    this.given = generators.map((permutation, k) => ({ permutation, id: k + 1 }));
    this.count = generators.length + 1;
  }

  product(p: Element, q: Element): Element {
    if (p.id === 0) return q;
    if (q.id === 0) return p;
    this.factors.push([p.id, q.id]);
    return { permutation: product(p.permutation, q.permutation), id: this.count++ };
  }
}

/** Orbits of the points under some permutations: per point the number of its orbit, in the order of their least points. */
export function orbitsOf(degree: number, generators: readonly Element[]): Int32Array {
  const orbit = new Int32Array(degree).fill(-1);
  let count = 0;
  for (let point = 0; point < degree; point++) {
    if (orbit[point]! >= 0) continue;
    orbit[point] = count;
    const queue = [point];
    for (const at of queue)
      for (const { permutation } of generators) {
        const to = permutation[at]!;
        if (orbit[to]! >= 0) continue;
        orbit[to] = count;
        queue.push(to);
      }
    count++;
  }
  return orbit;
}

/** A level of a chain of stabilisers: what the elements that fix the base points before do with the next one. */
interface Level {
  readonly base: number;
  readonly generators: Element[];
  /** The orbit of the base point. */
  points: number[];
  /** Per point of it an element from the base point there, and one from there to the base point. */
  out: (Element | undefined)[];
  back: (Element | undefined)[];
}

/** The orbit of a point, and elements that take it there and back. */
function explore(elements: Elements, level: Level): void {
  const { base, generators } = level;
  level.out = new Array(elements.degree);
  level.back = new Array(elements.degree);
  level.out[base] = level.back[base] = elements.unit;
  level.points = [base];
  for (const at of level.points)
    for (const g of generators) {
      const to = g.permutation[at]!;
      if (level.out[to] !== undefined) continue;
      level.out[to] = elements.product(level.out[at]!, g);
      level.points.push(to);
    }
  const inverses = generators.map(({ permutation }) => inverted(permutation));
  const queue = [base];
  for (const at of queue)
    generators.forEach((g, k) => {
      const from = inverses[k]![at]!;
      if (level.back[from] !== undefined) return;
      level.back[from] = elements.product(g, level.back[at]!);
      queue.push(from);
    });
}

/**
 * A base and strong generating set, beginning with a base point (Schreier, Sims; Holt, Eick, O'Brien 2005, Handbook of computational
 * group theory, 4.4). Inverses are never needed: with elements u_x from the base point b to x and t_x back, the u_x t_x and
 * u_x s t_(x^s) generate the stabiliser of b with the elements u_x s u_(x^s)^-1 of Schreier's lemma among their products.
 *
 * @param order of the group, where it is known: the search ends when it is reached
 */
class Chain {
  readonly levels: Level[] = [];

  constructor(
    private readonly elements: Elements,
    generators: readonly Element[],
    first: number,
    private readonly known?: bigint,
  ) {
    this.append(first);
    // Of all elements of a group, which somebody may state, few are new; each that is admitted costs a pass over all before it.
    for (const g of generators) if (!this.isGenerated(g.permutation, 0)) this.admit(g, 0);
    this.complete();
  }

  get order(): bigint {
    return this.levels.reduce((product, { points }) => product * BigInt(points.length), 1n);
  }

  private append(base: number) {
    const level: Level = { base, generators: [], points: [], out: [], back: [] };
    explore(this.elements, level);
    this.levels.push(level);
  }

  /** Makes an element that fixes all base points before a level a generator of it and of those that it leaves alone behind. */
  private admit(g: Element, from: number): number {
    let k = from;
    for (; ; k++) {
      if (k === this.levels.length) this.append(g.permutation.findIndex((image, i) => image !== i));
      const level = this.levels[k]!;
      level.generators.push(g);
      explore(this.elements, level);
      if (g.permutation[level.base] !== level.base) return k;
    }
  }

  private complete() {
    let k = this.levels.length - 1;
    while (k >= 0 && this.order !== this.known) {
      const rest = this.unknown(k);
      k = rest === undefined ? k - 1 : this.admit(rest, k + 1);
    }
  }

  /** An element of a level's stabiliser that the levels behind do not generate. */
  private unknown(k: number): Element | undefined {
    const { elements } = this;
    const { generators, points, out, back } = this.levels[k]!;
    for (const x of points)
      for (const g of [elements.unit, ...generators]) {
        const permutation = product(out[x]!.permutation, g.permutation);
        const to = back[g.permutation[x]!]!;
        if (this.isGenerated(product(permutation, to.permutation), k + 1)) continue;
        return this.sifted(elements.product(elements.product(out[x]!, g), to), k + 1);
      }
    return undefined;
  }

  private isGenerated(permutation: Permutation, from: number): boolean {
    let rest = permutation;
    for (let k = from; k < this.levels.length; k++) {
      const { base, back } = this.levels[k]!;
      if (rest[base] === base) continue;
      const to = back[rest[base]!];
      if (to === undefined) return false;
      rest = product(rest, to.permutation);
    }
    return rest.every((image, i) => image === i);
  }

  private sifted(element: Element, from: number): Element {
    let rest = element;
    for (let k = from; k < this.levels.length; k++) {
      const { base, back } = this.levels[k]!;
      const to = back[rest.permutation[base]!];
      if (to === undefined) return rest;
      rest = this.elements.product(rest, to);
    }
    return rest;
  }
}

/** A subgroup with its orbits, and below each representative of an orbit its stabiliser: made where they are asked for. */
export class Subgroup {
  /** Per point the number of its orbit, and per orbit its length and its least point. */
  readonly orbit: Int32Array;
  readonly lengths: Int32Array;
  readonly least: Int32Array;
  /** The number of elements. */
  readonly order: bigint;
  private readonly chains: (Chain | undefined)[] = [];
  private readonly stabilisers: (Subgroup | undefined)[] = [];

  constructor(
    private readonly elements: Elements,
    private readonly generators: readonly Element[],
    order?: bigint,
  ) {
    const { degree } = elements;
    this.orbit = orbitsOf(degree, generators);
    const count = this.orbit.reduce((most, o) => Math.max(most, o + 1), 0);
    this.lengths = new Int32Array(count);
    this.least = new Int32Array(count).fill(-1);
    this.orbit.forEach((o, point) => {
      this.lengths[o]!++;
      if (this.least[o]! < 0) this.least[o] = point;
    });
    this.order = order ?? (degree === 0 ? 1n : this.chain(this.shortest()).order);
  }

  /** The shortest orbit that is none of one point; any if there is none. */
  private shortest(): number {
    let best = 0;
    this.lengths.forEach((length, o) => {
      if (length > 1 && (this.lengths[best] === 1 || length < this.lengths[best]!)) best = o;
    });
    return best;
  }

  private chain(orbit: number): Chain {
    return (this.chains[orbit] ??= new Chain(this.elements, this.generators, this.least[orbit]!, this.order));
  }

  /** For every point of an orbit an element that takes it to the least one. */
  transversal(orbit: number): readonly (Element | undefined)[] {
    return this.chain(orbit).levels[0]!.back;
  }

  /** The elements that fix the least point of an orbit. */
  stabiliser(orbit: number): Subgroup {
    const [, next] = this.chain(orbit).levels;
    return (this.stabilisers[orbit] ??= new Subgroup(
      this.elements,
      next?.generators ?? [],
      this.order / BigInt(this.lengths[orbit]!),
    ));
  }
}
