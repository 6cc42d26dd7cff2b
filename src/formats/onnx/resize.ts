/**
 * Resize and Upsample: elements between those of a grid, taken from the nearest one or from the line between two.
 */
import {
  add,
  compare,
  divide,
  multiply,
  ONE,
  type Rational,
  rational,
  subtract,
  toDouble,
  ZERO,
} from '../../exact/index.js';
import { combiner, type Row, weightsOf } from '../graph/rows.js';
import { type Entry, entryOf, exactly } from '../input/entries.js';
import type { NodeView, Operator } from './node.js';
import { type Shape, sizeOf } from './tensor.js';
import { checkSize, rowsOf, type Value, valueOfRows } from './value.js';

/** One axis of a resizing. */
interface Axis {
  readonly extent: number;
  readonly length: number;
  /** length / extent where the length was asked for, else what the file says. */
  readonly scale: Rational;
}

/** An element of the result on one axis: sources and their weights, which add up to 1. */
type Mixture = readonly { readonly source: number; readonly weight: Rational }[];

const integer = (value: number) => rational(BigInt(value), 1n);
const HALF = rational(1n, 2n);

function floorOf({ numerator, denominator }: Rational): number {
  const quotient = numerator / denominator;
  return Number(numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient);
}

type Coordinates = (axis: Axis, position: number) => Rational;

/** Where an element of the result lies on the axis of the original. */
const COORDINATES: Readonly<Record<string, Coordinates>> = {
  half_pixel: ({ scale }, x) => subtract(divide(add(integer(x), HALF), scale), HALF),
  half_pixel_symmetric: ({ extent, length, scale }, x) => {
    // The length that the scale means is not rounded here.
    const adjustment = divide(integer(length), multiply(scale, integer(extent)));
    const offset = multiply(divide(integer(extent), integer(2)), subtract(ONE, adjustment));
    return add(offset, subtract(divide(add(integer(x), HALF), scale), HALF));
  },
  pytorch_half_pixel: (axis, x) => (axis.length > 1 ? COORDINATES.half_pixel!(axis, x) : ZERO),
  align_corners: ({ extent, length }, x) =>
    length === 1 ? ZERO : divide(multiply(integer(x), integer(extent - 1)), integer(length - 1)),
  asymmetric: ({ scale }, x) => divide(integer(x), scale),
  tf_half_pixel_for_nn: ({ scale }, x) => divide(add(integer(x), HALF), scale),
};

type Rounding = (coordinate: Rational) => number;

const ROUNDINGS: Readonly<Record<string, Rounding>> = {
  round_prefer_floor: (x) => -floorOf(subtract(HALF, x)),
  round_prefer_ceil: (x) => floorOf(add(x, HALF)),
  floor: floorOf,
  ceil: (x) => -floorOf(subtract(ZERO, x)),
};

/** How a node picks elements. */
interface Rule {
  readonly mode: 'nearest' | 'linear';
  readonly coordinates: Coordinates;
  readonly rounding: Rounding;
}

const clamped = (index: number, extent: number) => Math.min(extent - 1, Math.max(0, index));

/** A coordinate as runtimes compute it: in float32, a few roundings off. */
const SPREAD = rational(1n, 2n ** 18n);

/** The nearest element. @throws FormatError where a runtime's rounding of the coordinate may choose another one */
function nearest(node: NodeView, { coordinates, rounding }: Rule, axis: Axis, position: number): Mixture {
  const coordinate = coordinates(axis, position);
  const source = clamped(rounding(coordinate), axis.extent);
  const exact = (coordinate.denominator & (coordinate.denominator - 1n)) === 0n;
  const slack = multiply(SPREAD, add(ONE, integer(axis.extent)));
  const others = exact ? [] : [add(coordinate, slack), subtract(coordinate, slack)];
  if (others.some((other) => clamped(rounding(other), axis.extent) !== source)) {
    throw node.fail(
      `element ${position} lies between two (at ${toDouble(coordinate)}), and runtimes round it differently; resize by a power of two, or with mode = linear`,
    );
  }
  return [{ source, weight: ONE }];
}

