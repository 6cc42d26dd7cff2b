/**
 * Claimed polytopes as bodies in the variables of a problem, or the proof that they have no interior.
 */
import { frameOf } from '../../analysis/cells/index.js';
import {
  add,
  divide,
  integersFromRationals,
  multiply,
  negate,
  type Rational,
  rational,
  rationalsFromIntegers,
  subtract,
  ZERO,
} from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { ClaimedShape } from '../claims/index.js';
import { type Body, boxBody, cutByAll, type Row } from './body.js';
import { maximumOverDomain } from './domain-maximum.js';
import { hullRows } from './hull-rows.js';
import { boxBounds, givenRows } from './pattern-rows.js';
import type { EmptyShape } from './verdict.js';

/** The inputs as affine functions of the variables of a bounded domain: origin + sum_v columns[v] * variable_v. */
export interface InputFrame {
  readonly origin: readonly Rational[];
  readonly columns: readonly (readonly Rational[])[];
  /** The input of each variable and how much the variable changes per unit of it. */
  readonly inputs: readonly number[];
  readonly lengths: readonly Rational[];
}

export function inputFrame(problem: PartitionProblem): InputFrame {
  const at = (v: number) =>
    problem.lift({
      numerators: Array.from({ length: problem.variables }, (_, i) => (i === v ? 1n : 0n)),
      denominator: 1n,
    });
  const origin = at(-1);
  const columns = Array.from({ length: problem.variables }, (_, v) => at(v).map((x, i) => subtract(x, origin[i]!)));
  const { input, factor } = frameOf(problem);
  return { origin, columns, inputs: input, lengths: factor.map((f) => divide(rational(1n), f)) };
}

/** Inequality `index` of a shape: scale * (b - a . x) as a row in the variables. */
interface ClaimedRow {
  readonly index: number;
  readonly row: Row;
  readonly scale: bigint;
}

/** Whether a row says anything: one without variables and with a constant >= 0 does not. */
const saysSomething = ({ row }: ClaimedRow) => row.slice(0, -1).some((entry) => entry !== 0n) || row.at(-1)! < 0n;

function rowOfInequality(frame: InputFrame, a: readonly Rational[], b: Rational, index: number): ClaimedRow {
  const dot = (point: readonly Rational[]) => a.reduce((sum, entry, i) => add(sum, multiply(entry, point[i]!)), ZERO);
  const { numerators, denominator } = integersFromRationals([
    ...frame.columns.map((column) => negate(dot(column))),
    subtract(b, dot(frame.origin)),
  ]);
  return { index, row: numerators, scale: denominator };
}

/** A claimed polytope cut to the domain, with its own inequalities. */
export interface ShapeBody {
  readonly body: Body;
  readonly rows: readonly Row[];
}

/** Makes bodies of claimed shapes. */
export class ShapeReader {
  private readonly frame: InputFrame;

  constructor(
    private readonly problem: PartitionProblem,
    /** The domain as a body. */
    private readonly domain: Body,
  ) {
    this.frame = inputFrame(problem);
  }

  /** For each variable by how much it changes per unit of its input. */
  get lengths(): readonly Rational[] {
    return this.frame.lengths;
  }

  /** The shape of claim `claim`, or why it has no interior in the domain. */
  read(shape: ClaimedShape, claim: number): ShapeBody | EmptyShape {
    return 'vertices' in shape ? this.ofVertices(shape.vertices, claim) : this.ofInequalities(shape, claim);
  }

  private ofVertices(vertices: readonly (readonly Rational[])[], claim: number): ShapeBody | EmptyShape {
    const { inputs, origin, lengths } = this.frame;
    const points = vertices.map((point) =>
      inputs.map((input, v) => multiply(lengths[v]!, subtract(point[input]!, origin[input]!))),
    );
    const hull = points.length === 0 ? { flat: new Array<bigint>(inputs.length + 1).fill(0n) } : hullRows(points);
    if ('flat' in hull) {
      return {
        claim,
        kind: points.length === 0 ? 'empty' : 'flat',
        multipliers: [],
        ...this.inInputs(hull.flat, 1n),
        maximum: ZERO,
      };
    }
    const body = cutByAll(this.domain, hull.rows);
    if (body !== undefined) return { body, rows: hull.rows };
    return this.without(
      hull.rows.map((row, index) => ({ row, scale: 1n, index })),
      claim,
    );
  }

