/**
 * The validators of everything that the oracle is asked and answers: the program checks with them, and the machine-read
 * description of the protocol (`description.ts`) is generated from them.
 *
 * Exact numbers travel as JSON numbers, each meaning the double that it is read as, or as texts such as "1/3" or "0.1",
 * taken as they are written. Answers are numbers only where a double is the exact value.
 */
import { z } from 'zod';
import { ENGINE_NAMES } from '../engines/index.js';
import { LANGUAGES } from '../formula/index.js';
import { claimSchema } from '../oracle/claims/index.js';
import { LIMITS } from './limits.js';

/** An exact number of a question. */
export const exactNumber = z
  .union([z.number(), z.string().max(2000)], 'expected a finite number or a text such as "1/3"')
  .describe('a number (the double it is read as, exactly) or a rational or decimal text such as "1/3" or "0.1"');

export const point = z.array(exactNumber).min(1).describe('one coordinate per input');

/** An exact number of an answer. */
const exactAnswer = z.union([z.number(), z.string()]).describe('a number if a double is the value, else a text "p/q"');
const rationalText = z.string().describe('an integer or a fraction in lowest terms: "-3", "1/3"');
const rounded = z
  .union([z.number(), z.enum(['Infinity', '-Infinity'])])
  .describe('rounded to nearest, ties to even; beyond the range "Infinity" or "-Infinity"');

export const handle = z.string().describe('a handle that `load` returned');

export const inlineNetwork = z
  .looseObject({ layers: z.array(z.unknown()) })
  .describe('a network in the JSON format of relu-atlas (README, "Files")');

/** The network that a question is about. */
export const subject = z
  .union(
    [handle, z.strictObject({ path: z.string().min(1).max(4096) }), inlineNetwork],
    'expected a handle, {"path":FILE} or a network in JSON',
  )
  .optional()
  .describe(
    'a handle of `load`, or {"path":file} or a network in JSON, which is loaded on first use and kept; left out: the one network that is loaded',
  );

export const domain = z
  .union(
    [
      z.looseObject({ box: z.array(z.tuple([exactNumber, exactNumber])).min(1) }).describe('[lower, upper] per input'),
      z.looseObject({ whole: z.union([z.literal(true), z.int().positive()]) }).describe('all of R^n: true, or n'),
      z
        .looseObject({ inequalities: z.array(z.looseObject({})) })
        .describe(
          'a polytope as domain files have it: {"inequalities":[{"a":[..],"b":c},...]}, "equalities" and "box" if wanted',
        ),
      z.looseObject({ equalities: z.array(z.looseObject({})) }).describe('the same without inequalities'),
    ],
    'expected {"box":[[lower,upper],...]}, {"whole":true} or {"inequalities":[{"a":[...],"b":...},...]}',
  )
  .describe("a box, a polytope or the whole space; left out: the network file's own domain if it has one");

const timeout = z
  .number()
  .positive()
  .max(LIMITS.seconds.most)
  .optional()
  .describe("seconds after which the request ends with error -32004; at most the server's own limit");
const token = z
  .union([z.string().max(200), z.number()])
  .optional()
  .describe('ask for notifications `$/progress` with this token');
const force = z
  .boolean()
  .optional()
  .describe('also replace a file that this kind of question did not make; inputs are never replaced');
const workers = z.int().min(1).max(256).optional().describe('worker threads; default: the cores but one');

const pattern = z
  .string()
  .describe('signs of the pre-activations, layers separated by bars: "+-0|+"; 0: on its crease, or does not bend');
const neuron = z.tuple([z.int(), z.int()]).describe('[activation layer, index], from 0');
const onCrease = z.array(neuron).describe('the neurons that bend and are exactly 0 at the point');
const matrix = z.array(z.array(exactAnswer)).describe('outputs x inputs');
const affineMap = z.strictObject({ jacobian: matrix, constant: z.array(exactAnswer) });
const bound = z.strictObject({ input: z.int(), side: z.enum(['lower', 'upper']) });
const inequality = {
  coefficients: z.array(exactAnswer).describe('coefficients . x + constant >= 0 on the cell'),
  constant: exactAnswer,
};
const details = z
  .array(z.enum(['map', 'inequalities', 'facets', 'vertices', 'faces', 'volume']))
  .optional()
  .describe('what to tell of each cell beside pattern and inner point');

