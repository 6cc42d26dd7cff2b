/**
 * That a network and its condensed one are the same function, as the checker in Coq wants it (`properties/formal/Condensed.v`).
 *
 * Both are images of a third network: for every family of neurons whose pre-activations are multiples of each other it has two, one with the slopes of
 * the family's head and one that does not bend. Every value of the others is a constant, or a combination of the two of its family.
 */
import { content, divide, multiply, type Rational, rational, subtract, ZERO } from '../exact/index.js';
import type { PlainLayer, PlainNetwork, PlainRow } from './plain.js';

export type PlainLink =
  | { readonly kind: 'fixed'; readonly value: bigint }
  /** a times the neuron's row is b times the head's; its value is p times the head's, plus r times that of the neuron beside it. */
  | {
      readonly kind: 'tied';
      readonly head: number;
      readonly a: bigint;
      readonly b: bigint;
      readonly p: bigint;
      readonly beside: number;
      readonly r: bigint;
    };

export interface PlainLinks {
  /** What the values of the layer are multiplied by. */
  readonly factor: bigint;
  readonly links: readonly PlainLink[];
}

export interface PlainSameness {
  readonly condensed: PlainNetwork;
  readonly source: PlainNetwork;
  readonly toFirst: readonly PlainLinks[];
  /** Undefined where the condensed network is constant. */
  readonly toSecond: readonly PlainLinks[] | undefined;
}

/** Values as rows in the source's values, times `times`. */
interface Values {
  readonly rows: readonly PlainRow[];
  readonly times: bigint;
}

function inputsAsRows(inputs: number): Values {
  return { rows: Array.from({ length: inputs }, (_, i) => unitRow(i, 1n)), times: 1n };
}

const unitRow = (k: number, value: bigint): bigint[] => [0n, ...new Array<bigint>(k).fill(0n), value];

const isConstant = (row: PlainRow) => row.every((a, i) => i === 0 || a === 0n);

/** The rows of an affine map of values, times its denominator and theirs. */
function through({ before }: Pick<PlainLayer, 'before'>, { rows, times }: Values): bigint[][] {
  const width = Math.max(1, ...rows.map((row) => row.length));
  return before.rows.map((weights) => {
    const sum = new Array<bigint>(width).fill(0n);
    sum[0] = weights[0]! * times;
    rows.forEach((row, j) => {
      const w = weights[j + 1]!;
      if (w !== 0n) row.forEach((a, i) => void (sum[i]! += w * a));
    });
    return sum;
  });
}

/** b / a with a row = b base; undefined if there is none. */
function ratioOf(row: PlainRow, base: PlainRow): Rational | undefined {
  const at = base.findIndex((a, i) => i > 0 && a !== 0n);
  const [top, bottom] = [row[at] ?? 0n, base[at]!];
  if (top === 0n) return undefined;
  const length = Math.max(row.length, base.length);
  for (let i = 0; i < length; i++) if ((row[i] ?? 0n) * bottom !== (base[i] ?? 0n) * top) return undefined;
  return rational(top, bottom);
}

/** The layer of the source behind which a layer's values are combinations. */
function sourceLayer({ slopes, slopeDenominator }: PlainLayer, rows: readonly PlainRow[]): PlainLayer {
  const families: { row: PlainRow; head: number }[] = [];
  const bends = (j: number) => slopes[j]![0] !== slopes[j]![1];
  rows.forEach((row, j) => {
    if (isConstant(row)) return;
    const own = families.find((family) => ratioOf(row, family.row) !== undefined);
    if (own === undefined) families.push({ row, head: j });
    else if (!bends(own.head) && bends(j)) Object.assign(own, { row, head: j });
  });
  const shortest = (row: PlainRow) => {
    const divisor = content(row);
    return row.map((a) => a / divisor);
  };
  return {
    before: { denominator: 1n, rows: families.flatMap(({ row }) => [shortest(row), shortest(row)]) },
    slopeDenominator,
    slopes: families.flatMap(({ head }) => [slopes[head]!, [slopeDenominator, slopeDenominator] as const]),
  };
}

/** A link whose factor is still to be found. */
type RationalLink =
  | { readonly kind: 'fixed'; readonly value: Rational }
  | {
      readonly kind: 'tied';
      readonly head: number;
      readonly ratio: Rational;
      readonly p: Rational;
      readonly r: Rational;
    };

