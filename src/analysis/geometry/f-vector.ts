/**
 * The numbers of faces of the whole polyhedral complex, by dimension.
 */

import type { Network } from '../../network/index.js';
import { type Domain, DomainError } from '../../network/index.js';
import { analysisProblem, type CellOptions, forEachCell } from '../cells/index.js';
import { facesByDimension } from './faces.js';
import { cellGeometry, hasVertices, VERTEX_DIMENSION } from './facets.js';
import { PointTable } from './point-table.js';

/**
 * fVector[k] is the number of k-dimensional faces of the complex of cells on a bounded domain, those on its boundary included.
 *
 * The complex is a subdivision of a ball, so that sum (-1)^k fVector[k] = 1 (Euler). Cost and memory: all faces.
 *
 * @throws DomainError in more than `VERTEX_DIMENSION` dimensions, and on unbounded domains
 */
export function fVector(network: Network, domain: Domain, options: CellOptions = {}): number[] {
  const problem = analysisProblem(network, domain);
  if (!hasVertices(problem)) {
    throw new DomainError(
      `faces: expected at most ${VERTEX_DIMENSION} free inputs, got ${problem.variables}; fix some inputs`,
    );
  }
  if (problem.homogeneous) throw new DomainError('faces: expected a bounded domain, got an unbounded one; add bounds');
  const geometry = cellGeometry(problem);
  const table = new PointTable();
  const faces = Array.from({ length: problem.variables + 1 }, () => new Set<string>());
  forEachCell(
    problem,
    (cell) => {
      const polytope = geometry.polytope(cell)!;
      const ids = polytope.vertices.map((vertex) => table.idOf(vertex));
      facesByDimension(polytope).forEach((list, k) => {
        // A face is the hull of its vertices, and cells share faces whole.
        for (const face of list)
          faces[k]!.add(
            face
              .map((v) => ids[v]!)
              .sort((a, b) => a - b)
              .join(),
          );
      });
    },
    options,
  );
  return faces.map((set) => set.size);
}
