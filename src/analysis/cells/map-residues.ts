/**
 * Two residues of a cell's affine map: cells on which they differ have different maps, for certain.
 *
 * The exact rows of every layer have one denominator on all cells (`walk/exact-rows.ts`). A fixed linear function of their integers modulo
 * a prime is computed layer by layer as the rows themselves are, from one number per neuron: as if the network's maps were
 * evaluated at a point modulo the prime. Equal maps have equal residues whatever the point is; others have them once in about 2^52
 * pairs (Schwartz 1980, Zippel 1979), so that only cells that share a key need be compared exactly.
 */
import type { PartitionProblem } from '../../problem/index.js';
import type { Cell } from './enumerate.js';
import { mixed } from './pattern-index.js';

/** The two largest primes below 2^26: products of residues are exact in doubles. */
const PRIMES = [67_108_859, 67_108_837] as const;

/** What is left of an integer of at most 52 bits: the quotient may be off by one, and the product with it is exact. */
function reduced(value: number, prime: number): number {
  const rest = value - Math.floor(value / prime) * prime;
  return rest < 0 ? rest + prime : rest >= prime ? rest - prime : rest;
}

function residueOf(value: bigint, prime: number): number {
  return Number(((value % BigInt(prime)) + BigInt(prime)) % BigInt(prime));
}

/** The weights into one layer modulo a prime, by columns: what neuron j of the layer before feeds are entries starts[j] to starts[j + 1] - 1. */
interface Weights {
  readonly starts: Int32Array;
  readonly to: Int32Array;
  /** For the neuron on its positive side, and on its negative one; null if that feeds nothing. */
  readonly plus: Float64Array;
  readonly minus: Float64Array | null;
  readonly bias: Float64Array;
}

class Residues {
  /** values[layer][neuron], of the layers before the output as they are on the cell before, and of the output. */
  private readonly values: readonly Float64Array[];
  private readonly weights: (Weights | undefined)[] = [];
  private readonly point: readonly number[];
  private readonly factors: Float64Array;
  private readonly inverse: number;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly outputLayer: number,
    private readonly prime: number,
  ) {
    const { layers, variables } = problem;
    this.inverse = 1 / prime;
    const unrelated = (k: number) => 1 + ((mixed(prime + k) >>> 0) % (prime - 1));
    this.point = Array.from({ length: variables + 1 }, (_, i) => unrelated(i));
    this.factors = Float64Array.from({ length: layers[outputLayer]!.width }, (_, k) => unrelated(variables + 1 + k));
    this.values = layers.slice(0, outputLayer + 1).map(({ width }) => new Float64Array(width));
    this.enterFirst();
  }

  private enterFirst() {
    const { numerators } = this.problem.first;
    const entries = this.problem.variables + 1;
    const first = this.values[0]!;
    for (let j = 0; j < first.length; j++) {
      let sum = 0;
      for (let i = 0; i < entries; i++) {
        sum += reduced(residueOf(numerators[j * entries + i]!, this.prime) * this.point[i]!, this.prime);
      }
      first[j] = reduced(sum, this.prime);
    }
  }

  private weightsInto(layer: number): Weights {
    const known = this.weights[layer];
    if (known !== undefined) return known;
    const { prime, problem } = this;
    const integers = problem.layers[layer]!.integers();
    let scale = problem.first.denominator;
    for (let l = 1; l < layer; l++) scale *= problem.layers[l]!.integers().denominator;
    const unit = residueOf(scale, prime) * this.point[problem.biasSlot]!;
    const columns = problem.layers[layer - 1]!;
    const lists = Array.from({ length: columns.width }, () => ({
      to: [] as number[],
      plus: [] as number[],
      minus: [] as number[],
    }));
    integers.bias.forEach((_, k) => {
      const { from, plus, minus } = integers.fan(k);
      from.forEach((j, i) => {
        lists[j]!.to.push(k);
        lists[j]!.plus.push(residueOf(plus[i]!, prime));
        lists[j]!.minus.push(minus === null ? 0 : residueOf(minus[i]!, prime));
      });
    });
    const starts = new Int32Array(lists.length + 1);
    lists.forEach(({ to }, j) => {
      starts[j + 1] = starts[j]! + to.length;
    });
    const minus = Float64Array.from(lists.flatMap((list) => list.minus));
    const made: Weights = {
      starts,
      to: Int32Array.from(lists.flatMap(({ to }) => to)),
      plus: Float64Array.from(lists.flatMap(({ plus }) => plus)),
      minus: minus.some((weight) => weight !== 0) ? minus : null,
      bias: Float64Array.from(integers.bias, (b) => reduced(residueOf(b, prime) * reduced(unit, prime), prime)),
    };
    this.weights[layer] = made;
    return made;
  }

  /** Makes the values of a layer anew from those of the layer before. */
  enter(layer: number, below: Int8Array): void {
    const weights = this.weightsInto(layer);
    this.values[layer]!.set(weights.bias);
    for (let j = 0; j < below.length; j++) this.contribute(layer, weights, j, below[j]!, false);
    this.finish(layer);
  }

  /** The values of the layer before are as they were, the sides of some of its neurons have changed. */
  update(layer: number, changed: readonly number[], before: readonly number[], below: Int8Array): void {
    const weights = this.weightsInto(layer);
    changed.forEach((j, i) => {
      this.contribute(layer, weights, j, before[i]!, true);
      this.contribute(layer, weights, j, below[j]!, false);
    });
    this.finish(layer);
  }

  /** Adds what a neuron on a side feeds, or takes it away. */
  private contribute(layer: number, { starts, to, plus, minus }: Weights, j: number, side: number, away: boolean) {
    const weights = side > 0 ? plus : side < 0 ? minus : null;
    if (weights === null) return;
    const { prime, inverse } = this;
    const own = this.values[layer]!;
    const value = away ? prime - this.values[layer - 1]![j]! : this.values[layer - 1]![j]!;
    for (let e = starts[j]!; e < starts[j + 1]!; e++) {
      const product = weights[e]! * value;
      own[to[e]!]! += product - Math.floor(product * inverse) * prime;
    }
  }

  private finish(layer: number) {
    const own = this.values[layer]!;
    for (let k = 0; k < own.length; k++) own[k] = reduced(own[k]!, this.prime);
  }

  get residue(): number {
    const { factors, prime } = this;
    const outputs = this.values[this.outputLayer]!;
    let sum = 0;
    for (let k = 0; k < factors.length; k++) sum += reduced(factors[k]! * outputs[k]!, prime);
    return reduced(sum, prime);
  }
}

