/**
 * From the proof of a query to the plain form that the checker in Coq reads. Nobody has to trust this: what is wrong in a plain proof is
 * refused by that checker.
 *
 * Records name slopes and multipliers only. Here the bounds are computed again, exactly, and written down where the checker wants them. Sides that
 * are implied become cases of their own: the other side is closed, for every disjunct that is left.
 */
import type { IntegerRows, VerificationRecord, WeightedRows } from '../certificate/index.js';
import {
  boxOf,
  type ConditionRow,
  type GridBox,
  knownSides,
  type LoweredUnsafe,
  loweredUnsafe,
  NEGATIVE_CUT,
  Relaxation,
  type Root,
  type SettledRows,
  SIDE_ROW,
  settledRows,
  VerificationTree,
} from '../checker/index.js';
import { magnitude, ONE, type Rational, rational, rationalFromDouble } from '../exact/index.js';
import { condensed, type Network, networkDigest, type UnsafeSet } from '../network/index.js';
import { type ExactBox, largest, type Pass, passOf } from './forms.js';
import { plainNetwork } from './network.js';
import type { PlainNetwork, PlainRow } from './plain.js';
import type { PlainProofHead, ProofWriter } from './plain-proof.js';
import { concernsInputsAlone, faceOf, type PlainQuestion, plainQuestion } from './question.js';
import { readVerification } from './read.js';
import { NoLinkError, samenessOf } from './sameness.js';
import {
  gathered,
  type OwnFace,
  type ScriptSubject,
  type Term,
  UnprovedError,
  type Wanted,
  writeScript,
} from './script.js';

/** Why a proof that the checker accepts is not expanded. */
export class ExpansionError extends Error {
  override readonly name = 'ExpansionError';
}

interface Node {
  readonly box: GridBox | undefined;
  readonly sides: Int8Array;
  /** All sides that the path supposes. */
  readonly supposed: Int8Array;
  readonly open: readonly number[];
  /** Rows known of the inputs by cuts, the newest first. */
  readonly cuts: readonly PlainRow[];
  readonly faces: Faces;
}

/** For every disjunct the faces of the box that its own conditions prove. */
type Faces = ReadonlyMap<number, readonly OwnFace[]>;

const NO_FACES: Faces = new Map();

/** Takes records and writes plain nodes. */
class ProofExpansion {
  private readonly relaxation: Relaxation;
  private readonly plain: PlainNetwork;
  /** The layer and the place in it of every neuron. */
  private readonly places: readonly (readonly [layer: number, neuron: number])[];
  private readonly waiting: Node[] = [];
  private readonly groups: Root[];
  private remaining: readonly number[];
  private node: Node | undefined;
  private open: number[] = [];
  /** Sides supposed at the node by now. */
  private supposed: Int8Array = new Int8Array(0);
  private pass: Pass | undefined;
  private settled: SettledRows | undefined;

  constructor(
    private readonly network: Network,
    private readonly lowered: LoweredUnsafe,
    private readonly question: PlainQuestion,
    private readonly grid: number,
    private readonly writer: ProofWriter,
  ) {
    this.relaxation = new Relaxation(network);
    this.plain = fineNetwork(network);
    this.places = network.layers.flatMap(({ slopes }, l) => slopes.map((_, k) => [l, k] as const));
    this.groups = [...lowered.roots];
    this.remaining = lowered.rows.map((_, d) => d);
    this.next();
  }

  get openDisjuncts(): number {
    return this.open.length;
  }

  private next() {
    this.enter(this.waiting.pop() ?? this.nextRoot());
  }

  private enter(node: Node | undefined) {
    this.node = node;
    this.pass = undefined;
    this.settled = undefined;
    this.open = [...(node?.open ?? [])];
    this.supposed = node?.supposed ?? new Int8Array(0);
  }

