/**
 * The same function with fewer neurons that bend.
 *
 * Lemma. Let z = c w with c != 0 be the pre-activations of two neurons of a layer, w that of one whose slopes n < 0 < p differ. The value
 * of the other, with the slope n' or p' on its own side, is a f(w) + b w: with c > 0, a n + b = c n' and a p + b = c p'; with c < 0,
 * a n + b = c p' and a p + b = c n'. So relu(-w) = relu(w) - w, |w| = 2 relu(w) - w, and max(x, y) = x + relu(y - x) however a network writes it:
 * in minima and maxima of lattices, in networks beside their copies, in neurons that were scaled or exchanged, most neurons go. What is
 * left of w itself is handed on by a neuron that does not bend; where all b cancel, as in relu(w) - relu(-w) = w, it is not
 * needed, and no neuron is that nothing after it reads.
 *
 * The condensed network is part of what a proof means (`checker/verification.ts`): its neurons are numbered as they are left here.
 */
import { divide, multiply, type Rational, rational, reduced, subtract, ZERO } from '../exact/index.js';
import { affineFromIntegers } from './affine.js';
import { type ActivationLayer, bends, LINEAR, type Network, type Slopes } from './model.js';
import { forEachInRow } from './sparsity.js';
import { type AffineMap, split } from './stored-affine.js';

/** An affine function of the columns: integers over a denominator that belongs to the layer, zeros left out, columns ascending. */
interface Row {
  readonly columns: readonly number[];
  readonly weights: readonly bigint[];
  readonly bias: bigint;
}

interface Rows {
  readonly inputs: number;
  readonly rows: readonly Row[];
  readonly denominator: bigint;
}

/** A value of the layer before as a constant and a sum over the columns that stand for it: factors[k] times columns[k]. */
interface Replacement {
  readonly columns: readonly number[];
  readonly factors: readonly bigint[];
  readonly constant: bigint;
}

interface Replacements {
  readonly width: number;
  readonly of: readonly Replacement[];
  /** Of all factors and constants. */
  readonly denominator: bigint;
}

function rowsOf(map: AffineMap, by: Replacements | undefined): Rows {
  const { pattern, values, bias, denominator } = map.integers();
  const scale = by?.denominator ?? 1n;
  const rows = bias.map((constant, r): Row => {
    const sums = new Map<number, bigint>();
    let bias = constant * scale;
    forEachInRow(pattern, r, (column, e) => {
      const w = values[e]!;
      if (w === 0n) return;
      if (by === undefined) sums.set(column, w);
      else {
        const replacement = by.of[column]!;
        bias += replacement.constant * w;
        replacement.columns.forEach((c, k) => {
          sums.set(c, (sums.get(c) ?? 0n) + replacement.factors[k]! * w);
        });
      }
    });
    const columns = [...sums.keys()].filter((c) => sums.get(c) !== 0n).sort((a, b) => a - b);
    return { columns, weights: columns.map((c) => sums.get(c)!), bias };
  });
  return { inputs: by?.width ?? map.inputs, rows, denominator: denominator * scale };
}

/** What rows that are multiples of each other agree in, and few others. */
function signOfRow({ columns, weights, bias }: Row): string {
  const second = weights[1] ?? bias;
  const { numerator, denominator } = rational(second, weights[0]!);
  return `${columns.length} ${columns[0]} ${columns.at(-1)} ${numerator}/${denominator}`;
}

/** c with `row` = c `base`; undefined if there is none. */
function multipleOf(base: Row, row: Row): Rational | undefined {
  const [top, bottom] = [row.weights[0]!, base.weights[0]!];
  const isMultiple =
    row.columns.length === base.columns.length &&
    row.columns.every((c, k) => c === base.columns[k]) &&
    row.weights.every((w, k) => w * bottom === base.weights[k]! * top) &&
    row.bias * bottom === base.bias * top;
  return isMultiple ? rational(top, bottom) : undefined;
}

/** Neurons whose pre-activations are multiples of that of the first of them that bends, or of the first one. */
interface Family {
  /** The neuron that stands for all. */
  head: number;
  readonly members: number[];
}

/** The families of the neurons that are not constant. */
function familiesOf(rows: readonly Row[], slopes: readonly Slopes[]): Family[] {
  const families: Family[] = [];
  const known = new Map<string, Family[]>();
  rows.forEach((row, j) => {
    if (row.weights.length === 0) return;
    const sign = signOfRow(row);
    const alike = known.get(sign) ?? [];
    const own = alike.find(({ head }) => multipleOf(rows[head]!, row) !== undefined);
    if (own !== undefined) {
      own.members.push(j);
      if (!bends(slopes[own.head]!) && bends(slopes[j]!)) own.head = j;
      return;
    }
    const family = { head: j, members: [j] };
    families.push(family);
    known.set(sign, [...alike, family]);
  });
  return families;
}

/** The value of a neuron as a f(w) + b w. */
function combinationOf(slopes: Slopes, c: Rational, head: Slopes): readonly [a: Rational, b: Rational] {
  if (!bends(head)) return [ZERO, multiply(c, slopes.positive)];
  const [below, above] = c.numerator > 0n ? [slopes.negative, slopes.positive] : [slopes.positive, slopes.negative];
  const a = divide(multiply(c, subtract(above, below)), subtract(head.positive, head.negative));
  return [a, subtract(multiply(c, below), multiply(a, head.negative))];
}

