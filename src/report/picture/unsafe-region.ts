/**
 * Where a network of two inputs is unsafe: the polygons of its cells within the unsafe set, exactly.
 *
 * On a cell the outputs are affine, so that a condition is a half-plane; a polygon is cut by one after the other. Strict
 * conditions give the closed polygon. Parts without area are left out: points and edges that are unsafe are not seen.
 */
import { add, compare, divide, multiply, negate, type Rational, subtract, ZERO } from '../../exact/index.js';
import {
  type BoxDomain,
  box,
  type LinearCondition,
  type Network,
  networkOnSlice,
  type RationalAffine,
  type UnsafeSet,
} from '../../network/index.js';
import { type ExactPoint, type PlanarCell, planarCells } from './planar-cells.js';

/** Cells that a picture has at most: smaller ones would not be seen. */
const MOST_CELLS = 20_000;

/** a . (x, y) + c >= 0 */
interface HalfPlane {
  readonly normal: readonly [Rational, Rational];
  readonly constant: Rational;
}

const valueAt = ({ normal: [a, b], constant }: HalfPlane, [x, y]: ExactPoint) =>
  add(add(multiply(a, x!), multiply(b, y!)), constant);

/** A condition where the outputs are an affine map. */
function halfPlaneOf({ inputs, outputs, constant }: LinearCondition, map: RationalAffine): HalfPlane {
  const along = (start: Rational, entry: (output: number) => Rational) =>
    outputs.reduce((sum, c, j) => (c.numerator === 0n ? sum : add(sum, multiply(c, entry(j)))), start);
  const slope = (input: 0 | 1) => along(inputs[input]!, (j) => map.jacobian[j]![input]!);
  return { normal: [slope(0), slope(1)], constant: along(constant, (j) => map.constant[j]!) };
}

/** The part of a convex polygon in a half-plane (Sutherland and Hodgman 1974). */
function cut(corners: readonly ExactPoint[], plane: HalfPlane): ExactPoint[] {
  const values = corners.map((corner) => valueAt(plane, corner));
  return corners.flatMap((corner, i): ExactPoint[] => {
    const k = (i + 1) % corners.length;
    const [here, there] = [values[i]!, values[k]!];
    const signs = [compare(here, ZERO), compare(there, ZERO)];
    const kept: ExactPoint[] = signs[0]! >= 0 ? [corner] : [];
    if (signs[0]! * signs[1]! >= 0) return kept;
    const part = divide(here, subtract(here, there));
    const between = corner.map((x, axis) => add(x, multiply(part, subtract(corners[k]![axis]!, x))));
    return [...kept, between];
  });
}

/** Twice the area of a polygon. */
function area(corners: readonly ExactPoint[]): Rational {
  return corners.reduce((sum, [x, y], i) => {
    const [u, v] = corners[(i + 1) % corners.length]!;
    return add(sum, subtract(multiply(x!, v!), multiply(u!, y!)));
  }, ZERO);
}

/** The polygons of one cell, one for each disjunct that has area there. */
export function unsafePolygons({ corners, map }: PlanarCell, { disjuncts }: UnsafeSet): ExactPoint[][] {
  return disjuncts.flatMap(({ conditions }) => {
    let polygon: ExactPoint[] = [...corners];
    for (const condition of conditions) {
      polygon = cut(polygon, halfPlaneOf(condition, map));
      if (polygon.length < 3) return [];
    }
    return compare(area(polygon), ZERO) === 0 ? [] : [polygon];
  });
}

/** Lower and upper bounds that single conditions put on the inputs, over all disjuncts; undefined if one is missing. */
export function boxOfUnsafe({ inputs, disjuncts }: UnsafeSet): BoxDomain | undefined {
  const hull = (side: 'lower' | 'upper') =>
    Array.from({ length: inputs }, (_, i) => {
      const bounds = disjuncts.map(({ conditions }) => tightest(conditions, i, side));
      if (bounds.length === 0 || bounds.includes(undefined)) return undefined;
      const outer = side === 'lower' ? -1 : 1;
      return (bounds as Rational[]).reduce((a, b) => (compare(a, b) === outer ? a : b));
    });
  const [lower, upper] = [hull('lower'), hull('upper')];
  if (lower.includes(undefined) || upper.includes(undefined)) return undefined;
  if (lower.some((lo, i) => compare(lo!, upper[i]!) > 0)) return undefined;
  return box(lower as Rational[], upper as Rational[]);
}

