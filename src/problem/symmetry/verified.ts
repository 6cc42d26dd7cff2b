/**
 * Symmetries of a network on its domain that were verified, and by which creases a walk is cut to use them.
 */
import type { CreaseRows, InputMap, MovedCreases } from '../../network/index.js';
import type { CutPlan } from './plan.js';

/** A change of coordinates that takes the domain to itself and permutes the creases of all layers. */
export interface VerifiedMap {
  /** It as one of the inputs; undefined where it is one of other coordinates only. */
  readonly map: () => InputMap | undefined;
  readonly moved: MovedCreases;
}

export class NetworkSymmetries {
  /** @param creases of the network, in the coordinates in which the maps were verified */
  constructor(
    private readonly creases: CreaseRows,
    private readonly verified: readonly VerifiedMap[],
  ) {}

  /** Orbits of the creases of the first layer, by their first neurons, the small ones first: of those that are moved or turned over, or of all. */
  orbits(all = false): readonly (readonly number[])[] {
    const { first } = this.creases;
    const actions = this.actions;
    const seen = new Set<number>();
    const orbits: number[][] = [];
    for (const start of first.keys()) {
      if (seen.has(start)) continue;
      seen.add(start);
      const orbit = [start];
      let isMoved = false;
      for (const at of orbit)
        for (const action of actions) {
          const { to, sign } = action[at]!;
          isMoved ||= to !== at || sign < 0;
          if (seen.has(to)) continue;
          seen.add(to);
          orbit.push(to);
        }
      if (isMoved || all) orbits.push(orbit.map((k) => first[k]!).sort((a, b) => a - b));
    }
    return orbits.sort((a, b) => a.length - b.length);
  }

  /** In how many ways products of the symmetries permute the sides of the creases of the first layer, counted up to `most`. */
  order(most: number): number {
    // 2k is the positive side of crease k, 2k + 1 the other one.
    const generators = this.actions.map((action) =>
      Uint16Array.from({ length: 2 * action.length }, (_, x) => {
        const { to, sign } = action[x >> 1]!;
        return 2 * to + (sign < 0 ? 1 - (x & 1) : x & 1);
      }),
    );
    const unit = Uint16Array.from({ length: 2 * this.creases.first.length }, (_, x) => x);
    const elements = [unit];
    const known = new Set([unit.join()]);
    for (const element of elements)
      for (const generator of generators) {
        const product = element.map((x) => generator[x]!);
        const name = product.join();
        if (known.size >= most || known.has(name)) continue;
        known.add(name);
        elements.push(product);
      }
    return known.size;
  }

  /** What the symmetries do to all creases of the first layer. */
  private get actions() {
    const { first } = this.creases;
    return this.verified.map(({ moved }) => this.creases.actionOn(first, moved)!);
  }

  /** Neurons, behind them those for all creases of the first layer that theirs are taken to. */
  closureOf(neurons: readonly number[]): number[] {
    const touched = this.orbits(true).filter((orbit) =>
      neurons.some((neuron) => orbit.includes(this.creases.firstOf(neuron)!)),
    );
    return this.joined(neurons, touched.flat());
  }

  /** Neurons, behind them those of an orbit that have other creases. */
  joined(neurons: readonly number[], orbit: readonly number[]): number[] {
    const known = new Set(neurons.map((neuron) => this.creases.firstOf(neuron)));
    return [...neurons, ...orbit.filter((neuron) => !known.has(neuron))];
  }

  /** @param cuts closed under the symmetries, as `orbits` and `closureOf` are */
  planOf(cuts: readonly number[]): CutPlan {
    return {
      cuts,
      symmetries: this.verified.map(({ map, moved }) => ({ map, action: this.creases.actionOn(cuts, moved)! })),
    };
  }
}