/** @param times of the row. @throws NoLinkError if the source has no such neuron */
function linkOf(
  row: PlainRow,
  times: bigint,
  slopes: readonly [bigint, bigint],
  d: bigint,
  source: PlainLayer,
): RationalLink {
  if (isConstant(row)) return { kind: 'fixed', value: rational(slopes[row[0]! < 0n ? 0 : 1] * row[0]!, d * times) };
  for (let head = 0; head < source.before.rows.length; head += 2) {
    const ratio = ratioOf(row, source.before.rows[head]!);
    if (ratio === undefined) continue;
    // The neuron's value where the head's pre-activation is 1, -1, by its own.
    const unit = divide(multiply(ratio, rational(source.before.denominator, 1n)), rational(times, 1n));
    const [below, above] = ratio.numerator < 0n ? [slopes[1], slopes[0]] : slopes;
    const at = (slope: bigint) => multiply(unit, rational(slope, d));
    const own = (slope: bigint) => rational(slope, source.slopeDenominator);
    const [negative, positive] = source.slopes[head]!;
    const p =
      negative === positive ? ZERO : divide(subtract(at(above), at(below)), subtract(own(positive), own(negative)));
    return { kind: 'tied', head, ratio, p, r: subtract(at(above), multiply(p, own(positive))) };
  }
  throw new NoLinkError();
}

/** A neuron that is no multiple of any of the source. */
export class NoLinkError extends Error {
  override readonly name = 'NoLinkError';
}

function linksOf(
  layer: PlainLayer,
  rows: readonly PlainRow[],
  times: bigint,
  source: PlainLayer,
): { links: PlainLinks; values: Values } {
  const found = rows.map((row, j) => linkOf(row, times, layer.slopes[j]!, layer.slopeDenominator, source));
  let factor = 1n;
  for (const link of found) {
    for (const { denominator } of link.kind === 'fixed' ? [link.value] : [link.p, link.r]) {
      factor *= denominator / content([denominator, factor]);
    }
  }
  const scaled = ({ numerator, denominator }: Rational) => numerator * (factor / denominator);
  const links = found.map((link): PlainLink => {
    if (link.kind === 'fixed') return { kind: 'fixed', value: scaled(link.value) };
    const { head, ratio, p, r } = link;
    return {
      kind: 'tied',
      head,
      a: ratio.denominator,
      b: ratio.numerator,
      p: scaled(p),
      beside: head + 1,
      r: scaled(r),
    };
  });
  const values = links.map((link): PlainRow => {
    if (link.kind === 'fixed') return [link.value];
    const row = unitRow(link.beside, link.r);
    row[link.head + 1] = link.p;
    return row;
  });
  return { links: { factor, links }, values: { rows: values, times: factor } };
}

/** The links of all layers, to a source that is made of the network if there is none yet. */
function imageOf(
  network: PlainNetwork,
  given?: PlainNetwork,
): { links: PlainLinks[]; source: PlainLayer[]; values: Values } {
  let values = inputsAsRows(network.inputs);
  const links: PlainLinks[] = [];
  const source: PlainLayer[] = [];
  network.layers.forEach((layer, l) => {
    const rows = through(layer, values);
    const times = values.times * layer.before.denominator;
    const own = given === undefined ? sourceLayer(layer, rows) : given.layers[l]!;
    const linked = linksOf(layer, rows, times, own);
    source.push(own);
    links.push(linked.links);
    values = linked.values;
  });
  return { links, source, values };
}

/** @throws NoLinkError if the networks are not condensed from one */
export function samenessOf(network: PlainNetwork, condensed: PlainNetwork): PlainSameness {
  const first = imageOf(network);
  const source: PlainNetwork = {
    inputs: network.inputs,
    layers: first.source,
    output: { denominator: 1n, rows: [] },
  };
  const isConstantNow = condensed.layers.length === 0 && network.layers.length > 0;
  if (!isConstantNow && condensed.layers.length !== network.layers.length) throw new NoLinkError();
  const toSecond = isConstantNow ? undefined : imageOf(condensed, source).links;
  return { condensed, source, toFirst: first.links, toSecond };
}
