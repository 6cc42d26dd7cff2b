/**
 * The relaxation of a network over a box, in integers of a fixed length: what closes a node of a verification tree.
 *
 * Every value z of a layer is enclosed by an affine form in symbols t_1, ..., t_n that range over [-1, 1]:
 *
 *     z = v C + u (sum_i A_i t_i) + r,   |r| <= u R,
 *
 * with integers C, A_i, R and powers of two u = 2^-unit, v = 2^-point that are common to a layer. The first symbols are the inputs, each over its
 * interval of the box; every neuron that can be on both sides of its crease adds one (zonotopes; Singh et al. 2018). All numbers
 * here are integers, or integers over a power of two, held in doubles and below 2^53, so that sums, products and comparisons are exact; what is
 * rounded is rounded by `Math.round`, `Math.floor` or `Math.ceil` after a scaling by a power of two, and what is lost is added to R.
 *
 * Lemma 1 (affine step). Let w = 2^-p (W + 2^-q V + d) with |V| <= 2^(q-1), |d| <= 2^-q, and C = 2^25 H + L with 0 <= L < 2^25, |H| <= 2^25. Over J
 * values (the constant 1 is one of them, its weight is the bias) sum w z is, in units of 2^-p u and 2^-p v,
 * - in t_i: sum W A_i, off by at most sum_j |A_ji|, because |2^-q V + d| <= 1;
 * - in C: 2^25 sum W H + sum W L + 2^(25-q) sum V H, off by at most J (2^24 + 2^(50-q)), because |2^-q V L| < 2^24 and |d C| <= 2^(50-q);
 * - in r: sum |W| R, and sum R for the rest of w.
 * With sum |W| <= 2^27 for every row, |A|, R <= 2^25 all sums stay below 2^53.
 *
 * Lemma 2 (a neuron between l < 0 < h). f(x) - a x is linear on [l, 0] and on [0, h], so its values lie between the least and the
 * greatest of those at l, 0 and h, whatever a is: f(x) = a x + m + e t with the middle m, half the range e, and a new symbol t. Moreover
 * f(x) - s x has on [l, h] the sign of (positive slope - negative slope) for s either slope: these are the rows `cut`.
 */
import { bitLength, integersFromRationals } from '../exact/index.js';
import { type AffineMap, bends, forEachInRow, type Network, type Slopes } from '../network/index.js';
import { type FormArithmetic, PLAIN_FORMS } from './arithmetic.js';

/** |A|, R and H are at most 2 to this. */
const COLUMN_BITS = 25;
const COLUMN = 2 ** COLUMN_BITS;
/** Slopes are multiples of 2^(rise - SLOPE_BITS), at most 2^rise. */
export const SLOPE_BITS = 16;
const SLOPE = 2 ** SLOPE_BITS;
/** Of tiny weights fewer digits are kept, so that powers of two stay doubles. */
const MOST_P = 512;
/** The largest `point`: the constant 1 is 2^point there. */
const FINEST = 49;

const bits = new DataView(new ArrayBuffer(8));

/** e with |x| < 2^e, the least one; for 0 one that is less than any other here, but not so small that powers of two overflow. */
function exponentOf(x: number): number {
  if (x === 0) return -100;
  bits.setFloat64(0, x);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1022;
}

/** e with x < 2^e, the least one, for a positive fraction x. */
function exponentOfFraction(numerator: bigint, denominator: bigint): number {
  const e = bitLength(numerator) - bitLength(denominator);
  const isBelow = e >= 0 ? numerator < denominator << BigInt(e) : numerator << BigInt(-e) < denominator;
  return isBelow ? e : e + 1;
}

/** The integer nearest to 2^shift numerator / denominator, off by at most 1/2. */
function nearestInteger(numerator: bigint, denominator: bigint, shift: number): bigint {
  const top = 2n * (shift >= 0 ? numerator << BigInt(shift) : numerator);
  const bottom = 2n * (shift >= 0 ? denominator : denominator << BigInt(-shift));
  const moved = top + bottom / 2n;
  const quotient = moved / bottom;
  return moved < 0n && quotient * bottom !== moved ? quotient - 1n : quotient;
}

