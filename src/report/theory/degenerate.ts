/**
 * The section on what is counted: cells, pieces and maps of a degenerate network differ.
 */
import * as Plot from '@observablehq/plot';
import { countRegions, type RegionCounts, UnionFind } from '../../analysis/regions/index.js';
import { type Rational, rational } from '../../exact/index.js';
import { affineFromRationals, cube, type Network, neuronCount, shapeOf } from '../../network/index.js';
import { maxOfMins } from '../../theory/index.js';
import { areas, COLOUR, chart, type Picture, planeOptions, segments, TINTS } from '../page/index.js';
import { type DrawnPoint, drawn, edgeName, mapColours, type PlanarCell, planarCells } from '../picture/index.js';
import { affineText } from './collapse.js';
import type { TheorySection } from './section.js';

const DOMAIN = cube(2, -1, 1);

/** The four affine functions of the example: x y and constant, in quarters. */
const LINES: readonly (readonly [number, number, number])[] = [
  [1, -2, 0],
  [1, 3, 2],
  [-1, 1, 1],
  [4, -4, 1],
];
const quarters = (values: readonly number[]): Rational[] => values.map((value) => rational(BigInt(value), 4n));

export function degenerateExample(): Network {
  const affine = affineFromRationals(
    2,
    LINES.map(([x, y]) => quarters([x, y])),
    LINES.map(([, , constant]) => quarters([constant])[0]!),
  );
  return maxOfMins(affine);
}

export interface DegenerateFacts {
  readonly cells: readonly PlanarCell[];
  /** For every cell the number of its piece and of its map, from 0. */
  readonly pieceOf: readonly number[];
  readonly mapOf: readonly number[];
  /** The same counted without geometry in the plane. */
  readonly counts: RegionCounts;
}

/** Numbers from 0 for equal keys, in order of appearance. */
function numbered(keys: readonly (string | number)[]): number[] {
  const distinct = [...new Set(keys)];
  return keys.map((key) => distinct.indexOf(key));
}

export function degenerateFacts(network: Network): DegenerateFacts {
  const cells = planarCells(network, DOMAIN);
  const sets = new UnionFind();
  const behind = new Map<string, number>();
  cells.forEach((cell, i) => {
    for (const crease of cell.creases) {
      const name = edgeName(cell, crease);
      const other = behind.get(name);
      if (other === undefined) behind.set(name, i);
      else if (cells[other]!.mapKey === cell.mapKey) sets.union(i, other);
    }
  });
  return {
    cells,
    pieceOf: numbered(cells.map((_, i) => sets.find(i))),
    mapOf: numbered(cells.map(({ mapKey }) => mapKey)),
    counts: countRegions(network, DOMAIN),
  };
}

/** The edges between cells of different groups, or all edges inside the domain. */
function edges({ cells }: DegenerateFacts, groups?: readonly number[]): (readonly [DrawnPoint, DrawnPoint])[] {
  const seen = new Map<string, number[]>();
  cells.forEach((cell, i) => {
    for (const crease of cell.creases) {
      const name = edgeName(cell, crease);
      seen.set(name, [...(seen.get(name) ?? []), groups?.[i] ?? i]);
    }
  });
  return cells.flatMap((cell) =>
    cell.creases
      .filter((crease) => new Set(seen.get(edgeName(cell, crease))).size > 1)
      .map(([a, b]) => [drawn(cell.corners[a]!), drawn(cell.corners[b]!)] as const),
  );
}

/** The mean of the corners of a polygon, and its area. */
function centreOf({ corners }: PlanarCell) {
  const points = corners.map(drawn);
  const mean = (k: 0 | 1) => points.reduce((sum, point) => sum + point[k], 0) / points.length;
  const area = points.reduce((sum, [x, y], i) => {
    const [u, v] = points[(i + 1) % points.length]!;
    return sum + (x * v - u * y) / 2;
  }, 0);
  return { x: mean(0), y: mean(1), area: Math.abs(area) };
}

