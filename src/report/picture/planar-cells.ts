/**
 * The partition of a network of two inputs on a box, as polygons to draw and facts to print.
 */
import {
  type Cell,
  enumerateCells,
  liftPoint,
  mapKey,
  mapOf,
  patternOf,
  patternText,
} from '../../analysis/cells/index.js';
import { facetsOf, isBound, type Polytope, PolytopePath } from '../../analysis/geometry/index.js';
import { formatRational, type Rational, toDouble } from '../../exact/index.js';
import type { BoxDomain, Network, RationalAffine } from '../../network/index.js';

export type ExactPoint = readonly Rational[];
export type DrawnPoint = readonly [number, number];

export interface PlanarCell {
  /** Its corners in order around it. */
  readonly corners: readonly ExactPoint[];
  readonly pattern: string;
  readonly map: RationalAffine;
  /** Equal for two cells exactly if their maps are. */
  readonly mapKey: string;
  /** The edges that are not on the box, each as the positions of two corners. */
  readonly creases: readonly (readonly [number, number])[];
}

/** The vertices of a polygon in order around it: a walk along its edges. */
function around(edges: readonly (readonly number[])[]): number[] {
  const [first, second] = edges[0]! as readonly [number, number];
  const order = [first, second];
  while (order.length < edges.length) {
    const [before, last] = order.slice(-2) as [number, number];
    const edge = edges.find((e) => e.includes(last) && !e.includes(before))!;
    order.push(edge.find((v) => v !== last)!);
  }
  return order;
}

function planarCell(cell: Cell, polytope: Polytope): PlanarCell {
  const facets = facetsOf(polytope);
  const order = around(facets.map(({ vertices }) => vertices));
  const position = (v: number) => order.indexOf(v);
  return {
    corners: order.map((v) => liftPoint(cell.problem, polytope.vertices[v]!.point)),
    pattern: patternText(patternOf(cell)),
    map: mapOf(cell),
    mapKey: mapKey(cell),
    creases: facets
      .filter(({ constraints }) => !isBound(cell.problem, constraints[0]!))
      .map(({ vertices }) => [position(vertices[0]!), position(vertices[1]!)]),
  };
}

/**
 * The cells in tree order. Cost: one walk, exact vertices.
 *
 * @param most how many there may be; `onOpen` is called for what is left of the partition then
 */
export function planarCells(
  network: Network,
  domain: BoxDomain,
  { most = Number.POSITIVE_INFINITY, onOpen = () => {} }: { readonly most?: number; readonly onOpen?: () => void } = {},
): PlanarCell[] {
  const cells: PlanarCell[] = [];
  let path: PolytopePath | undefined;
  const visit = (cell: Cell) => {
    path ??= new PolytopePath(cell.problem);
    cells.push(planarCell(cell, path.polytope(cell)));
  };
  enumerateCells(network, domain, visit, { stop: () => cells.length >= most, onOpen });
  return cells;
}

/** A point as it is drawn. */
export function drawn(point: ExactPoint): DrawnPoint {
  return [toDouble(point[0]!), toDouble(point[1]!)];
}

/** The creases between cells, each drawn once per side. */
export function creaseSegments(cells: readonly PlanarCell[]): (readonly [DrawnPoint, DrawnPoint])[] {
  return cells.flatMap(({ corners, creases }) =>
    creases.map(([a, b]) => [drawn(corners[a]!), drawn(corners[b]!)] as const),
  );
}

/** A text that two cells share exactly for an edge that they share: they meet face to face, corner for corner. */
export function edgeName({ corners }: PlanarCell, ends: readonly [number, number]): string {
  return ends
    .map((v) => corners[v]!.map(formatRational).join())
    .sort()
    .join(' ');
}

/**
 * A number from 0 for every cell, equal for equal maps, different for different maps of neighbours, and small: the colours of
 * a map, given greedily.
 */
export function mapColours(cells: readonly PlanarCell[]): number[] {
  const onEdge = new Map<string, string[]>();
  for (const cell of cells) {
    for (const crease of cell.creases) {
      const name = edgeName(cell, crease);
      onEdge.set(name, [...(onEdge.get(name) ?? []), cell.mapKey]);
    }
  }
  const colours = new Map<string, number>();
  for (const { mapKey: key } of cells) {
    if (colours.has(key)) continue;
    const near = [...onEdge.values()].filter((keys) => keys.includes(key)).flat();
    const taken = new Set(near.filter((other) => other !== key).map((other) => colours.get(other)));
    let colour = 0;
    while (taken.has(colour)) colour++;
    colours.set(key, colour);
  }
  return cells.map(({ mapKey: key }) => colours.get(key)!);
}