function between({ coordinates }: Rule, axis: Axis, position: number): Mixture {
  const coordinate = coordinates(axis, position);
  const last = integer(axis.extent - 1);
  const inside = compare(coordinate, ZERO) < 0 ? ZERO : compare(coordinate, last) > 0 ? last : coordinate;
  const source = Math.min(floorOf(inside), Math.max(0, axis.extent - 2));
  const weight = subtract(inside, integer(source));
  if (weight.numerator === 0n) return [{ source, weight: ONE }];
  return [
    { source, weight: subtract(ONE, weight) },
    { source: source + 1, weight },
  ];
}

/** The value resized on one axis. */
function resizedOn(node: NodeView, value: Value, a: number, mixtures: readonly Mixture[]): Value {
  const shape = value.shape.map((extent, axis) => (axis === a ? mixtures.length : extent));
  checkSize(shape);
  const rows = rowsOf(value);
  const [inner, extent] = [sizeOf(shape.slice(a + 1)), value.shape[a]!];
  const prepared = mixtures.map((mixture) => ({
    sources: mixture.map(({ source }) => source),
    weights: weightsOf(mixture.map(({ weight }): Entry => entryOf(weight))),
  }));
  const result = Array.from({ length: sizeOf(shape) }, (_, i): Row => {
    const outer = Math.floor(i / (inner * mixtures.length));
    const { sources, weights } = prepared[Math.floor(i / inner) % mixtures.length]!;
    const met = sources.map((source) => rows[(outer * extent + source) * inner + (i % inner)]!);
    if (met.length === 1) return met[0]!;
    node.context.budget.spendRows(1, met[0]!.atoms.length + met[1]!.atoms.length);
    return combiner(met)(weights);
  });
  return valueOfRows(shape, result, [value]);
}

function resized(node: NodeView, value: Value, axes: readonly (Axis | undefined)[], rule: Rule): Value {
  checkSize(axes.map((axis, a) => axis?.length ?? value.shape[a]!));
  return axes.reduce<Value>((before, axis, a) => {
    if (axis === undefined) return before;
    const mixtures = Array.from({ length: axis.length }, (_, position) =>
      rule.mode === 'nearest' ? nearest(node, rule, axis, position) : between(rule, axis, position),
    );
    const same = axis.length === axis.extent && mixtures.every((m, i) => m.length === 1 && m[0]!.source === i);
    return same ? before : resizedOn(node, before, a, mixtures);
  }, value);
}

/** The axes by the scales that the file states. */
function axesByScale(node: NodeView, shape: Shape, scales: readonly Entry[]): (Axis | undefined)[] {
  if (scales.length !== shape.length) {
    throw node.fail(`expected ${shape.length} scales, got ${scales.length}; repair the model`);
  }
  return shape.map((extent, a) => {
    const scale = exactly(scales[a]!);
    if (compare(scale, ZERO) <= 0) throw node.fail(`scale ${toDouble(scale)} is not above 0; repair the model`);
    const length = floorOf(multiply(scale, integer(extent)));
    if (length < 1) throw node.fail(`axis ${a} has no extent after scaling by ${toDouble(scale)}; repair the model`);
    return compare(scale, ONE) === 0 ? undefined : { extent, length, scale };
  });
}

function axesBySize(node: NodeView, shape: Shape, sizes: readonly number[]): (Axis | undefined)[] {
  if (sizes.length !== shape.length || sizes.some((length) => length < 1)) {
    throw node.fail(`expected ${shape.length} sizes above 0, got [${sizes.slice(0, 8)}]; repair the model`);
  }
  return shape.map((extent, a) =>
    sizes[a] === extent ? undefined : { extent, length: sizes[a]!, scale: rational(BigInt(sizes[a]!), BigInt(extent)) },
  );
}