/** A layer with a column for the value of every family's head, then one for its pre-activation. */
interface Tentative {
  readonly rows: Rows;
  /** The rows of the columns, by their places in `rows`, and their slopes. */
  readonly sources: readonly number[];
  readonly slopes: readonly Slopes[];
  readonly replacements: Replacements;
}

/** What stands for a neuron, in rationals. */
interface Terms {
  readonly terms: readonly (readonly [column: number, factor: Rational])[];
  readonly constant: Rational;
}

function tentative(rows: Rows, slopes: readonly Slopes[]): Tentative {
  const families = familiesOf(rows.rows, slopes);
  const of = rows.rows.map(({ bias }, j): Terms => {
    const { negative, positive } = slopes[j]!;
    const constant = multiply(rational(bias, rows.denominator), bias > 0n ? positive : negative);
    return { terms: [], constant };
  });
  families.forEach(({ head, members }, f) => {
    for (const j of members) {
      const [a, b] = combinationOf(slopes[j]!, multipleOf(rows.rows[head]!, rows.rows[j]!)!, slopes[head]!);
      const terms = [[2 * f, a] as const, [2 * f + 1, b] as const].filter(([, factor]) => factor.numerator !== 0n);
      of[j] = { terms, constant: ZERO };
    }
  });
  let denominator = 1n;
  for (const { terms, constant } of of) {
    for (const { denominator: d } of [constant, ...terms.map(([, factor]) => factor)]) {
      if (denominator % d !== 0n) denominator = d % denominator === 0n ? d : denominator * d;
    }
  }
  const scaled = ({ numerator, denominator: d }: Rational) => numerator * (denominator / d);
  return {
    rows,
    sources: families.flatMap(({ head }) => [head, head]),
    slopes: families.flatMap(({ head }) => [slopes[head]!, LINEAR]),
    replacements: {
      width: 2 * families.length,
      of: of.map(({ terms, constant }) => ({
        columns: terms.map(([column]) => column),
        factors: terms.map(([, factor]) => scaled(factor)),
        constant: scaled(constant),
      })),
      denominator,
    },
  };
}

/** The map of some rows, on the columns that are kept. */
function mapOf(
  { rows, denominator }: Rows,
  chosen: readonly number[],
  places: ReadonlyMap<number, number> | undefined,
  inputs: number,
) {
  const starts = new Int32Array(chosen.length + 1);
  const columns: number[] = [];
  const values: bigint[] = [];
  chosen.forEach((r, k) => {
    const row = rows[r]!;
    row.columns.forEach((c, e) => {
      columns.push(places === undefined ? c : places.get(c)!);
      values.push(row.weights[e]!);
    });
    starts[k + 1] = columns.length;
  });
  const pattern = { outputs: chosen.length, inputs, starts, columns: Int32Array.from(columns) };
  const numerators = [...values, ...chosen.map((r) => rows[r]!.bias)];
  return affineFromIntegers(split(pattern, reduced({ numerators, denominator })));
}

const columnsOf = ({ rows }: Rows, chosen: Iterable<number>) => {
  const used = new Set<number>();
  for (const r of chosen) for (const c of rows[r]!.columns) used.add(c);
  return [...used].sort((a, b) => a - b);
};

/**
 * The same function, exactly, where of neurons of a layer with proportional pre-activations one bends, and where what is constant or what no
 * output depends on is left out. The network itself if no fewer neurons bend. New maps are in lowest terms.
 *
 * Cost: linear in the stored weights, in exact integers.
 */
export function condensed(network: Network): Network {
  const layers: Tentative[] = [];
  for (const { affine, slopes } of network.layers) {
    layers.push(tentative(rowsOf(affine, layers.at(-1)?.replacements), slopes));
  }
  const output = rowsOf(network.output, layers.at(-1)?.replacements);
  const everyOutput = Array.from({ length: network.outputs }, (_, o) => o);
  if (layers.length > 0 && output.rows.every(({ columns }) => columns.length === 0)) {
    const constant = mapOf(output, everyOutput, undefined, network.inputs);
    return { ...network, layers: [], output: constant, endsWithActivation: false };
  }
  // From the outputs backwards: the columns of each layer that are read.
  const kept: (readonly number[])[] = [];
  let readers: { readonly rows: Rows; readonly chosen: readonly number[] } = { rows: output, chosen: everyOutput };
  for (let l = layers.length - 1; l >= 0; l--) {
    kept[l] = columnsOf(readers.rows, readers.chosen);
    const { rows, sources } = layers[l]!;
    readers = { rows, chosen: kept[l]!.map((column) => sources[column]!) };
  }
  const bending = kept.map((columns, l) => columns.filter((c) => bends(layers[l]!.slopes[c]!)).length);
  const isNew = network.layers.some(({ slopes }, l) => bending[l]! < slopes.filter(bends).length);
  if (!isNew) return network;
  const placesOf = (l: number) => (l < 0 ? undefined : new Map(kept[l]!.map((column, place) => [column, place])));
  const widthOf = (l: number) => (l < 0 ? network.inputs : kept[l]!.length);
  const condensedLayers = layers.map(({ rows, sources, slopes }, l): ActivationLayer => {
    const chosen = kept[l]!.map((column) => sources[column]!);
    return {
      affine: mapOf(rows, chosen, placesOf(l - 1), widthOf(l - 1)),
      slopes: kept[l]!.map((column) => slopes[column]!),
    };
  });
  const last = layers.length - 1;
  return {
    ...network,
    layers: condensedLayers,
    output: mapOf(output, everyOutput, placesOf(last), widthOf(last)),
    endsWithActivation: false,
  };
}
