/**
 * The content of a report from what was collected: pure, the same report for the same input.
 */

import type { Extreme, LipschitzConstants } from '../../analysis/function/index.js';
import { type RegionBounds, regionBounds } from '../../analysis/regions/index.js';
import { jsonOfIntegrals } from '../../answers/index.js';
import { toDouble } from '../../exact/index.js';
import { jsonOfRational } from '../../formats/index.js';
import type { BoxDomain, Domain, LinearBound } from '../../network/index.js';
import { bends, boxVolume, type Network, networkDigest, neuronCount, shapeOf } from '../../network/index.js';
import { jsonOfSet } from '../../topology/index.js';
import { decisionsByArithmetic } from '../../walk/index.js';
import type { Collected } from './collect.js';
import { distributionOf } from './distribution.js';
import { REPORT_SCHEMA, REPORT_VERSION, type Report } from './schema.js';
import type { Shape } from './shape.js';

/** What a report says that was not computed: where things come from and how to repeat them. */
export interface ReportContext {
  readonly version: string;
  readonly file: string;
  readonly slice: string | null;
  /** The network of the file, where the other one is a slice of it. */
  readonly own?: Network;
  readonly points?: Report['points'];
  readonly domainText: string;
  readonly domainSource: string;
  readonly certificateFile: string | null;
  readonly commands: Report['commands'];
}

export function composeReport(collected: Collected, context: ReportContext): Report {
  const { network, domain, count, statistics, pieces, maps } = collected;
  const { volumes, volumeSum, facets, gradients } = statistics;
  return {
    schema: REPORT_SCHEMA,
    version: REPORT_VERSION,
    answer: 'report',
    program: { name: 'relu-atlas', version: context.version },
    network: {
      file: context.file,
      slice: context.slice,
      shape: shapeOf(context.own ?? network),
      inputs: (context.own ?? network).inputs,
      outputs: network.outputs,
      neurons: neuronCount(network),
      digest: networkDigest(network),
      notes: [...network.notes],
      ...(context.own && { seen: { shape: shapeOf(network), inputs: network.inputs } }),
    },
    domain: {
      text: context.domainText,
      source: context.domainSource,
      definition: definitionOf(domain),
      free: collected.free,
      volume: domain.kind === 'box' ? jsonOfRational(boxVolume(domain)) : null,
    },
    counts: { cells: count.cells, pieces, maps },
    layers: layersOf(network, count.cellsPerLayer, collected.free),
    distributions: {
      volume: volumes === undefined ? null : distributionOf(volumes),
      facets: facets === undefined ? null : distributionOf(facets, true),
      gradient: distributionOf(gradients),
    },
    volumeSum: volumeSum === undefined ? null : jsonOfRational(volumeSum),
    function: functionOf(collected),
    neurons: neuronsOf(collected),
    boundary: boundaryOf(collected),
    ...(collected.shape && { shape: shapeContent(collected.shape) }),
    decisions: {
      engine: count.engine.engine,
      why: count.engine.why,
      ...count.decisions,
      ...decisionsByArithmetic(count.decisions),
    },
    certificate:
      collected.certificate === undefined || context.certificateFile === null
        ? null
        : { file: context.certificateFile, ...collected.certificate },
    ...(context.points && { points: context.points }),
    ...(collected.leftOut.length > 0 && { leftOut: [...collected.leftOut] }),
    commands: context.commands,
  };
}

function shapeContent({ regions, integrals }: Shape): Report['shape'] {
  const { outputs } = jsonOfIntegrals(integrals);
  return {
    regions: regions.map(({ name, set, homology: { betti, eulerCharacteristic, cells } }) => ({
      name,
      set: { ...jsonOfSet(set), kind: set.kind },
      betti: [...betti],
      eulerCharacteristic,
      faces: [...cells],
    })),
    outputs: outputs.map(({ integral, mean, variance, gradient }) => ({ integral, mean, variance, gradient })),
  };
}

function definitionOf(domain: Domain): Report['domain']['definition'] {
  if (domain.kind === 'whole') return { whole: domain.dimension };
  const boxOf = ({ lower, upper }: BoxDomain) =>
    lower.map((lo, i): [number | string, number | string] => [jsonOfRational(lo), jsonOfRational(upper[i]!)]);
  if (domain.kind === 'box') return { box: boxOf(domain) };
  const linear = ({ coefficients, bound }: LinearBound) => ({
    a: coefficients.map(jsonOfRational),
    b: jsonOfRational(bound),
  });
  const { inequalities, equalities, box } = domain;
  return {
    ...(box && { box: boxOf(box) }),
    inequalities: inequalities.map(linear),
    ...(equalities.length > 0 && { equalities: equalities.map(linear) }),
  };
}

