/**
 * The naive baseline: a plain double-precision subdivider with a tolerance, as it is usually written.
 *
 * A cell is a list of vertices, each with the list of faces it lies on; a neuron cuts the cell if it has vertices further
 * than the tolerance on both sides. It is fast to write, and wrong on degenerate input: it exists to be measured against,
 * and as an example of what the oracle finds.
 */
import type { BoxDomain } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';

const TOLERANCE = 1e-9;

interface Vertex {
  readonly x: readonly number[];
  readonly faces: readonly number[];
}

type Row = readonly number[];

function valueAt(row: Row, x: readonly number[]): number {
  return x.reduce((sum, xi, i) => sum + row[i]! * xi, row[x.length]!);
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

/** The two parts of a cell on both sides of a row, or undefined if the row does not cut it. */
function split(cell: readonly Vertex[], row: Row, face: number): [Vertex[], Vertex[]] | undefined {
  const values = cell.map(({ x }) => valueAt(row, x));
  if (!values.some((v) => v > TOLERANCE) || !values.some((v) => v < -TOLERANCE)) return undefined;
  const d = cell[0]!.x.length;
  const crossing: Vertex[] = [];
  cell.forEach((p, i) => {
    if (!(values[i]! > TOLERANCE)) return;
    cell.forEach((q, j) => {
      if (!(values[j]! < -TOLERANCE)) return;
      const common = p.faces.filter((f) => q.faces.includes(f));
      if (common.length < d - 1) return;
      const t = values[i]! / (values[i]! - values[j]!);
      crossing.push({ x: p.x.map((xi, k) => xi + t * (q.x[k]! - xi)), faces: [...common, face] });
    });
  });
  const on = cell.flatMap((v, i) => (Math.abs(values[i]!) <= TOLERANCE ? [{ x: v.x, faces: [...v.faces, face] }] : []));
  return [
    [...cell.filter((_, i) => values[i]! < -TOLERANCE), ...on, ...crossing],
    [...cell.filter((_, i) => values[i]! > TOLERANCE), ...on, ...crossing],
  ];
}

/** The rows of a layer from the rows of the neurons before it (zeroed where inactive). */
function nextRows(network: Network, layer: number, before: readonly Row[]): Row[] {
  const { affine } = network.layers[layer]!;
  return Array.from({ length: affine.outputs }, (_, k) => {
    const row = before[0]!.map(() => 0);
    row[row.length - 1] = affine.bias[k]!;
    before.forEach((source, j) => {
      const w = affine.weights[k * affine.inputs + j]!;
      source.forEach((a, i) => {
        row[i]! += w * a;
      });
    });
    return row;
  });
}

/** Counts "cells" of a ReLU network on a box in doubles with tolerance 1e-9. */
export function naiveCount(network: Network, domain: BoxDomain): number {
  const d = network.inputs;
  let cells = 0;
  let faces = 2 * d;
  const walk = (
    cell: readonly Vertex[],
    layer: number,
    rows: readonly Row[],
    neuron: number,
    active: readonly Row[],
  ) => {
    if (neuron === rows.length) {
      if (layer + 1 === network.layers.length) cells++;
      else walk(cell, layer + 1, nextRows(network, layer + 1, active), 0, []);
      return;
    }
    const row = rows[neuron]!;
    const zero = row.map(() => 0);
    const parts = split(cell, row, faces++);
    if (parts === undefined) {
      const on = cell.some(({ x }) => valueAt(row, x) > TOLERANCE);
      walk(cell, layer, rows, neuron + 1, [...active, on ? row : zero]);
    } else {
      walk(parts[0], layer, rows, neuron + 1, [...active, zero]);
      walk(parts[1], layer, rows, neuron + 1, [...active, row]);
    }
  };
  const inputs = Array.from({ length: d }, (_, i) => Array.from({ length: d + 1 }, (_, k) => (k === i ? 1 : 0)));
  walk(corners(domain), 0, nextRows(network, 0, inputs), 0, []);
  return cells;
}
