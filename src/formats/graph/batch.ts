/**
 * A graph that does the same to every item of a batch is a network on one item.
 */
import { equal } from '../../exact/index.js';
import type { Network, Slopes } from '../../network/index.js';
import { Lowering, type Neuron } from './lowering.js';
import { hasFactorPerAtom, type Row, sameEntry } from './rows.js';

/** The item that each atom belongs to, or undefined if one of them depends on several items. */
function itemsOfAtoms(neurons: readonly Neuron[], itemOfInput: readonly number[], items: number) {
  const itemOf = [...itemOfInput];
  const constants = constantNeurons(neurons);
  for (const [k, { row }] of neurons.entries()) {
    const free = constants.get(k);
    // A neuron that reads nothing belongs to any item; by its place, so that the items stay alike.
    const item = free === undefined ? itemOf[row.atoms[0]!]! : Math.floor((free.rank * items) / free.of);
    if (row.atoms.some((atom) => itemOf[atom] !== item)) return undefined;
    itemOf.push(item);
  }
  return itemOf;
}

/** The neurons that read no atom: the rank of each among those of its layer. */
function constantNeurons(neurons: readonly Neuron[]): Map<number, { readonly rank: number; readonly of: number }> {
  const layers = new Map<number, number[]>();
  neurons.forEach(({ row, depth }, k) => {
    if (row.atoms.length === 0) layers.set(depth, [...(layers.get(depth) ?? []), k]);
  });
  const found = new Map<number, { rank: number; of: number }>();
  for (const layer of layers.values()) {
    layer.forEach((k, rank) => {
      found.set(k, { rank, of: layer.length });
    });
  }
  return found;
}

function sameNumbers(a: Row['coefficients'], b: Row['coefficients']): boolean {
  return a === b || (a.length === b.length && Array.from(a, (entry, k) => sameEntry(entry, b[k]!)).every(Boolean));
}

function sameFactors(a: Row['factor'], b: Row['factor']): boolean {
  if (hasFactorPerAtom(a) && hasFactorPerAtom(b)) return sameNumbers(a, b);
  return !hasFactorPerAtom(a) && !hasFactorPerAtom(b) && sameEntry(a, b);
}

/** Whether two rows have the same numbers on atoms of the same names. */
function sameRow(a: Row, b: Row, nameOf: ReadonlyMap<number, number>): boolean {
  return (
    sameEntry(a.constant, b.constant) &&
    a.atoms.length === b.atoms.length &&
    a.atoms.every((atom, k) => nameOf.get(atom) === nameOf.get(b.atoms[k]!)) &&
    sameNumbers(a.coefficients, b.coefficients) &&
    sameFactors(a.factor, b.factor)
  );
}

const sameSlopes = (a: Slopes, b: Slopes) => equal(a.negative, b.negative) && equal(a.positive, b.positive);

/** What one item of a batch is made of. */
interface Item {
  /** Its atoms in the order of the graph: inputs, then neurons. */
  readonly atoms: readonly number[];
  readonly outputs: readonly Row[];
}

/** `values` in `count` equal parts of each group, a group being a tensor whose first dimension is the batch. */
function itemsOf<T>(groups: readonly (readonly T[])[], count: number): T[][] {
  return Array.from({ length: count }, (_, item) =>
    groups.flatMap((group) => group.slice((item * group.length) / count, ((item + 1) * group.length) / count)),
  );
}

/** Whether all items are the same function, neuron by neuron. */
function areAlike(items: readonly Item[], lowering: Lowering): boolean {
  const { neurons, inputs } = lowering;
  const [first] = items;
  const nameOf = new Map(items.flatMap(({ atoms }) => atoms.map((atom, name): [number, number] => [atom, name])));
  return items.every(
    (item) =>
      item.atoms.length === first!.atoms.length &&
      item.outputs.length === first!.outputs.length &&
      item.atoms.every((atom, k) => {
        const twin = first!.atoms[k]!;
        if (atom < inputs || twin < inputs) return atom < inputs && twin < inputs;
        const [a, b] = [neurons[atom - inputs]!, neurons[twin - inputs]!];
        return a.depth === b.depth && sameSlopes(a.slopes, b.slopes) && sameRow(a.row, b.row, nameOf);
      }) &&
      item.outputs.every((row, k) => sameRow(row, first!.outputs[k]!, nameOf)),
  );
}

/** The network of one item alone. */
function networkOfItem({ atoms, outputs }: Item, lowering: Lowering, notes: readonly string[]): Network {
  const { neurons, inputs } = lowering;
  const own = atoms.filter((atom) => atom >= inputs);
  const nameOf = new Map(atoms.map((atom, name) => [atom, name]));
  const renamed = (row: Row): Row => ({ ...row, atoms: row.atoms.map((atom) => nameOf.get(atom)!) });
  const alone = new Lowering(atoms.length - own.length);
  for (const atom of own) {
    const { row, slopes, depth } = neurons[atom - inputs]!;
    alone.activate([renamed(row)], [slopes], depth);
  }
  return alone.network(outputs.map(renamed), notes);
}

/**
 * The network on one item of a batch, if the graph is that network on each of `count` items, neuron by neuron: no neuron
 * and no output depends on two items, and what is computed for each has the same numbers. Undefined if not.
 *
 * So the graph on (x_1, ..., x_count) is (f(x_1), ..., f(x_count)) for the f that is returned, exactly.
 *
 * @param tensors the number of elements of every input tensor and the rows of every output tensor, the batch being the
 * first dimension of each
 * Cost: linear in the rows of the graph.
 */
export function networkOfOneItem(
  lowering: Lowering,
  count: number,
  tensors: { readonly inputs: readonly number[]; readonly outputs: readonly (readonly Row[])[] },
  notes: readonly string[],
): Network | undefined {
  if (![...tensors.inputs, ...tensors.outputs.map((rows) => rows.length)].every((size) => size % count === 0)) {
    return undefined;
  }
  let first = 0;
  const inputGroups = tensors.inputs.map((size) => Array.from({ length: size }, () => first++));
  const inputs = itemsOf(inputGroups, count);
  const itemOfInput = new Array<number>(lowering.inputs);
  inputs.forEach((atoms, item) => {
    for (const atom of atoms) itemOfInput[atom] = item;
  });
  const itemOf = itemsOfAtoms(lowering.neurons, itemOfInput, count);
  if (itemOf === undefined) return undefined;
  const neurons = Array.from({ length: count }, (): number[] => []);
  for (let atom = lowering.inputs; atom < itemOf.length; atom++) neurons[itemOf[atom]!]!.push(atom);
  const items = itemsOf(tensors.outputs, count).map((outputs, k) => ({
    atoms: [...inputs[k]!, ...neurons[k]!],
    outputs,
  }));
  const apart = items.every(({ outputs }, k) => outputs.every(({ atoms }) => atoms.every((a) => itemOf[a] === k)));
  return apart && areAlike(items, lowering) ? networkOfItem(items[0]!, lowering, notes) : undefined;
}
