/**
 * The network that a command is about: a file, or its slice through points of the input space.
 */

import { type Command, Option } from 'commander';
import { ONE, type Rational, ZERO } from '../../exact/index.js';
import type { NetworkFile, Units } from '../../formats/index.js';
import { type Network, networkOnSlice, type Slice, slice, sliceThrough } from '../../network/index.js';
import { UsageError } from '../exit.js';
import {
  type FileOptions,
  type ForceOption,
  inputsOf,
  requireFree,
  type Target,
  weightsOf,
} from '../output/targets.js';
import { quotedArgument } from '../output/text.js';
import { readNetworkAloud, readNetworkAt } from '../output/warnings.js';
import { type GraphChoice, graphArguments, graphOptions } from './graph.js';
import { pointOf, pointsOf } from './points.js';

/** What the options say about how a file is read. */
export interface ReadingOptions extends GraphChoice {
  readonly units: Units;
  readonly batch?: number;
  readonly inputShape?: ReadonlyMap<string, readonly number[]>;
}

export interface SubjectOptions extends ReadingOptions {
  /** Origin and directions of a slice. */
  readonly plane?: string;
  /** Points that span a slice. */
  readonly through?: string;
  /** Ends of a segment. */
  readonly from?: string;
  readonly to?: string;
}

/** Adds --plane and --through. */
export function withSlice(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--plane <o;u;v>',
        'on the slice o + s u + t v: origin and directions as x1,x2,...;... or in a .json, .csv or .npy file; the domain is in (s, t)',
      ).conflicts(['through']),
    )
    .option(
      '--through <p;q;r>',
      'on the slice through these points (or in a file, as --plane), which get the coordinates (0,0), (1,0), (0,1); two points give a segment',
    );
}

/** Adds --from and --to: the segment that `relu-atlas segment` is about. */
export function withEnds(command: Command): Command {
  return command
    .addOption(
      new Option('--from <x1,x2,...>', 'on the segment from here, as `relu-atlas segment`').conflicts([
        'plane',
        'through',
      ]),
    )
    .option('--to <y1,y2,...>', 'to there');
}

/** Whether what the reader remarks is told on the standard error, or by the command itself. */
export type Telling = 'aloud' | 'silently';

/** The options of the readers. */
export function readerOptions({ units, batch, inputShape, ...choice }: ReadingOptions) {
  return {
    units,
    ...(batch !== undefined && { batch }),
    ...(inputShape !== undefined && { inputShapes: inputShape }),
    ...graphOptions(choice),
  };
}

/** Reads a network as the options say. @throws FormatError */
export function readPlain(file: string, options: ReadingOptions, telling: Telling = 'aloud'): Promise<NetworkFile> {
  const read = telling === 'aloud' ? readNetworkAloud : readNetworkAt;
  return read(file, readerOptions(options));
}

/** The slice that a network is seen on. */
export interface SeenSlice {
  /** The points that the user gave, in the coordinates of the slice; none of an origin with directions. */
  readonly points: readonly (readonly Rational[])[];
  /** Where it lies in the input space. */
  readonly on: Slice;
}

/** A network as a command sees it. */
export interface Subject extends NetworkFile {
  /** The network of the file, of which `network` may be a slice. */
  readonly own: Network;
  readonly slice?: SeenSlice;
}

/**
 * Reads a network and puts it on the slice that the options ask for. A slice has no domain of its own.
 *
 * @throws FormatError, UsageError, DomainError
 */
export async function readSubject(file: string, options: SubjectOptions, telling: Telling = 'aloud'): Promise<Subject> {
  const net = await readPlain(file, options, telling);
  if (options.from !== undefined || options.to !== undefined) return onSegment(net, options);
  const text = options.plane ?? options.through;
  // A spread would ask for the file's digest.
  if (text === undefined)
    return Object.defineProperties({ own: net.network }, Object.getOwnPropertyDescriptors(net)) as Subject;
  const option = options.plane === undefined ? '--through' : '--plane';
  const points = await pointsOf(text, net.network.inputs, option);
  const [origin, ...directions] = points;
  if (origin === undefined || directions.length === 0) {
    throw new UsageError(`${option}: expected at least two points separated by ";", got ${points.length}; add one`);
  }
  return option === '--plane'
    ? seenOn(net, slice(origin, directions), [])
    : seenOn(net, sliceThrough(points), cornersOf(directions.length));
}

/**
 * Reads the network of a command that writes, and refuses to write over what is read: which files beside it hold its weights
 * is known only then.
 *
 * @throws FormatError, UsageError, DomainError
 */
export async function readSubjectSparing(
  file: string,
  options: SubjectOptions & FileOptions & ForceOption,
  targets: readonly Target[],
  telling: Telling = 'aloud',
): Promise<Subject> {
  requireFree(targets, inputsOf([file], options), options);
  const net = await readSubject(file, options, telling);
  requireFree(targets, weightsOf(file, net), options);
  return net;
}

/** The origin and the unit points of the axes: where a slice through points has them. */
function cornersOf(dimension: number): Rational[][] {
  const axis = (k: number) => Array.from({ length: dimension }, (_, i) => (i === k ? ONE : ZERO));
  return Array.from({ length: dimension + 1 }, (_, k) => axis(k - 1));
}

function seenOn(net: NetworkFile, on: Slice, points: SeenSlice['points']): Subject {
  const { domain: _ownDomain, ...rest } = net;
  return { ...rest, own: net.network, network: networkOnSlice(net.network, on), slice: { points, on } };
}

function onSegment(net: NetworkFile, { from, to }: SubjectOptions): Subject {
  if (from === undefined || to === undefined)
    throw new UsageError('--from, --to: expected both ends; add the other one');
  const ends = [pointOf(from, net.network.inputs, '--from'), pointOf(to, net.network.inputs, '--to')];
  return seenOn(net, sliceThrough(ends), cornersOf(1));
}

/** What makes another command read a file in the same way: the options that are not the default. */
export function readingArguments(options: ReadingOptions): string {
  const { units, batch, inputShape } = options;
  const shapes = [...(inputShape ?? [])].map(([name, dims]) => `${name === '' ? '' : `${name}:`}${dims.join(',')}`);
  return [
    units === 'raw' ? ' --units=raw' : '',
    batch === undefined ? '' : ` --batch=${batch}`,
    ...shapes.map((shape) => ` --input-shape=${quotedArgument(shape)}`),
    ...graphArguments(options, quotedArgument),
  ].join('');
}

/** What makes `check` see the same network: the options that are not the default. */
export function subjectArguments(options: SubjectOptions): string {
  const { plane, through, from, to } = options;
  return [
    readingArguments(options),
    plane === undefined ? '' : ` --plane=${quotedArgument(plane)}`,
    through === undefined ? '' : ` --through=${quotedArgument(through)}`,
    from === undefined ? '' : ` --from=${quotedArgument(from)}`,
    to === undefined ? '' : ` --to=${quotedArgument(to)}`,
  ].join('');
}

/** ", seen on a slice of 2 dimensions (--plane)"; nothing without a slice. @param network on the slice */
export function onSlice({ plane, through }: SubjectOptions, { inputs }: Network): string {
  if (plane === undefined && through === undefined) return '';
  const dimensions = `${inputs} dimension${inputs === 1 ? '' : 's'}`;
  return `, seen on a slice of ${dimensions} (${plane !== undefined ? '--plane' : '--through'})`;
}
