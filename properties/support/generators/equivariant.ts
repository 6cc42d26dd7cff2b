/**
 * Deep networks that commute with a group: every layer's neurons are closed under it, so that behind an element of the group each is another one.
 */
import fc from 'fast-check';
import { type Rational, rational } from '../../../src/exact/index.js';
import { affineFromRationals, buildNetwork, type Network, type Slopes } from '../../../src/network/index.js';

/** x -> y with y_inputs[i] = signs[i] x_i + shifts[i], as `--symmetry` takes it. */
export interface Generator {
  readonly inputs: readonly number[];
  readonly signs: readonly number[];
  readonly shifts: readonly number[];
}

type Row = readonly number[];

/** A row (weights, constant) of the inputs behind a generator. */
function behind(row: Row, { inputs, signs, shifts }: Generator): Row {
  const constant = inputs.reduce((sum, to, i) => sum + row[to]! * shifts[i]!, row[inputs.length]!);
  return [...inputs.map((to, i) => row[to]! * signs[i]! + 0), constant];
}

/** Rows closed under moves, and per move the row that each becomes. */
function closed(rows: readonly Row[], moves: readonly ((row: Row) => Row)[]) {
  const places = new Map<string, number>();
  const all: Row[] = [];
  const place = (row: Row) => {
    const name = row.join();
    if (!places.has(name)) {
      places.set(name, all.length);
      all.push(row);
    }
    return places.get(name)!;
  };
  for (const row of rows) place(row);
  for (const row of all) for (const move of moves) place(move(row));
  return { rows: all, images: moves.map((move) => all.map((row) => place(move(row)))) };
}

function affine(rows: readonly Row[]) {
  const inputs = rows[0]!.length - 1;
  const exact = rows.map((row) => row.map((x) => rational(BigInt(x))));
  const constants = exact.map((row): Rational => row[inputs]!);
  return affineFromRationals(
    inputs,
    exact.map((row) => row.slice(0, inputs)),
    constants,
  );
}

/** The network whose layers are the closures of some rows; those behind the first one are cut to, and repeated up to, the neurons that there are. */
export function closedNetwork(
  generators: readonly Generator[],
  seeds: readonly (readonly Row[])[],
  slopes: Slopes,
): Network {
  const steps = [];
  let moves = generators.map((generator) => (row: Row) => behind(row, generator));
  let width = generators[0]!.inputs.length;
  for (const seed of seeds) {
    const fitted = seed.map((row) => [
      ...Array.from({ length: width }, (_, j) => row[j % (row.length - 1)]!),
      row.at(-1)!,
    ]);
    const { rows, images } = closed(fitted, moves);
    steps.push({ affine: affine(rows) }, { slopes: rows.map(() => slopes) });
    // A weight times a neuron, behind the generator, is that weight times what the neuron becomes.
    moves = images.map((image) => (row: Row) => {
      const moved = new Array<number>(row.length).fill(0);
      image.forEach((to, j) => {
        moved[to] = row[j]!;
      });
      moved[row.length - 1] = row.at(-1)!;
      return moved;
    });
    width = rows.length;
  }
  return buildNetwork(generators[0]!.inputs.length, steps);
}

/** The cyclic shift, an exchange, and the reflections of one and of all coordinates in the middle of [0, side]. */
export function generatorsOf(d: number, side: number): Record<'shift' | 'exchange' | 'reflect' | 'turn', Generator> {
  const every = Array.from({ length: d }, (_, i) => i);
  const ones = every.map(() => 1);
  const zeros = every.map(() => 0);
  return {
    shift: { inputs: every.map((i) => (i + 1) % d), signs: ones, shifts: zeros },
    exchange: { inputs: [1, 0, ...every.slice(2)], signs: ones, shifts: zeros },
    reflect: { inputs: every, signs: [-1, ...ones.slice(1)], shifts: [side, ...zeros.slice(1)] },
    turn: { inputs: every, signs: every.map(() => -1), shifts: every.map(() => side) },
  };
}

const row = (length: number) => fc.array(fc.integer({ min: -3, max: 3 }), { minLength: length, maxLength: length });

/** Rows to begin with, of several layers. */
export const seedsOf = (d: number, counts: readonly number[]) =>
  fc.tuple(...counts.map((count, l) => fc.array(row((l === 0 ? d : 7) + 1), { minLength: count, maxLength: count })));
