/**
 * Claims as JSON.
 *
 *     { "format": "relu-atlas-claim", "version": 1, "claim": KIND, "precision": {...}, KIND-specific keys }
 *
 * | claim | keys |
 * |---|---|
 * | `"count"` | `"of"`: `"cells"`, `"pieces"` or `"maps"`; `"count"`: an integer |
 * | `"patterns"` | `"patterns"`: a list of patterns, or of `{"pattern": ..., "map": MAP}`; `"encoding"` (see `pattern-encoding.ts`) |
 * | `"points"` | `"points"`: a list of points, one inside each cell |
 * | `"values"` | `"values"`: a list of `{"point": [...], "outputs": [...], "jacobian": [[...]]}`, either of the last two |
 * | `"cells"` | `"cells"`: a list of `{"A": [[...]], "b": [...]}` (A x <= b) or `{"vertices": [[...]]}`, each with an optional `"pattern"` and `"map"` |
 *
 * MAP is `{"jacobian": outputs x inputs, "constant": [...]}`. `"precision"` says how far the claim's numbers may be from what
 * they stand for (`matching.ts`): `{"coordinates": e, "values": e, "relative": e}`, each 0 unless given. A number is the
 * double that JSON makes of it, taken exactly; a text such as "1/3" or "0.1" is that rational.
 *
 * As JSON Lines the first line is the object without its list, and every further line one item of the list.
 */
import { z } from 'zod';
import { type Rational, rationalFromDouble } from '../../exact/index.js';
import { entryOfJson, FormatError, isRational, valueOfJson } from '../../formats/index.js';
import { conforming } from '../../formats/json/index.js';
import type { Network } from '../../network/index.js';
import type { CellsClaim, Claim, ClaimedMap, ClaimedShape, Precision } from './claim.js';
import { COUNTED } from './claim.js';
import { EXACT } from './matching.js';
import { ENCODINGS, jsonPatterns, tableOfPatterns } from './pattern-encoding.js';

export const CLAIM_FORMAT = 'relu-atlas-claim';

/** Numbers are checked one by one with their place. */
const numbers = z.custom<readonly unknown[]>(Array.isArray, 'expected a list of numbers');
const matrix = z.array(numbers, 'expected a list of rows');
const items = z.array(z.unknown(), 'expected a list');

const mapSchema = z.strictObject({ jacobian: matrix, constant: numbers });
const precisionSchema = z.strictObject({
  coordinates: z.unknown().optional(),
  values: z.unknown().optional(),
  relative: z.unknown().optional(),
});

const head = {
  format: z.literal(CLAIM_FORMAT),
  version: z.literal(1, 'expected version 1, the only one this program reads'),
};
const rounded = { ...head, precision: precisionSchema.optional() };
const encoding = z.enum(ENCODINGS).optional();

/** How far the numbers of a claim may be from what they stand for; each is a number or a rational text, 0 unless given. */
export interface PrecisionJson {
  coordinates?: unknown;
  values?: unknown;
  relative?: unknown;
}

interface ClaimHead {
  format: typeof CLAIM_FORMAT;
  version: 1;
}

interface RoundedHead extends ClaimHead {
  precision?: PrecisionJson | undefined;
}

/** A claim file; the items of its lists are looked at one by one. */
export type ClaimJson =
  | (ClaimHead & { claim: 'count'; of: (typeof COUNTED)[number]; count: number })
  | (RoundedHead & { claim: 'patterns'; encoding?: (typeof ENCODINGS)[number] | undefined; patterns: unknown[] })
  | (RoundedHead & { claim: 'points'; points: unknown[] })
  | (RoundedHead & { claim: 'values'; values: unknown[] })
  | (RoundedHead & { claim: 'cells'; encoding?: (typeof ENCODINGS)[number] | undefined; cells: unknown[] });

/** Exported so that other documents (JSON-RPC) can contain a claim. */
export const claimSchema: z.ZodType<ClaimJson> = z.discriminatedUnion(
  'claim',
  [
    z.strictObject({ ...head, claim: z.literal('count'), of: z.enum(COUNTED), count: z.int().min(0) }),
    z.strictObject({ ...rounded, claim: z.literal('patterns'), encoding, patterns: items }),
    z.strictObject({ ...rounded, claim: z.literal('points'), points: items }),
    z.strictObject({ ...rounded, claim: z.literal('values'), values: items }),
    z.strictObject({ ...rounded, claim: z.literal('cells'), encoding, cells: items }),
  ],
  'expected "count", "patterns", "points", "values" or "cells"',
);

