/**
 * Answers as JSON content: what the oracle's exact values look like on the wire.
 */

import {
  exactMatrix,
  exactNumbers,
  jsonOfEvaluation,
  jsonOfGradient,
  jsonOfSegment,
  neuronPairs,
} from '../answers/index.js';
import { type Rational, rationalFromDouble } from '../exact/index.js';
import { exactNumberOfText, FormatError, jsonOfRational } from '../formats/index.js';
import { domainContent, domainOfContent } from '../formats/json/index.js';
import type { Domain } from '../network/index.js';
import type { LocatedCell, Oracle } from '../oracle/questions/index.js';
import { rpcError } from './errors.js';
import type { DomainParam, Params, Result } from './schemas.js';

type ExactNumber = number | string;
type CellAnswer = Result<'locate'>['cells'][number];

/** A point of a question. @throws FormatError naming the coordinate */
export function pointOf(values: readonly ExactNumber[], inputs: number, name = 'point'): (number | Rational)[] {
  if (values.length !== inputs) {
    throw rpcError('invalidParams', `${name}: expected ${inputs} coordinates, one per input, got ${values.length}`);
  }
  return values.map((value, i) => (typeof value === 'number' ? value : exactNumber(value, `${name}[${i}]`)));
}

/** An exact number of a question. @throws RpcError naming the place */
export function exactNumber(value: ExactNumber, place: string): Rational {
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
 * @throws RpcError if there is neither, and for whatever is wrong with it
 */
export function domainOf(param: DomainParam | undefined, own: Domain | undefined, inputs: number): Domain {
  if (param === undefined) {
    if (own !== undefined) return own;
    throw rpcError(
      'invalidParams',
      'domain: the network has none of its own; give {"box":[[lower,upper],...]} or {"whole":true}',
    );
  }
  return asParameter('domain', () => domainOfContent(domainContent(param), inputs));
}

/** `read()` of a parameter that files have as well: what is wrong is wrong with the parameter. @throws RpcError */
export function asParameter<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const place = [name, error.place].filter((part) => part !== '').join('.');
    throw rpcError('invalidParams', `${place}: ${error.problem}`);
  }
}

/** The members of a value that need the outputs. */
const VALUES = ['exact', 'double', 'float32'] as const;

/** The answer to `evaluate`. */
export function answerEvaluate(oracle: Oracle, { point, want }: Params<'evaluate'>): Result<'evaluate'> {
  const at = pointOf(point, oracle.network.inputs);
  const wanted = (member: NonNullable<typeof want>[number]) => want === undefined || want.includes(member);
  if (!VALUES.some(wanted)) return wanted('pattern') ? answerPattern(oracle, { point }) : {};
  const value = jsonOfEvaluation(oracle.evaluate(at));
  return {
    ...(wanted('exact') && { exact: value.exact }),
    ...(wanted('double') && { double: value.double }),
    ...(wanted('float32') && { float32: value.float32 }),
    ...(wanted('pattern') && { pattern: value.pattern, onCrease: value.onCrease }),
  };
}

/** The answer to `pattern`. */
export function answerPattern(oracle: Oracle, { point }: Pick<Params<'pattern'>, 'point'>): Result<'pattern'> {
  const { pattern, onCrease } = oracle.pattern(pointOf(point, oracle.network.inputs));
  return { pattern, onCrease: neuronPairs(onCrease) };
}

/** The answer to `gradient`. @param stop true ends the enumeration of the cells around the point */
export function answerGradient(
  oracle: Oracle,
  { point }: Params<'gradient'>,
  stop?: () => boolean,
): Result<'gradient'> {
  const options = stop === undefined ? {} : { stop };
  const gradient = jsonOfGradient(oracle.gradient(pointOf(point, oracle.network.inputs), options));
  return { ...gradient, patterns: gradient.cells.map(({ pattern }) => pattern) };
}

/** One cell on the wire. */
export function jsonOfLocated(cell: LocatedCell): CellAnswer {
  const { pattern, inside, map, inequalities, facets, vertices, faces, volume, width } = cell;
  const affine = map && { jacobian: exactMatrix(map.jacobian), constant: exactNumbers(map.constant) };
  return {
    pattern,
    witness: exactNumbers(inside),
    inside: exactNumbers(inside),
    ...(affine && { ...affine, map: affine }),
    ...(vertices && { vertices: exactMatrix(vertices) }),
    ...(faces && { faces: faces.map((face) => [...face]) }),
    ...(volume && { volume: jsonOfRational(volume) }),
    ...(width !== undefined && { width: width && jsonOfRational(width) }),
    ...(inequalities && {
      inequalities: inequalities.map(({ neuron: [layer, index], coefficients, constant }) => ({
        neuron: [layer, index] as [number, number],
        coefficients: exactNumbers(coefficients),
        constant: jsonOfRational(constant),
      })),
    }),
    ...(facets && {
      facets: facets.map(({ neurons, bound, neighbour, coefficients, constant }) => ({
        neurons: neuronPairs(neurons),
        ...(bound && { bound }),
        ...(neighbour !== undefined && { neighbourPattern: neighbour, neighbour }),
        coefficients: exactNumbers(coefficients),
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
  return { cells: cells.map(jsonOfLocated), onCrease: neuronPairs(onCrease), onBounds: [...onBounds] };
}

/** The answer to `segment`. */
export function answerSegment(oracle: Oracle, { from, to }: Params<'segment'>): Result<'segment'> {
  const { inputs } = oracle.network;
  const [start, end] = [pointOf(from, inputs, 'from'), pointOf(to, inputs, 'to')];
  const exact = (point: typeof start) =>
    point.map((value) => (typeof value === 'number' ? rationalFromDouble(value) : value));
  const segment = jsonOfSegment(oracle.segment(start, end), [exact(start), exact(end)]);
  return { ...segment, pieces: segment.maps };
}
