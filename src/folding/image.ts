/**
 * The images of cells: what the layers that follow see of them.
 *
 * The image of a cell of the layers before layer l is the set of pre-activations of layer l on it, as the cone over it. Whatever lies below the cell is cut by
 * signs of these, and passed on by functions of these: a cell of the layers from l on is the preimage of one that they make of the image, within its affine
 * hull, and has interior in the cell if and only if that one has interior in the image. So cells with the same image have equal subtrees.
 *
 * Of a neuron that does not cut the image, and whose value is passed on to nobody on the side where it lies, the value does not matter either: it is put to 0,
 * which cuts nothing and adds nothing.
 */
import { dotIntegers, rank } from '../exact/index.js';
import { type PartitionProblem, type ProblemLayer, throughFan } from '../problem/index.js';
import {
  type Cone,
  canonical,
  coneOfForms,
  coneOfVectors,
  cutInHalves,
  type Form,
  signsOn,
  type Vector,
  withoutRedundancy,
} from './cone.js';

/** The side of a neuron on a cell; 0 where its pre-activation is 0. */
export type Side = -1 | 0 | 1;

/** Per neuron of a layer, whether the next one gets something of it where it is negative, and where it is positive. */
interface Heard {
  readonly negative: Uint8Array;
  readonly positive: Uint8Array;
}

/** Maps cells of each layer on to the next one. */
export class Images {
  private readonly heard: (Heard | undefined)[] = [];

  constructor(private readonly problem: PartitionProblem) {}

  /** The image of the whole domain in layer 0. */
  root(): Cone {
    const { problem } = this;
    const { variables, biasSlot, first } = problem;
    const domain = domainOf(problem);
    const { numerators, denominator } = first;
    const rows = rowsOf(numerators, variables + 1);
    const place = (vector: Vector) => [...rows.map((row) => dotIntegers(vector, row)), denominator * vector[biasSlot]!];
    return this.mapped(domain, 0, place);
  }

  /** The image in the next layer of a part of an image in this one, on which its neurons have these sides. */
  next(layer: number, part: Cone, sides: readonly Side[]): Cone {
    const { width } = this.problem.layers[layer + 1]!;
    const { bias, denominator, fan } = this.problem.layers[layer + 1]!.integers();
    const place = (vector: Vector) => {
      const height = vector[vector.length - 1]!;
      const values: bigint[] = [];
      for (let k = 0; k < width; k++) values[k] = bias[k]! * height + throughFan(fan(k), sides, vector);
      values.push(denominator * height);
      return values;
    };
    return this.mapped(part, layer + 1, place);
  }

  private mapped(cone: Cone, layer: number, place: (vector: Vector) => bigint[]): Cone {
    const lines = cone.lines.map(place);
    const vectors = cone.rays.map(({ vector }) => place(vector));
    this.silence(layer, lines, vectors);
    if (rank([...lines, ...vectors]) < cone.dimension) return coneOfVectors(lines, vectors);
    const rays = cone.rays.map(({ tight }, i) => ({ vector: vectors[i]!, tight }));
    return withoutRedundancy(canonical({ ...cone, lines, rays }));
  }

  /** Puts to 0 what does not matter. */
  private silence(layer: number, lines: readonly bigint[][], vectors: readonly bigint[][]) {
    const { width, bends, settled } = this.problem.layers[layer]!;
    const heard = this.heardOf(layer);
    for (let k = 0; k < width; k++) {
      let side: number;
      if (bends[k] === 0) side = settled?.[k] ?? 1;
      else {
        const isCut = lines.some((line) => line[k] !== 0n);
        const isNegative = isCut || vectors.some((vector) => vector[k]! < 0n);
        const isPositive = isCut || vectors.some((vector) => vector[k]! > 0n);
        if (isNegative && isPositive) continue;
        side = isNegative ? -1 : 1;
      }
      if ((side < 0 ? heard.negative : heard.positive)[k] === 1) continue;
      for (const vector of [...lines, ...vectors]) vector[k] = 0n;
    }
  }

