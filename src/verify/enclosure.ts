/**
 * Boxes around input sets whose single conditions give none: polytopes, boxes in other coordinates. Two linear programs an input say how far
 * it goes; their multipliers prove it (`checker/enclosure.ts`).
 */
import { BOX, type IntegerRows, type RecordWriter, writeIntegerRows, writeSigned } from '../certificate/index.js';
import { boxOf, type ConditionRow, type GridBox, type LoweredUnsafe, provesBox } from '../checker/index.js';
import {
  add,
  bitLength,
  compare,
  divide,
  integersFromRationals,
  multiply,
  negate,
  type Rational,
  rational,
  rationalsFromIntegers,
} from '../exact/index.js';
import { simplexBackend, solveLp } from '../lp/index.js';

/** The finest grid, and the length of places on it, that the relaxation takes. */
const FINEST_GRID = 48;
const PLACE_BITS = 46;

/** With more inputs than this, those that have bounds of their own keep them. */
const MANY = 64;

export interface Enclosure {
  readonly box: GridBox;
  /** For every input the multipliers of its lower face, then of its upper one. */
  readonly faces: readonly IntegerRows[];
}

/** A condition on one input alone as its bound. */
interface OwnBound {
  readonly row: number;
  readonly value: Rational;
}

/** The conditions on inputs alone: those on one input by input and side, and the others. */
interface InputRows {
  readonly lower: readonly (OwnBound | undefined)[];
  readonly upper: readonly (OwnBound | undefined)[];
  readonly others: readonly number[];
}

function inputRowsOf(conditions: readonly ConditionRow[], inputs: number): InputRows {
  const lower = new Array<OwnBound | undefined>(inputs).fill(undefined);
  const upper = new Array<OwnBound | undefined>(inputs).fill(undefined);
  const others: number[] = [];
  conditions.forEach(({ inputs: row, outputs, constant }, number) => {
    if (outputs.some((value) => value !== 0n)) return;
    const used = row.flatMap((value, i) => (value === 0n ? [] : [i]));
    if (used.length !== 1) {
      if (used.length > 1) others.push(number);
      return;
    }
    const input = used[0]!;
    const value = divide(rational(-constant), rational(row[input]!));
    const side = row[input]! > 0n ? lower : upper;
    const known = side[input];
    const isBetter = known === undefined || compare(value, known.value) === (side === lower ? 1 : -1);
    if (isBetter) side[input] = { row: number, value };
  });
  return { lower, upper, others };
}

/** A face: how far an input goes, and why. */
interface Face {
  readonly value: Rational;
  readonly by: IntegerRows;
}

/** The least side * x_input, with multipliers of conditions; undefined if there is none. */
function faceOf(
  conditions: readonly ConditionRow[],
  { lower, upper, others }: InputRows,
  input: number,
  side: 1 | -1,
): Face | undefined {
  const inputs = lower.length;
  const objective = new Array<bigint>(inputs + 1).fill(0n);
  objective[input] = BigInt(side);
  const rows = others.map((number) => [...conditions[number]!.inputs, conditions[number]!.constant]);
  const answer = solveLp(
    {
      variables: inputs,
      rows,
      lower: lower.map((bound) => bound?.value ?? null),
      upper: upper.map((bound) => bound?.value ?? null),
      objective,
    },
    simplexBackend,
  );
  if (answer.status !== 'optimal') return undefined;
  const weights = rationalsFromIntegers(answer.multipliers);
  const used = new Map<number, Rational>();
  others.forEach((number, r) => {
    if (weights[r]!.numerator !== 0n) used.set(number, weights[r]!);
  });
  // What is left of the objective is bounded by the bounds of single inputs.
  for (let i = 0; i < inputs; i++) {
    const left = rows.reduce(
      (sum, row, r) => add(sum, negate(multiply(weights[r]!, rational(row[i]!)))),
      rational(objective[i]!),
    );
    if (left.numerator === 0n) continue;
    const bound = (left.numerator > 0n ? lower : upper)[i];
    if (bound === undefined) return undefined;
    used.set(bound.row, divide(left, rational(conditions[bound.row]!.inputs[i]!)));
  }
  const numbers = [...used.keys()].sort((a, b) => a - b);
  const { numerators } = integersFromRationals(numbers.map((number) => used.get(number)!));
  const value = side > 0 ? answer.value : negate(answer.value);
  return { value, by: { rows: numbers, values: numerators } };
}

