/**
 * Trees in which parts that symmetries take others to are left out.
 *
 * Let C be some neurons of the first layer with different creases, the *cuts*, on a domain with interior. A *part* is where they have given signs, strictly. No cell crosses
 * from one part to another, as the cuts are creases of the network.
 *
 * *Elements.* An element is a one-to-one affine map e of the inputs which takes conditions of the domain to such conditions, and takes the crease of every neuron, layer by layer, to that of a neuron
 * of the layer (`network/creases.ts`), cuts to cuts. There are finitely many of each, so it permutes them: it takes the domain to itself, cells after every layer to such cells, and parts
 * to parts. Behind e cut k is a positive multiple of cut `to` times `sign`: so e takes the part with signs s to the one with signs sign_k s_to(k).
 *
 * *Count.* The tree covers the domain (`tree.ts`). At each of its leaves, and where a layer is complete, all cuts are settled: what is counted there lies in one part, named by these signs. If it is
 * walked, it counts as often as the header names parts made of it, itself included; if it is an image, it counts as nothing, and it may be left at a leaf without evidence. All images are verified to be what elements make of
 * the parts that are walked, all parts named are different, and a cell in a part that is not named is refused. So the sum is the number of the cells in all parts named: and since the tree covers the domain these are all cells.
 * (A part that is empty has empty images. That a domain without interior is none of these shows at the first witness.)
 */
import type { CertificateRecord, CertificateTrailer, OrbitsHeader, StatedMap } from '../certificate/index.js';
import { parseRational } from '../exact/index.js';
import {
  CreaseRows,
  type Domain,
  fixedInputs,
  type InputMap,
  inputMap,
  isBijective,
  movedCondition,
  type Network,
  rowsOf,
  type SignAction,
} from '../network/index.js';
import { ChartsChecker } from './charts.js';
import { type CheckedTree, type RecordChecker, Refusal, requireStated, type TreeChecker } from './tree.js';

/** Multiplications that are spent on the network's creases: seconds. */
const MOST_WORK = 30_000_000;
const MOST_CUTS = 64;
const MOST_ELEMENTS = 1024;
/** Signs that are computed for images. */
const MOST_SIGNS = 2 ** 28;

/** Per part by its signs how often what is found in it counts: 0 for an image. */
export type CheckedOrbits = ReadonlyMap<string, number>;

const isListOf = <T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] =>
  Array.isArray(value) && value.every(is);
const isNumber = (item: unknown): item is number => Number.isSafeInteger(item) && (item as number) >= 0;
const isSigns = (item: unknown): item is string => typeof item === 'string' && /^[+-]*$/.test(item);

/** What a header says of parts and elements, verified, or what is wrong with it. */
export function checkedOrbits(network: Network, domain: Domain, stated: OrbitsHeader): CheckedOrbits | string {
  const { cuts, elements, parts, images, polytope } = stated;
  const isFlat =
    domain.kind === 'polytope'
      ? domain.equalities.length > 0 || polytope!.implied.length > 0
      : fixedInputs(domain).length > 0;
  if (isFlat) return 'the domain has no interior';
  if (!isListOf(cuts, isNumber) || cuts.length > MOST_CUTS || new Set(cuts).size < cuts.length)
    return 'cuts is no list of different neurons';
  if (!Array.isArray(elements) || elements.length > MOST_ELEMENTS)
    return `there are not 0 to ${MOST_ELEMENTS} elements`;
  if (!isListOf(parts, isSigns) || !Array.isArray(images)) return 'there are no lists of parts and images';
  const [head] = network.layers;
  const creases = head && CreaseRows.of(network.layers, rowsOf(head.affine), network.inputs, MOST_WORK);
  if (creases === undefined) return 'the creases of this network are not computed: there are none, or too many';
  const actions: SignAction[] = [];
  for (const [e, element] of elements.entries()) {
    const action = actionOf(element as StatedMap, { network, domain, creases, cuts });
    if (typeof action === 'string') return `element ${e}: ${action}`;
    actions.push(action);
  }
  return weightsOf(parts, images, actions, cuts.length);
}

interface Subject {
  readonly network: Network;
  readonly domain: Domain;
  readonly creases: CreaseRows;
  readonly cuts: readonly number[];
}

/** What an element does to the signs of the cuts, or why it is none. */
function actionOf(element: StatedMap, { network, domain, creases, cuts }: Subject): SignAction | string {
  const map = mapOf(element, network.inputs);
  if (map === undefined) return 'it is no change of the inputs';
  if (!isBijective(map)) return 'it is not one to one';
  const condition = movedCondition(map, domain);
  if (condition !== undefined) return `it does not take the domain to itself: ${condition} is no image of one`;
  const moved = creases.moved(map);
  if ('layer' in moved) return `it takes no crease of layer ${moved.layer} to that of neuron ${moved.neuron}`;
  return creases.actionOn(cuts, moved) ?? 'it does not permute the cuts';
}

function mapOf(element: StatedMap | null, inputs: number): InputMap | undefined {
  const { rows, shift } = element ?? {};
  if (!Array.isArray(rows) || !Array.isArray(shift) || rows.length !== inputs || shift.length !== inputs)
    return undefined;
  try {
    return inputMap(
      rows.map((row: StatedMap['rows'][number], j) => {
        const columns = row.map(([column]) => column);
        if (columns.some((c) => !isNumber(c) || c >= inputs) || new Set(columns).size < row.length)
          throw new RangeError();
        return {
          entries: row.map(([column, value]) => [column, parseRational(value)]),
          shift: parseRational(shift[j]!),
        };
      }),
    );
  } catch {
    return undefined;
  }
}