/** The keys of the maps of a walk's cells: integers below 2^52. Cost: the sums of the layers that have changed since the cell before. */
export class MapKeys {
  private readonly sides: readonly Int8Array[];
  private readonly residues: readonly [Residues, Residues];
  private readonly changed: number[] = [];
  private readonly before: number[] = [];
  private fresh = true;
  private key = 0;

  /**
   * @param problem made by `analysisProblem`
   * @param primes below 2^26: small ones make different maps share keys
   */
  constructor(problem: PartitionProblem, primes: readonly [number, number] = PRIMES) {
    const outputLayer = problem.depth - 1;
    this.sides = problem.layers.slice(0, outputLayer).map(({ width }) => new Int8Array(width));
    this.residues = [new Residues(problem, outputLayer, primes[0]), new Residues(problem, outputLayer, primes[1])];
  }

  keyOf({ rows }: Cell): number {
    const { sides, residues } = this;
    const { length } = sides;
    if (this.fresh) {
      this.fresh = false;
      firstChange(sides, rows.sides);
      for (let l = 0; l < length; l++) for (const one of residues) one.enter(l + 1, sides[l]!);
    } else {
      const first = this.takeChanges(rows.sides);
      if (first === length) return this.key;
      for (const one of residues) one.update(first + 1, this.changed, this.before, sides[first]!);
      for (let l = first + 1; l < length; l++) for (const one of residues) one.enter(l + 1, sides[l]!);
    }
    return (this.key = residues[0].residue * 2 ** 26 + residues[1].residue);
  }

  /** Takes over the sides, and lists what has changed in the first layer where anything has. */
  private takeChanges(now: readonly Int8Array[]): number {
    const { sides, changed, before } = this;
    changed.length = 0;
    before.length = 0;
    let first = 0;
    for (; first < sides.length; first++) {
      const own = sides[first]!;
      const other = now[first]!;
      for (let j = 0; j < own.length; j++) {
        if (own[j] === other[j]) continue;
        changed.push(j);
        before.push(own[j]!);
      }
      if (changed.length > 0) break;
    }
    for (let l = first; l < sides.length; l++) sides[l]!.set(now[l]!);
    return first;
  }
}

/** Takes over sides; the first layer in which they have changed, or the number of layers. @param fresh whether all count as changed */
export function firstChange(known: readonly Int8Array[], now: readonly Int8Array[], fresh = false): number {
  let first = fresh ? 0 : known.length;
  for (let l = 0; l < known.length; l++) {
    const own = known[l]!;
    const other = now[l]!;
    if (l < first) {
      let j = 0;
      while (j < own.length && own[j] === other[j]) j++;
      if (j === own.length) continue;
      first = l;
    }
    own.set(other);
  }
  return first;
}