  /** Begins the tree of the next root. */
  private nextRoot(): Node | undefined {
    const root = this.groups.shift();
    if (root === undefined) {
      if (this.lowered.rows.length === 0) this.writer.proved();
      return undefined;
    }
    const { box, disjuncts } = root;
    if (this.groups.length > 0) this.writer.part(this.remaining.map((d) => disjuncts.includes(d)));
    this.remaining = this.remaining.filter((d) => !disjuncts.includes(d));
    const none = new Int8Array(this.places.length);
    const faces = box === undefined ? NO_FACES : this.facesOf(box, disjuncts);
    return { box, sides: none, supposed: none, open: disjuncts, cuts: [], faces };
  }

  private onGrid(box: GridBox, value: number): bigint {
    return BigInt(value) << BigInt(this.grid - box.grid);
  }

  /** Writes the faces of a root's box that the domain proves, and finds those that its disjuncts prove. */
  private facesOf(box: GridBox, disjuncts: readonly number[]): Faces {
    const own = new Map<number, OwnFace[]>(disjuncts.map((d) => [d, []]));
    for (let f = 0; f < 2 * this.network.inputs; f++) {
      const [input, side] = [f >> 1, f % 2 === 0 ? 1 : -1] as [number, 1 | -1];
      const bound = this.onGrid(box, (side > 0 ? box.lower : box.upper)[input]!);
      const proofs = disjuncts.map((d) => this.faceProof(d, f, bound));
      const { scale, multiplier, place } = proofs[0]!;
      if (proofs.every((proof) => proof.place.kind === 'domain' && proof.place.index === place.index)) {
        // What is known at the root are the domain's conditions.
        this.writer.within(input, side, bound, { scale, by: [[place.index, multiplier]] });
        continue;
      }
      disjuncts.forEach((d, i) => {
        const { scale, multiplier, place } = proofs[i]!;
        own.get(d)!.push({ input, side, bound, scale, terms: [{ kind: place.kind, index: place.index, multiplier }] });
      });
    }
    return own;
  }

  /** The condition on one input that proves a face, one of the domain if there is one. */
  private faceProof(disjunct: number, face: number, bound: bigint) {
    const rows = this.lowered.rows[disjunct]!;
    const places = this.question.places[disjunct]!;
    const unit = 1n << BigInt(this.grid);
    const proving = rows.flatMap((row, c) => {
      const isProof = faceOf(row) === face && -row.constant * unit >= bound * row.inputs[face >> 1]!;
      return isProof ? [c] : [];
    });
    const c = proving.find((c) => places[c]!.kind === 'domain') ?? proving[0];
    if (c === undefined)
      throw new ExpansionError(`disjunct ${disjunct}: no condition proves a bound of input ${face >> 1}`);
    const { factor } = places[c]!;
    return {
      scale: magnitude(rows[c]!.inputs[face >> 1]!) * factor.numerator,
      multiplier: unit * factor.denominator,
      place: places[c]!,
    };
  }

  take(record: VerificationRecord): void {
    const node = this.node!;
    switch (record.kind) {
      case 'input':
        this.splitInput(node, record.input, record.at);
        break;
      case 'neuron':
        this.splitNeuron(node, record.neuron);
        break;
      case 'closed':
        this.close(node, record.disjunct, this.relaxedTerms(record.disjunct, record.by), this.fullPass(node));
        this.closed(record.disjunct);
        break;
      case 'exact':
        this.closeExactly(node, record.disjunct, record);
        this.closed(record.disjunct);
        break;
      case 'empty':
        this.empty(node);
        this.next();
        break;
      case 'implied':
        this.imply(node, record.neuron, record.side, record.by);
        break;
      case 'again':
        this.node = { ...node, sides: this.supposed };
        this.pass = undefined;
        this.settled = undefined;
        break;
      case 'box':
        this.enclose(node, record);
        break;
      case 'end':
    }
  }

  private closed(disjunct: number) {
    this.open = this.open.filter((d) => d !== disjunct);
    if (this.open.length > 0) return;
    this.writer.proved();
    this.next();
  }

  private exactBox({ box }: Node): ExactBox | undefined {
    if (box === undefined) return undefined;
    const units = (values: Float64Array) => Array.from(values, (value) => this.onGrid(box, value));
    return { grid: 1n << BigInt(this.grid), lower: units(box.lower), upper: units(box.upper) };
  }

