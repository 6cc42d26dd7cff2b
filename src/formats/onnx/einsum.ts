/**
 * Einsum: sums of products over named axes, of which at most one factor depends on the input.
 */
import { matrixProduct } from './matrix.js';
import type { NodeView, Operator } from './node.js';
import { sumOf } from './pool.js';
import { type Shape, sizeOf } from './tensor.js';
import { broadcastTo, checkSize, gathered, reshaped, rowsOf, transposed, type Value, valueOfRows } from './value.js';

/** A value whose axes have names. */
interface Term {
  readonly value: Value;
  readonly labels: readonly string[];
}

/** Names of the axes that "..." stands for: digits, which no equation may use. The last axes have the same names everywhere. */
const unnamed = (count: number) => Array.from({ length: count }, (_, k) => String(count - k));

/** The names of the axes of an operand. */
function labelsOf(node: NodeView, text: string, rank: number): string[] {
  const match = /^([A-Za-z]*)(?:(\.\.\.)([A-Za-z]*))?$/.exec(text);
  if (match === null)
    throw node.fail(`attribute equation: cannot read ${JSON.stringify(text.slice(0, 40))}; repair it`);
  const [, before = '', dots, after = ''] = match;
  const rest = rank - before.length - after.length;
  if (rest < 0 || (dots === undefined && rest !== 0)) {
    throw node.fail(`attribute equation: ${JSON.stringify(text)} does not name ${rank} axes; repair it`);
  }
  return [...before, ...unnamed(rest), ...after];
}

/** The equation: the names of the operands' axes and of the result's. */
function equationOf(
  node: NodeView,
  shapes: readonly Shape[],
): { readonly operands: string[][]; readonly result: string[] } {
  const [left = '', right, ...more] = node.text('equation', '').replace(/\s/g, '').split('->');
  const parts = left.split(',');
  if (more.length > 0 || parts.length !== shapes.length) {
    throw node.fail(`attribute equation: expected names for ${shapes.length} operands; repair it`);
  }
  const operands = parts.map((part, i) => labelsOf(node, part, shapes[i]!.length));
  const all = operands.flat();
  const dots = Math.max(0, ...all.filter((label) => /\d/.test(label)).map(Number));
  if (right !== undefined) {
    const named = right.replace('...', '').length;
    return { operands, result: labelsOf(node, right, named + (right.includes('...') ? dots : 0)) };
  }
  // Without a result: the names that occur once, in alphabetical order.
  const once = [...new Set(all)].filter((label) => !/\d/.test(label) && all.filter((l) => l === label).length === 1);
  return { operands, result: [...unnamed(dots), ...once.sort((a, b) => (a < b ? -1 : 1))] };
}

/** A name that occurs twice means the diagonal. */
function withoutRepeats(node: NodeView, { value, labels }: Term): Term {
  const kept = [...new Set(labels)];
  if (kept.length === labels.length) return { value, labels };
  const { shape } = value;
  const extents = kept.map((label) => shape[labels.indexOf(label)]!);
  if (labels.some((label, axis) => shape[axis] !== extents[kept.indexOf(label)])) {
    throw node.fail(`axes of one name have different extents in [${shape}]; repair the model`);
  }
  const strides = labels.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const steps = extents.map((_, k) => sizeOf(extents.slice(k + 1)));
  const indices = Int32Array.from({ length: sizeOf(extents) }, (_, i) =>
    labels.reduce((place, label, axis) => {
      const k = kept.indexOf(label);
      return place + (Math.floor(i / steps[k]!) % extents[k]!) * strides[axis]!;
    }, 0),
  );
  return { value: gathered(value, extents, indices), labels: kept };
}

/** The axes in this order. */
const arranged = ({ value, labels }: Term, order: readonly string[]): Value =>
  transposed(
    value,
    order.map((label) => labels.indexOf(label)),
  );