const NAMES: readonly {
  readonly key: keyof RegionBounds;
  readonly kind: Report['layers'][number]['bounds'][number]['kind'];
  readonly name: string;
  readonly source: string;
}[] = [
  { key: 'zaslavsky', kind: 'at most', name: 'hyperplane arrangement', source: 'Zaslavsky 1975' },
  {
    key: 'serra2018Upper',
    kind: 'at most',
    name: 'by dimension of the image',
    source: 'Serra, Tjandraatmadja, Ramalingam 2018, theorem 1',
  },
  { key: 'montufar2017Upper', kind: 'at most', name: 'by layer', source: 'Montufar 2017, proposition 3' },
  {
    key: 'montufar2014Lower',
    kind: 'attainable',
    name: 'by folding',
    source: 'Montufar, Pascanu, Cho, Bengio 2014, theorem 4',
  },
  { key: 'haninRolnick', kind: 'scale', name: 'n^d / d!', source: 'Hanin, Rolnick 2019' },
];

function boundsOf(network: Network, free: number): Report['layers'][number]['bounds'] {
  const bounds = regionBounds(network, free);
  return NAMES.flatMap(({ key, kind, name, source }) => {
    const value = bounds[key];
    if (value === undefined) return [];
    return [{ name, kind, value: typeof value === 'bigint' ? String(value) : jsonOfRational(value), source }];
  });
}

function layersOf(network: Network, cellsPerLayer: readonly number[], free: number): Report['layers'] {
  return network.layers.map(({ slopes }, layer) => ({
    layer,
    width: slopes.length,
    bending: slopes.filter(bends).length,
    cells: cellsPerLayer[layer]!,
    bounds: boundsOf({ ...network, layers: network.layers.slice(0, layer + 1) }, free),
  }));
}

/** The statistics of a partition visit every cell, so an extreme of theirs names one. */
function extremeOf(extreme: Extreme): Report['function']['ranges'][number]['minimum'] {
  return extreme.kind === 'attained'
    ? { value: jsonOfRational(extreme.value), at: extreme.at.map(jsonOfRational), cell: extreme.cell! }
    : { unboundedAlong: extreme.direction.map(jsonOfRational), cell: extreme.cell! };
}

/** A cell, and a point of it for people. */
function placeOf({ cell, around }: Pick<LipschitzConstants['l2'], 'cell' | 'around'>) {
  return { cell, around: around.map(jsonOfRational) };
}

function functionOf({ statistics: { ranges, lipschitz } }: Collected): Report['function'] {
  const { l1, linf, l2 } = lipschitz;
  return {
    ranges: ranges.map(({ minimum, maximum }) => ({ minimum: extremeOf(minimum), maximum: extremeOf(maximum) })),
    lipschitz: {
      l1: { value: jsonOfRational(l1.value), ...placeOf(l1) },
      linf: { value: jsonOfRational(linf.value), ...placeOf(linf) },
      l2: { lower: jsonOfRational(l2.lower), upper: jsonOfRational(l2.upper), ...placeOf(l2) },
    },
  };
}

function neuronsOf({ statistics: { neurons }, redundant }: Collected): Report['neurons'] {
  const having = (...statuses: string[]) => neurons.filter(({ status }) => statuses.includes(status)).length;
  return {
    cuts: having('cuts'),
    dead: neurons.filter(({ dead }) => dead).length,
    stable: having('positive', 'negative', 'zero'),
    zero: having('zero'),
    linear: having('linear'),
    all: neurons.map(({ layer, neuron, status, dead, cells }) => ({
      layer,
      neuron,
      status,
      dead,
      cells: { ...cells },
    })),
    redundant: redundant?.map(({ layer, neuron, slope }) => ({ layer, neuron, slope: jsonOfRational(slope) })) ?? null,
  };
}

function boundaryOf({ network, domain, statistics, curves }: Collected): Report['boundary'] {
  const { classes } = statistics;
  if (classes === undefined || domain.kind !== 'box') return null;
  const whole = toDouble(boxVolume(domain));
  const single = network.outputs === 1;
  const name = (k: number) => (single ? (k === 0 ? 'output < 0' : 'output > 0') : `output ${k} largest`);
  const { pieces, points, ties } = classes.boundary;
  const inside = classes.census.reduce((sum, { whole: cells }) => sum + cells, 0);
  return {
    kind: single ? 'sign' : 'argmax',
    classes: classes.census.map(({ whole: cells, part, volume }, k) => ({
      name: name(k),
      whole: cells,
      part,
      share: volume / whole,
    })),
    crossed: statistics.cells - inside - ties.length,
    ties: ties.length,
    pieces: pieces.length,
    vertices: points.length,
    curves: curves ?? null,
  };
}