/** One label per group, in the largest cell of it. */
function labels({ cells }: DegenerateFacts, groups: readonly number[], text: (cell: number) => string) {
  const centres = cells.map(centreOf);
  return [...new Set(groups)].map((group) => {
    const members = cells.flatMap((_, i) => (groups[i] === group ? [i] : []));
    const largest = members.reduce((a, b) => (centres[a]!.area >= centres[b]!.area ? a : b));
    return { ...centres[largest]!, text: text(largest) };
  });
}

function picture(
  title: string,
  description: string,
  facts: DegenerateFacts,
  tints: readonly number[],
  lines: readonly (readonly [DrawnPoint, DrawnPoint])[],
  names: readonly { readonly x: number; readonly y: number; readonly text: string }[],
): Picture {
  return chart(title, description, {
    ...planeOptions(-1, 1, 290),
    marks: [
      areas(
        facts.cells.map(({ corners }, i) => ({ points: corners.map(drawn), fill: TINTS[tints[i]! % TINTS.length]! })),
      ),
      segments(lines, { stroke: COLOUR.ink, strokeWidth: 1.8 }),
      Plot.text(names, { x: 'x', y: 'y', text: 'text', fontWeight: 700, fontSize: 14, fill: COLOUR.ink }),
      Plot.frame({ stroke: COLOUR.ink }),
    ],
  });
}

export function degenerateSection(): TheorySection {
  const network = degenerateExample();
  const facts = degenerateFacts(network);
  const { cells, pieceOf, mapOf, counts } = facts;
  // One colour per cell: every cell counts as a map of its own.
  const cellTints = mapColours(cells.map((cell, i) => ({ ...cell, mapKey: String(i) })));
  const mapName = (cell: number) => `f${'₁₂₃₄₅₆₇₈'[mapOf[cell]!]}`;
  const firstOf = (map: number) => cells[mapOf.indexOf(map)]!.map;
  return {
    id: 'counting',
    title: 'Cells, pieces and maps are different numbers',
    claim:
      'A cell is where one activation pattern holds, a piece a maximal connected set of cells with one affine map, a map one ' +
      'of the distinct affine maps. Always maps ≤ pieces ≤ cells, and on degenerate networks, which practice is full of, all ' +
      'three differ: a count of “linear regions” says nothing without its word.',
    hypotheses: 'Any piecewise-linear network, any polyhedral domain; pieces are connected through facets.',
    source: 'Hanin and Rolnick 2019; Stargalla, Hertrich, Reichman 2025 (definitions compared)',
    properties: ['counting/regions-form-a-chain.test.ts'],
    pictures: [
      picture(
        `${counts.cells} cells`,
        `The square cut into ${counts.cells} cells.`,
        facts,
        cellTints,
        edges(facts),
        [],
      ),
      picture(
        `${counts.pieces} pieces`,
        `The same square; cells with one map joined through common edges make ${counts.pieces} pieces.`,
        facts,
        mapColours(cells.map((cell, i) => ({ ...cell, mapKey: String(pieceOf[i]) }))),
        edges(facts, pieceOf),
        labels(facts, pieceOf, mapName),
      ),
      picture(
        `${counts.maps} maps`,
        `The same square with one tint per map: ${counts.maps} tints; some maps hold on several pieces.`,
        facts,
        mapOf,
        [],
        labels(facts, pieceOf, mapName),
      ),
    ],
    caption:
      `A network ${shapeOf(network)} with ${neuronCount(network)} ReLUs that computes max(min(f₁, f₂), min(f₃, f₄)) of four ` +
      'affine functions (in some order), on [−1, 1]². First every cell; then without the creases that bend nothing; ' +
      'then equal maps tinted alike.',
    tables: [
      {
        caption: 'Counted, exact',
        head: ['cells', 'pieces', 'maps'],
        rows: [[counts.cells, counts.pieces, counts.maps]],
      },
      {
        caption: 'The maps',
        head: ['map', 'f(x, y)', 'pieces', 'cells'],
        rows: Array.from({ length: counts.maps }, (_, map) => [
          mapName(mapOf.indexOf(map)),
          affineText(firstOf(map)),
          new Set(pieceOf.filter((__, i) => mapOf[i] === map)).size,
          mapOf.filter((m) => m === map).length,
        ]),
      },
    ],
  };
}
