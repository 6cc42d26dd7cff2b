/**
 * What a random ONNX model is made of: choices, and parts that compute "y" from "v".
 */
import type { AttributeSpec, NodeSpec, TensorSpec } from './onnx-models.js';

/** Random choices of one model. */
export interface Draw {
  /** A size, an index, a code: one of many. */
  integer(min: number, max: number): number;
  /** A rank, an axis, an attribute: one of a few, all of which are tried in a product. */
  option(min: number, max: number): number;
  flag(): boolean;
  pick<T>(...options: readonly T[]): T;
  /** A float32 tensor. */
  tensor(dims: readonly number[], min?: number, max?: number): TensorSpec;
}

/** What a node computes from "v", the value that enters it, of the given shape. */
export interface Part {
  readonly shape: readonly number[];
  readonly nodes: readonly NodeSpec[];
  readonly weights?: Readonly<Record<string, TensorSpec>>;
  /** The first and the last opset in which the nodes may be written like this; 13 to the latest unless told. */
  readonly opsets?: Opsets;
  /** Nodes whose values bound those of `nodes` where all numbers are positive; the same unless told. */
  readonly bound?: readonly NodeSpec[];
}

export type Opsets = readonly [first: number, last: number];

/** The latest opset that the runtime of the tests knows. */
export const LATEST = 24;
export const ANY: Opsets = [7, LATEST];

export const ints = (...values: readonly number[]): TensorSpec => ({ dims: [values.length], values, type: 'int64' });
export const scalar = (value: number): TensorSpec => ({ dims: [], values: [Math.fround(value)] });

/** One node from "v" and constants to "y". */
export function single(
  op: string,
  shape: readonly number[],
  others: Readonly<Record<string, TensorSpec>> = {},
  attributes: Readonly<Record<string, AttributeSpec>> = {},
  opsets: Opsets = [13, LATEST],
): Part {
  return {
    shape,
    weights: others,
    opsets,
    nodes: [{ op, inputs: ['v', ...Object.keys(others)], outputs: ['y'], attributes }],
  };
}

/** The same with the constant in front. */
export const reversed = (part: Part): Part => ({
  ...part,
  nodes: part.nodes.map((node) => ({ ...node, inputs: [...node.inputs].reverse() })),
});

export const shapeOf = (draw: Draw, rank: number) => Array.from({ length: rank }, () => draw.integer(1, 3));
