/**
 * The .nnet text format (K. Julian, Stanford 2016; https://github.com/sisl/NNet), in which ACAS Xu is published.
 *
 *     // any number of comment lines
 *     layers,inputs,outputs,widest layer
 *     width of the input, of every layer, of the output
 *     a flag that is no longer used
 *     minimum of every input                 } in raw units
 *     maximum of every input                 }
 *     mean of every input, then one of all outputs
 *     range of every input, then one of all outputs
 *     per layer: its rows of weights, then its biases, one per line
 *
 * ReLU follows every layer but the last. Lines may end with a comma. Decimal text means the nearest double.
 *
 * The network works on normalised inputs (x - mean) / range. With units `network` it is read as it is, and the header's
 * box is normalised exactly; with units `raw` the normalisation becomes an exact affine layer in front and the box stays
 * raw. Outputs stay in network units in both cases: the last mean and range belong to them and are not applied.
 * Published evaluators also clip inputs to the header's box; on the box, the default domain, this changes nothing.
 */
import {
  compare,
  divide,
  integersFromRationals,
  negate,
  ONE,
  type Rational,
  rationalFromDouble,
  reduced,
  subtract,
  ZERO,
} from '../../exact/index.js';
import {
  type AffineMap,
  affineFromDoubles,
  affineFromIntegers,
  type BoxDomain,
  box,
  buildNetwork,
  type Network,
  RELU,
  type Slopes,
  type Step,
} from '../../network/index.js';
import { checkLayerSize } from '../input/affine-entries.js';
import { complainingAt, FormatError, quoted } from '../input/error.js';
import { checkFields, textLines } from '../input/lines.js';
import { nearestDoubleOfText } from '../input/numbers.js';
import type { BoxedContent } from '../json/network.js';

/** Coordinates of the inputs: as the network sees them, or before normalisation. */
export type Units = 'network' | 'raw';

/** The lines of the file, comments and blank lines left out, each with its number in the file. */
interface Lines {
  next(what: string): { readonly number: number; readonly fields: readonly string[] };
  rest(): number;
}

function linesOf(text: string): Lines {
  const lines = textLines(text);
  const next = () => {
    for (let step = lines.next(); step.done !== true; step = lines.next()) {
      if (!/^\s*(?:\/\/.*)?$/.test(step.value.line)) return step.value;
    }
    return undefined;
  };
  return {
    next(what) {
      const found = next();
      if (found === undefined) {
        throw new FormatError('end of file', `expected ${what}, got nothing; the file is truncated`);
      }
      checkFields(found.line, /,/g, `line ${found.number}`);
      const fields = found.line.split(',').map((field) => field.trim());
      if (fields.length > 1 && fields.at(-1) === '') fields.pop();
      return { number: found.number, fields };
    },
    rest: () => next()?.number ?? 0,
  };
}

/** A line of exactly `count` doubles. */
function numberLine(lines: Lines, count: number, what: string): Float64Array {
  const { number, fields } = lines.next(what);
  if (fields.length !== count) {
    const fix = 'check the widths in the header';
    throw new FormatError(`line ${number}`, `expected ${what}: ${count} numbers, got ${fields.length}; ${fix}`);
  }
  return Float64Array.from(fields, (field, i) => nearestDoubleOfText(field, () => `line ${number}, number ${i + 1}`));
}

/** A line of positive integers, at least `count` of them. */
function sizeLine(lines: Lines, count: number, what: string): number[] {
  const { number, fields } = lines.next(what);
  if (fields.length < count) {
    throw new FormatError(
      `line ${number}`,
      `expected ${what}: ${count} integers, got ${fields.length}; check the header`,
    );
  }
  return fields.slice(0, count).map((field) => {
    if (/^\d{1,9}$/.test(field) && Number(field) > 0) return Number(field);
    throw new FormatError(`line ${number}`, `expected ${what}: a positive integer, got ${quoted(field)}; correct it`);
  });
}

interface Header {
  /** Inputs, then the width of every layer. */
  readonly widths: readonly number[];
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly mean: Float64Array;
  readonly range: Float64Array;
  readonly notes: readonly string[];
}

/** The widths, checked against each other and against what the text can hold before anything is allocated. */
function readWidths(lines: Lines, textLength: number): number[] {
  const [layers, inputs, outputs] = sizeLine(lines, 4, 'layers,inputs,outputs,widest layer') as [
    number,
    number,
    number,
  ];
  if (layers > textLength) throw new FormatError('header', `declares ${layers} layers, more than the file has bytes`);
  const widths = sizeLine(lines, layers + 1, 'the width of every layer');
  if (widths[0] !== inputs || widths[layers] !== outputs) {
    const got = `${widths[0]} and ${widths[layers]}`;
    throw new FormatError(
      'header',
      `expected widths from ${inputs} inputs to ${outputs} outputs, got ${got}; correct it`,
    );
  }
  let declared = 0;
  for (let l = 1; l <= layers; l++) declared += widths[l]! * (widths[l - 1]! + 1);
  // Every number takes at least a digit and a separator.
  if (2 * declared > textLength + 1) {
    const size = `the file has only ${textLength} bytes`;
    throw new FormatError('header', `declares ${declared} weights and biases, but ${size}; it is truncated or damaged`);
  }
  widths.slice(1).forEach((width, l) => {
    checkLayerSize(width, widths[l]!, `layer ${l + 1}`);
  });
  return widths;
}

