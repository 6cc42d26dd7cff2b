/**
 * The naive baseline: a plain double-precision subdivider with a tolerance, as it is usually written.
 *
 * A cell is a list of vertices, each with the list of faces it lies on; a neuron cuts the cell if it has vertices further
 * than the tolerance on both sides. It is fast to write, and wrong on degenerate input: it exists to be measured against,
 * and as an example of what the oracle finds.
 */
import type { BoxDomain } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/network.js';

const TOLERANCE = 1e-9;

interface Vertex {
  readonly x: readonly number[];
  readonly faces: readonly number[];
}

type Row = Float64Array;

function valueAt(row: Row, x: readonly number[]): number {
  let sum = row[x.length]!;
  for (let i = 0; i < x.length; i++) sum += row[i]! * x[i]!;
  return sum;
}

function corners(domain: BoxDomain): Vertex[] {
  const d = domain.lower.length;
  const bounds = [domain.lower, domain.upper].map((side) =>
    side.map((b) => Number(b.numerator) / Number(b.denominator)),
  );
  return Array.from({ length: 2 ** d }, (_, bits) => {
    const upper = Array.from({ length: d }, (_, i) => (bits >> i) & 1);
    return { x: upper.map((u, i) => bounds[u]![i]!), faces: upper.map((u, i) => 2 * i + u) };
  });
}

/** How many faces two vertices share. */
function commonFaces(p: Vertex, q: Vertex): number[] {
  return p.faces.filter((face) => q.faces.includes(face));
}

/** The two parts of a cell on both sides of a row, given its values at the vertices. */
function split(cell: readonly Vertex[], values: readonly number[], face: number): [Vertex[], Vertex[]] {
  const d = cell[0]!.x.length;
  const crossing: Vertex[] = [];
  const below: Vertex[] = [];
  const above: Vertex[] = [];
  for (let i = 0; i < cell.length; i++) {
    const v = values[i]!;
    if (v < -TOLERANCE) below.push(cell[i]!);
    else if (v > TOLERANCE) above.push(cell[i]!);
    else crossing.push({ x: cell[i]!.x, faces: [...cell[i]!.faces, face] });
    for (let j = 0; v > TOLERANCE && j < cell.length; j++) {
      if (!(values[j]! < -TOLERANCE)) continue;
      const common = commonFaces(cell[i]!, cell[j]!);
      if (common.length < d - 1) continue;
      const t = v / (v - values[j]!);
      const q = cell[j]!.x;
      crossing.push({ x: cell[i]!.x.map((xi, k) => xi + t * (q[k]! - xi)), faces: [...common, face] });
    }
  }
  return [
    [...below, ...crossing],
    [...above, ...crossing],
  ];
}

/** The rows of a layer from the rows of the active neurons before it. */
function nextRows(
  network: Network,
  layer: number,
  active: readonly (readonly [number, Row])[],
  entries: number,
): Row[] {
  const { affine } = network.layers[layer]!;
  return Array.from({ length: affine.outputs }, (_, k) => {
    const row = new Float64Array(entries);
    row[entries - 1] = affine.bias[k]!;
    for (const [j, source] of active) {
      const w = affine.weights[k * affine.inputs + j]!;
      for (let i = 0; i < entries; i++) row[i]! += w * source[i]!;
    }
    return row;
  });
}

/** Counts "cells" of a ReLU network on a box in doubles with tolerance 1e-9. */
export function naiveCount(network: Network, domain: BoxDomain): number {
  const d = network.inputs;
  let cells = 0;
  let faces = 2 * d;
  type Active = readonly (readonly [number, Row])[];
  const walk = (cell: readonly Vertex[], layer: number, rows: readonly Row[], from: number, active: Active) => {
    const on = [...active];
    for (let neuron = from; neuron < rows.length; neuron++) {
      const row = rows[neuron]!;
      const values = cell.map(({ x }) => valueAt(row, x));
      const above = values.some((v) => v > TOLERANCE);
      if (above && values.some((v) => v < -TOLERANCE)) {
        const [off, kept] = split(cell, values, faces++);
        walk(off, layer, rows, neuron + 1, on);
        walk(kept, layer, rows, neuron + 1, [...on, [neuron, row]]);
        return;
      }
      if (above) on.push([neuron, row]);
    }
    if (layer + 1 === network.layers.length) cells++;
    else walk(cell, layer + 1, nextRows(network, layer + 1, on, d + 1), 0, []);
  };
  const inputs = Array.from({ length: d }, (_, i): readonly [number, Row] => [
    i,
    Float64Array.from({ length: d + 1 }, (_, k) => (k === i ? 1 : 0)),
  ]);
  walk(corners(domain), 0, nextRows(network, 0, inputs, d + 1), 0, []);
  return cells;
}