  private evaluate({ box, sides }: Node): boolean {
    return box !== undefined && this.relaxation.evaluate(box.lower, box.upper, box.grid, sides);
  }

  private passTo(node: Node, sides: Int8Array, depth: number): Pass {
    return passOf({ network: this.plain, relaxation: this.relaxation, box: this.exactBox(node), sides, depth });
  }

  private fullPass(node: Node): Pass {
    if (this.pass === undefined) {
      this.evaluate(node);
      this.pass = this.passTo(node, node.sides, this.network.layers.length + 1);
    }
    return this.pass;
  }

  private condition(disjunct: number, c: number): Wanted {
    const { kind, index, factor } = this.question.places[disjunct]![c]!;
    const row = this.lowered.rows[disjunct]![c]!;
    if (kind === 'own') return { kind, condition: index, strict: row.strict };
    const { numerator, denominator } = factor;
    const form = [row.constant, ...row.inputs].map((a) => (a * numerator) / denominator);
    return { kind: 'fact', fact: this.node!.cuts.length + index, form, factor };
  }

  private rowsOf(disjunct: number, numbers: readonly number[], multipliers: readonly Rational[]): Term[] {
    const conditions = this.lowered.rows[disjunct]!.length;
    return numbers.map((number, r): Term => {
      const multiplier = multipliers[r]!;
      if (number < conditions) return { row: this.condition(disjunct, number), multiplier };
      const rest = number - conditions;
      const [layer, neuron] = this.places[Math.floor(rest / 3)]!;
      const kind = rest % 3;
      if (kind !== SIDE_ROW) {
        return { row: { kind: 'cut', layer, neuron, side: kind === NEGATIVE_CUT ? -1 : 1 }, multiplier };
      }
      return { row: { kind: 'side', layer, neuron, side: this.supposed[Math.floor(rest / 3)]! as 1 | -1 }, multiplier };
    });
  }

  private relaxedTerms(disjunct: number, { rows, values }: WeightedRows): Term[] {
    return this.rowsOf(disjunct, rows, values.map(rationalFromDouble));
  }

  private close(
    node: Node,
    disjunct: number,
    terms: readonly Term[],
    pass: Pass,
    supposed?: ScriptSubject['supposed'],
  ) {
    this.writer.close(this.open.indexOf(disjunct), pass.layers[0]?.fine ?? 1n);
    try {
      writeScript(
        {
          network: this.plain,
          pass,
          box: this.exactBox(node),
          conditions: this.question.unsafe[disjunct]!,
          faces: node.faces.get(disjunct) ?? [],
          cuts: node.cuts.length,
          terms: gathered(terms),
          ...(supposed !== undefined && { supposed }),
        },
        this.writer,
      );
    } catch (error) {
      if (!(error instanceof UnprovedError)) throw error;
      throw new ExpansionError('multipliers prove nothing in exact numbers');
    }
  }

  private closeExactly(node: Node, disjunct: number, { rows, values }: IntegerRows) {
    const sides = node.box === undefined ? node.sides : this.boundedSides(node);
    this.settled ??= settledRows(this.network, sides);
    const { layers, output } = this.settled;
    const conditions = this.lowered.rows[disjunct]!;
    // The checker's integers are these times the true rows.
    const factors = rows.map((number) => {
      const condition = conditions[number];
      if (condition === undefined) return layers[this.places[(number - conditions.length) / 3]![0]]!.denominator;
      if (concernsInputsAlone(condition)) return 1n;
      // Where outputs are not settled they cancel.
      return output?.denominator ?? this.network.output.integers().denominator;
    });
    const terms = this.rowsOf(
      disjunct,
      rows,
      values.map((value, r) => rational(value * factors[r]!, 1n)),
    );
    const depths = terms.map(({ row }) => ('layer' in row ? row.layer + 1 : 0));
    const needsOutputs = rows.some((number) => number < conditions.length && !concernsInputsAlone(conditions[number]!));
    const depth = needsOutputs && output !== undefined ? this.network.layers.length + 1 : Math.max(...depths, 0);
    this.close(node, disjunct, terms, this.passTo(node, sides, depth));
  }

