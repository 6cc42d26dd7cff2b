/**
 * Elements at constant indices: GatherElements, GatherND, ScatterElements, ScatterND.
 */
import { largerOf } from '../graph/maximum.js';
import { addRows, type Row, scaleRow } from '../graph/rows.js';
import type { Entry } from '../input/entries.js';
import type { NodeView, Operator } from './node.js';
import { isIntegral, type Shape, sizeOf } from './tensor.js';
import { checkSize, computed, depthOf, gathered, rowsOf, type Value } from './value.js';

const stridesOf = (shape: Shape) => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** An index into an axis, counted from the end if negative. */
function positionOf(node: NodeView, index: number, extent: number): number {
  const position = index < 0 ? index + extent : index;
  if (position >= 0 && position < extent) return position;
  throw node.fail(`index ${index} is out of range for ${extent} elements; repair the model`);
}

/** For every index on one axis, the element of a tensor of this shape that it means. */
function alongAxis(
  node: NodeView,
  shape: Shape,
  missing: number,
): { readonly places: Int32Array; readonly shape: Shape } {
  const axis = node.axis(node.int('axis', missing), shape.length);
  const indices = node.constant(1, 'indices');
  const list = node.integers(1, 'indices');
  const own = indices.shape;
  if (own.length !== shape.length || own.some((extent, a) => a !== axis && extent > shape[a]!)) {
    throw node.fail(`expected indices that fit into [${shape}], got shape [${own}]; repair the model`);
  }
  const [strides, steps] = [stridesOf(shape), stridesOf(own)];
  const places = Int32Array.from(list, (index, i) =>
    strides.reduce((place, stride, a) => {
      const at = a === axis ? positionOf(node, index, shape[axis]!) : Math.floor(i / steps[a]!) % own[a]!;
      return place + at * stride;
    }, 0),
  );
  return { places, shape: own };
}

export const gatherElements: Operator = (node) => {
  const value = node.input(0);
  const { places, shape } = alongAxis(node, value.shape, 0);
  return gathered(value, shape, places);
};

/** Slices at tuples of indices. */
interface Tuples {
  /** The first element of every slice. */
  readonly starts: readonly number[];
  /** The elements of a slice. */
  readonly size: number;
  /** The shape of all slices together. */
  readonly shape: Shape;
}

function tuplesOf(node: NodeView, shape: Shape, batchDims: number): Tuples {
  const indices = node.constant(1, 'indices');
  const list = node.integers(1, 'indices');
  const width = indices.shape.at(-1);
  if (width === undefined || width < 1 || batchDims < 0 || batchDims + width > shape.length) {
    throw node.fail(`expected tuples of indices into [${shape}], got shape [${indices.shape}]; repair the model`);
  }
  if (shape.slice(0, batchDims).join() !== indices.shape.slice(0, batchDims).join()) {
    throw node.fail(`its first ${batchDims} axes differ in [${shape}] and [${indices.shape}]; repair the model`);
  }
  const strides = stridesOf(shape);
  const size = sizeOf(shape.slice(batchDims + width));
  const batches = sizeOf(shape.slice(0, batchDims));
  const tuples = list.length / width;
  const whole = sizeOf(shape.slice(batchDims));
  const starts = Array.from({ length: tuples }, (_, t) => {
    let place = batches === 0 ? 0 : Math.floor(t / (tuples / batches)) * whole;
    for (let k = 0; k < width; k++) {
      const axis = batchDims + k;
      place += positionOf(node, list[t * width + k]!, shape[axis]!) * strides[axis]!;
    }
    return place;
  });
  return { starts, size, shape: [...indices.shape.slice(0, -1), ...shape.slice(batchDims + width)] };
}

const elementsOf = ({ starts, size }: Tuples) =>
  Int32Array.from(starts.flatMap((start) => Array.from({ length: size }, (_, k) => start + k)));

export const gatherND: Operator = (node) => {
  const value = node.input(0);
  const tuples = tuplesOf(node, value.shape, node.int('batch_dims', 0));
  checkSize(tuples.shape);
  return gathered(value, tuples.shape, elementsOf(tuples));
};

type Reduction = 'none' | 'add' | 'mul' | 'max' | 'min';

/** Puts updates at places: in the place of what is there, or added, or as extrema. */
function scattered(node: NodeView, data: Value, places: Int32Array, updates: Value): Value {
  const reduction = node.text('reduction', 'none') as Reduction;
  if (places.length !== sizeOf(updates.shape)) {
    throw node.fail(`expected ${places.length} updates, got shape [${updates.shape}]; repair the model`);
  }
  if (reduction === 'none' && new Set(places).size !== places.length) {
    throw node.fail('two updates go to one place, and their order is not defined; repair the model');
  }
  if (data.kind === 'constant' && updates.kind === 'constant' && isIntegral(data)) {
    if (reduction !== 'none' || data.type !== updates.type)
      throw node.fail('only plain updates of integers are supported');
    const entries = Float64Array.from(data.entries as Float64Array);
    places.forEach((place, i) => {
      entries[place] = updates.entries[i] as number;
    });
    return computed(data.shape, data.type, entries);
  }
  const rows = [...rowsOf(data)];
  const news = rowsOf(updates);
  let depth = Math.max(depthOf(data), depthOf(updates));
  if (reduction === 'max' || reduction === 'min') depth = scatterExtrema(node, rows, places, news, depth, reduction);
  else {
    places.forEach((place, i) => {
      rows[place] = combined(node, reduction, rows[place]!, news[i]!);
    });
  }
  if (data.kind === 'constant' && updates.kind === 'constant') {
    return computed(
      data.shape,
      data.type,
      rows.map(({ constant }) => constant),
    );
  }
  return { kind: 'affine', shape: data.shape, rows, depth };
}

function combined(node: NodeView, reduction: Reduction, row: Row, update: Row): Row {
  node.context.budget.spendRows(1, row.atoms.length + update.atoms.length);
  if (reduction === 'none') return update;
  if (reduction === 'add') return addRows(row, update);
  if (reduction !== 'mul') throw node.fail('attribute reduction: expected none, add, mul, max or min; repair it');
  if (update.atoms.length === 0) return scaleRow(row, update.constant);
  if (row.atoms.length === 0) return scaleRow(update, row.constant);
  throw node.fail('a product of two values that depend on the input is not piecewise linear');
}

/** One layer per update of a place: mostly one. Returns the deepest layer. */
function scatterExtrema(
  node: NodeView,
  rows: Row[],
  places: Int32Array,
  updates: readonly Row[],
  depth: number,
  reduction: 'max' | 'min',
): number {
  const sign: Entry = reduction === 'max' ? 1 : -1;
  let [left, deepest] = [Array.from(places, (place, i) => ({ place, i })), depth];
  while (left.length > 0) {
    const seen = new Set<number>();
    const now = left.filter(({ place }) => !seen.has(place) && seen.add(place));
    const later = left.filter((update) => !now.includes(update));
    deepest++;
    const pairs = now.map(({ place, i }) => ({ a: scaleRow(rows[place]!, sign), b: scaleRow(updates[i]!, sign) }));
    largerOf(node.context, pairs, deepest).forEach((row, k) => {
      rows[now[k]!.place] = scaleRow(row, sign);
    });
    left = later;
  }
  return deepest;
}

export const scatterElements: Operator = (node) => {
  const data = node.input(0);
  const { places } = alongAxis(node, data.shape, 0);
  return scattered(node, data, places, node.input(2));
};

export const scatterND: Operator = (node) => {
  const data = node.input(0);
  return scattered(node, data, elementsOf(tuplesOf(node, data.shape, 0)), node.input(2));
};