/** An affine map as Lemma 1 wants it. */
interface RoundedAffine {
  readonly outputs: number;
  /** One more than the map has: the last is the constant 1. */
  readonly inputs: number;
  /** W, V and |W|: of every weight, row by row, or of those at `places`. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly absolute: Float64Array;
  readonly p: number;
  readonly q: number;
  /** Whether W alone is w. */
  readonly exact: boolean;
  /** Of a map with few weights: where those of row k are, from starts[k] to starts[k + 1]. */
  readonly places: Int32Array | undefined;
  readonly starts: Int32Array;
}

/** Only the places of weights are kept where at most one in so many is not 0. */
const SPARSE = 8;

/** The exact weights of a map by rows, the bias last, and their places; all places if these are not worth knowing. */
function exactEntries(map: AffineMap) {
  const { pattern, values, bias, denominator } = map.integers();
  const { outputs, inputs } = pattern;
  const isSparse = SPARSE * (values.length + outputs) <= outputs * (inputs + 1);
  const starts = new Int32Array(outputs + 1);
  const places: number[] = [];
  const entries: bigint[] = isSparse ? [] : new Array<bigint>(outputs * (inputs + 1)).fill(0n);
  for (let k = 0; k < outputs; k++) {
    const put = (j: number, value: bigint) => {
      if (!isSparse) entries[k * (inputs + 1) + j] = value;
      else if (value !== 0n) {
        places.push(j);
        entries.push(value);
      }
    };
    forEachInRow(pattern, k, (j, e) => put(j, values[e]!));
    put(inputs, bias[k]!);
    starts[k + 1] = isSparse ? places.length : (k + 1) * (inputs + 1);
  }
  return { entries, starts, places: isSparse ? places : undefined, denominator };
}

function roundedAffine(map: AffineMap, arithmetic: FormArithmetic): RoundedAffine {
  const { outputs, inputs } = map;
  const { entries, starts, places, denominator } = exactEntries(map);
  const width = inputs + 1;
  let largest = 0n;
  for (let k = 0; k < outputs; k++) {
    let sum = 0n;
    for (let e = starts[k]!; e < starts[k + 1]!; e++) sum += entries[e]! < 0n ? -entries[e]! : entries[e]!;
    if (sum > largest) largest = sum;
  }
  // Rounding adds at most width / 2 to a row's sum, which is below 2^26 for every network that fits into memory.
  const p = largest === 0n ? 0 : Math.min(MOST_P, COLUMN_BITS + 1 - exponentOfFraction(largest, denominator));
  const q = Math.max(1, COLUMN_BITS + 2 - exponentOf(width));
  const first = arithmetic.doubles(entries.length);
  const second = arithmetic.doubles(entries.length);
  const absolute = arithmetic.doubles(entries.length);
  let exact = true;
  for (const [e, n] of entries.entries()) {
    if (n === 0n) continue;
    const w = nearestInteger(n, denominator, p);
    // 2^p n / denominator - w as a fraction.
    const [top, bottom] =
      p >= 0
        ? [(n << BigInt(p)) - w * denominator, denominator]
        : [n - w * (denominator << BigInt(-p)), denominator << BigInt(-p)];
    first[e] = Number(w);
    absolute[e] = Math.abs(first[e]!);
    if (top === 0n) continue;
    exact = false;
    second[e] = Number(nearestInteger(top, bottom, q));
  }
  const kept = places && arithmetic.integers(places.length);
  kept?.set(places!);
  return { outputs, inputs: width, first, second, absolute, p, q, exact, places: kept, starts };
}

