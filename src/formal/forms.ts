/**
 * The relaxation of a node in exact integers: what the checker in Coq computes again from the numbers in a script.
 *
 * A form is an affine function of inputs and symbols, [constant, inputs.., symbols in the order in which they came..], as long as it needs to be. Those of
 * a layer are its pre-activations times one positive integer. Neurons are relaxed with the slopes of the checker's relaxation; bounds are at
 * least as tight as its own, as nothing is rounded: so what closes a node there closes it here.
 */
import { type Relaxation, SLOPE_BITS } from '../checker/index.js';
import { magnitude } from '../exact/index.js';
import type { PlainNetwork, PlainRow } from './plain.js';
import type { PlainRelaxed } from './plain-proof.js';

export type Form = readonly bigint[];

/** A box in units of 1 / grid. */
export interface ExactBox {
  readonly grid: bigint;
  readonly lower: readonly bigint[];
  readonly upper: readonly bigint[];
}

/** How a neuron is passed. */
export type Passed =
  | { readonly kind: 'linear' }
  /** On a side by its bounds, or by what the path supposes. */
  | { readonly kind: 'stable'; readonly side: 1 | -1; readonly by: 'bounds' | 'path' }
  | { readonly kind: 'relaxed'; readonly relaxed: PlainRelaxed; readonly value: Form };

export interface PassedLayer {
  /** The pre-activations times `times`. */
  readonly before: readonly Form[];
  readonly times: bigint;
  /** Its values are multiplied by this, too. */
  readonly fine: bigint;
  /** Empty if its neurons are not asked for. */
  readonly neurons: readonly Passed[];
}

export interface Pass {
  readonly layers: readonly PassedLayer[];
  /** The outputs times `times`, if the pass got there. */
  readonly output: { readonly forms: readonly Form[]; readonly times: bigint } | undefined;
}

/** target += factor * form */
export function addForm(target: bigint[], factor: bigint, form: Form): void {
  if (factor === 0n) return;
  while (target.length < form.length) target.push(0n);
  for (let i = 0; i < form.length; i++) if (form[i] !== 0n) target[i]! += factor * form[i]!;
}

/** The largest value of a form, in units of 1 / grid; undefined where it has none. */
export function largest(form: Form, inputs: number, box: ExactBox | undefined): bigint | undefined {
  const grid = box?.grid ?? 1n;
  let most = grid * (form[0] ?? 0n);
  for (let i = 1; i < form.length; i++) {
    const a = form[i]!;
    if (a === 0n) continue;
    if (i > inputs) most += grid * magnitude(a);
    else if (box === undefined) return undefined;
    else most += a * (a > 0n ? box.upper[i - 1]! : box.lower[i - 1]!);
  }
  return most;
}

const negated = (form: Form): Form => form.map((a) => -a);

/** The greatest integer at most a / b for b > 0. */
function floorOf(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

/** Rows of weights at forms of values, where the first one is the constant 1. */
function product(rows: readonly PlainRow[], values: readonly Form[]): Form[] {
  return rows.map((row) => {
    const sum: bigint[] = [0n];
    row.forEach((w, j) => {
      addForm(sum, w, values[j]!);
    });
    return sum;
  });
}

/** The forms of a node. */
export interface PassSubject {
  readonly network: PlainNetwork;
  /** Evaluated on the node. Not read without a box. */
  readonly relaxation: Relaxation;
  readonly box: ExactBox | undefined;
  /** For every neuron the side that it is on by what the path supposes, or 0. */
  readonly sides: Int8Array;
  /** How many layers' pre-activations are asked for; one more than there are for the outputs. */
  readonly depth: number;
}

export function passOf({ network, relaxation, box, sides, depth }: PassSubject): Pass {
  const { inputs } = network;
  const layers: PassedLayer[] = [];
  let below: Form[] = [[1n], ...Array.from({ length: inputs }, (_, i) => [...new Array<bigint>(i + 1).fill(0n), 1n])];
  let times = 1n;
  let symbols = 0;
  for (const [l, { before: map, slopes, slopeDenominator }] of network.layers.entries()) {
    if (l >= depth) return { layers, output: undefined };
    times *= map.denominator;
    const before = product(map.rows, below);
    const state = relaxation.layers[l]!;
    const isRelaxed = (k: number) => box !== undefined && state.status[k] === 0;
    const fine = l + 1 < depth && slopes.some((_, k) => isRelaxed(k)) ? 1n << BigInt(SLOPE_BITS) : 1n;
    if (l + 1 === depth) return { layers: [...layers, { before, times, fine, neurons: [] }], output: undefined };
    const neurons = slopes.map(([negative, positive], k): Passed => {
      const form = before[k]!;
      if (negative === positive) return { kind: 'linear' };
      const side = sides[state.offset + k]! as 1 | -1 | 0;
      const status = box === undefined ? 2 * side : state.status[k]!;
      if (status === 1 || status === -1) return { kind: 'stable', side: status, by: 'bounds' };
      if (status === 2 || status === -2) return { kind: 'stable', side: status > 0 ? 1 : -1, by: 'path' };
      const slope = BigInt(state.slope[k]!) * (slopeDenominator << BigInt(state.slopes.rise));
      const relaxed = relaxedNeuron(form, inputs, box!, slope, fine * negative, fine * positive);
      const value: bigint[] = new Array<bigint>(inputs + 1 + symbols).fill(0n);
      addForm(value, slope, form);
      value[0]! += relaxed.middle;
      value.push(relaxed.radius);
      symbols++;
      return { kind: 'relaxed', relaxed, value };
    });
    layers.push({ before, times, fine, neurons });
    times *= fine * slopeDenominator;
    below = [
      [times],
      ...neurons.map((neuron, k): Form => {
        if (neuron.kind === 'relaxed') return neuron.value;
        const slope = fine * slopes[k]![neuron.kind === 'stable' && neuron.side < 0 ? 0 : 1];
        return slope === 0n ? [] : before[k]!.map((a) => slope * a);
      }),
    ];
  }
  if (depth <= network.layers.length) return { layers, output: undefined };
  const { rows, denominator } = network.output;
  return { layers, output: { forms: product(rows, below), times: times * denominator } };
}

/** Lemma 2 of `checker/relaxation.ts`, for a slope times all that the value is multiplied by. */
function relaxedNeuron(
  form: Form,
  inputs: number,
  box: ExactBox,
  slope: bigint,
  negative: bigint,
  positive: bigint,
): PlainRelaxed {
  const [most, least] = [largest(form, inputs, box)!, -largest(negated(form), inputs, box)!];
  const low = least < 0n ? floorOf(least, box.grid) : 0n;
  const high = most > 0n ? -floorOf(-most, box.grid) : 0n;
  const ends = [0n, (negative - slope) * low, (positive - slope) * high];
  const [bottom, top] = ends.reduce(([a, b], end) => [end < a ? end : a, end > b ? end : b], [0n, 0n] as [
    bigint,
    bigint,
  ]);
  const middle = floorOf(bottom + top, 2n);
  return { slope, middle, radius: top - middle, low, high };
}