  private boundedSides(node: Node): Int8Array {
    this.evaluate(node);
    return knownSides(this.relaxation, node.sides);
  }

  /** A neuron that its bounds exclude from the side that it is supposed to be on. */
  private empty(node: Node) {
    this.evaluate(node);
    const box = this.exactBox(node);
    const inputs = this.network.inputs;
    for (let depth = 1; depth <= this.network.layers.length; depth++) {
      const pass = this.passTo(node, node.sides, depth);
      const { before } = pass.layers[depth - 1]!;
      const layer = depth - 1;
      const offset = this.relaxation.layers[layer]!.offset;
      for (const [neuron, form] of before.entries()) {
        const side = node.sides[offset + neuron]! as 1 | -1 | 0;
        const onSide = form.map((a) => BigInt(side) * a);
        if (side === 0 || largest(onSide, inputs, box)! >= 0n) continue;
        const terms: Term[] = [{ row: { kind: 'side', layer, neuron, side }, multiplier: ONE }];
        for (const d of this.open) {
          this.close(node, d, terms, pass);
          this.open = this.open.filter((left) => left !== d);
        }
        this.writer.proved();
        return;
      }
    }
    throw new ExpansionError('bounds contradict a side only by what the checker rounds');
  }

  private imply(node: Node, neuron: number, side: 1 | -1, by: readonly WeightedRows[]) {
    const pass = this.fullPass(node);
    const [layer, k] = this.places[neuron]!;
    const other = { layer, neuron: k, side: -side as 1 | -1 };
    const { open, supposed } = this;
    this.writer.suppose(layer, k, other.side);
    this.supposed = supposed.with(neuron, other.side);
    open.forEach((d, i) => {
      this.close(node, d, this.relaxedTerms(d, by[i]!), pass, other);
      this.open = this.open.filter((left) => left !== d);
    });
    this.writer.proved();
    this.open = open;
    this.supposed = supposed.with(neuron, side);
  }

  private enclose(node: Node, record: Extract<VerificationRecord, { readonly kind: 'box' }>) {
    const box = boxOf(record.grid, record.lower, record.upper)!;
    const faces = new Map<number, OwnFace[]>();
    for (const d of this.open) {
      faces.set(
        d,
        record.faces.map((by, f) => this.ownFace(d, by, f >> 1, f % 2 === 0 ? 1 : -1, box)),
      );
    }
    this.settled = undefined;
    this.node = { ...node, box, faces };
  }

  private ownFace(disjunct: number, by: IntegerRows, input: number, side: 1 | -1, box: GridBox): OwnFace {
    const rows: readonly ConditionRow[] = this.lowered.rows[disjunct]!;
    let slope = 0n;
    const unit = 1n << BigInt(this.grid);
    const terms = by.rows.map((c, r) => {
      const row = rows[c]!;
      if (!concernsInputsAlone(row))
        throw new ExpansionError('a box is proved by outputs; such a proof is not expanded');
      slope += by.values[r]! * row.inputs[input]!;
      const { kind, index, factor } = this.question.places[disjunct]![c]!;
      const value = rational(by.values[r]! * unit * factor.denominator, factor.numerator);
      return { kind, index, value };
    });
    const common = terms.reduce((product, { value }) => product * value.denominator, 1n);
    const bound = this.onGrid(box, (side > 0 ? box.lower : box.upper)[input]!);
    return {
      input,
      side,
      bound,
      scale: BigInt(side) * slope * common,
      terms: terms.map(({ kind, index, value }) => ({
        kind,
        index,
        multiplier: value.numerator * (common / value.denominator),
      })),
    };
  }

