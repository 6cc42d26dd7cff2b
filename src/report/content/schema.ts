/**
 * The content of report.json: `relu-atlas-report`, version 1.
 *
 * Counts and rationals are exact. Rationals are numbers where a double holds them exactly and texts such as "1/3" elsewhere,
 * integers beyond 2^53 are texts. What is rounded says so in its description. Layers, neurons, inputs and outputs are
 * numbered from 0. Keys are only ever added within a version.
 */
import { z } from 'zod';

export const REPORT_SCHEMA = 'relu-atlas-report';
export const REPORT_VERSION = 1;

const count = z.int().min(0);
const exact = z
  .union([z.number(), z.string().regex(/^-?\d+(\/\d+)?$/)])
  .describe('exact: a double, or a rational as text');
const rounded = z.number().describe('rounded to a double');
const integer = z.string().regex(/^\d+$/).describe('an integer of any size');

const enclosed = z
  .union([exact, z.strictObject({ between: z.tuple([exact, exact]) })])
  .describe('exact, or where that is too long two rationals that enclose it');

const box = z.array(z.tuple([exact, exact])).describe('one interval per input');
const linear = z.array(z.strictObject({ a: z.array(exact), b: exact }));

const domain = z.union([
  z.strictObject({ box }),
  z.strictObject({ whole: count }).describe('all of R^whole'),
  z
    .strictObject({ box: box.optional(), inequalities: linear, equalities: linear.optional() })
    .describe('a polytope: a . x <= b, a . x = b, within the box'),
]);

const bound = z.strictObject({
  name: z.string(),
  kind: z.enum(['at most', 'attainable', 'scale']).describe('scale: an order of magnitude, no bound'),
  value: z.union([integer, exact]),
  source: z.string(),
});

const layer = z.strictObject({
  layer: count,
  width: count,
  bending: count.describe('neurons whose two slopes differ'),
  cells: count.describe('cells of the partition by the layers up to this one'),
  bounds: z.array(bound).describe('for networks that end after this layer, on all of R^d'),
});

const distribution = z
  .strictObject({
    count,
    minimum: rounded,
    maximum: rounded,
    mean: rounded,
    quantiles: z.strictObject({ p5: rounded, p25: rounded, p50: rounded, p75: rounded, p95: rounded }),
    histogram: z.strictObject({
      scale: z.enum(['linear', 'log10']),
      edges: z.array(rounded),
      counts: z.array(count).describe('one per bin; the last bin holds its upper end'),
      left: count.describe('values <= 0 on a logarithmic scale'),
    }),
  })
  .describe('of exact numbers, each rounded to a finite double');

const place = { cell: count, around: z.array(exact).describe('a point inside the cell') };

const extreme = z.union([
  z.strictObject({ value: exact, at: z.array(exact), cell: count }),
  z.strictObject({ unboundedAlong: z.array(exact), cell: count }),
]);

const neuron = z.strictObject({
  layer: count,
  neuron: count,
  status: z.enum(['cuts', 'positive', 'negative', 'zero', 'linear']),
  dead: z.boolean(),
  cells: z.strictObject({ positive: count, negative: count, zero: count }),
});

