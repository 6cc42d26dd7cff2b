/**
 * One script of a proof: the steps of a pass, and the contradiction that a combination of rows is at its end.
 */
import { add, greatestCommonDivisor, multiply, type Rational, rational } from '../exact/index.js';
import { addForm, type ExactBox, type Form, largest, type Pass, type PassedLayer } from './forms.js';
import type { Evidence, PlainNetwork } from './plain.js';
import type { PlainCondition, ScriptWriter } from './plain-proof.js';

/** A row of the combination. What it is about are true values: of the condition, of the neuron's pre-activation, of the value minus a slope times that. */
export type Wanted =
  | { readonly kind: 'fact'; readonly fact: number; readonly form: Form; readonly factor: Rational }
  | { readonly kind: 'own'; readonly condition: number; readonly strict: boolean }
  | { readonly kind: 'side'; readonly layer: number; readonly neuron: number; readonly side: 1 | -1 }
  | { readonly kind: 'cut'; readonly layer: number; readonly neuron: number; readonly side: 1 | -1 };

export interface Term {
  readonly row: Wanted;
  readonly multiplier: Rational;
}

/** A face of the box by conditions on inputs: scale times it, minus the terms, is a constant >= 0. */
export interface OwnFace {
  readonly input: number;
  readonly side: 1 | -1;
  readonly bound: bigint;
  readonly scale: bigint;
  readonly terms: readonly { readonly kind: 'own' | 'domain'; readonly index: number; readonly multiplier: bigint }[];
}

export interface ScriptSubject {
  readonly network: PlainNetwork;
  readonly pass: Pass;
  readonly box: ExactBox | undefined;
  /** The conditions of the disjunct. */
  readonly conditions: readonly PlainCondition[];
  readonly faces: readonly OwnFace[];
  /** How many rows are known of the inputs besides the domain's conditions. */
  readonly cuts: number;
  /** A side that the path supposes, of a neuron that is relaxed nevertheless. */
  readonly supposed?: { readonly layer: number; readonly neuron: number; readonly side: 1 | -1 };
  readonly terms: readonly Term[];
}

/** Where a row stands in the end, and its form there. */
interface Placed {
  readonly position: number;
  readonly form: Form;
  /** What stands there is this times the true row. */
  readonly factor: Rational;
}

const NOTHING: Evidence = { scale: 1n, by: [] };
const whole = (numerator: bigint): Rational => ({ numerator, denominator: 1n });

const key = (row: { readonly kind: string; readonly layer: number; readonly neuron: number; readonly side: number }) =>
  `${row.kind} ${row.layer} ${row.neuron} ${row.kind === 'cut' ? row.side : ''}`;

/** Writes a script. */
class Script {
  /** Facts count from the oldest one that scripts add. */
  private readonly facts = new Map<string, { readonly number: number; readonly form: Form; readonly factor: bigint }>();
  private count = 0;

  constructor(
    private readonly subject: ScriptSubject,
    private readonly writer: ScriptWriter,
  ) {}

  write(): void {
    const { pass, faces, conditions, cuts } = this.subject;
    for (const { input, side, bound, scale, terms } of faces) {
      const position = ({ kind, index }: OwnFace['terms'][number]) =>
        kind === 'own' ? index : conditions.length + cuts + index;
      const by = terms.map((term) => [position(term), term.multiplier] as const);
      this.writer.narrow(input, side, bound, { scale, by });
    }
    pass.layers.forEach((layer, l) => {
      this.layer(layer, l);
      const following = pass.layers[l + 1];
      if (following !== undefined) this.writer.deeper(following.fine);
    });
    this.contradict();
  }

  private fact(name: string, form: Form, factor: bigint) {
    this.facts.set(name, { number: this.count++, form, factor });
  }

  private layer(layer: PassedLayer, l: number) {
    const { writer } = this;
    const { terms, supposed } = this.subject;
    const wanted = terms.map(({ row }) => row).filter((row) => 'layer' in row && row.layer === l);
    const sides = new Map<number, 1 | -1>();
    for (const row of wanted) if (row.kind === 'side') sides.set(row.neuron, row.side);
    if (supposed?.layer === l) sides.set(supposed.neuron, supposed.side);
    layer.neurons.forEach((neuron, k) => {
      if (neuron.kind === 'stable' && neuron.by === 'path') sides.set(k, neuron.side);
    });
    for (const [k, side] of sides) {
      writer.supposed(k);
      this.fact(
        key({ kind: 'side', layer: l, neuron: k, side }),
        layer.before[k]!.map((a) => BigInt(side) * a),
        layer.times,
      );
      const passed = layer.neurons[k];
      if (passed?.kind === 'stable' && passed.by === 'path') writer.stable(k, side, { scale: 1n, by: [[0, 1n]] });
    }
    layer.neurons.forEach((neuron, k) => {
      if (neuron.kind === 'stable' && neuron.by === 'bounds') writer.stable(k, neuron.side, NOTHING);
      if (neuron.kind === 'relaxed') writer.relax(k, neuron.relaxed);
    });
    for (const row of wanted) if (row.kind === 'cut') this.cut(layer, l, row);
  }