const partitionDetails = z
  .array(z.enum(['map', 'inequalities', 'facets', 'vertices', 'faces', 'volume', 'width']))
  .optional()
  .describe('what to tell of each cell beside pattern and inner point');

const cell = z.strictObject({
  pattern,
  witness: z.array(exactAnswer).describe('a point strictly inside'),
  inside: z.array(exactAnswer).describe('the name of `witness` in version 1'),
  jacobian: matrix.optional().describe('of the map, with the detail `map`'),
  constant: z.array(exactAnswer).optional().describe('the map is jacobian . x + constant'),
  map: affineMap.optional().describe('both, as in version 1'),
  vertices: z
    .array(z.array(exactAnswer))
    .optional()
    .describe('up to dimension 6; with two free inputs counterclockwise'),
  faces: z
    .array(z.array(z.int()))
    .optional()
    .describe('positions in `vertices` per facet; with three free inputs cycles, counterclockwise from outside'),
  volume: exactAnswer.optional().describe('of bounded cells up to dimension 6'),
  width: exactAnswer
    .nullable()
    .optional()
    .describe('the edge of the largest axis-parallel cube that fits in, of `partition`; null: cubes of any size do'),
  inequalities: z.array(z.strictObject({ neuron, ...inequality })).optional(),
  facets: z
    .array(
      z.strictObject({
        neurons: z.array(neuron).describe('the neurons that are 0 on it'),
        bound: bound.optional().describe('the bound of the domain that makes it'),
        neighbourPattern: pattern.optional().describe('the cell on the other side'),
        neighbour: pattern
          .optional()
          .describe('the name of `neighbourPattern` in version 1; in files the number of the cell'),
        ...inequality,
      }),
    )
    .optional(),
});

const ofCell = { cell: z.int(), around: z.array(exactAnswer).describe('a point inside the cell') };

const extreme = z.union([
  z.strictObject({ value: exactAnswer, at: z.array(exactAnswer), cell: z.int() }),
  z.strictObject({ unboundedAlong: z.array(exactAnswer), cell: z.int() }),
]);

const exactInteger = z.union([z.int(), z.string()]).describe('beyond 2^53 a text');

const symmetry = z
  .union([z.enum(['auto', 'orbits', 'none']), z.strictObject({ generators: z.array(z.looseObject({})).max(1000) })])
  .optional()
  .describe(
    'symmetries: found; orbits: found, for the certificate of a walk as well; none; or of inputs or hyperplanes: {"generators":[{"inputs":[1,0],"signs":[1,-1],"scales":[2,"1/2"],"shifts":[0,1]},{"matrix":[[0,1],[1,1]]},{"permutation":[1,0,2],"signs":[1,1,-1]}]}, verified',
  );

const arrangement = z
  .looseObject({
    dimension: z.int(),
    hyperplanes: z.int().describe('different ones'),
    betti: z.array(exactInteger).describe('b_0, b_1, ...: the cells are their sum'),
    polynomial: z.array(exactInteger).describe('the characteristic polynomial: coefficients of t^0, t^1, ...'),
    bounded: exactInteger.optional().describe('bounded cells, of all of R^d'),
    method: z.enum(['orbits', 'deletion', 'inside']),
    symmetries: exactInteger,
    orbits: z.array(z.int()).optional().describe('of flats, by rank'),
  })
  .describe('what is known of the hyperplanes');

const images = z.strictObject({
  layers: z
    .array(z.strictObject({ images: z.int(), parts: z.int() }))
    .describe('per layer the different images of cells that it cuts, and into how many parts'),
  walked: z
    .strictObject({ layers: z.int(), images: z.int(), cells: exactInteger })
    .optional()
    .describe(
      'where layers behind the first ones do not fold: the different images on which an engine walked them, and the cells that it found',
    ),
});

const written = z
  .strictObject({
    file: z.string().optional(),
    bytes: z.int(),
    sha256: z.string(),
    bytesPerCell: z.number().optional().describe('of a tree'),
  })
  .optional();

