/**
 * The network that a command is about: a file, or its slice through points of the input space.
 */
import { type Command, Option } from 'commander';
import type { Units } from '../../formats/index.js';
import { type NetworkFile, readNetwork } from '../../formats/index.js';
import { networkOnSlice, slice, sliceThrough } from '../../network/index.js';
import { UsageError } from '../exit.js';
import { quotedArgument } from '../output/text.js';
import { pointOf, pointsOf } from './points.js';

/** What the options say about how a file is read. */
export interface ReadingOptions {
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
        'on the slice o + s u + t v: origin and directions as x1,x2,...;... or in a .json file; the domain is in (s, t)',
      ).conflicts(['through']),
    )
    .option(
      '--through <p;q;r>',
      'on the slice through these points, which get the coordinates (0,0), (1,0), (0,1); two points give a segment',
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

/** Reads a network as the options say. @throws FormatError */
export function readPlain(file: string, { units, batch, inputShape }: ReadingOptions): Promise<NetworkFile> {
  return readNetwork(file, {
    units,
    ...(batch !== undefined && { batch }),
    ...(inputShape !== undefined && { inputShapes: inputShape }),
  });
}

/**
 * Reads a network and puts it on the slice that the options ask for. A slice has no domain of its own.
 *
 * @throws FormatError, UsageError, DomainError
 */
export async function readSubject(file: string, options: SubjectOptions): Promise<NetworkFile> {
  const net = await readPlain(file, options);
  if (options.from !== undefined || options.to !== undefined) return onSegment(net, options);
  const text = options.plane ?? options.through;
  if (text === undefined) return net;
  const option = options.plane === undefined ? '--through' : '--plane';
  const points = await pointsOf(text, net.network.inputs, option);
  const [origin, ...directions] = points;
  if (origin === undefined || directions.length === 0) {
    throw new UsageError(`${option}: expected at least two points separated by ";", got ${points.length}; add one`);
  }
  const on = option === '--plane' ? slice(origin, directions) : sliceThrough(points);
  const { domain: _ownDomain, ...rest } = net;
  return { ...rest, network: networkOnSlice(net.network, on) };
}

function onSegment(net: NetworkFile, { from, to }: SubjectOptions): NetworkFile {
  if (from === undefined || to === undefined)
    throw new UsageError('--from, --to: expected both ends; add the other one');
  const ends = [pointOf(from, net.network.inputs, '--from'), pointOf(to, net.network.inputs, '--to')];
  const { domain: _ownDomain, ...rest } = net;
  return { ...rest, network: networkOnSlice(net.network, sliceThrough(ends)) };
}

/** What makes `check` read the same network: the options that are not the default. */
export function subjectArguments({ units, batch, inputShape, plane, through, from, to }: SubjectOptions): string {
  const shapes = [...(inputShape ?? [])].map(([name, dims]) => `${name === '' ? '' : `${name}:`}${dims.join(',')}`);
  return [
    units === 'raw' ? ' --units=raw' : '',
    batch === undefined ? '' : ` --batch=${batch}`,
    ...shapes.map((shape) => ` --input-shape=${quotedArgument(shape)}`),
    plane === undefined ? '' : ` --plane=${quotedArgument(plane)}`,
    through === undefined ? '' : ` --through=${quotedArgument(through)}`,
    from === undefined ? '' : ` --from=${quotedArgument(from)}`,
    to === undefined ? '' : ` --to=${quotedArgument(to)}`,
  ].join('');
}

/** Says that the network is seen on a slice. */
export function onSlice({ plane, through }: SubjectOptions): string {
  return plane !== undefined ? ' on a slice (--plane)' : through !== undefined ? ' on a slice (--through)' : '';
}