export const reportSchema = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  version: z.literal(REPORT_VERSION).describe('of this schema'),
  answer: z.literal('report'),
  program: z.strictObject({ name: z.literal('relu-atlas'), version: z.string() }),
  network: z.strictObject({
    file: z.string(),
    slice: z.string().nullable().describe('the option that puts the network on a slice'),
    shape: z.string().describe('of the network in the file'),
    inputs: count,
    outputs: count,
    neurons: count.describe('neurons that bend'),
    digest: z.string().describe('SHA-256 of the canonical network'),
    notes: z.array(z.string()),
    seen: z
      .strictObject({ shape: z.string(), inputs: count })
      .optional()
      .describe('the network on the slice, which everything else is about, if there is a slice'),
  }),
  domain: z.strictObject({
    text: z.string(),
    source: z.string(),
    definition: domain,
    free: count.describe('inputs that vary'),
    volume: exact.nullable().describe('in the free inputs; null if infinite'),
  }),
  counts: z.strictObject({ cells: count, pieces: count, maps: count }),
  layers: z.array(layer),
  distributions: z.strictObject({
    volume: distribution.nullable().describe('of cells; null beyond dimension 6 and on all of R^d'),
    facets: distribution
      .nullable()
      .describe('facets per cell, those at bounds of a box included; null beyond dimension 6'),
    gradient: distribution.describe('Frobenius norm of the Jacobian on each cell'),
  }),
  volumeSum: exact.nullable().describe('sum of the exact volumes of all cells: the volume of the domain'),
  function: z.strictObject({
    ranges: z.array(z.strictObject({ minimum: extreme, maximum: extreme })).describe('one per output'),
    lipschitz: z.strictObject({
      l1: z.strictObject({ value: exact, ...place }),
      linf: z.strictObject({ value: exact, ...place }),
      l2: z.strictObject({ lower: exact, upper: exact, ...place }),
    }),
  }),
  neurons: z.strictObject({
    cuts: count.describe('neurons that take both signs'),
    dead: count.describe('neurons whose output is 0 throughout'),
    stable: count.describe('neurons that bend but stay on one side'),
    zero: count.describe('neurons that are identically zero'),
    linear: count.describe('neurons that do not bend'),
    all: z.array(neuron),
    redundant: z
      .array(z.strictObject({ layer: count, neuron: count, slope: exact }))
      .nullable()
      .describe('neurons whose bend the outputs never see; null if not asked for'),
  }),
  boundary: z
    .strictObject({
      kind: z
        .enum(['sign', 'argmax'])
        .describe('sign: where the only output is 0; argmax: where the largest output changes'),
      classes: z.array(
        z.strictObject({
          name: z.string(),
          whole: count.describe('cells that lie in the class entirely'),
          part: count.describe('cells in which the class has a part'),
          share: rounded.describe('of the volume of the domain'),
        }),
      ),
      crossed: count.describe('cells in which several classes have interior'),
      ties: count.describe('cells on which the maximum is attained twice throughout'),
      pieces: count.describe('polytopes of dimension d - 1 that make up the boundary'),
      vertices: count,
      curves: z
        .strictObject({ count, closed: count, corners: count })
        .nullable()
        .describe('in the plane: chains of segments, and the points where they turn'),
    })
    .nullable()
    .describe('null beyond dimension 3 and on all of R^d'),
  shape: z
    .strictObject({
      regions: z
        .array(
          z.strictObject({
            name: z.string(),
            set: z.looseObject({ kind: z.string() }),
            betti: z.array(count).describe('Betti numbers over Q of the closed set: components, loops, voids, ..'),
            eulerCharacteristic: z.int(),
            faces: z.array(count).describe('of its complex, by dimension'),
          }),
        )
        .describe('of one output where it is above, below and at 0, else of the first 8 classes'),
      outputs: z.array(
        z.strictObject({
          integral: enclosed,
          mean: enclosed.describe('under the uniform law'),
          variance: enclosed,
          gradient: enclosed.describe('the integral of the 2-norm of the gradient'),
        }),
      ),
    })
    .optional()
    .describe(
      'on bounded domains of at most 6 free inputs, up to 20,000 cells in the plane and 2,000 in more dimensions',
    ),
  decisions: z.strictObject({
    engine: z.string(),
    why: z.string(),
    interval: count,
    points: count,
    program: count,
    exactSign: count,
    exactBasis: count,
    exactSimplex: count,
    double: count,
    exact: count,
  }),
  certificate: z
    .strictObject({
      file: z.string(),
      bytes: count,
      sha256: z.string(),
      accepted: z.boolean().describe('whether the checker accepted it when the report was made'),
    })
    .nullable(),
  points: z
    .strictObject({
      file: z.string(),
      count,
      outside: count.describe('points that the picture does not show'),
      classes: z.array(z.strictObject({ name: z.string(), count })).describe('empty if points have no classes'),
      projection: z.string().nullable().describe('how points came into the picture, in words'),
    })
    .optional(),
  leftOut: z.array(z.string()).optional().describe('what would have taken too long, in words; absent if nothing'),
  commands: z.strictObject({
    report: z.string().describe('makes this report'),
    certificate: z.string().describe('writes a certificate'),
    check: z.string().describe('verifies the certificate'),
  }),
});

/** Everything a report says, beside its pictures. */
export type Report = z.infer<typeof reportSchema>;

/** The schema as JSON Schema (draft 2020-12). */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema);
}

/** report.json: one text for one content. */
export function reportJson(report: Report): string {
  return `${JSON.stringify(reportSchema.parse(report), null, 1)}\n`;
}
