/**
 * An unsafe set as a domain and what is unsafe on it: conditions on inputs that all disjuncts share are the domain.
 */
import type { ConditionRow } from '../checker/index.js';
import { content, magnitude, ONE, type Rational, rational } from '../exact/index.js';
import type { PlainDomain, PlainRow } from './plain.js';
import type { PlainCondition } from './plain-proof.js';

/** Where a condition of a disjunct stands. */
export interface ConditionPlace {
  readonly kind: 'domain' | 'own';
  readonly index: number;
  /** What stands there is this times the condition. */
  readonly factor: Rational;
}

export interface PlainQuestion {
  readonly domain: PlainDomain;
  /** How many conditions the domain has. */
  readonly conditions: number;
  readonly unsafe: readonly (readonly PlainCondition[])[];
  /** For every condition of every disjunct where it stands. */
  readonly places: readonly (readonly ConditionPlace[])[];
}

export const concernsInputsAlone = ({ outputs }: ConditionRow) => outputs.every((a) => a === 0n);

/** The same for two conditions on inputs that say the same. */
function textOf({ inputs, constant }: ConditionRow): string {
  const entries = [...inputs, constant];
  const divisor = content(entries);
  return (divisor === 0n ? entries : entries.map((entry) => entry / divisor)).join();
}

const usedInputs = ({ inputs }: ConditionRow) => inputs.flatMap((a, i) => (a === 0n ? [] : [i]));

/** The condition in 2 i + (0 for a lower bound, 1 for an upper one), if it bounds one input i. */
export function faceOf(row: ConditionRow): number | undefined {
  const used = usedInputs(row);
  if (used.length !== 1 || !concernsInputsAlone(row)) return undefined;
  const input = used[0]!;
  return 2 * input + (row.inputs[input]! > 0n ? 0 : 1);
}

/** The box of conditions that bound every input once from each side; undefined if they are others. */
function boxOf(shared: readonly ConditionRow[], inputs: number) {
  const faces = shared.map(faceOf);
  if (shared.length !== 2 * inputs || new Set(faces).size !== shared.length || faces.includes(undefined))
    return undefined;
  const sizes = shared.map((row, c) => magnitude(row.inputs[faces[c]! >> 1]!));
  let denominator = 1n;
  for (const size of sizes) denominator *= size / content([size, denominator]);
  const bounds = Array.from({ length: inputs }, (): [bigint, bigint] => [0n, 0n]);
  shared.forEach(({ constant }, c) => {
    const side = faces[c]! % 2;
    bounds[faces[c]! >> 1]![side] = ((side === 0 ? -constant : constant) * denominator) / sizes[c]!;
  });
  const places = shared.map(
    (_, c): ConditionPlace => ({ kind: 'domain', index: faces[c]!, factor: rational(denominator, sizes[c]!) }),
  );
  return { domain: { kind: 'box', denominator, bounds } as const, places };
}

/** @param rows those of `loweredUnsafe`, by disjuncts */
export function plainQuestion(rows: readonly (readonly ConditionRow[])[], inputs: number): PlainQuestion {
  const texts = rows.map((disjunct) =>
    disjunct.map((row) => (concernsInputsAlone(row) && !row.strict ? textOf(row) : undefined)),
  );
  const known = new Set<string>();
  const shared = (rows[0] ?? []).filter((_, c) => {
    const text = texts[0]![c];
    if (text === undefined || known.has(text) || !texts.every((own) => own.includes(text))) return false;
    known.add(text);
    return true;
  });
  const asRow = ({ inputs, constant }: ConditionRow): PlainRow => [constant, ...inputs];
  const box = boxOf(shared, inputs);
  const domain: PlainDomain =
    box?.domain ??
    (shared.length === 0
      ? { kind: 'whole', dimension: inputs }
      : { kind: 'polytope', dimension: inputs, inequalities: shared.map(asRow), equalities: [] });
  const sharedTexts = shared.map(textOf);
  const placed = rows.map((disjunct, d) => {
    const own: PlainCondition[] = [];
    const places = disjunct.map((row, c): ConditionPlace => {
      const text = texts[d]![c];
      const s = text === undefined ? -1 : sharedTexts.indexOf(text);
      if (s >= 0) {
        const { index, factor } = box?.places[s] ?? { index: s, factor: ONE };
        // Conditions that say the same may be multiples of each other.
        const [ours, theirs] = [asRow(row), asRow(shared[s]!)].map((entries) => content(entries)) as [bigint, bigint];
        const ratio = ours === 0n ? ONE : rational(theirs * factor.numerator, ours * factor.denominator);
        return { kind: 'domain', index, factor: ratio };
      }
      own.push({ inputs: asRow(row), outputs: concernsInputsAlone(row) ? [] : row.outputs, strict: row.strict });
      return { kind: 'own', index: own.length - 1, factor: ONE };
    });
    return { own, places };
  });
  return {
    domain,
    conditions: shared.length,
    unsafe: placed.map(({ own }) => own),
    places: placed.map(({ places }) => places),
  };
}
