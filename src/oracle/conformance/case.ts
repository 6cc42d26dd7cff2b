/**
 * The documents of the conformance suite: its manifest, its cases, what a client is sent and what it answers.
 *
 * Numbers in cases are exact: a JSON number is the double that it names, a text such as "1/3" is that rational. The schemas
 * are exported as JSON Schema beside the suite (`fixtures/conformance/schema`).
 */
import { z } from 'zod';

export const SUITE_FORMAT = 'relu-atlas-conformance-suite';
export const CASE_FORMAT = 'relu-atlas-conformance-case';
export const PROTOCOL = 'relu-atlas-conformance';
export const PROTOCOL_VERSION = 1;

/** What can be asked of a network on a domain, in the order in which score cards list it. */
export const QUESTIONS = [
  'cells',
  'cellsPerLayer',
  'patterns',
  'pieces',
  'maps',
  'evaluate',
  'gradient',
  'clarke',
  'locate',
] as const;
export type Question = (typeof QUESTIONS)[number];

/** A double as JSON writes it, or a rational as text. */
export type JsonNumber = number | string;
const numberSchema = z.union([z.number(), z.string()], 'expected a number or a text such as "1/3"');

const pointSchema = z.array(numberSchema);
const matrixSchema = z.array(z.array(numberSchema));
const patternSchema = z
  .string()
  .regex(/^[+\-0|]*$/, 'expected a pattern such as "+-0|+": one sign per neuron, layers separated by bars');
const countSchema = z.int().min(0);

const none = z.strictObject({});
const atPoints = z.strictObject({ points: z.array(pointSchema).min(1) });

const questionsSchema = z.strictObject({
  cells: none.optional().describe('How many cells are there?'),
  cellsPerLayer: none.optional().describe('Entry k: how many cells has the partition by the first k + 1 layers?'),
  patterns: none.optional().describe('The activation pattern of every cell, in any order.'),
  pieces: none.optional().describe('How many maximal facet-connected sets of cells have one affine map?'),
  maps: none.optional().describe('How many distinct affine maps are there?'),
  evaluate: atPoints.optional().describe('The outputs at each point.'),
  gradient: atPoints.optional().describe("The Jacobian (outputs x inputs) at each point, with relu'(0) = 0."),
  clarke: atPoints.optional().describe('The distinct Jacobians of the cells around each point, in any order.'),
  locate: atPoints.optional().describe('The patterns of all cells that contain each point, in any order.'),
});

/** a . x <= b, or a . x = b. */
export interface LinearJson {
  a: JsonNumber[];
  b: JsonNumber;
}

export type DomainJson =
  | { box: [JsonNumber, JsonNumber][] }
  | { whole: number }
  | {
      inequalities: LinearJson[];
      equalities?: LinearJson[] | undefined;
      box?: [JsonNumber, JsonNumber][] | undefined;
    };

const linear = z.strictObject({ a: pointSchema, b: numberSchema });
const domainSchema: z.ZodType<DomainJson> = z.union([
  z.strictObject({ box: z.array(z.tuple([numberSchema, numberSchema])) }),
  z.strictObject({ whole: z.int().min(1) }),
  z
    .strictObject({
      inequalities: z.array(linear),
      equalities: z.array(linear).optional(),
      box: z.array(z.tuple([numberSchema, numberSchema])).optional(),
    })
    .describe('a . x <= b for every inequality, a . x = b for every equality, x in the box'),
]);

/** The network, in the JSON format of the project. */
export interface NetworkJson {
  [key: string]: unknown;
  format: 'relu-atlas-network';
  version: 1;
  inputs: number;
  layers: unknown[];
}

const networkSchema: z.ZodType<NetworkJson> = z
  .looseObject({
    format: z.literal('relu-atlas-network'),
    version: z.literal(1),
    inputs: z.int().min(1),
    layers: z.array(z.unknown()).min(1),
  })
  .describe('The network, in the JSON format of the project (README, "Files").');

/** A question about each of some points. */
export interface PointsJson {
  points: JsonNumber[][];
}

/** Which questions are asked. */
export interface QuestionsJson {
  cells?: Record<string, never> | undefined;
  cellsPerLayer?: Record<string, never> | undefined;
  patterns?: Record<string, never> | undefined;
  pieces?: Record<string, never> | undefined;
  maps?: Record<string, never> | undefined;
  evaluate?: PointsJson | undefined;
  gradient?: PointsJson | undefined;
  clarke?: PointsJson | undefined;
  locate?: PointsJson | undefined;
}

/** What a client reads on its standard input. */
export interface Request {
  protocol: typeof PROTOCOL;
  version: typeof PROTOCOL_VERSION;
  id: string;
  network: NetworkJson;
  onnx?: string | undefined;
  domain: DomainJson;
  questions: QuestionsJson;
}

export const requestSchema: z.ZodType<Request> = z.strictObject({
  protocol: z.literal(PROTOCOL),
  version: z.literal(PROTOCOL_VERSION),
  id: z.string().describe('To be repeated in the answer.'),
  network: networkSchema,
  onnx: z.base64().optional().describe('The same function as an ONNX model; patterns are about `network`.'),
  domain: domainSchema,
  questions: questionsSchema,
});

const unsupported = z.literal('unsupported');