const verdict = z.union([
  z.looseObject({ accepted: z.literal(true), cells: exactInteger, betti: z.array(exactInteger) }),
  z.looseObject({ accepted: z.literal(true), cells: exactInteger, cellsPerLayer: z.array(exactInteger) }),
  z.looseObject({ accepted: z.literal(false), path: z.string(), reason: z.string() }),
]);

/** What one method takes and gives. */
export interface MethodSchema {
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly result: z.ZodType;
}

/** What is said of one boundary. */
const boundaryMembers = z.looseObject({
  points: z.array(z.array(exactAnswer)).describe('vertices of pieces'),
  pieces: z.array(z.looseObject({ cell: z.int(), vertices: z.array(z.int()) })),
  ties: z.array(z.int()).describe('cells on which it holds throughout'),
  within: domain.optional().describe('on all of R^d: a box that meets every face, within which pieces are given'),
  ends: z
    .array(z.looseObject({ point: z.int(), direction: z.array(exactAnswer).optional() }))
    .optional()
    .describe('vertices on the bounds of that box, where it goes on for ever; with two inputs where to'),
});

const enclosed = z
  .union([exactAnswer, z.strictObject({ between: z.tuple([exactAnswer, exactAnswer]) })])
  .describe('exact, or where that is too long two rationals that enclose it');

const level = {
  output: z.int().min(0).optional().describe('default: 0'),
  level: exactNumber.optional().describe('default: 0'),
};

const decisionSet = z
  .union([
    z.strictObject({ kind: z.enum(['above', 'below', 'equal']), ...level }).describe('output >= , <= or = level'),
    z
      .strictObject({ kind: z.literal('class'), classes: z.array(z.int().min(0)).min(1).max(100) })
      .describe('all of them are the largest'),
    z.strictObject({ kind: z.literal('all') }).describe('the domain'),
  ])
  .describe('a closed set');

const graphName = z.string().min(1).max(1000);
const extents = z.array(z.int().min(1)).min(1).max(16);
const namedTensor = z.strictObject({ name: z.string(), shape: z.array(z.int()) });

