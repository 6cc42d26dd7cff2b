/**
 * Integrals over a bounded domain in one walk.
 */
import { analysisProblem, type CellOptions, forEachCell, frameOf } from '../analysis/cells/index.js';
import { cellGeometry, requireVertices, triangulationOf, VolumeSum, volumeScale } from '../analysis/geometry/index.js';
import { divide, multiply, type Rational, rational } from '../exact/index.js';
import { boxVolume, type Domain, type Network } from '../network/index.js';
import type { Enclosed } from './bracket-sum.js';
import { type Distribution, DistributionSum } from './distribution.js';
import { ClassVolumes, MomentSums, measureOf, type OutputMoments, valuesAt } from './moments.js';

export interface Integrals {
  readonly cells: number;
  /** Of the domain, in the free inputs. */
  readonly volume: Rational;
  readonly outputs: readonly OutputMoments[];
  /** The volume on which each class is the largest; with one output those on which it is negative and positive. Ties belong to both. */
  readonly classes: readonly Enclosed[];
  /** The distribution function of every output under the uniform law, where they were asked for. */
  readonly distributions?: readonly Distribution[];
}

export interface IntegralsRequest {
  /** Whether distribution functions are wanted; they cost more than the rest. */
  readonly distributions?: boolean;
  /** Of the walk over the cells: if it is stopped, the result is about the cells that were visited, and to be thrown away. */
  readonly walk?: CellOptions;
}

/**
 * Exact integrals of the outputs of a network over a bounded domain. On a flat domain volumes are those of the free inputs.
 *
 * Cost: the walk, and a triangulation of every cell. The expected value under a product of uniform laws is integral / volume on their box.
 *
 * @throws DomainError on unbounded domains and in more than `VERTEX_DIMENSION` dimensions
 */
export function integrals(
  network: Network,
  domain: Domain,
  { distributions = false, walk = {} }: IntegralsRequest = {},
): Integrals {
  const problem = analysisProblem(network, domain);
  requireVertices(problem, 'integral');
  const geometry = cellGeometry(problem);
  const moments = new MomentSums(network.outputs, frameOf(problem));
  const classes = new ClassVolumes(network.outputs);
  const spreads = distributions ? Array.from({ length: network.outputs }, (_, k) => new DistributionSum(k)) : undefined;
  // The volume of a box is known, and adding up those of cells in lowest terms costs as much as all integrals.
  const volumes = domain.kind === 'box' ? undefined : new VolumeSum();
  let cells = 0;
  forEachCell(
    problem,
    (cell) => {
      cells++;
      const polytope = geometry.polytope(cell)!;
      const triangulation = triangulationOf(polytope);
      const values = valuesAt(cell, polytope, triangulation);
      const own = measureOf(triangulation);
      moments.visit(cell, triangulation, values, own);
      volumes?.add(cell, rational(own, triangulation.unit));
      classes.visit(cell, polytope, values, own, triangulation.unit);
      for (const spread of spreads ?? []) spread.visit(cell, polytope, triangulation);
    },
    walk,
  );
  const scale = volumeScale(problem);
  const volume = domain.kind === 'box' ? boxVolume(domain) : multiply(volumes!.total(), scale);
  return {
    cells,
    volume,
    outputs: moments.result(scale),
    classes: classes.result(scale),
    ...(spreads && { distributions: spreads.map((spread) => spread.result(divide(scale, volume))) }),
  };
}
