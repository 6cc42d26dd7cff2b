/**
 * What shape and means cost: homology of plane and of four-dimensional complexes, each in a process of its own, and integrals
 * beside the volumes of the same cells.
 */
import { analysisProblem, forEachCell } from '../../../src/analysis/cells/enumerate.js';
import { cellGeometry } from '../../../src/analysis/geometry/facets.js';
import { polytopeVolume, VolumeSum } from '../../../src/analysis/geometry/volume.js';
import { integrals } from '../../../src/integral/integrals.js';
import type { BenchCase } from './cases.js';
import { jobResult, medianSeconds } from './measure.js';
import type { TopologyResult } from './topology-job.js';

export const TOPOLOGY_HEAD = ['set', 'faces by dimension', 'Betti numbers', 's', 'MB', 'us per face'];

function row(name: string, job: readonly string[]): string[] {
  process.stderr.write(`bench: homology of ${name} ...`);
  const { seconds, megabytes, cells, betti } = jobResult<TopologyResult>('topology-job', job);
  process.stderr.write(` ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB\n`);
  const faces = cells.reduce((sum, count) => sum + count, 0);
  return [
    name,
    cells.map((count) => count.toLocaleString('en')).join(' + '),
    betti.join(', '),
    seconds.toFixed(2),
    megabytes.toFixed(0),
    ((1e6 * seconds) / faces).toFixed(1),
  ];
}

/** Homology over Q, starting of the process included. */
export function topologyRows(quick: boolean): string[][] {
  const plane = quick ? [117] : [117, 235, 470];
  return [
    row('f = 0, 4-10-10-1 on a box', ['net', '7']),
    ...plane.map((lines) => row(`f >= 0, ${lines} lines in the plane`, ['lines', String(lines)])),
  ];
}

/** All integrals beside the volumes of the cells alone. */
export async function integralsBesideVolumes({ name, network, domain, cells }: BenchCase): Promise<string> {
  const volumes = await medianSeconds(`${name} volumes`, () => {
    const problem = analysisProblem(network, domain);
    const geometry = cellGeometry(problem);
    const sum = new VolumeSum();
    forEachCell(problem, (cell) => sum.add(cell, polytopeVolume(geometry.polytope(cell)!)));
    sum.total();
  });
  const all = await medianSeconds(`${name} integrals`, () => {
    const found = integrals(network, domain);
    if (found.cells !== cells) throw new Error(`${name}: expected ${cells} cells, got ${found.cells}`);
  });
  const ratio = (all.seconds / volumes.seconds).toFixed(2);
  return `Integrals over the ${cells.toLocaleString('en')} cells of ${name}: ${all.seconds.toFixed(2)} s, ${ratio}x the time of their volumes alone (${volumes.seconds.toFixed(2)} s).\n`;
}