function tightest(
  conditions: readonly LinearCondition[],
  input: number,
  side: 'lower' | 'upper',
): Rational | undefined {
  const bounds = conditions.flatMap(({ inputs, outputs, constant }) => {
    const own = inputs[input]!;
    const alone =
      outputs.every(({ numerator }) => numerator === 0n) &&
      inputs.every(({ numerator }, i) => i === input || numerator === 0n);
    if (!alone || own.numerator === 0n || own.numerator > 0n !== (side === 'lower')) return [];
    return [divide(negate(constant), own)];
  });
  if (bounds.length === 0) return undefined;
  const inner = side === 'lower' ? 1 : -1;
  return bounds.reduce((a, b) => (compare(a, b) === inner ? a : b));
}

/** What is drawn: cells, and the unsafe parts of them. */
export interface UnsafePicture {
  /** The inputs along both axes. */
  readonly axes: readonly [number, number];
  /** The values of the other inputs, by number. */
  readonly at: readonly (readonly [input: number, value: Rational])[];
  readonly window: BoxDomain;
  readonly cells: readonly PlanarCell[];
  readonly unsafe: readonly (readonly ExactPoint[])[];
}

/** The network and the unsafe set in two of the inputs, the others at a point. */
function inPlane(
  network: Network,
  { disjuncts, outputs }: UnsafeSet,
  point: readonly Rational[],
  axes: readonly [number, number],
) {
  const zero = point.map(() => ZERO);
  const direction = (axis: number) => zero.map((value, i) => (i === axis ? { numerator: 1n, denominator: 1n } : value));
  const origin = point.map((value, i) => (axes.includes(i) ? ZERO : value));
  const onPlane = ({ inputs, constant, ...rest }: LinearCondition): LinearCondition => ({
    ...rest,
    inputs: axes.map((axis) => inputs[axis]!),
    constant: inputs.reduce((sum, c, i) => (c.numerator === 0n ? sum : add(sum, multiply(c, origin[i]!))), constant),
  });
  return {
    network: networkOnSlice(network, { origin, directions: axes.map(direction) }),
    unsafe: {
      inputs: 2,
      outputs,
      disjuncts: disjuncts.map(({ conditions }) => ({ conditions: conditions.map(onPlane) })),
    },
  };
}

function pictureOf(
  network: Network,
  unsafe: UnsafeSet,
  window: BoxDomain,
  where: Pick<UnsafePicture, 'axes' | 'at'>,
): UnsafePicture | undefined {
  let open = false;
  const cells = planarCells(network, window, { most: MOST_CELLS, onOpen: () => (open = true) });
  if (open) return undefined;
  return { ...where, window, cells, unsafe: cells.flatMap((cell) => unsafePolygons(cell, unsafe)) };
}

/**
 * The unsafe parts of the cells within the bounds of the query: with two inputs all of it, with three the planes through a
 * point.
 *
 * @param point where planes meet
 * @returns none for other numbers of inputs, without bounds, with flat inputs, and for partitions too fine to see
 */
export function unsafePictures(
  network: Network,
  unsafe: UnsafeSet,
  point: readonly Rational[] | undefined,
): UnsafePicture[] {
  const bounds = boxOfUnsafe(unsafe);
  if (bounds === undefined || network.inputs < 2 || network.inputs > 3) return [];
  const { lower, upper } = bounds;
  const wide = lower.map((lo, i) => compare(lo, upper[i]!) < 0);
  if (network.inputs === 2) {
    const picture = wide.every(Boolean) ? pictureOf(network, unsafe, bounds, { axes: [0, 1], at: [] }) : undefined;
    return picture === undefined ? [] : [picture];
  }
  const middle = lower.map((lo, i) => divide(add(lo, upper[i]!), { numerator: 2n, denominator: 1n }));
  const through = point ?? middle;
  const planes = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 2, 0],
  ] as const;
  return planes.flatMap(([a, b, rest]) => {
    if (!wide[a] || !wide[b]) return [];
    const plane = inPlane(network, unsafe, through, [a, b]);
    const window = box([lower[a]!, lower[b]!], [upper[a]!, upper[b]!]);
    const picture = pictureOf(plane.network, plane.unsafe, window, { axes: [a, b], at: [[rest, through[rest]!]] });
    return picture === undefined ? [] : [picture];
  });
}