/** The form of the answer to each question. */
export const answerSchemas = {
  cells: countSchema,
  cellsPerLayer: z.array(countSchema),
  patterns: z.array(patternSchema),
  pieces: countSchema,
  maps: countSchema,
  evaluate: z.array(pointSchema),
  gradient: z.array(matrixSchema),
  clarke: z.array(z.array(matrixSchema)),
  locate: z.array(z.array(patternSchema)),
} as const satisfies { readonly [Q in Question]: z.ZodType<Answers[Q]> };

/** The answers, by question. */
export interface Answers {
  cells: number;
  cellsPerLayer: number[];
  patterns: string[];
  pieces: number;
  maps: number;
  evaluate: JsonNumber[][];
  gradient: JsonNumber[][][];
  clarke: JsonNumber[][][][];
  locate: string[][];
}
export type Answer<Q extends Question> = Answers[Q];

/** What a client writes on its standard output. A question that is left out counts as unsupported. */
export const responseSchema = z.strictObject({
  id: z.string(),
  answers: z.strictObject({
    cells: answerSchemas.cells.or(unsupported).optional(),
    cellsPerLayer: answerSchemas.cellsPerLayer.or(unsupported).optional(),
    patterns: answerSchemas.patterns.or(unsupported).optional(),
    pieces: answerSchemas.pieces.or(unsupported).optional(),
    maps: answerSchemas.maps.or(unsupported).optional(),
    evaluate: answerSchemas.evaluate.or(unsupported).optional(),
    gradient: answerSchemas.gradient.or(unsupported).optional(),
    clarke: answerSchemas.clarke.or(unsupported).optional(),
    locate: answerSchemas.locate.or(unsupported).optional(),
  }),
});

/** A response of which only the frame is checked: each answer is judged for itself. */
export const responseFrameSchema = z.object({ id: z.string(), answers: z.record(z.string(), z.unknown()) });

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The exact answers: the number of cells always, the others where they are asked. */
export interface Expected extends Partial<Omit<OrUndefined<Answers>, 'cells' | 'cellsPerLayer' | 'patterns'>> {
  cells: number;
  cellsPerLayer: number[];
  patterns?: { sha256: string; list?: string[] | undefined } | undefined;
}

type OrUndefined<T> = { [K in keyof T]: T[K] | undefined };

const expectedSchema: z.ZodType<Expected> = z.strictObject({
  cells: countSchema,
  cellsPerLayer: answerSchemas.cellsPerLayer,
  patterns: z
    .strictObject({
      sha256: sha256.describe('Of the patterns, sorted by code units, each followed by a newline.'),
      list: answerSchemas.patterns
        .optional()
        .describe('All of them, where they are few; the certificate has them all.'),
    })
    .optional(),
  pieces: answerSchemas.pieces.optional(),
  maps: answerSchemas.maps.optional(),
  evaluate: answerSchemas.evaluate.optional(),
  gradient: answerSchemas.gradient.optional(),
  clarke: answerSchemas.clarke.optional(),
  locate: answerSchemas.locate.optional(),
});

/** A case: a request, the reason why it exists, and the exact answers. */
export interface ConformanceCase {
  format: typeof CASE_FORMAT;
  version: 1;
  id: string;
  category: string;
  /** What goes wrong in other implementations. */
  why: string;
  /** Where the number of cells comes from, beside the certificate. */
  source: string;
  network: NetworkJson;
  onnx?: string | undefined;
  domain: DomainJson;
  questions: QuestionsJson;
  expected: Expected;
}

export const caseSchema: z.ZodType<ConformanceCase> = z.strictObject({
  format: z.literal(CASE_FORMAT),
  version: z.literal(1),
  id: z.string(),
  category: z.string(),
  why: z.string().describe('What goes wrong in other implementations.'),
  source: z.string().describe('Where the number of cells comes from, beside the certificate.'),
  network: networkSchema,
  onnx: z.base64().optional(),
  domain: domainSchema,
  questions: questionsSchema,
  expected: expectedSchema,
});

/** The list of all cases, with the digests of their files. */
export interface Manifest {
  format: typeof SUITE_FORMAT;
  version: 1;
  suite: string;
  categories: { name: string; title: string }[];
  /** SHA-256 of cases/ID.json and of certificates/ID.cert. */
  cases: { id: string; category: string; sha256: string; certificate: string }[];
}

export const manifestSchema: z.ZodType<Manifest> = z.strictObject({
  format: z.literal(SUITE_FORMAT),
  version: z.literal(1),
  suite: z.string().regex(/^\d+\.\d+\.\d+$/),
  categories: z.array(z.strictObject({ name: z.string(), title: z.string() })),
  cases: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]+$/, 'expected a name of small letters, digits and hyphens'),
      category: z.string(),
      /** SHA-256 of cases/ID.json. */
      sha256,
      /** SHA-256 of certificates/ID.cert. */
      certificate: sha256,
    }),
  ),
});

/** The JSON Schemas of the suite's documents, by file name. */
export function conformanceSchemas(): Readonly<Record<string, object>> {
  const schemas = { manifest: manifestSchema, case: caseSchema, request: requestSchema, response: responseSchema };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [`${name}.schema.json`, z.toJSONSchema(schema)]),
  );
}

/** What a client is sent of a case: everything but the answers. */
export function requestOf(conformanceCase: ConformanceCase): Request {
  const { id, network, onnx, domain, questions } = conformanceCase;
  return {
    protocol: PROTOCOL,
    version: PROTOCOL_VERSION,
    id,
    network,
    ...(onnx !== undefined && { onnx }),
    domain,
    questions,
  };
}