  private ofInequalities(shape: Extract<ClaimedShape, { readonly matrix: unknown }>, claim: number) {
    const rows = shape.matrix.map((a, i) => rowOfInequality(this.frame, a, shape.bounds[i]!, i)).filter(saysSomething);
    const own = rows.map(({ row }) => row);
    const body = cutByAll(this.domain, own);
    return body === undefined ? this.without(rows, claim) : { body, rows: own };
  }

  /** Multipliers of rows that leave no interior in the box: the dual of the largest t with row_i >= t w_i. */
  private without(rows: readonly ClaimedRow[], claim: number): EmptyShape {
    const n = this.problem.variables;
    const { lower, upper } = boxBounds(this.problem);
    const weight = ({ row }: ClaimedRow) => {
      const slope = row.slice(0, n).reduce((sum, entry) => sum + (entry < 0n ? -entry : entry), 0n);
      return slope > 0n ? slope : -row[n]!;
    };
    const answer = solveLp(
      {
        variables: n + 1,
        rows: [
          ...rows.map((own) => [...own.row.slice(0, n), -weight(own), own.row[n]!]),
          ...givenRows(this.problem).map((row) => [...row.slice(0, n), 0n, row[n]!]),
        ],
        lower: [...lower, null],
        upper: [...upper, null],
        objective: [...new Array<bigint>(n).fill(0n), -1n, 0n],
      },
      simplexBackend,
    );
    if (answer.status !== 'optimal' || answer.value.numerator < 0n) {
      throw new Error('shapes: expected a proof that a polytope has no interior, got none');
    }
    const { numerators } = answer.multipliers;
    const weights = rows.map(({ scale }, i) => numerators[i]! * scale);
    let largest = 1n;
    for (const entry of weights) if (entry > largest) largest = entry;
    const sum = Array.from({ length: n + 1 }, (_, k) =>
      rows.reduce((total, { row }, i) => total + numerators[i]! * row[k]!, 0n),
    );
    const combination = this.inInputs(sum, largest);
    const most = maximumOverDomain(this.problem.domain, combination.coefficients, combination.constant);
    if (most === undefined) throw new Error('shapes: expected a bounded combination, got another');
    return {
      claim,
      kind: answer.value.numerator > 0n ? 'empty' : 'flat',
      multipliers: weights.flatMap((entry, i) =>
        entry === 0n ? [] : [{ row: rows[i]!.index, multiplier: rational(entry, largest) }],
      ),
      ...combination,
      maximum: most.value,
      ...(most.conditions && { conditions: most.conditions }),
    };
  }

  /** A row of the variables as an affine function of the inputs. */
  private inInputs(row: Row, divisor: bigint): Pick<EmptyShape, 'coefficients' | 'constant'> {
    const { inputs, lengths, origin } = this.frame;
    const entries = rationalsFromIntegers({ numerators: row, denominator: divisor });
    const coefficients = new Array<Rational>(origin.length).fill(ZERO);
    let constant = entries[inputs.length]!;
    inputs.forEach((input, v) => {
      const slope = multiply(entries[v]!, lengths[v]!);
      coefficients[input] = slope;
      constant = subtract(constant, multiply(slope, origin[input]!));
    });
    return { coefficients, constant };
  }
}

/** The domain of a problem as a body. */
export function domainBody(problem: PartitionProblem): Body {
  const body = cutByAll(boxBody(problem), givenRows(problem));
  if (body === undefined) throw new Error('shapes: expected a domain with interior, got none');
  return body;
}