/** The slopes of a layer: s = 2^(rise - SLOPE_BITS) S, off by less than one unit where not exact. */
interface RoundedSlopes {
  readonly rise: number;
  readonly negative: Float64Array;
  readonly positive: Float64Array;
  /** 1 where a slope is not what its integer says. */
  readonly inexact: Uint8Array;
  readonly bends: Uint8Array;
}

function roundedSlopes(slopes: readonly Slopes[]): RoundedSlopes {
  const { numerators, denominator } = integersFromRationals(slopes.flatMap((s) => [s.negative, s.positive]));
  let largest = denominator;
  for (const n of numerators) {
    const size = n < 0n ? -n : n;
    if (size > largest) largest = size;
  }
  const rise = largest === denominator ? 0 : exponentOfFraction(largest, denominator);
  const rounded = numerators.map((n) => nearestInteger(n, denominator, SLOPE_BITS - rise));
  const inexact = numerators.map((n, i) => n << BigInt(SLOPE_BITS) !== (rounded[i]! * denominator) << BigInt(rise));
  return {
    rise,
    negative: Float64Array.from(slopes, (_, j) => Number(rounded[2 * j]!)),
    positive: Float64Array.from(slopes, (_, j) => Number(rounded[2 * j + 1]!)),
    inexact: Uint8Array.from(slopes, (_, j) => (inexact[2 * j] || inexact[2 * j + 1] ? 1 : 0)),
    bends: Uint8Array.from(slopes, (s) => (bends(s) ? 1 : 0)),
  };
}

/** The affine forms of one layer's values. Row k has its `columns` coefficients from k * columns on. */
export class Forms {
  columns = 0;
  /** u = 2^-unit, v = 2^-point; unit <= point. */
  unit = 0;
  point = 0;
  coefficients: Float64Array = new Float64Array(0);
  readonly centre: Float64Array;
  readonly radius: Float64Array;

  /** @param most columns it can ever have */
  constructor(
    readonly count: number,
    private readonly arithmetic: FormArithmetic,
    private readonly most: number,
  ) {
    this.centre = new Float64Array(count);
    this.radius = arithmetic.doubles(count);
  }

  reserve(columns: number): void {
    this.columns = columns;
    if (this.coefficients.length >= this.count * columns) return;
    this.coefficients = this.arithmetic.doubles(this.count * Math.min(2 * columns, this.most));
  }
}

/** One activation layer on one box. */
export class LayerState {
  /** The pre-activations, and what leaves the activation (the last one there is the constant 1). */
  readonly before: Forms;
  readonly after: Forms;
  /** Sum of |coefficients| and radius: how far a pre-activation may be from its centre, in units u. */
  readonly reach: Float64Array;
  /** 1, -1: settled by its bounds; 2, -2: by a split, its bounds allow both; 0: open; 3: does not bend. */
  readonly status: Int8Array;
  /** Of an open neuron: its new symbol, and a, m, e of Lemma 2 (a and slopes in 2^-SLOPE_BITS, m in half that times u, e in u). */
  readonly symbol: Int32Array;
  readonly slope: Float64Array;
  readonly middle: Float64Array;
  readonly range: Float64Array;
  /** What every row is multiplied by: a slope. */
  readonly factor: Float64Array;

  constructor(
    readonly affine: RoundedAffine,
    readonly slopes: RoundedSlopes,
    /** Neurons in the layers before. */
    readonly offset: number,
    arithmetic: FormArithmetic,
    symbolsBefore: number,
  ) {
    const { outputs } = affine;
    this.before = new Forms(outputs, arithmetic, symbolsBefore);
    this.after = new Forms(outputs + 1, arithmetic, symbolsBefore + outputs);
    this.reach = arithmetic.doubles(outputs);
    this.status = new Int8Array(outputs);
    this.symbol = new Int32Array(outputs);
    this.slope = new Float64Array(outputs);
    this.middle = new Float64Array(outputs);
    this.range = new Float64Array(outputs);
    this.factor = arithmetic.doubles(outputs);
  }
}