  private heardOf(layer: number): Heard {
    return (this.heard[layer] ??= heardBy(this.problem, layer));
  }
}

/** The domain as a cone: in the variables and 1, or in the homogeneous variables. */
function domainOf(problem: PartitionProblem): Cone {
  const { variables, homogeneous, exactLower, exactUpper, boxDenominator, given } = problem;
  const size = homogeneous ? variables : variables + 1;
  const unit = (entries: readonly (readonly [number, bigint])[]): Vector => {
    const form = new Array<bigint>(size).fill(0n);
    for (const [i, entry] of entries) form[i] = entry;
    return form;
  };
  const forms: Vector[] = [];
  if (homogeneous) forms.push(unit([[size - 1, 1n]]));
  else {
    for (let i = 0; i < variables; i++) {
      forms.push(
        unit([
          [i, boxDenominator],
          [variables, -exactLower[i]!],
        ]),
      );
      forms.push(
        unit([
          [i, -boxDenominator],
          [variables, exactUpper[i]!],
        ]),
      );
    }
  }
  for (const row of rowsOf(given.numerators, variables + 1)) forms.push(row.slice(0, size));
  return coneOfForms(size, forms);
}

function rowsOf(numerators: readonly bigint[], entries: number): Vector[] {
  return Array.from({ length: numerators.length / entries }, (_, k) =>
    numerators.slice(k * entries, (k + 1) * entries),
  );
}

function heardBy({ layers, depth }: PartitionProblem, layer: number): Heard {
  const { width } = layers[layer]!;
  const heard = { negative: new Uint8Array(width), positive: new Uint8Array(width) };
  if (layer + 1 === depth) return heard;
  const next = layers[layer + 1]!;
  const { fan } = next.integers();
  for (let k = 0; k < next.width; k++) {
    const { from, plus, minus } = fan(k);
    from.forEach((j, i) => {
      if (plus[i] !== 0n) heard.positive[j] = 1;
      if (minus !== null && minus[i] !== 0n) heard.negative[j] = 1;
    });
  }
  return heard;
}

/**
 * An image as a text: two images are the same if and only if their texts are. Rays in lowest terms are told in any order, modulo lines in reduced echelon form.
 */
export function textOf({ lines, rays }: Cone): string {
  const texts = (vectors: readonly Vector[]) =>
    vectors.map((vector) => vector.map((entry) => entry.toString(36)).join());
  const sorted = texts(rays.map(({ vector }) => vector)).sort();
  return `${texts(lines).join(';')}|${sorted.join(';')}`;
}

/** The parts into which a layer cuts an image, one after the other, with the sides of its neurons. */
export function* partsOf(
  { width, bends, settled }: ProblemLayer,
  image: Cone,
): Generator<{ part: Cone; sides: Side[] }> {
  const forms = Array.from(
    { length: width },
    (_, k): Form =>
      (vector) =>
        vector[k]!,
  );
  const sides = Array.from({ length: width }, (_, k): Side => (settled?.[k] ?? 1) as Side);
  // Those that do not cut the whole cut no part.
  const cutting: number[] = [];
  for (let k = 0; k < width; k++) {
    if (bends[k] === 0) continue;
    const { negative, positive } = signsOn(image, forms[k]!);
    if (negative && positive) cutting.push(k);
    else sides[k] = negative ? -1 : positive ? 1 : 0;
  }
  function* below(cone: Cone, from: number): Generator<{ part: Cone; sides: Side[] }> {
    for (let i = from; i < cutting.length; i++) {
      const k = cutting[i]!;
      const { negative, positive } = signsOn(cone, forms[k]!);
      if (negative && positive) {
        const halves = cutInHalves(cone, forms[k]!);
        sides[k] = -1;
        yield* below(halves.negative, i + 1);
        sides[k] = 1;
        yield* below(halves.positive, i + 1);
        return;
      }
      sides[k] = negative ? -1 : positive ? 1 : 0;
    }
    yield { part: cone, sides };
  }
  yield* below(image, 0);
}