const patternItem = z.strictObject({ pattern: z.unknown(), map: mapSchema.optional() });
const valueItem = z
  .strictObject({ point: numbers, outputs: numbers.optional(), jacobian: matrix.optional() })
  .refine(({ outputs, jacobian }) => outputs !== undefined || jacobian !== undefined, 'expected outputs or a jacobian');
const described = { pattern: z.unknown().optional(), map: mapSchema.optional() };
const cellItem = z.union(
  [z.strictObject({ A: matrix, b: numbers, ...described }), z.strictObject({ vertices: matrix, ...described })],
  'expected {"A": [[...]], "b": [...]} or {"vertices": [[...]]}, with an optional "pattern" and "map"',
);

/** The value with a place in front of what is wrong with it. */
function fitting<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  try {
    return conforming(schema, value);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError([place, error.place].filter((part) => part !== '').join('.'), error.problem);
  }
}

function numberAt(value: unknown, place: () => string): Rational {
  const entry = entryOfJson(value, place);
  return isRational(entry) ? entry : rationalFromDouble(entry);
}

function vectorAt(values: readonly unknown[], length: number, what: string, place: string): Rational[] {
  if (values.length !== length) {
    throw new FormatError(place, `expected ${length} numbers, one per ${what}, got ${values.length}; correct it`);
  }
  return values.map((value, i) => numberAt(value, () => `${place}[${i}]`));
}

function rowsAt(rows: readonly (readonly unknown[])[], length: number, what: string, place: string): Rational[][] {
  return rows.map((row, r) => vectorAt(row, length, what, `${place}[${r}]`));
}

/** A claimed map as JSON. @throws FormatError */
export function mapOfJson(value: unknown, network: Network, place: string): ClaimedMap {
  return mapAt(fitting(mapSchema, value, place), network, place);
}

function mapAt(map: z.infer<typeof mapSchema>, network: Network, place: string): ClaimedMap {
  const { inputs, outputs } = network;
  if (map.jacobian.length !== outputs) {
    const got = map.jacobian.length;
    throw new FormatError(`${place}.jacobian`, `expected ${outputs} rows, one per output, got ${got}; correct it`);
  }
  return {
    jacobian: rowsAt(map.jacobian, inputs, 'input', `${place}.jacobian`),
    constant: vectorAt(map.constant, outputs, 'output', `${place}.constant`),
  };
}

/** All or none. @throws FormatError at the first item without */
function allOrNone<T>(values: readonly (T | undefined)[], what: string, place: (k: number) => string): T[] | undefined {
  if (values.every((value) => value === undefined)) return undefined;
  const without = values.indexOf(undefined);
  if (without >= 0) throw new FormatError(place(without), `expected a ${what}, as others have one; add it or drop all`);
  return values as T[];
}

/** @throws FormatError for what is negative */
export function precisionOf(stated: z.infer<typeof precisionSchema> | undefined): Precision {
  const part = (name: keyof Precision): Rational => {
    const value = stated?.[name];
    if (value === undefined) return EXACT[name];
    const number = numberAt(value, () => `precision.${name}`);
    if (number.numerator >= 0n) return number;
    throw new FormatError(`precision.${name}`, 'expected a number that is not negative; drop the sign');
  };
  return { coordinates: part('coordinates'), values: part('values'), relative: part('relative') };
}

function patternsClaim(content: Extract<ClaimJson, { claim: 'patterns' }>, network: Network, place: Placing): Claim {
  const parsed = content.patterns.map((value, k) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? fitting(patternItem, value, place('patterns', k))
      : { pattern: value },
  );
  const where = (k: number) => place('patterns', k);
  const source = jsonPatterns(
    parsed.map(({ pattern }) => pattern),
    network,
    where,
  );
  const maps = allOrNone(
    parsed.map((item, k) => ('map' in item && item.map ? mapAt(item.map, network, `${where(k)}.map`) : undefined)),
    'map',
    where,
  );
  const patterns = tableOfPatterns(network, source, content.encoding);
  return { kind: 'patterns', patterns, ...(maps && { maps }), precision: precisionOf(content.precision) };
}

