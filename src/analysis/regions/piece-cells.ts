/**
 * Which cells make up a piece.
 */
import type { PartitionProblem } from '../../problem/index.js';
import { forEachCell, mapKey, withPatternKeys } from '../cells/index.js';
import { AdjacencyWalk, cellGeometry } from '../geometry/index.js';
import { UnionFind } from './union-find.js';

/**
 * The cells of the piece that a cell belongs to: those with its map that are connected with it through facets; as ids in tree order.
 *
 * Cost: a walk with all facets. Memory: the map of every cell as text.
 *
 * @param problem made by `analysisProblem`
 * @throws RangeError if there is no such cell
 */
export function cellsOfPiece(problem: PartitionProblem, id: number): Set<number> {
  return withPatternKeys(problem, (keys) => {
    const maps: string[] = [];
    const sets = new UnionFind();
    const walk = new AdjacencyWalk(problem, keys, cellGeometry(problem), ({ cell, neighbour }) => {
      if (maps[cell.id] === maps[neighbour]) sets.union(cell.id, neighbour);
    });
    forEachCell(problem, (cell) => {
      maps.push(mapKey(cell));
      walk.visit(cell);
    });
    if (!(id >= 0 && id < maps.length)) throw new RangeError(`expected a cell from 0 to ${maps.length - 1}, got ${id}`);
    const own = sets.find(id);
    return new Set(Array.from(maps.keys()).filter((other) => sets.find(other) === own));
  });
}