/** Means and ranges: one per input and one of the outputs, which some writers leave out. */
function normalisationLine(lines: Lines, inputs: number, what: string): Float64Array {
  const { number, fields } = lines.next(what);
  if (fields.length !== inputs + 1 && fields.length !== inputs) {
    const expected = `${inputs + 1} numbers, one per input and one of the outputs`;
    throw new FormatError(`line ${number}`, `expected ${what}: ${expected}, got ${fields.length}; correct it`);
  }
  const values = fields.map((field, i) => nearestDoubleOfText(field, () => `line ${number}, number ${i + 1}`));
  return Float64Array.from(values.slice(0, inputs));
}

function readHeader(lines: Lines, textLength: number): Header {
  const widths = readWidths(lines, textLength);
  const inputs = widths[0]!;
  const flag = lines.next('the unused flag');
  const unused = nearestDoubleOfText(flag.fields[0]!, () => `line ${flag.number}`);
  const note = `line ${flag.number}: the flag of this .nnet file is ${unused}, not 0; it is ignored, as readers of the format do`;
  return {
    widths,
    minimum: numberLine(lines, inputs, 'the minimum of every input'),
    maximum: numberLine(lines, inputs, 'the maximum of every input'),
    mean: normalisationLine(lines, inputs, 'the means'),
    range: normalisationLine(lines, inputs, 'the ranges'),
    notes: unused === 0 ? [] : [note],
  };
}

function readSteps(lines: Lines, widths: readonly number[]): Step[] {
  const last = widths.length - 1;
  const steps: Step[] = [];
  for (let l = 1; l <= last; l++) {
    const inputs = widths[l - 1]!;
    const outputs = widths[l]!;
    const weights = new Float64Array(outputs * inputs);
    const bias = new Float64Array(outputs);
    for (let r = 0; r < outputs; r++) weights.set(numberLine(lines, inputs, `row ${r + 1} of layer ${l}`), r * inputs);
    for (let r = 0; r < outputs; r++) bias[r] = numberLine(lines, 1, `bias ${r + 1} of layer ${l}`)[0]!;
    steps.push({ affine: affineFromDoubles(outputs, inputs, weights, bias) });
    if (l < last) steps.push({ slopes: new Array<Slopes>(outputs).fill(RELU) });
  }
  const rest = lines.rest();
  if (rest > 0) throw new FormatError(`line ${rest}`, 'expected the end of the file; check the widths in the header');
  return steps;
}

/** map((x - mean) / range), exactly; the ranges are positive. Cost: a few integer products per weight. */
function afterNormalisation(map: AffineMap, mean: readonly Rational[], range: readonly Rational[]): AffineMap {
  const { outputs, inputs, weights, bias, denominator } = map.integers();
  const scale = integersFromRationals(range.map((r) => divide(ONE, r)));
  const shift = integersFromRationals(mean.map((m, i) => divide(negate(m), range[i]!)));
  const entries = weights.map((w, i) => w * scale.numerators[i % inputs]! * shift.denominator);
  for (let r = 0; r < outputs; r++) {
    let constant = bias[r]! * shift.denominator;
    for (let c = 0; c < inputs; c++) constant += weights[r * inputs + c]! * shift.numerators[c]!;
    entries.push(constant * scale.denominator);
  }
  const all = reduced({ numerators: entries, denominator: denominator * scale.denominator * shift.denominator });
  const split = outputs * inputs;
  const [w, b] = [all.numerators.slice(0, split), all.numerators.slice(split)];
  return affineFromIntegers({ outputs, inputs, weights: w, bias: b, denominator: all.denominator });
}

/** The network that takes raw inputs. */
function onRawInputs(network: Network, mean: readonly Rational[], range: readonly Rational[]): Network {
  const [head, ...rest] = network.layers;
  if (head === undefined) return { ...network, output: afterNormalisation(network.output, mean, range) };
  return { ...network, layers: [{ ...head, affine: afterNormalisation(head.affine, mean, range) }, ...rest] };
}

/** The first input whose range cannot be divided by, or -1. */
function unusableRange(range: readonly Rational[]): number {
  return range.findIndex((r) => compare(r, ZERO) <= 0);
}

/** A network and the box of its header. @throws FormatError naming the line */
export function networkOfNnet(text: string, units: Units): BoxedContent {
  const lines = linesOf(text);
  const header = readHeader(lines, text.length);
  const exact = (values: Float64Array) => Array.from(values, rationalFromDouble);
  const [minimum, maximum, mean, range] = [header.minimum, header.maximum, header.mean, header.range].map(exact) as [
    Rational[],
    Rational[],
    Rational[],
    Rational[],
  ];
  const network = buildNetwork(header.widths[0]!, readSteps(lines, header.widths), header.notes);
  const raw: BoxDomain = complainingAt('header', () => box(minimum, maximum));
  const bad = unusableRange(range);
  if (units === 'raw') {
    if (bad >= 0)
      throw new FormatError('header', `the range of input ${bad} is not positive; read it in network units`);
    return { network: onRawInputs(network, mean, range), domain: raw, format: '.nnet, raw units' };
  }
  if (bad >= 0) {
    const note = `the range of input ${bad} is not positive, so the header's box cannot be normalised and is left out`;
    return { network: { ...network, notes: [...network.notes, note] }, format: '.nnet, network units', layered: true };
  }
  const normalise = (values: readonly Rational[]) => values.map((x, i) => divide(subtract(x, mean[i]!), range[i]!));
  return {
    network,
    domain: box(normalise(minimum), normalise(maximum)),
    format: '.nnet, network units',
    layered: true,
  };
}
