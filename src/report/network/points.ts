/**
 * Data points in the plane or on the line that a picture shows.
 */
import { toDouble } from '../../exact/index.js';
import type { Domain } from '../../network/index.js';
import type { Report } from '../content/index.js';
import type { PicturePoints } from '../encoding/index.js';
import type { Graph } from '../picture/index.js';

/** Data points in the coordinates of the network that is seen. */
export interface SeenPoints {
  /** Where they come from; null without any. */
  readonly file: string | null;
  readonly places: readonly (readonly number[])[];
  /** The class of each, as the position of its name; one empty name where points have none. */
  readonly kinds: readonly number[];
  readonly names: readonly string[];
  /** With one input: the value at each point. */
  readonly values: readonly number[] | undefined;
  /** How they came onto the slice, in words; null without one. */
  readonly projection: string | null;
  /** The points that a slice was laid through. */
  readonly given: readonly { readonly at: readonly number[]; readonly name: string }[];
}

export const NO_SEEN_POINTS: SeenPoints = {
  file: null,
  places: [],
  kinds: [],
  names: [],
  values: undefined,
  projection: null,
  given: [],
};

/** The points along two inputs. */
export function pointsInPlane({ places, kinds, names, given }: SeenPoints, [i, j]: readonly number[]): PicturePoints {
  return {
    places: places.flatMap((place) => [place[i!]!, place[j!]!]),
    kinds,
    names: kinds.length === 0 ? [] : names,
    given: given.map(({ at, name }) => ({ x: at[i!]!, y: at[j!]!, name })),
  };
}

/** The graph with the points along its input. */
export function graphWithPoints(graph: Graph, { places, kinds, values, given }: SeenPoints): Graph {
  const { input } = graph;
  return {
    ...graph,
    points: places.map((place, k) => ({
      x: place[input]!,
      kind: kinds[k]!,
      ...(values !== undefined && { y: values[k]! }),
    })),
    given: given.map(({ at, name }) => ({ x: at[input]!, name })),
  };
}

/** What report.json says of the points. @param shown the inputs that the picture shows */
export function pointsFacts(
  { file, places, kinds, names, projection }: SeenPoints,
  shown: readonly number[],
  domain: Domain,
): Report['points'] {
  if (file === null) return undefined;
  const ends = domain.kind === 'box' ? domain.lower.map((low, i) => [toDouble(low), toDouble(domain.upper[i]!)]) : [];
  const isOutside = (place: readonly number[]) =>
    shown.some((i) => ends[i] !== undefined && (place[i]! < ends[i][0]! || place[i]! > ends[i][1]!));
  const isDropped = ends.length > shown.length;
  const dropped = isDropped ? ['drawn by the inputs that the picture shows, whatever the others are'] : [];
  const words = [...(projection === null ? [] : [projection]), ...dropped].join('; ');
  return {
    file,
    count: places.length,
    outside: places.filter(isOutside).length,
    classes: names
      .map((name, kind) => ({ name, count: kinds.filter((other) => other === kind).length }))
      .filter(({ name }) => name !== ''),
    projection: words === '' ? null : words,
  };
}