/** target := weights times a vector, where the weights are. */
function times(
  { outputs, inputs, places, starts }: RoundedAffine,
  target: Float64Array,
  weights: Float64Array,
  vector: Float64Array,
  arithmetic: FormArithmetic,
): void {
  if (places === undefined) {
    arithmetic.times(target, weights, vector, outputs, inputs);
    return;
  }
  for (let k = 0; k < outputs; k++) {
    let sum = 0;
    for (let e = starts[k]!; e < starts[k + 1]!; e++) sum += weights[e]! * vector[places[e]!]!;
    target[k] = sum;
  }
}

/** What the part of the weights that W lacks may come to in every row: doubt[k] := sum_j (sum_i |A_ji| + R_j) over its weights. */
function addDoubt({ outputs, places, starts }: RoundedAffine, from: Forms, doubt: Float64Array, loops: Loops): void {
  const { arithmetic, sizes } = loops;
  let total = 0;
  arithmetic.rowMagnitudes(sizes, from.coefficients, from.count, from.columns);
  for (let j = 0; j < from.count; j++) {
    sizes[j]! += from.radius[j]!;
    total += sizes[j]!;
  }
  for (let k = 0; k < outputs; k++) {
    if (places === undefined) doubt[k]! += total;
    else for (let e = starts[k]!; e < starts[k + 1]!; e++) doubt[k]! += sizes[places[e]!]!;
  }
}

/** The result of an affine step, by Lemma 1. */
function affineStep(from: Forms, affine: RoundedAffine, to: Forms, reach: Float64Array, loops: Loops): void {
  const { outputs, inputs, first, second, absolute, p, q, exact, places, starts } = affine;
  const { arithmetic, active, high, low, H, L, V, R, isActive } = loops;
  const n = from.columns;
  to.reserve(n);
  const target = to.coefficients;
  const count = splitCentres(from, loops);
  let largestReach = 0;
  if (places === undefined) {
    arithmetic.product(target, from.coefficients, n, first, outputs, inputs, active, count);
  } else {
    isActive.fill(0);
    for (let a = 0; a < count; a++) isActive[active[a]!] = 1;
    arithmetic.sparseProduct(target, from.coefficients, n, first, outputs, starts, places, isActive);
  }
  times(affine, R, absolute, from.radius, arithmetic);
  if (!exact) addDoubt(affine, from, R, loops);
  arithmetic.rowMagnitudes(reach, target, outputs, n);
  for (let k = 0; k < outputs; k++) largestReach = Math.max(largestReach, reach[k]! + R[k]!);
  // The centres, in units of 2^-p v.
  times(affine, H, first, high, arithmetic);
  times(affine, L, first, low, arithmetic);
  times(affine, V, second, high, arithmetic);
  let largest = largestReach * 2 ** (from.point - from.unit);
  const small = 2 ** (COLUMN_BITS - q);
  for (let k = 0; k < outputs; k++) largest = Math.max(largest, Math.abs(H[k]! * COLUMN + L[k]! + V[k]! * small));
  const rest = exact ? 0 : inputs * (2 ** 24 + 2 ** (50 - q));
  // The last bound keeps what is lost, in the new units, below 2^41.
  const centreShift = Math.max(exponentOf(largest) - 48, from.point + p - FINEST, exponentOf(rest) - 40);
  to.point = from.point + p - centreShift;
  const lost = 2 + Math.ceil(rest * 2 ** -centreShift);
  const lostInUnits = Math.ceil(lost * 2 ** (from.unit - from.point + centreShift));
  const shift = Math.max(
    0,
    exponentOf(largestReach + lostInUnits) - (COLUMN_BITS - 1),
    from.unit - from.point + centreShift,
  );
  to.unit = from.unit + p - shift;
  const scale = 2 ** -shift;
  const [ofH, ofL, ofV] = [2 ** (COLUMN_BITS - centreShift), 2 ** -centreShift, 2 ** (COLUMN_BITS - q - centreShift)];
  // Exact but for the floor: T 2^-shift + 1/2 is a multiple of 2^-shift below 2^(53 - shift) + 1, or below 1.
  if (shift > 0) arithmetic.scale(target, outputs * n, scale);
  if (shift > 0) arithmetic.rowMagnitudes(reach, target, outputs, n);
  // Of tiny weights what is lost may be far beyond 2^53 in the old units: it is no summand of other numbers there.
  const lostAndRoundings = Math.ceil(lostInUnits * scale) + (shift > 0 ? Math.ceil(n / 2) + 1 : 0);
  for (let k = 0; k < outputs; k++) {
    to.centre[k] = Math.round(H[k]! * ofH) + Math.round(L[k]! * ofL) + Math.round(V[k]! * ofV);
    to.radius[k] = Math.ceil(R[k]! * scale) + lostAndRoundings;
    reach[k]! += to.radius[k]!;
  }
}

