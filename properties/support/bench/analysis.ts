/**
 * What the analysis of a partition costs: pieces and maps against plain counting, facets and volumes of many cells.
 */
import { analysisProblem, forEachCell } from '../../../src/analysis/cells/enumerate.js';
import { facetsOf } from '../../../src/analysis/geometry/faces.js';
import { PolytopePath } from '../../../src/analysis/geometry/polytope.js';
import { polytopeVolume } from '../../../src/analysis/geometry/volume.js';
import { countRegions } from '../../../src/analysis/regions/pieces.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { cube } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { randomNumbers } from '../../../src/theory/random.js';
import type { BenchCase } from './cases.js';
import { medianSeconds } from './measure.js';

/** One hidden layer of m random lines through the square, float32 entries. */
function randomLines(m: number): Network {
  const random = randomNumbers(4);
  const angles = Array.from({ length: m }, () => 2 * Math.PI * random());
  const weights = angles.flatMap((a) => [Math.fround(Math.cos(a)), Math.fround(Math.sin(a))]);
  const bias = angles.map(() => Math.fround(0.8 * random() - 0.4));
  const output = angles.map(() => Math.fround(random() - 0.5));
  return buildNetwork(2, [
    { affine: affineFromDoubles(m, 2, weights, bias) },
    { slopes: angles.map(() => RELU) },
    { affine: affineFromDoubles(1, m, output, [0]) },
  ]);
}

/** Seconds for cells, pieces and maps of a case. */
export async function regionsSeconds({ name, network, domain, cells }: BenchCase): Promise<number> {
  const { seconds } = await medianSeconds(`${name} pieces and maps`, () => {
    const counts = countRegions(network, domain);
    if (counts.cells !== cells) throw new Error(`${name}: expected ${cells} cells, got ${counts.cells}`);
  });
  return seconds;
}

/** Facets and exact volumes of about 10^5 cells in the plane. */
export async function facetsAndVolumes(lines: number): Promise<{ readonly cells: number; readonly seconds: number }> {
  const problem = analysisProblem(randomLines(lines), cube(2, -1, 1));
  let cells = 0;
  const task = () => {
    cells = 0;
    const path = new PolytopePath(problem);
    forEachCell(problem, (cell) => {
      const polytope = path.polytope(cell);
      facetsOf(polytope);
      polytopeVolume(polytope);
      cells++;
    });
  };
  const { seconds } = await medianSeconds(`facets and volumes, ${lines} lines`, task, 1);
  return { cells, seconds };
}
