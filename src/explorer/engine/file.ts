/**
 * A network of the reader's own, on a plane through its inputs.
 */
import { rationalFromDouble, toDouble } from '../../exact/index.js';
import { FormatError, type NetworkFile, readNetwork } from '../../formats/index.js';
import { box, DomainError, type Network, networkOnSlice, sliceThrough } from '../../network/index.js';
import type { FileFacts, Plane, Window2 } from '../model/index.js';
import type { Subject } from './subject.js';

/** Inputs are looked at from -1 to 1 where the file says nothing. */
const USUAL = [-1, 1] as const;
/** What a picture takes of time and memory grows with the network: larger ones belong to the command line. */
const MOST_NEURONS = 60_000;

export interface OpenedFile {
  readonly facts: FileFacts;
  readonly network: Network;
}

function boundsOf({ network, domain }: NetworkFile): Pick<FileFacts, 'lower' | 'upper'> {
  if (domain?.kind === 'box') return { lower: domain.lower.map(toDouble), upper: domain.upper.map(toDouble) };
  return {
    lower: new Array<number>(network.inputs).fill(USUAL[0]),
    upper: new Array<number>(network.inputs).fill(USUAL[1]),
  };
}

/** Reads the bytes. @throws FormatError with what is wrong, and what to do */
export async function openNetwork(
  name: string,
  bytes: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<OpenedFile> {
  const file = await readNetwork(bytes, { name, files });
  const { network, format, warnings } = file;
  if (network.inputs < 2) {
    throw new FormatError('', 'expected two inputs or more, got one; draw its graph with relu-atlas report', name);
  }
  const widths = network.layers.map(({ slopes }) => slopes.length);
  if (widths.reduce((sum, width) => sum + width, 0) > MOST_NEURONS) {
    throw new FormatError('', `expected at most ${MOST_NEURONS} neurons; use relu-atlas on the command line`, name);
  }
  const { inputs, outputs } = network;
  return { network, facts: { name, format, inputs, outputs, widths, ...boundsOf(file), warnings } };
}

const exact = (values: readonly number[]) => values.map(rationalFromDouble);

/** The network on a plane. @throws DomainError for points that span none */
export function subjectOnPlane({ network, facts }: OpenedFile, plane: Plane, { x, y }: Window2): Subject {
  const window: Window2 = { x, y };
  const label = facts.name;
  if (!(x[0] < x[1] && y[0] < y[1])) {
    throw new DomainError('window: expected the lower end below the upper one; exchange them');
  }
  if (plane.kind === 'points') {
    const on = sliceThrough(plane.points.map(exact));
    const domain = box(exact([x[0], y[0]]), exact([x[1], y[1]]));
    return { network: networkOnSlice(network, on), domain, names: ['u', 'v'], window, label };
  }
  const [i, j] = plane.free;
  const lower = [...plane.values];
  const upper = [...plane.values];
  [lower[i], upper[i]] = x;
  [lower[j], upper[j]] = y;
  return { network, domain: box(exact(lower), exact(upper)), names: [`x${i}`, `x${j}`], window, label };
}