/** Room for affine steps. */
class Loops {
  readonly active: Int32Array;
  readonly isActive: Uint8Array;
  readonly sizes: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly H: Float64Array;
  readonly L: Float64Array;
  readonly V: Float64Array;
  readonly R: Float64Array;

  /** @param widest the most values of a layer, the constant 1 included */
  constructor(
    readonly arithmetic: FormArithmetic,
    widest: number,
  ) {
    this.active = arithmetic.integers(widest);
    this.isActive = new Uint8Array(widest);
    this.sizes = arithmetic.doubles(widest);
    const doubles = () => arithmetic.doubles(widest);
    [this.high, this.low, this.H, this.L, this.V, this.R] = [
      doubles(),
      doubles(),
      doubles(),
      doubles(),
      doubles(),
      doubles(),
    ];
  }
}

/** C = 2^25 high + low, and the values that are not constant. @returns how many */
function splitCentres({ count, columns, coefficients, centre, radius }: Forms, { high, low, active }: Loops): number {
  let found = 0;
  for (let j = 0; j < count; j++) {
    high[j] = Math.floor(centre[j]! / COLUMN);
    low[j] = centre[j]! - high[j]! * COLUMN;
    let some = radius[j] !== 0;
    for (let i = j * columns; !some && i < (j + 1) * columns; i++) some = coefficients[i] !== 0;
    if (some) active[found++] = j;
  }
  return found;
}

/** The network with all its rounded layers, and the forms of the last box it was asked about. */
export class Relaxation {
  readonly layers: readonly LayerState[];
  readonly output: Forms;
  readonly outputReach: Float64Array;
  readonly neurons: number;
  readonly input: Forms;
  /** Symbols in all, and open neurons. */
  symbols = 0;
  open = 0;
  private readonly last: RoundedAffine;
  private readonly loops: Loops;
  /** What was evaluated last, and how many layers of it were finished; the pre-activations of the next one are right as well. */
  private readonly box: { grid: number; readonly lower: Float64Array; readonly upper: Float64Array };
  private readonly sides: Int8Array;
  private finished = -1;

  constructor(
    readonly network: Network,
    private readonly arithmetic: FormArithmetic = PLAIN_FORMS,
  ) {
    let offset = 0;
    let symbols = network.inputs;
    this.layers = network.layers.map(({ affine, slopes }) => {
      const state = new LayerState(
        roundedAffine(affine, arithmetic),
        roundedSlopes(slopes),
        offset,
        arithmetic,
        symbols,
      );
      offset += slopes.length;
      symbols += slopes.length;
      return state;
    });
    this.neurons = offset;
    this.last = roundedAffine(network.output, arithmetic);
    this.loops = new Loops(
      arithmetic,
      Math.max(this.last.inputs, this.last.outputs, ...this.layers.map(({ affine }) => affine.inputs)),
    );
    this.box = { grid: -1, lower: new Float64Array(network.inputs), upper: new Float64Array(network.inputs) };
    this.sides = new Int8Array(offset);
    this.input = new Forms(network.inputs + 1, arithmetic, network.inputs);
    this.output = new Forms(network.outputs, arithmetic, symbols);
    this.outputReach = arithmetic.doubles(network.outputs);
  }