/** The largest integer at most 2^grid value. */
function floorOn(grid: number, { numerator, denominator }: Rational): number {
  const scaled = numerator << BigInt(grid);
  const quotient = scaled / denominator;
  return Number(scaled < 0n && quotient * denominator !== scaled ? quotient - 1n : quotient);
}

/** The smallest box of a grid around the points that satisfy the conditions on inputs; undefined if they go on for ever, or there are none. */
export function enclosureOf(conditions: readonly ConditionRow[], inputs: number): Enclosure | undefined {
  const rows = inputRowsOf(conditions, inputs);
  if (
    rows.lower.some(
      (bound, i) =>
        bound !== undefined && rows.upper[i] !== undefined && compare(bound.value, rows.upper[i]!.value) > 0,
    )
  ) {
    return undefined;
  }
  const isRelated = (i: number) => rows.others.some((number) => conditions[number]!.inputs[i] !== 0n);
  const faces: Face[] = [];
  for (let i = 0; i < inputs; i++) {
    const isKnown = rows.lower[i] !== undefined && rows.upper[i] !== undefined;
    for (const side of [1, -1] as const) {
      const own = (side > 0 ? rows.lower : rows.upper)[i];
      const isLeft = isKnown && (inputs > MANY || !isRelated(i));
      const face = isLeft
        ? { value: own!.value, by: { rows: [own!.row], values: [1n] } }
        : isKnown || isRelated(i)
          ? faceOf(conditions, rows, i, side)
          : undefined;
      if (face === undefined) return undefined;
      faces.push(face);
    }
  }
  let exponent = 0;
  for (const { value } of faces) {
    exponent = Math.max(exponent, bitLength(value.numerator) - bitLength(value.denominator) + 1);
  }
  const grid = Math.min(FINEST_GRID, PLACE_BITS - exponent);
  if (grid < 0) return undefined;
  const lower = faces.flatMap(({ value }, f) => (f % 2 === 0 ? [floorOn(grid, value)] : []));
  const upper = faces.flatMap(({ value }, f) => (f % 2 === 1 ? [-floorOn(grid, negate(value))] : []));
  const box = boxOf(grid, lower, upper);
  const by = faces.map((face) => face.by);
  if (box === undefined || !provesBox(conditions, box, by)) return undefined;
  return { box, faces: by };
}

/** For every root without a box that has one all the same: by its first disjunct. */
export function enclosuresOf({ roots, rows, inputs }: LoweredUnsafe): Map<number, Enclosure> {
  const enclosures = new Map<number, Enclosure>();
  for (const { box, disjuncts } of roots) {
    if (box !== undefined) continue;
    const enclosure = enclosureOf(rows[disjuncts[0]!]!, inputs);
    if (enclosure !== undefined) enclosures.set(disjuncts[0]!, enclosure);
  }
  return enclosures;
}

/** Where to look for points of a set that goes on for ever. */
export function anyBox(inputs: number): GridBox {
  const grid = 30;
  const reach = 2 ** 40;
  return { grid, lower: new Float64Array(inputs).fill(-reach), upper: new Float64Array(inputs).fill(reach) };
}

export function writeEnclosure(records: RecordWriter, { box, faces }: Enclosure): void {
  records.byte(BOX);
  records.varint(box.grid);
  records.varint(box.lower.length);
  box.lower.forEach((place, i) => {
    writeSigned(records, place);
    writeIntegerRows(records, faces[2 * i]!);
    writeSigned(records, box.upper[i]!);
    writeIntegerRows(records, faces[2 * i + 1]!);
  });
}