  private splitInput(node: Node, input: number, at: number) {
    const box = node.box!;
    const { open, supposed } = this;
    const bound = this.onGrid(box, at);
    this.writer.cut(input, bound);
    const half = (side: 1 | -1): Node => {
      const bounds = side > 0 ? box.lower.slice() : box.upper.slice();
      bounds[input] = at;
      const row = [-bound, ...new Array<bigint>(input).fill(0n), 1n << BigInt(this.grid)].map((a) => BigInt(side) * a);
      const halved = side > 0 ? { ...box, lower: bounds } : { ...box, upper: bounds };
      return { ...node, box: halved, sides: supposed, supposed, open: [...open], cuts: [row, ...node.cuts] };
    };
    this.waiting.push(half(1));
    this.enter(half(-1));
  }

  private splitNeuron(node: Node, neuron: number) {
    const { open, supposed } = this;
    const [layer, k] = this.places[neuron]!;
    this.writer.suppose(layer, k, -1);
    const on = (side: 1 | -1): Node => {
      const sides = supposed.with(neuron, side);
      return { ...node, sides, supposed: sides, open: [...open] };
    };
    this.waiting.push(on(1));
    this.enter(on(-1));
  }
}

/**
 * Writes the proof of a query in plain form. Memory grows with the depth of the tree only; the file is read twice.
 *
 * @param file a proof that the checker accepts for this network and unsafe set
 * @throws ExpansionError for a proof that has no plain form
 */
export async function expandVerification(
  network: Network,
  unsafe: UnsafeSet,
  file: string,
  writer: ProofWriter,
): Promise<void> {
  const condensedNetwork = condensed(network);
  const lowered = loweredUnsafe(unsafe);
  const question = plainQuestion(lowered.rows, unsafe.inputs);
  const grid = Math.max(
    ...lowered.roots.map(({ box }) => box?.grid ?? 0),
    await finestGrid(network, unsafe, lowered, file),
  );
  const sameness = sameAs(network, condensedNetwork);
  writer.head({ ...plainHead(network, question, 1n << BigInt(grid)), ...(sameness !== undefined && { sameness }) });
  const expansion = new ProofExpansion(condensedNetwork, lowered, question, grid, writer);
  await readVerification(
    file,
    () => expansion.openDisjuncts,
    (record) => expansion.take(record),
  );
  writer.end();
}

/** Digits by which the first layer is told in finer units than its weights have. */
const FINER = 16n;

/** Bounds of relaxed neurons are integers in the scale of their layer, which may be 1 in the first one: too coarse for what is proved by them. */
function fineNetwork(network: Network): PlainNetwork {
  const plain = plainNetwork(network);
  const [first, ...others] = plain.layers;
  if (first === undefined) return plain;
  const { rows, denominator } = first.before;
  const before = { rows: rows.map((row) => row.map((n) => n << FINER)), denominator: denominator << FINER };
  return { ...plain, layers: [{ ...first, before }, ...others] };
}

function sameAs(network: Network, condensedNetwork: Network) {
  if (condensedNetwork === network) return undefined;
  try {
    return samenessOf(fineNetwork(network), fineNetwork(condensedNetwork));
  } catch (error) {
    if (!(error instanceof NoLinkError)) throw error;
    throw new ExpansionError('the condensed network is not linked to this one');
  }
}

/** @param grid the denominator of all bounds in the tree */
export function plainHead(network: Network, { domain, unsafe }: PlainQuestion, grid: bigint): PlainProofHead {
  return { digest: networkDigest(network), network: fineNetwork(network), domain, unsafe, grid };
}

/** The finest grid of boxes that stand in the file. */
async function finestGrid(
  network: Network,
  unsafe: UnsafeSet,
  { roots }: LoweredUnsafe,
  file: string,
): Promise<number> {
  if (roots.every(({ box }) => box !== undefined)) return 0;
  const tree = new VerificationTree(network, unsafe);
  let finest = 0;
  const take = (record: VerificationRecord) => {
    if (record.kind === 'box') finest = Math.max(finest, record.grid);
    tree.record(record);
  };
  await readVerification(file, () => tree.openDisjuncts, take);
  return finest;
}