  /**
   * Encloses all values on a box, for points where every split neuron is on its side.
   *
   * @param lower, upper the box in units of 2^-grid, integers of magnitude below 2^48; 0 <= grid <= 48
   * @param sides for every neuron 1 or -1 if it is split, else 0
   * @returns false if the bounds contradict a split: no point of the box is on that side
   */
  evaluate(lower: ArrayLike<number>, upper: ArrayLike<number>, grid: number, sides: Int8Array): boolean {
    const valid = this.stillValid(lower, upper, grid, sides);
    if (valid < 0) this.place(lower, upper, grid);
    let from = this.input;
    for (const [l, layer] of this.layers.entries()) {
      if (l > valid) affineStep(from, layer.affine, layer.before, layer.reach, this.loops);
      if (l >= valid) {
        // From here on nothing of the last evaluation is left.
        this.finished = l;
        if (!this.activate(layer, sides)) return false;
      }
      from = layer.after;
    }
    this.finished = this.layers.length;
    affineStep(from, this.last, this.output, this.outputReach, this.loops);
    this.symbols = from.columns;
    this.open = 0;
    for (const { status } of this.layers) for (const s of status) if (s === 0) this.open++;
    return true;
  }

  /**
   * The first layer whose splits differ from those of the last evaluation, on the same box: its pre-activations and all
   * before it are still right. -1 if nothing is.
   */
  private stillValid(lower: ArrayLike<number>, upper: ArrayLike<number>, grid: number, sides: Int8Array): number {
    const { box, finished } = this;
    let valid = box.grid === grid ? finished : -1;
    for (let i = 0; i < box.lower.length && valid >= 0; i++) {
      if (box.lower[i] !== lower[i] || box.upper[i] !== upper[i]) valid = -1;
    }
    for (let l = 0; l < valid; l++) {
      const { offset, status } = this.layers[l]!;
      for (let k = offset; k < offset + status.length; k++) if (sides[k] !== this.sides[k]) valid = Math.min(valid, l);
    }
    box.grid = grid;
    box.lower.set(lower);
    box.upper.set(upper);
    this.sides.set(sides);
    this.finished = -1;
    return Math.min(valid, this.layers.length - 1);
  }

  private place(lower: ArrayLike<number>, upper: ArrayLike<number>, grid: number) {
    const { input } = this;
    const n = this.network.inputs;
    input.reserve(n);
    input.coefficients.fill(0);
    let widest = 0;
    for (let i = 0; i < n; i++) widest = Math.max(widest, upper[i]! - lower[i]!);
    input.point = grid + 1;
    const shift = Math.max(0, exponentOf(widest) - (COLUMN_BITS - 1));
    input.unit = grid + 1 - shift;
    for (let i = 0; i < n; i++) {
      input.centre[i] = lower[i]! + upper[i]!;
      input.coefficients[i * n + i] = Math.ceil((upper[i]! - lower[i]!) * 2 ** -shift);
      input.radius[i] = 0;
    }
    constantOne(input);
  }