/** How often each part counts. Images must be what the elements make of parts, and no part is named twice. */
function weightsOf(
  parts: readonly string[],
  images: readonly unknown[],
  actions: readonly SignAction[],
  length: number,
): CheckedOrbits | string {
  const weights = new Map<string, number>();
  for (const signs of parts) {
    if (signs.length !== length) return `part ${signs} does not have ${length} signs`;
    if (weights.has(signs)) return `part ${signs} is named twice`;
    weights.set(signs, 1);
  }
  let work = 0;
  for (const [i, image] of images.entries()) {
    const [signs, of, by] = (Array.isArray(image) ? image : []) as unknown[];
    if (!isSigns(signs) || !isListOf(by, isNumber) || by.some((e) => e >= actions.length))
      return `image ${i} is not valid`;
    const start = isNumber(of) ? parts[of] : undefined;
    if (start === undefined) return `image ${i} is of no part that is walked`;
    work += by.length * length;
    if (work > MOST_SIGNS) return 'the images are made of too many elements';
    const made = by.reduce((own, e) => behind(own, actions[e]!), start);
    if (made !== signs) return `image ${i}: the elements make ${made} of part ${start}, not ${signs}`;
    if (weights.has(signs)) return `part ${signs} is named twice`;
    weights.set(signs, 0);
    weights.set(start, weights.get(start)! + 1);
  }
  return weights;
}

function behind(signs: string, action: SignAction): string {
  return action.map(({ to, sign }) => (signs[to] === (sign > 0 ? '+' : '-') ? '+' : '-')).join('');
}

/** Verifies a tree in which parts are left out. */
export class OrbitsChecker implements RecordChecker {
  private cells = 0;
  private readonly cellsPerLayer: number[];
  /** What the tree had counted, per layer, when it was looked at last. */
  private known: readonly number[];
  private images = 0;

  constructor(
    private readonly tree: TreeChecker | ChartsChecker,
    private readonly cuts: readonly number[],
    private readonly weights: CheckedOrbits,
  ) {
    this.known = this.counted();
    this.cellsPerLayer = this.known.map(() => 0);
    // Where nothing precedes, a layer may be complete already.
    this.count(this.known.map(() => 0));
  }

  get progress(): number {
    return this.tree.progress;
  }

  private refuse(reason: string): never {
    const { tree, part } = this;
    throw new Refusal((tree === part ? '' : (tree as ChartsChecker).path) + (part?.above.sides ?? ''), reason);
  }

  /** The tree that is being verified; undefined above the parts of charts. */
  private get part(): TreeChecker | undefined {
    return this.tree instanceof ChartsChecker ? this.tree.tree : this.tree;
  }

  /** Cells after every layer that the tree has counted. */
  private counted(): readonly number[] {
    const { tree, part } = this;
    if (tree === part) return [...tree.cellsPerLayer];
    return (tree as ChartsChecker).proved.cellsPerLayer.map((cells, l) => cells + (part?.cellsPerLayer[l] ?? 0));
  }

  /** The signs of the cuts at the current node; undefined if one is not settled. */
  private signs(): string | undefined {
    const sides = this.part?.above.neurons[0]?.sides;
    const signs =
      sides && this.cuts.map((neuron) => (sides[neuron] === 1 ? '+' : sides[neuron] === -1 ? '-' : '?')).join('');
    return signs?.includes('?') === true ? undefined : signs;
  }

  /** How often what is found at the current node counts. */
  private weight(): number {
    const signs = this.signs();
    const weight = signs === undefined ? undefined : this.weights.get(signs);
    return weight ?? this.refuse(`part ${signs ?? 'without signs'} is none of those named`);
  }

  record(record: CertificateRecord, isOwn = true): void {
    if (record.kind === 'image') this.image();
    else if (!isOwn) this.tree.record(record, false);
    else if (record.kind === 'cell') {
      const weight = this.weight();
      if (weight === 0) this.refuse('a cell is stated in a part that is an image');
      this.tree.record(record, true);
      this.cells += weight;
      const last = this.cellsPerLayer.length - 1;
      this.cellsPerLayer[last]! += weight;
      this.count(this.known.map((cells, l) => (l === last ? cells + 1 : cells)));
    } else {
      this.tree.record(record, true);
      this.count(this.known);
    }
  }

  /** A leaf without evidence. */
  private image() {
    if (this.part?.complete === true) this.refuse('an image follows the complete tree');
    if (this.weight() > 0) this.refuse('an image is stated in a part that is walked');
    this.images++;
    this.tree.leave(true);
    this.count(this.known);
  }

  /** What the tree has counted beyond the given counts was found at the current node. */
  private count(before: readonly number[]) {
    this.known = this.counted();
    this.known.forEach((cells, layer) => {
      const more = cells - before[layer]!;
      if (more > 0) this.cellsPerLayer[layer]! += more * this.weight();
    });
  }

  takePositive(neuron: number): void {
    this.tree.takePositive(neuron);
  }

  leave(): void {
    this.tree.leave();
  }

  finish(trailer?: CertificateTrailer): CheckedTree {
    const { verified } = this.tree.finish();
    const { cells, cellsPerLayer, images } = this;
    const tree = { cells, cellsPerLayer, verified: { ...verified, images } };
    if (trailer !== undefined) requireStated(trailer, tree);
    return tree;
  }
}