/** Numbers for some axes as numbers for all. */
function onAxes<T>(node: NodeView, rank: number, list: readonly T[], rest: (axis: number) => T): readonly T[] {
  const axes = node.ints('axes')?.map((axis) => node.axis(axis, rank));
  if (axes === undefined) return list;
  if (axes.length !== list.length)
    throw node.fail(`expected ${axes.length} scales or sizes, got ${list.length}; repair it`);
  return Array.from({ length: rank }, (_, a) => (axes.includes(a) ? list[axes.indexOf(a)]! : rest(a)));
}

/** A tensor of floats, if it is given and not empty. */
function floatsOf(node: NodeView, index: number): readonly Entry[] | undefined {
  if (node.inputs[index] === undefined) return undefined;
  const entries = Array.from(node.constant(index, 'scales').entries);
  return entries.length === 0 ? undefined : entries;
}

function ruleOf(node: NodeView): Rule {
  const mode = node.text('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear') {
    throw node.fail(`mode ${JSON.stringify(mode.slice(0, 20))} is not supported; resize with mode = nearest or linear`);
  }
  if (node.opset < 11) return { mode, coordinates: COORDINATES.asymmetric!, rounding: floorOf };
  const transformation = node.text('coordinate_transformation_mode', 'half_pixel');
  const rounding = node.text('nearest_mode', 'round_prefer_floor');
  if (!Object.hasOwn(COORDINATES, transformation) || !Object.hasOwn(ROUNDINGS, rounding)) {
    throw node.fail(
      `coordinates ${JSON.stringify(transformation.slice(0, 30))} rounded by ${JSON.stringify(rounding.slice(0, 30))} are not supported; use half_pixel`,
    );
  }
  return { mode, coordinates: COORDINATES[transformation]!, rounding: ROUNDINGS[rounding]! };
}

/** Attributes that only matter to what is not supported, or change nothing here. */
function checkPlain(node: NodeView) {
  node.float('cubic_coeff_a', 0);
  node.float('extrapolation_value', 0);
  node.int('exclude_outside', 0);
  if (node.int('antialias', 0) !== 0) throw node.fail('antialias is not supported; export with antialias = 0');
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') throw node.fail('attribute keep_aspect_ratio_policy: expected stretch; give the sizes');
}

export const resize: Operator = (node) => {
  const value = node.input(0);
  const rank = value.shape.length;
  checkPlain(node);
  const rule = ruleOf(node);
  const given = floatsOf(node, node.opset < 11 ? 1 : 2);
  const sizes = node.inputs[3] === undefined ? undefined : node.integers(3, 'sizes');
  if ((given === undefined) === (sizes === undefined || sizes.length === 0)) {
    throw node.fail('expected either scales or sizes; repair the model');
  }
  const axes =
    given === undefined
      ? axesBySize(
          node,
          value.shape,
          onAxes(node, rank, sizes!, (a) => value.shape[a]!),
        )
      : axesByScale(
          node,
          value.shape,
          onAxes<Entry>(node, rank, given, () => 1),
        );
  if (
    node.opset < 11 &&
    rule.mode === 'nearest' &&
    axes.some((axis) => axis !== undefined && axis.length < axis.extent)
  ) {
    throw node.fail('runtimes disagree on opset 10 where it makes smaller; export with opset 11 or later');
  }
  return resized(node, value, axes, rule);
};

/** The older form: sizes grow, coordinates start at the first element. */
export const upsample: Operator = (node) => {
  const value = node.input(0);
  const rule = ruleOf(node);
  const first = node.opset < 7 ? [1, 1, node.float('height_scale', 0), node.float('width_scale', 0)] : undefined;
  const scales = first ?? node.floats('scales') ?? floatsOf(node, 1);
  if (scales === undefined) throw node.fail('expected scales, got none; repair the model');
  return resized(node, value, axesByScale(node, value.shape, scales), rule);
};
