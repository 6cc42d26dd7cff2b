/**
 * The two operands of an operator that works element by element.
 */
import type { Row } from '../graph/rows.js';
import type { NodeView } from './node.js';
import { type Shape, sizeOf } from './tensor.js';
import { broadcastShape, broadcastTo, reshaped, type Value } from './value.js';

/** Pays for copies of rows. */
export function spendRows(node: NodeView, rows: readonly Row[]) {
  const coefficients = rows.reduce((sum, row) => sum + row.atoms.length, 0);
  node.context.budget.spendRows(rows.length, coefficients);
}

/**
 * The second operand before opset 7: of the shape of the first, or with `broadcast` one element or a part of this shape, from
 * the axis `axis` or at the end.
 */
function broadcastAsOnce(node: NodeView, a: Shape, b: Value): Value {
  const asked = node.int('broadcast', 0) !== 0;
  const axis = node.int('axis', Math.max(0, a.length - b.shape.length));
  const start = axis < 0 ? axis + a.length : axis;
  if (sizeOf(b.shape) === 1 && asked) return reshaped(b, []);
  const part = a.slice(start, start + b.shape.length);
  if (part.join() !== b.shape.join() || (!asked && a.length !== b.shape.length)) {
    throw node.fail(
      `expected operands of one shape, or broadcast = 1 and a part of [${a}], got [${b.shape}]; repair the model`,
    );
  }
  return reshaped(b, [...b.shape, ...new Array<number>(a.length - start - b.shape.length).fill(1)]);
}

/** The two operands, broadcast to one shape. */
export function operands(node: NodeView): [Value, Value] {
  const [a, b] = [node.input(0), node.input(1)];
  return broadcastPair(node, a, node.opset < 7 ? broadcastAsOnce(node, a.shape, b) : b);
}

/** Two values, broadcast to one shape. */
export function broadcastPair(node: NodeView, a: Value, b: Value): [Value, Value] {
  const shape = broadcastShape(a.shape, b.shape);
  const pair: [Value, Value] = [broadcastTo(a, shape), broadcastTo(b, shape)];
  const both = a.kind === 'affine' && b.kind === 'affine';
  pair.forEach((value, k) => {
    if (value.kind !== 'affine') return;
    // A constant changes the factor or the constant of a row: its coefficients stay the same ones.
    const own = !both && sizeOf([a, b][k]!.shape) === value.rows.length;
    if (own) node.context.budget.spendRows(value.rows.length, 0);
    else spendRows(node, value.rows);
  });
  return pair;
}