function valuesClaim(content: Extract<ClaimJson, { claim: 'values' }>, network: Network, place: Placing): Claim {
  const where = (k: number) => place('values', k);
  const parsed = content.values.map((value, k) => fitting(valueItem, value, where(k)));
  const points = parsed.map(({ point }, k) => vectorAt(point, network.inputs, 'input', `${where(k)}.point`));
  const outputs = allOrNone(
    parsed.map((item, k) => item.outputs && vectorAt(item.outputs, network.outputs, 'output', `${where(k)}.outputs`)),
    'list of outputs',
    where,
  );
  const jacobians = allOrNone(
    parsed.map((item, k) => {
      if (item.jacobian === undefined) return undefined;
      const zero = new Array<number>(network.outputs).fill(0);
      return mapAt({ jacobian: item.jacobian, constant: zero }, network, where(k)).jacobian;
    }),
    'jacobian',
    where,
  );
  const precision = precisionOf(content.precision);
  return { kind: 'values', points, ...(outputs && { outputs }), ...(jacobians && { jacobians }), precision };
}

function shapeAt(item: z.infer<typeof cellItem>, inputs: number, place: string): ClaimedShape {
  if ('vertices' in item) return { vertices: rowsAt(item.vertices, inputs, 'input', `${place}.vertices`) };
  const matrix = rowsAt(item.A, inputs, 'input', `${place}.A`);
  return { matrix, bounds: vectorAt(item.b, matrix.length, 'row of A', `${place}.b`) };
}

function cellsClaim(content: Extract<ClaimJson, { claim: 'cells' }>, network: Network, place: Placing): CellsClaim {
  const where = (k: number) => place('cells', k);
  const parsed = content.cells.map((value, k) => fitting(cellItem, value, where(k)));
  const shapes = parsed.map((item, k) => shapeAt(item, network.inputs, where(k)));
  const patterns = allOrNone(
    parsed.map(({ pattern }) => pattern),
    'pattern',
    where,
  );
  const maps = allOrNone(
    parsed.map(({ map }, k) => map && mapAt(map, network, `${where(k)}.map`)),
    'map',
    where,
  );
  return {
    kind: 'cells',
    shapes,
    ...(patterns && { patterns: tableOfPatterns(network, jsonPatterns(patterns, network, where), content.encoding) }),
    ...(maps && { maps }),
    precision: precisionOf(content.precision),
  };
}

/** The place of item k of a list, for messages. */
type Placing = (list: string, k: number) => string;
const inList: Placing = (list, k) => `${list}[${k}]`;

/**
 * A claim from a parsed JSON document.
 *
 * @throws FormatError naming the first thing that is wrong, lengths that do not fit the network included
 */
export function claimOfJson(value: unknown, network: Network, place: Placing = inList): Claim {
  const content = conforming(claimSchema, value);
  switch (content.claim) {
    case 'count':
      return { kind: 'count', of: content.of, count: content.count };
    case 'patterns':
      return patternsClaim(content, network, place);
    case 'points': {
      const points = content.points.map((point, k) =>
        vectorAt(fitting(numbers, point, place('points', k)), network.inputs, 'input', place('points', k)),
      );
      return { kind: 'points', points, precision: precisionOf(content.precision) };
    }
    case 'values':
      return valuesClaim(content, network, place);
    case 'cells':
      return cellsClaim(content, network, place);
  }
}

/** A claim from JSON Lines: the head, then one item per line; empty lines are skipped. @throws FormatError naming the line */
export function claimOfJsonLines(text: string, network: Network): Claim {
  const lines = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));
  const [first, ...rest] = lines;
  if (first === undefined) throw new FormatError('line 1', 'expected the head of a claim, got nothing; write it first');
  const parse = ({ line, number }: { line: string; number: number }): unknown => {
    try {
      return valueOfJson(line);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new FormatError(`line ${number}`, error.problem);
    }
  };
  const value = parse(first);
  if (typeof value !== 'object' || value === null || !('claim' in value) || typeof value.claim !== 'string') {
    throw new FormatError('line 1', `expected {"format":"${CLAIM_FORMAT}","version":1,"claim":...}; write it first`);
  }
  const list = value.claim;
  if (list in value || list === 'count') {
    throw new FormatError(
      'line 1',
      `expected the head of a list of ${list}, got all of it; use .json for one document`,
    );
  }
  return claimOfJson({ ...value, [list]: rest.map(parse) }, network, (_, k) => `line ${rest[k]!.number}`);
}