/** The methods by name, in the order of the documentation. */
export const METHODS = {
  load: {
    summary:
      'Reads a network and keeps it: from a file, from JSON in the request, or from the bytes of a file in base64.',
    params: z.strictObject({
      path: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('a file the server can read; not on --listen without --files'),
      network: inlineNetwork.optional(),
      base64: z.string().optional().describe('the bytes of a file, with `format`'),
      format: z
        .enum(['json', 'onnx', 'nnet', 'npz', 'rlv', 'safetensors'])
        .optional()
        .describe('what `base64` is; gzipped or not'),
      files: z
        .record(z.string().min(1).max(1000), z.string())
        .optional()
        .describe(
          'with `base64`: further files of the network in base64, by the names that it calls them: "net.onnx.data"',
        ),
      units: z.enum(['network', 'raw']).optional().describe("coordinates of a .nnet's inputs; default: network"),
      head: z
        .literal('logits')
        .optional()
        .describe('read the network up to a Softmax, Sigmoid or ArgMax at its end; the classes stay the same'),
      input: z
        .array(z.union([graphName, z.strictObject({ name: graphName, values: z.array(z.number()).min(1) })]))
        .min(1)
        .optional()
        .describe('of an .onnx: inputs that vary, in the order to join them; those with values are fixed to them'),
      output: z
        .array(graphName)
        .min(1)
        .optional()
        .describe('of an .onnx: outputs, or other values, in the place of all'),
      inputShape: z
        .union([extents, z.record(graphName, extents)])
        .optional()
        .describe('of an .onnx that leaves it open: the shape of the only input, or of each by name'),
      batch: z.int().min(1).max(65_536).optional().describe('of an .onnx: keep a batch of so many items'),
      layers: z
        .array(z.string().min(1).max(1000))
        .min(1)
        .optional()
        .describe('the layers of a .safetensors or .npz in their order'),
      timeout,
    }),
    result: z.strictObject({
      network: handle,
      shape: z.string().describe('"5-50-50-5": inputs, widths of the activation layers, outputs'),
      inputs: z.int(),
      outputs: z.int(),
      neurons: z.int().describe('those that bend'),
      digest: z.string().describe('SHA-256 of the exact meaning, the same for every file format'),
      version: z.int().describe('of the names and forms of answers'),
      closed: z.array(handle).optional().describe('networks that were closed to make room: those longest unused'),
      domain: z.looseObject({}).optional().describe("the file's own domain"),
      tensors: z
        .strictObject({ inputs: z.array(namedTensor), outputs: z.array(namedTensor) })
        .optional()
        .describe('what the file calls the inputs and outputs that are joined'),
      heads: z.array(z.string()).optional().describe('with `head`: what was cut off behind each output tensor'),
      warnings: z.array(z.string()),
    }),
  },
  unload: {
    summary: 'Forgets a network. Questions about it that are running are still answered.',
    params: z.strictObject({ network: handle }),
    result: z.strictObject({ unloaded: handle }),
  },
  evaluate: {
    summary: 'The exact outputs at a point, and their correctly rounded doubles and float32 numbers.',
    params: z.strictObject({
      network: subject,
      point,
      want: z
        .array(z.enum(['exact', 'double', 'float32', 'pattern']))
        .optional()
        .describe('which members the result shall have; default: all'),
    }),
    result: z.strictObject({
      exact: z.array(rationalText).optional(),
      double: z.array(rounded).optional(),
      float32: z.array(rounded).optional().describe('nearest to the exact value, not to its double'),
      pattern: pattern.optional(),
      onCrease: onCrease.optional(),
    }),
  },
  pattern: {
    summary: 'The exact signs of all pre-activations at a point.',
    params: z.strictObject({ network: subject, point }),
    result: z.strictObject({ pattern, onCrease }),
  },
  gradient: {
    summary:
      "The gradient at a point, set-valued (the Jacobians of all cells around it, whose convex hull is Clarke's) and by the convention relu'(0) = 0.",
    params: z.strictObject({ network: subject, point, timeout }),
    result: z.strictObject({
      jacobians: z.array(matrix).describe('the distinct ones; one: differentiable there'),
      conventional: matrix.describe('as PyTorch and TensorFlow define it, in exact arithmetic'),
      conventionalIsAttained: z.boolean().describe('whether it is one of the Jacobians'),
      onCrease,
      cells: z
        .array(z.strictObject({ pattern, direction: z.array(exactAnswer), jacobian: matrix }))
        .describe('the cells around the point, each with a direction that leads into it'),
      patterns: z.array(pattern).describe('the patterns of `cells`, as in version 1'),
    }),
  },
  locate: {
    summary: 'The cell that contains a point; all cells around it if it lies on a crease.',
    params: z.strictObject({
      network: subject,
      point,
      domain: domain.optional().describe('default: the whole space'),
      details,
      timeout,
    }),
    result: z.strictObject({
      cells: z.array(cell),
      onCrease,
      onBounds: z.array(bound).describe('the bounds of the domain that the point lies on'),
    }),
  },
  segment: {
    summary: 'The exact breakpoints along a segment, and the affine map between each two.',
    params: z.strictObject({ network: subject, from: point, to: point, timeout }),
    result: z.strictObject({
      cells: z.int(),
      breakpoints: z.array(exactAnswer).describe('parameters 0 = t_0 < ... < t_m = 1'),
      points: z.array(z.array(exactAnswer)).describe('the points at the breakpoints'),
      maps: z
        .array(z.strictObject({ slope: z.array(exactAnswer), constant: z.array(exactAnswer) }))
        .describe('output = constant + slope t on cell i, between breakpoints i and i + 1'),
      pieces: z
        .array(z.strictObject({ slope: z.array(exactAnswer), constant: z.array(exactAnswer) }))
        .describe('the name of `maps` in version 1'),
    }),
  },
  count: {
    summary: 'The number of cells on a domain; with `certificate`, the proof is written to a file.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      engine: z
        .enum(['auto', ...ENGINE_NAMES, 'chambers', 'images'])
        .optional()
        .describe(
          'chambers: one layer that bends, without visiting cells; images: cells with equal images counted together (defaults where that is fast)',
        ),
      symmetry,
      workers,
      certificate: z.string().min(1).max(4096).optional().describe('file to write; not on --listen without --files'),
      force,
      widths: z.boolean().optional().describe('also how wide cells are: a linear program for each'),
      widerThan: z.array(exactNumber).min(1).max(100).optional().describe('also how many cells are wider than each'),
      cells: z.int().positive().optional().describe('give up with error -32003 beyond so many cells'),
      timeout,
      token,
    }),
    result: z.strictObject({
      cells: exactInteger,
      cellsPerLayer: z.array(exactInteger).describe('entry k: by the first k + 1 activation layers'),
      arrangement: arrangement.optional().describe('of engine chambers'),
      images: images.optional().describe('of engine images'),
      domain: z.looseObject({}),
      engine: z.string(),
      lp: z.string().optional().describe('which solver proposed, if one did'),
      exact: z.boolean(),
      complete: z.boolean(),
      engineChosen: z.string().describe('why'),
      orbits: z
        .array(
          z.strictObject({
            path: z.string(),
            weight: z.int(),
            images: z.array(z.strictObject({ path: z.string(), by: z.array(z.int()) })),
          }),
        )
        .optional()
        .describe(
          'the parts that were walked, how many are like each, and which symmetries, one after the other, carry it to which',
        ),
      symmetries: z
        .array(z.looseObject({}).nullable())
        .optional()
        .describe('by number, as generators are stated; null: of a flat domain only, not of the inputs'),
      decisions: z
        .record(z.string(), z.int())
        .optional()
        .describe('how many signs each stage settled; not of engines chambers and images'),
      certificate: written,
      widths: z
        .strictObject({
          thinnest: z
            .strictObject({ width: exactAnswer, cells: z.int(), center: z.array(exactAnswer), pattern })
            .optional()
            .describe('the first of the thinnest cells, and how many are alike; left out if all are unlimited'),
          unlimited: z.int().describe('cells into which cubes of any size fit'),
          widerThan: z.array(z.strictObject({ width: exactAnswer, cells: z.int() })),
        })
        .optional()
        .describe('the width of a cell is the edge of the largest axis-parallel cube that fits in'),
      seconds: z.number(),
    }),
  },
  arrangement: {
    summary: 'The cells of hyperplanes a . x = b, counted without visiting them, and their characteristic polynomial.',
    params: z.strictObject({
      hyperplanes: z
        .array(
          z.union([
            z.array(exactNumber).min(1),
            z.strictObject({ a: z.array(exactNumber).min(1), b: exactNumber.optional() }),
          ]),
        )
        .min(1)
        .describe('[a1, .., ad, b] or {"a":[..],"b":..} each'),
      central: z.boolean().optional().describe('there are no b: all hyperplanes pass through 0'),
      domain: domain.optional().describe('where cells are counted; left out: all of R^d'),
      symmetry,
      certificate: z.string().min(1).max(4096).optional().describe('file to write; not on --listen without --files'),
      force,
      timeout,
      token,
    }),
    result: z.strictObject({
      cells: exactInteger,
      cellsPerLayer: z.array(exactInteger),
      arrangement,
      domain: z.looseObject({}),
      engine: z.literal('chambers'),
      exact: z.boolean(),
      complete: z.boolean(),
      certificate: written,
      seconds: z.number(),
    }),
  },
  estimate: {
    summary: 'About how many cells there are: unbiased, from random ways down the tree, with how far it may err.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      engine: z.enum(['auto', ...ENGINE_NAMES]).optional(),
      samples: z.int().min(2).max(10_000_000).optional().describe('ways down; default: 1000'),
      seed: z
        .int()
        .min(1)
        .max(2 ** 31 - 1)
        .optional()
        .describe('default: 1'),
      confidence: z.number().gt(0).lt(1).optional().describe('how often the intervals shall hold; default: 0.95'),
      timeout,
      token,
    }),
    result: z.strictObject({
      cells: z.number().nullable().describe('the mean; null beyond the doubles'),
      low: z.number().nullable(),
      high: z.number().nullable().describe('[low, high]: the interval, if the tail was met'),
      atLeast: z.number().nullable().describe('holds with the confidence whatever the tail'),
      log10: z.record(z.string(), z.number()).describe('of these four'),
      relativeError: z.number(),
      samples: z.int(),
      effectiveSamples: z.number(),
      largestShare: z.number(),
      isReliable: z.boolean().describe('false: the truth may be far above high'),
      confidence: z.number(),
      seed: z.int(),
      complete: z.boolean(),
      exact: z.literal(false),
      domain: z.looseObject({}),
      engine: z.string(),
      seconds: z.number(),
    }),
  },
  partition: {
    summary:
      'All cells on a domain, in pages: notifications `$/partition` with {token, page, cells}, then the result. With `window`, no more than so many pages are under way until `$/acknowledge` {token, pages} says how many were taken in.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      token: z
        .union([z.string().max(200), z.number()])
        .optional()
        .describe("names the pages, and asks for `$/progress`; left out: the pages have the request's id"),
      details: partitionDetails,
      page: z.int().min(1).max(LIMITS.page.most).optional().describe(`cells per page; default: ${LIMITS.page.default}`),
      window: z.int().min(1).max(1000).optional().describe('pages under way; default: as many as the client reads'),
      cells: z.int().positive().optional().describe('stop after so many cells'),
      timeout,
    }),
    result: z.strictObject({ cells: z.int(), pages: z.int(), complete: z.boolean() }),
  },
  facts: {
    summary: 'Exact ranges of the outputs, Lipschitz constants, and what every neuron does, on a domain.',
    params: z.strictObject({ network: subject, domain: domain.optional(), timeout, token }),
    result: z.looseObject({
      cells: z.int(),
      ranges: z.array(z.strictObject({ minimum: extreme, maximum: extreme })).describe('per output'),
      lipschitz: z
        .strictObject({
          l1: z.strictObject({ value: exactAnswer, ...ofCell }),
          linf: z.strictObject({ value: exactAnswer, ...ofCell }),
          l2: z.strictObject({ lower: exactAnswer, upper: exactAnswer, ...ofCell }),
        })
        .describe('largest operator norms of the Jacobians, from each norm to itself'),
      neurons: z.array(z.looseObject({ layer: z.int(), neuron: z.int() })),
      domain: z.looseObject({}),
    }),
  },
  boundary: {
    summary: 'Where an output equals another one or a number, exactly; up to dimension 6.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      output: z.int().min(0).optional().describe('from 0; default: 0'),
      minus: z.int().min(0).optional().describe('equals this output'),
      threshold: exactNumber.optional().describe('or this number; default: 0'),
      classes: z
        .boolean()
        .optional()
        .describe('instead: of every pair of classes that meet, where both are the largest outputs'),
      timeout,
      token,
    }),
    result: z.looseObject({
      ...boundaryMembers.partial().shape,
      pairs: z
        .array(boundaryMembers.extend({ classes: z.tuple([z.int(), z.int()]) }))
        .optional()
        .describe('with classes: the boundary of each pair'),
      domain: z.looseObject({}),
    }),
  },
  regions: {
    summary: 'The numbers of linear regions by every definition: maps, closed pieces, pieces, cells, patterns.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      patterns: z.boolean().optional().describe('also those of lower-dimensional faces (up to dimension 6)'),
      faces: z.boolean().optional().describe('also the faces by dimension (up to dimension 6)'),
      symmetry: symmetry.describe('of the hyperplanes of one layer on all of R^d, for the polynomial; see count'),
      timeout,
      token,
    }),
    result: z.looseObject({
      cells: z.int(),
      pieces: z.int(),
      closedPieces: z.int(),
      maps: z.int(),
      patterns: z.int().optional(),
      signVectors: z.int().optional(),
      fVector: z.array(z.int()).optional(),
      bounds: z.record(z.string(), exactAnswer).describe('published upper and lower bounds'),
      domain: z.looseObject({}),
    }),
  },
  integrals: {
    summary:
      'Integrals, means and variances of the outputs over a bounded domain, and the volumes of classes, exactly.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      below: z
        .array(exactNumber)
        .max(1000)
        .optional()
        .describe('levels: the probability that each output is at most each'),
      distributions: z.boolean().optional().describe('also the distribution function of every output'),
      timeout,
      token,
    }),
    result: z.looseObject({
      volume: exactAnswer,
      outputs: z
        .array(
          z.looseObject({
            integral: enclosed,
            square: enclosed,
            gradient: enclosed.describe('of the 2-norm of the gradient'),
            gradientSquare: enclosed,
            mean: enclosed.describe('under the uniform law'),
            variance: enclosed,
            below: z.array(z.strictObject({ at: exactAnswer, probability: enclosed })).optional(),
          }),
        )
        .describe('one per output'),
      classes: z.array(enclosed).describe('volumes; of one output where it is negative, and positive'),
      distributions: z
        .array(z.array(z.strictObject({ knot: exactAnswer, power: z.int(), coefficient: exactAnswer })))
        .optional()
        .describe('F(t) is the sum of coefficient (t - knot)^power over the knots up to t'),
      domain: z.looseObject({}),
    }),
  },
  topology: {
    summary: 'Betti numbers, and over Z torsion, of a set that the network cuts out of the domain.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      set: decisionSet,
      field: z.enum(['Q', 'Z', 'GF2']).optional().describe('coefficients; default: Q'),
      borelMoore: z.boolean().optional().describe('modulo the ends of the set'),
      generators: z.boolean().optional().describe('also cycles that make a basis over Q'),
      evidence: z.boolean().optional().describe('also what `relu-atlas check` verifies, as JSON'),
      persistence: z.boolean().optional().describe('also the intervals of the sublevel sets of the output over GF(2)'),
      timeout,
      token,
    }),
    result: z.looseObject({
      field: z.string(),
      betti: z.array(z.int()),
      torsion: z.array(z.array(z.string())).optional(),
      eulerCharacteristic: z.int(),
      cells: z.array(z.int()).describe('faces of the complex by dimension'),
      critical: z.array(z.int()).describe('those that are left after collapses'),
      ends: z.string(),
      generators: z
        .array(
          z.strictObject({
            dimension: z.int(),
            cells: z.array(z.strictObject({ coefficient: z.string(), vertices: z.array(z.array(z.string())) })),
          }),
        )
        .optional(),
      persistence: z
        .array(z.strictObject({ dimension: z.int(), birth: rationalText, death: rationalText.optional() }))
        .optional(),
      evidence: z.looseObject({}).optional(),
      set: z.looseObject({}),
      domain: z.looseObject({}),
    }),
  },
  sample: {
    summary: 'Random rational points, uniform over a part of a bounded domain; the same for the same seed.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      count: z.int().min(1).max(1_000_000),
      seed: z.int().min(0).optional().describe('default: 1'),
      region: z
        .union([
          z.strictObject({ cell: z.int().min(0) }),
          z.strictObject({ piece: z.int().min(0) }),
          z.strictObject({ class: z.int().min(0) }),
          z.strictObject({ ...level, side: z.enum(['above', 'below']) }),
        ])
        .optional()
        .describe('a cell, or the piece of one, by its number; a class; one side of a level; default: everything'),
      timeout,
      token,
    }),
    result: z.strictObject({
      points: z.array(z.array(exactAnswer)),
      cells: z.array(z.int()).describe('in which each was drawn'),
      seed: z.int(),
      domain: z.looseObject({}),
    }),
  },
  formula: {
    summary: 'The network as text for other programs.',
    params: z.strictObject({
      network: subject,
      language: z.enum(LANGUAGES),
      domain: domain.optional().describe('needed but for sympy and smtlib'),
      objective: z
        .strictObject({ sense: z.enum(['min', 'max']), output: z.int().min(0) })
        .optional()
        .describe('of programs; default: the minimum of output 0'),
      simplified: z.boolean().optional().describe('of the smaller network that is equal on the domain'),
      timeout,
    }),
    result: z.strictObject({ language: z.string(), text: z.string() }),
  },
  check: {
    summary: 'Verifies a certificate about a network in exact arithmetic.',
    params: z.strictObject({
      network: subject,
      path: z.string().min(1).max(4096).optional().describe('the certificate; not on --listen without --files'),
      base64: z.string().optional().describe('or its bytes'),
      workers,
      timeout,
      token,
    }),
    result: verdict,
  },
  compare: {
    summary:
      'The exact verdict on a claim about the partition: what is missing, phantom, duplicated, wrong, with evidence.',
    params: z.strictObject({
      network: subject,
      domain: domain.optional(),
      claim: claimSchema.optional().describe('a claim as `relu-atlas compare` reads it'),
      path: z.string().min(1).max(4096).optional().describe('or a file with one; not on --listen without --files'),
      list: z.int().min(0).max(1_000_000).optional().describe('the most items of every list; counts are complete'),
      timeout,
      token,
    }),
    result: z
      .looseObject({ agrees: z.boolean() })
      .describe('the verdict as `relu-atlas compare --format=json` prints it'),
  },
  verify: {
    summary:
      'Can the outputs be in the unsafe set of a query? sat with an exact point, unsat, or unknown; never a guess.',
    params: z.strictObject({
      network: subject,
      query: z.string().optional().describe('the text of the query: VNN-LIB 1.0 or 2.0'),
      path: z.string().min(1).max(4096).optional().describe('or a file with one; not on --listen without --files'),
      networks: z
        .record(z.string().max(100), handle)
        .optional()
        .describe('of a query about several networks: those beside the first, by the names that it declares'),
      overReals: z.boolean().optional().describe('take float types of the query for real numbers'),
      seconds: z.number().positive().optional().describe('after so many the answer is unknown'),
      certificate: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('a file for the proof of unsat; not on --listen without --files'),
      force,
      workers,
      timeout,
      token,
    }),
    result: z
      .looseObject({
        verdict: z.enum(['sat', 'unsat', 'unknown']),
        seconds: z.number(),
        nodes: z.int(),
        cells: z.int(),
        counterexample: z
          .looseObject({ input: z.array(exactAnswer), output: z.array(exactAnswer), slack: z.array(exactAnswer) })
          .optional(),
      })
      .describe('the answer as `relu-atlas verify --format=json` prints it'),
  },
} as const satisfies Record<string, MethodSchema>;