  private cut(layer: PassedLayer, l: number, row: Extract<Wanted, { readonly kind: 'cut' }>) {
    const { slopes, slopeDenominator } = this.subject.network.layers[l]!;
    const passed = layer.neurons[row.neuron]!;
    if (passed.kind !== 'relaxed' || this.facts.has(key(row))) return;
    this.writer.above(row.neuron, row.side);
    const [negative, positive] = slopes[row.neuron]!;
    const sense = negative <= positive ? 1n : -1n;
    const form: bigint[] = [];
    addForm(form, sense, passed.value);
    addForm(form, -sense * layer.fine * (row.side > 0 ? positive : negative), layer.before[row.neuron]!);
    this.fact(key(row), form, layer.times * layer.fine * slopeDenominator);
  }

  /** A condition of the disjunct as the checker has it. */
  private own(condition: number): Placed {
    const { conditions, pass } = this.subject;
    const { inputs, outputs } = conditions[condition]!;
    if (outputs.length === 0) return { position: condition, form: inputs, factor: whole(1n) };
    const { forms, times } = pass.output!;
    const form: bigint[] = [];
    addForm(form, times, inputs);
    outputs.forEach((a, o) => {
      addForm(form, a, forms[o]!);
    });
    return { position: condition, form, factor: whole(times) };
  }

  private placed(row: Wanted): Placed {
    const { conditions } = this.subject;
    if (row.kind === 'own') return this.own(row.condition);
    // In front of all facts stand the conditions as they are known in the end, behind those of the script as they are known at once.
    const scripts = conditions.length + this.count;
    if (row.kind === 'fact')
      return { position: scripts + conditions.length + row.fact, form: row.form, factor: row.factor };
    const { number, form, factor } = this.facts.get(key(row))!;
    return { position: conditions.length + this.count - 1 - number, form, factor: whole(factor) };
  }

  private contradict() {
    const { terms, box, network, conditions } = this.subject;
    const used = terms
      .filter(({ multiplier }) => multiplier.numerator > 0n)
      .map(({ row, multiplier }) => {
        const { position, form, factor } = this.placed(row);
        return {
          row,
          position,
          form,
          multiplier: multiply(multiplier, rational(factor.denominator, factor.numerator)),
        };
      });
    let common = 1n;
    for (const { multiplier } of used)
      common *= multiplier.denominator / greatestCommonDivisor(common, multiplier.denominator);
    let by = used.map(({ position, multiplier, row, form }) => ({
      position,
      row,
      form,
      multiplier: multiplier.numerator * (common / multiplier.denominator),
    }));
    const divisor = by.reduce((divisor, { multiplier }) => greatestCommonDivisor(divisor, multiplier), 0n);
    if (divisor > 1n) by = by.map((term) => ({ ...term, multiplier: term.multiplier / divisor }));
    const sum: bigint[] = [0n];
    for (const { form, multiplier } of by) addForm(sum, multiplier, form);
    const most = largest(sum, network.inputs, box);
    if (most !== undefined && most < 0n) {
      // Times this the sum is at most -1.
      const times = ((box?.grid ?? 1n) - most - 1n) / -most;
      return this.writer.contradict(undefined, {
        scale: 1n,
        by: by.map(({ position, multiplier }) => [position, times * multiplier] as const),
      });
    }
    const strict = by.find(({ row }) => row.kind === 'own' && row.strict);
    if (most !== 0n || strict === undefined) throw new UnprovedError();
    const others = by
      .filter((term) => term !== strict)
      .map(({ position, multiplier }) => [position, multiplier] as const);
    if (strict.position >= conditions.length) throw new UnprovedError();
    return this.writer.contradict(strict.position, { scale: strict.multiplier, by: others });
  }
}

/** The exact sums do not contradict anything. */
export class UnprovedError extends Error {
  override readonly name = 'UnprovedError';
}

export function writeScript(subject: ScriptSubject, writer: ScriptWriter): void {
  new Script(subject, writer).write();
}

/** The multipliers of several terms of the same row are one. */
export function gathered(terms: readonly Term[]): Term[] {
  const sums = new Map<string, Term>();
  for (const term of terms) {
    const { row } = term;
    const name = row.kind === 'own' ? `own ${row.condition}` : row.kind === 'fact' ? `fact ${row.fact}` : key(row);
    const known = sums.get(name);
    sums.set(name, known === undefined ? term : { row, multiplier: add(known.multiplier, term.multiplier) });
  }
  return [...sums.values()];
}