/** Sums over the axes that nobody needs. */
function summed(node: NodeView, term: Term, needed: ReadonlySet<string>): Term {
  const kept = term.labels.filter((label) => needed.has(label));
  const gone = term.labels.filter((label) => !needed.has(label));
  if (gone.length === 0) return term;
  const value = arranged(term, [...kept, ...gone]);
  const count = sizeOf(value.shape.slice(kept.length));
  const rows = rowsOf(value);
  node.context.budget.spendRows(rows.length / Math.max(1, count), rows.length);
  const shape = value.shape.slice(0, kept.length);
  const sums = Array.from({ length: sizeOf(shape) }, (_, i) => sumOf(rows.slice(i * count, (i + 1) * count), 1));
  return { value: valueOfRows(shape, sums, [value]), labels: kept };
}

/** Extents of named axes. @throws FormatError for a name with two extents; 1 is stretched for axes without a name */
function extentsOf(node: NodeView, terms: readonly Term[]): Map<string, number> {
  const extents = new Map<string, number>();
  for (const { value, labels } of terms) {
    labels.forEach((label, axis) => {
      const [own, known] = [value.shape[axis]!, extents.get(label) ?? 1];
      if (own !== known && own !== 1 && known !== 1) {
        throw node.fail(`axis ${JSON.stringify(label)} has the extents ${known} and ${own}; repair the model`);
      }
      extents.set(label, known === 1 ? own : known);
    });
  }
  return extents;
}

/** All axes of a term as long as they are elsewhere. */
function stretched({ value, labels }: Term, extents: ReadonlyMap<string, number>): Term {
  const shape = labels.map((label) => extents.get(label)!);
  checkSize(shape);
  return { value: broadcastTo(value, shape), labels };
}

/** The product of two terms, summed over the axes that nobody needs any more. */
function product(node: NodeView, a: Term, b: Term, needed: ReadonlySet<string>): Term {
  const extents = extentsOf(node, [a, b]);
  const [left, right] = [a, b].map((term, i) => {
    const other = i === 0 ? b : a;
    const useful = new Set([...needed, ...other.labels]);
    return stretched(summed(node, term, useful), extents);
  }) as [Term, Term];
  const both = left.labels.filter((label) => right.labels.includes(label));
  const batch = both.filter((label) => needed.has(label));
  const inner = both.filter((label) => !needed.has(label));
  const rows = left.labels.filter((label) => !both.includes(label));
  const columns = right.labels.filter((label) => !both.includes(label));
  const size = (labels: readonly string[]) => sizeOf(labels.map((label) => extents.get(label)!));
  const matrices = matrixProduct(
    node,
    reshaped(arranged(left, [...batch, ...rows, ...inner]), [size(batch), size(rows), size(inner)]),
    reshaped(arranged(right, [...batch, ...inner, ...columns]), [size(batch), size(inner), size(columns)]),
  );
  const labels = [...batch, ...rows, ...columns];
  return {
    value: reshaped(
      matrices,
      labels.map((label) => extents.get(label)!),
    ),
    labels,
  };
}

export const einsum: Operator = (node) => {
  const values = node.allInputs();
  const equation = equationOf(
    node,
    values.map(({ shape }) => shape),
  );
  const terms = values.map((value, i) => withoutRepeats(node, { value, labels: equation.operands[i]! }));
  const { result } = equation;
  const known = new Set(terms.flatMap(({ labels }) => labels));
  if (new Set(result).size !== result.length || result.some((label) => !known.has(label))) {
    throw node.fail('attribute equation: its result repeats or invents a name; repair it');
  }
  // Axes that are 1 in one operand and longer in another are stretched by those that have them.
  extentsOf(node, terms);
  const [first, ...others] = terms as [Term, ...Term[]];
  const all = others.reduce((left, right, k) => {
    const later = others.slice(k + 1).flatMap(({ labels }) => labels);
    return product(node, left, right, new Set([...result, ...later]));
  }, first);
  return arranged(summed(node, all, new Set(result)), result);
};
