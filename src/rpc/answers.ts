/**
 * Answers as JSON content: what the oracle's exact values look like on the wire.
 */

import { patternText } from '../analysis/cells/index.js';
import type { SegmentPartition } from '../analysis/function/index.js';
import { formatRational, type Rational, rationalFromDouble } from '../exact/index.js';
import { exactNumberOfText, jsonOfRational } from '../formats/index.js';
import { box, type Domain, whole } from '../network/index.js';
import type { LocatedCell, Oracle, ValueAt } from '../oracle/questions/index.js';
import { rpcError } from './errors.js';
import type { DomainParam, Params, Result } from './schemas.js';

type ExactNumber = number | string;
type CellAnswer = Result<'locate'>['cells'][number];

const numbers = (values: readonly Rational[]) => values.map(jsonOfRational);
const matrix = (rows: readonly (readonly Rational[])[]) => rows.map(numbers);

/** A double as JSON, which has no infinities. */
function rounded(value: number): number | 'Infinity' | '-Infinity' {
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** A point of a question. @throws FormatError naming the coordinate */
export function pointOf(values: readonly ExactNumber[], inputs: number, name = 'point'): (number | Rational)[] {
  if (values.length !== inputs) {
    throw rpcError('invalidParams', `${name}: expected ${inputs} coordinates, one per input, got ${values.length}`);
  }
  return values.map((value, i) => (typeof value === 'number' ? value : exactNumber(value, `${name}[${i}]`)));
}

function exactNumber(value: ExactNumber, place: string): Rational {
  if (typeof value === 'number') return rationalFromDouble(value);
  try {
    return exactNumberOfText(value, () => place);
  } catch (error) {
    throw rpcError('invalidParams', error instanceof Error ? error.message : String(error));
  }
}

/**
 * The domain of a question, or the file's own.
 *
 * @throws RpcError if there is neither, or the box has another dimension; DomainError for inverted intervals
 */
export function domainOf(param: DomainParam | undefined, own: Domain | undefined, inputs: number): Domain {
  if (param === undefined) {
    if (own !== undefined) return own;
    throw rpcError(
      'invalidParams',
      'domain: the network has none of its own; give {"box":[[lower,upper],...]} or {"whole":true}',
    );
  }
  if ('whole' in param) return whole(inputs);
  if (param.box.length !== inputs) {
    throw rpcError('invalidParams', `domain.box: expected ${inputs} intervals, one per input, got ${param.box.length}`);
  }
  const side = (k: 0 | 1) => param.box.map((interval, i) => exactNumber(interval[k], `domain.box[${i}][${k}]`));
  return box(side(0), side(1));
}

/** A domain as the protocol writes it. */
export function jsonOfDomain(domain: Domain): DomainParam {
  if (domain.kind === 'whole') return { whole: true };
  if (domain.kind === 'polytope') throw new RangeError('domain: expected a box or the whole space, got a polytope');
  return { box: domain.lower.map((lo, i) => [jsonOfRational(lo), jsonOfRational(domain.upper[i]!)]) };
}

/** The members of a value that need the outputs. */
const VALUES = ['exact', 'double', 'float32'] as const;

/** The answer to `evaluate`. */
export function answerEvaluate(oracle: Oracle, { point, want }: Params<'evaluate'>): Result<'evaluate'> {
  const at = pointOf(point, oracle.network.inputs);
  const wanted = (member: NonNullable<typeof want>[number]) => want === undefined || want.includes(member);
  if (!VALUES.some(wanted)) return wanted('pattern') ? answerPattern(oracle, { point }) : {};
  const { exact, double, float32, pattern, onCrease }: ValueAt = oracle.evaluate(at);
  return {
    ...(wanted('exact') && { exact: exact.map(formatRational) }),
    ...(wanted('double') && { double: double.map(rounded) }),
    ...(wanted('float32') && { float32: float32.map(rounded) }),
    ...(wanted('pattern') && { pattern, onCrease: mutable(onCrease) }),
  };
}

const mutable = (names: readonly (readonly [number, number])[]): [number, number][] => names.map(([l, j]) => [l, j]);

/** The answer to `pattern`. */
export function answerPattern(oracle: Oracle, { point }: Pick<Params<'pattern'>, 'point'>): Result<'pattern'> {
  const { pattern, onCrease } = oracle.pattern(pointOf(point, oracle.network.inputs));
  return { pattern, onCrease: mutable(onCrease) };
}

/** The answer to `gradient`. @param stop true ends the enumeration of the cells around the point */
export function answerGradient(
  oracle: Oracle,
  { point }: Params<'gradient'>,
  stop?: () => boolean,
): Result<'gradient'> {
  const options = stop === undefined ? {} : { stop };
  const { cells, jacobians, onCrease, conventional, conventionalIsAttained } = oracle.gradient(
    pointOf(point, oracle.network.inputs),
    options,
  );
  return {
    jacobians: jacobians.map(matrix),
    conventional: matrix(conventional),
    conventionalIsAttained,
    onCrease: mutable(onCrease),
    patterns: cells.map(({ pattern }) => patternText(pattern)),
  };
}

/** One cell on the wire. */
export function jsonOfLocated({ pattern, inside, map, inequalities, facets }: LocatedCell): CellAnswer {
  return {
    pattern,
    inside: numbers(inside),
    ...(map && { map: { jacobian: matrix(map.jacobian), constant: numbers(map.constant) } }),
    ...(inequalities && {
      inequalities: inequalities.map(({ neuron: [layer, index], coefficients, constant }) => ({
        neuron: [layer, index] as [number, number],
        coefficients: numbers(coefficients),
        constant: jsonOfRational(constant),
      })),
    }),
    ...(facets && {
      facets: facets.map(({ neurons, bound, neighbour, coefficients, constant }) => ({
        neurons: mutable(neurons),
        ...(bound && { bound }),
        ...(neighbour !== undefined && { neighbour }),
        coefficients: numbers(coefficients),
        constant: jsonOfRational(constant),
      })),
    }),
  };
}

/** The answer to `locate`. */
export function answerLocate(
  oracle: Oracle,
  { point, domain, details }: Params<'locate'>,
  stop?: () => boolean,
): Result<'locate'> {
  const { inputs } = oracle.network;
  const { cells, onCrease, onBounds } = oracle.locate(pointOf(point, inputs), {
    ...(domain && { domain: domainOf(domain, undefined, inputs) }),
    ...(details && { details }),
    ...(stop && { stop }),
  });
  return { cells: cells.map(jsonOfLocated), onCrease: mutable(onCrease), onBounds: [...onBounds] };
}

/** The answer to `segment`. */
export function answerSegment(oracle: Oracle, { from, to }: Params<'segment'>): Result<'segment'> {
  const { inputs } = oracle.network;
  const { breakpoints, cells }: SegmentPartition = oracle.segment(
    pointOf(from, inputs, 'from'),
    pointOf(to, inputs, 'to'),
  );
  return {
    breakpoints: numbers(breakpoints),
    pieces: cells.map(({ slope, constant }) => ({ slope: numbers(slope), constant: numbers(constant) })),
  };
}
