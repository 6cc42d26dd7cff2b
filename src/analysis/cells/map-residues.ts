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

/** The weights into one layer modulo a prime, for neurons of the layer before on their positive and on their negative side. */
interface Weights {
  /** Neuron k gets entries starts[k] to starts[k + 1] - 1. */
  readonly starts: Int32Array;
  readonly from: Int32Array;
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

  constructor(
    private readonly problem: PartitionProblem,
    private readonly outputLayer: number,
    private readonly prime: number,
  ) {
    const { layers, variables } = problem;
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
    const fans = integers.bias.map((_, k) => integers.fan(k));
    const starts = new Int32Array(fans.length + 1);
    fans.forEach(({ from }, k) => {
      starts[k + 1] = starts[k]! + from.length;
    });
    const residues = (values: readonly bigint[]) => values.map((value) => residueOf(value, prime));
    const made: Weights = {
      starts,
      from: Int32Array.from(fans.flatMap(({ from }) => from)),
      plus: Float64Array.from(fans.flatMap(({ plus }) => residues(plus))),
      minus: fans.some(({ minus }) => minus !== null)
        ? Float64Array.from(fans.flatMap(({ minus, from }) => (minus === null ? from.map(() => 0) : residues(minus))))
        : null,
      bias: Float64Array.from(integers.bias, (b) => reduced(residueOf(b, prime) * reduced(unit, prime), prime)),
    };
    this.weights[layer] = made;
    return made;
  }

  /** Makes the values of a layer anew. */
  enter(layer: number, below: Int8Array): void {
    const { prime } = this;
    const { starts, from, plus, minus, bias } = this.weightsInto(layer);
    const own = this.values[layer]!;
    const before = this.values[layer - 1]!;
    for (let k = 0; k < own.length; k++) {
      let sum = bias[k]!;
      for (let e = starts[k]!; e < starts[k + 1]!; e++) {
        const side = below[from[e]!]!;
        const weight = side > 0 ? plus[e]! : side < 0 && minus !== null ? minus[e]! : 0;
        if (weight === 0) continue;
        const product = weight * before[from[e]!]!;
        sum += product - Math.floor(product / prime) * prime;
      }
      own[k] = reduced(sum, prime);
    }
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
  private fresh = true;

  /** @param problem made by `analysisProblem` */
  constructor(problem: PartitionProblem) {
    const outputLayer = problem.depth - 1;
    this.sides = problem.layers.slice(0, outputLayer).map(({ width }) => new Int8Array(width));
    this.residues = [new Residues(problem, outputLayer, PRIMES[0]), new Residues(problem, outputLayer, PRIMES[1])];
  }

  keyOf({ rows }: Cell): number {
    const first = firstChange(this.sides, rows.sides, this.fresh);
    this.fresh = false;
    for (let l = first; l < this.sides.length; l++) {
      for (const residues of this.residues) residues.enter(l + 1, rows.sides[l]!);
    }
    return this.residues[0].residue * 2 ** 26 + this.residues[1].residue;
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