  private activate(layer: LayerState, sides: Int8Array): boolean {
    const { before, after, slopes, status, reach, symbol, offset } = layer;
    const n = before.columns;
    const drop = before.point - before.unit;
    let columns = n;
    for (let k = 0; k < before.count; k++) {
      const centre = before.centre[k]! * 2 ** -drop;
      const side = sides[offset + k]!;
      if (slopes.bends[k] === 0) status[k] = 3;
      else if (centre - reach[k]! >= 0) status[k] = 1;
      else if (centre + reach[k]! <= 0) status[k] = -1;
      else status[k] = 2 * side;
      // Only where the bounds exclude even the crease is there a contradiction.
      if (side > 0 && centre + reach[k]! < 0) return false;
      if (side < 0 && centre - reach[k]! > 0) return false;
      if (status[k] === 0) symbol[k] = columns++;
    }
    after.reserve(columns);
    after.unit = before.unit - slopes.rise;
    after.point = before.point - slopes.rise;
    const { slope, factor, range } = layer;
    for (let k = 0; k < before.count; k++) {
      if (status[k] === 0) this.relax(layer, k);
      else slope[k] = status[k]! < 0 ? slopes.negative[k]! : slopes.positive[k]!;
      factor[k] = slope[k]! / SLOPE;
    }
    this.arithmetic.bendRows(after.coefficients, before.coefficients, factor, before.count, n, columns);
    const lift = 2 ** (drop - SLOPE_BITS - 1);
    for (let k = 0; k < before.count; k++) {
      const isOpen = status[k] === 0;
      settle(layer, k, slope[k]!, isOpen ? 0 : slopes.inexact[k]!);
      if (!isOpen) continue;
      // The middle is rounded to a multiple of v: v <= u.
      after.centre[k]! += Math.round(layer.middle[k]! * lift);
      after.radius[k]! += 1;
      after.coefficients[k * columns + symbol[k]!] = range[k]!;
    }
    constantOne(after);
    return true;
  }

  /** Lemma 2. */
  private relax(layer: LayerState, k: number) {
    const { before, slopes, reach, slope, middle, range } = layer;
    const drop = before.point - before.unit;
    const centre = before.centre[k]! * 2 ** -drop;
    const low = Math.floor(centre) - reach[k]!;
    const high = Math.ceil(centre) + reach[k]!;
    const [negative, positive] = [slopes.negative[k]!, slopes.positive[k]!];
    // Any slope will do; this one joins the ends.
    const a = Math.round(negative + (positive - negative) * (high / (high - low)));
    const doubt = slopes.inexact[k] === 1 ? Math.max(-low, high) : 0;
    const least = Math.min(0, (negative - a) * low, (positive - a) * high) - doubt;
    const most = Math.max(0, (negative - a) * low, (positive - a) * high) + doubt;
    slope[k] = a;
    middle[k] = least + most;
    range[k] = Math.ceil((most - least) * (0.5 / SLOPE));
  }
}

/** The last value of a layer: 1, exactly if v allows it. */
function constantOne(forms: Forms): void {
  const j = forms.count - 1;
  forms.coefficients.fill(0, j * forms.columns, (j + 1) * forms.columns);
  forms.centre[j] = forms.point >= 0 ? 2 ** forms.point : 0;
  forms.radius[j] = forms.point >= 0 ? 0 : Math.ceil(2 ** Math.max(forms.unit, 0));
}

/** The centre and radius of slope * before. */
function settle({ before, after, reach }: LayerState, k: number, slope: number, inexact: number): void {
  if (slope === 0 && inexact === 0) {
    after.centre[k] = 0;
    after.radius[k] = 0;
    return;
  }
  if (slope === SLOPE && inexact === 0) {
    after.centre[k] = before.centre[k]!;
    after.radius[k] = before.radius[k]!;
    return;
  }
  const factor = slope / SLOPE;
  const high = Math.floor(before.centre[k]! / COLUMN);
  const low = before.centre[k]! - high * COLUMN;
  after.centre[k] = Math.round(high * slope * 2 ** (COLUMN_BITS - SLOPE_BITS)) + Math.round(low * factor);
  // Entries are off by 1/2, the centre by 1 of v <= u; a slope by 2^-SLOPE_BITS of the whole value.
  const whole = inexact === 0 ? 0 : Math.abs(before.centre[k]!) * 2 ** (before.unit - before.point) + reach[k]!;
  after.radius[k] =
    Math.ceil(before.radius[k]! * Math.abs(factor)) + Math.ceil(before.columns / 2) + 1 + Math.ceil(whole / SLOPE);
}