export type MethodName = keyof typeof METHODS;
export type Params<Name extends MethodName> = z.infer<(typeof METHODS)[Name]['params']>;
export type Result<Name extends MethodName> = z.infer<(typeof METHODS)[Name]['result']>;
export type DomainParam = z.infer<typeof domain>;

/** Notifications that the server takes. */
export const CLIENT_NOTIFICATIONS = {
  '$/cancelRequest': {
    summary: 'Ends the running request with this id; it is answered with error -32800.',
    params: z.strictObject({ id: z.union([z.string(), z.number()]) }),
  },
  '$/acknowledge': {
    summary: 'So many more pages of a partition were taken in.',
    params: z.strictObject({ token: z.union([z.string(), z.number()]), pages: z.int().min(1).max(1000) }),
  },
} as const;

/** Notifications that the server sends. */
export const SERVER_NOTIFICATIONS = {
  '$/progress': {
    summary: 'How far a request with a token has come, about ten times per second.',
    params: z.strictObject({
      token: z.union([z.string(), z.number()]),
      value: z.strictObject({
        cells: z
          .int()
          .describe(
            'of verify: nodes that are closed; of estimate: ways that were walked; of chambers and images, which visit none: 0',
          ),
        atLeast: z.int().optional().describe('how many there are in all at least'),
        open: z.int().optional().describe('subtrees not finished'),
        done: z.number().optional().describe('part that is finished, 0 to 1, as far as it can be told yet'),
        total: z
          .strictObject({ likely: z.number(), low: z.number(), high: z.number() })
          .optional()
          .describe('how many there will be in the end: an estimate, between low and high with good odds'),
        walk: z
          .int()
          .optional()
          .describe('which of several walks over the cells it is, from 1; of chambers the rank, of images the layer'),
        seconds: z.number(),
      }),
    }),
  },
  '$/partition': {
    summary: 'One page of a partition, in tree order.',
    params: z.strictObject({ token: z.union([z.string(), z.number()]), page: z.int(), cells: z.array(cell) }),
  },
} as const;

/** A request or notification, before its method is looked at. */
export const envelope = z.object({
  jsonrpc: z.literal('2.0', 'expected "jsonrpc":"2.0"'),
  method: z.string('expected "method" to be a text'),
  params: z
    .union([z.record(z.string(), z.unknown()), z.array(z.unknown())], 'expected "params" to be an object')
    .optional(),
  id: z.union([z.string(), z.number(), z.null()], 'expected "id" to be a text, a number or null').optional(),
});
