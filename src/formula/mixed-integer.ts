/**
 * A network on a bounded domain as a mixed-integer linear program, by big-M constraints with exact bounds (Tjeng, Xiao and Tedrake 2019).
 *
 * A neuron whose pre-activation z has the range [l, u] with l < 0 < u gets r = max(z, 0) by r >= 0, r >= z, r <= u d, r <= z - l (1 - d)
 * for a binary d; its activation is negative z + (positive - negative) r. All others are linear.
 */
import { outputRanges } from '../analysis/function/index.js';
import { negate, ONE, type Rational, subtract, ZERO } from '../exact/index.js';
import { type Domain, DomainError, type Network } from '../network/index.js';
import { conditionsOfDomain } from './domain-forms.js';
import { type Equation, equationsOf, type LinearForm, type Term } from './equations.js';

/** terms (relation) bound */
export interface ProgramRow {
  readonly name: string;
  readonly terms: readonly Term[];
  readonly relation: '<=' | '>=' | '=';
  readonly bound: Rational;
}

export interface MixedIntegerProgram {
  readonly objective: { readonly sense: 'min' | 'max'; readonly name: string };
  readonly rows: readonly ProgramRow[];
  /** Variables of any sign. */
  readonly free: readonly string[];
  readonly binary: readonly string[];
}

export interface Objective {
  readonly sense: 'min' | 'max';
  readonly output: number;
}

/** A range of a pre-activation. */
interface Range {
  readonly lower: Rational;
  readonly upper: Rational;
}

/** The exact ranges of the pre-activations of a layer. @throws DomainError where they are unbounded */
function rangesOf(network: Network, layer: number, domain: Domain): Range[] {
  const { affine } = network.layers[layer]!;
  const head: Network = {
    ...network,
    layers: network.layers.slice(0, layer),
    output: affine,
    outputs: affine.outputs,
    endsWithActivation: false,
  };
  return outputRanges(head, domain).map(({ minimum, maximum }) => {
    if (minimum.kind !== 'attained' || maximum.kind !== 'attained')
      throw new DomainError(
        'formula: expected a bounded domain for big-M constraints, got an unbounded one; give --box',
      );
    return { lower: minimum.value, upper: maximum.value };
  });
}

const term = (coefficient: Rational, name: string): Term => ({ coefficient, name });
const MINUS_ONE = negate(ONE);

/** name = form */
function equality(name: string, { terms, constant }: LinearForm): ProgramRow {
  return {
    name: `def_${name}`,
    terms: [term(ONE, name), ...terms.map((t) => term(negate(t.coefficient), t.name))],
    relation: '=',
    bound: constant,
  };
}

/** The rows of an activation. */
function activationRows(
  { name, activation }: Equation,
  range: Range,
): { rows: ProgramRow[]; free: string[]; binary: string[] } {
  const { value, slopes } = activation!;
  const scaled = (slope: Rational): LinearForm => ({
    terms: slope.numerator === 0n ? [] : [term(slope, name)],
    constant: ZERO,
  });
  if (range.lower.numerator >= 0n)
    return { rows: [equality(value, scaled(slopes.positive))], free: [value], binary: [] };
  if (range.upper.numerator <= 0n)
    return { rows: [equality(value, scaled(slopes.negative))], free: [value], binary: [] };
  const [r, d] = [`r${name.slice(1)}`, `d${name.slice(1)}`];
  const bend = subtract(slopes.positive, slopes.negative);
  const form: LinearForm = {
    terms: [...scaled(slopes.negative).terms, ...(bend.numerator === 0n ? [] : [term(bend, r)])],
    constant: ZERO,
  };
  const row = (k: number, terms: readonly Term[], bound: Rational): ProgramRow => ({
    name: `relu${k}_${name.slice(1)}`,
    terms,
    relation: '<=',
    bound,
  });
  const rows = [
    row(0, [term(MINUS_ONE, r)], ZERO),
    row(1, [term(ONE, name), term(MINUS_ONE, r)], ZERO),
    row(2, [term(ONE, r), term(negate(range.upper), d)], ZERO),
    // r - z - l d <= -l
    row(3, [term(ONE, r), term(MINUS_ONE, name), term(negate(range.lower), d)], negate(range.lower)),
    equality(value, form),
  ];
  return { rows, free: [r, value], binary: [d] };
}

/**
 * The program of the network on the domain.
 *
 * Cost: the partition by all layers but the last, once per layer, for the exact ranges.
 *
 * @throws DomainError on unbounded domains; RangeError for an output that does not exist
 */
export function mixedIntegerProgram(network: Network, domain: Domain, objective: Objective): MixedIntegerProgram {
  const { inputs, outputs, equations } = equationsOf(network);
  if (!(objective.output >= 0 && objective.output < outputs.length))
    throw new RangeError(`expected an output from 0 to ${outputs.length - 1}, got ${objective.output}; count from 0`);
  const { atLeastZero, zero } = conditionsOfDomain(domain);
  const condition =
    (relation: '>=' | '=') =>
    (form: LinearForm, k: number): ProgramRow => ({
      name: `${relation === '=' ? 'plane' : 'domain'}${k}`,
      terms: form.terms,
      relation,
      bound: negate(form.constant),
    });
  const rows: ProgramRow[] = [...atLeastZero.map(condition('>=')), ...zero.map(condition('='))];
  const free = [...inputs];
  const binary: string[] = [];
  const ranges = network.layers.map((_, l) => rangesOf(network, l, domain));
  for (const equation of equations) {
    rows.push(equality(equation.name, equation.form));
    free.push(equation.name);
    if (equation.activation === undefined) continue;
    const [, l, j] = /^z(\d+)_(\d+)$/.exec(equation.name)!;
    const made = activationRows(equation, ranges[Number(l)]![Number(j)]!);
    rows.push(...made.rows);
    free.push(...made.free);
    binary.push(...made.binary);
  }
  return { objective: { sense: objective.sense, name: outputs[objective.output]! }, rows, free, binary };
}
