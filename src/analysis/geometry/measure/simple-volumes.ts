/**
 * Volumes of simple polytopes in WebAssembly: what `volume-by-rows.ts` says, without an object for every integer on the way.
 *
 * Integers are limbs on a stack (`assembly/integers.ts`), divisions are exact ones from the lowest limb on, and the volume's lowest terms are found
 * denominator by denominator: what is left of the numerator modulo an odd d, up to a power of two, has the same divisors in common with d, and
 * greatest common divisors are found by the binary algorithm, 31 steps at a time (Pornin 2020).
 */
import type { Rational } from '../../../exact/index.js';
import { Arena, compiled } from '../../../wasm/index.js';
import type { VertexSet } from '../polytope.js';
import type { Limbs } from './limbs.js';
import { VOLUME_WASM } from './wasm.js';

interface VolumeExports {
  volume(...numbers: number[]): number;
  digitsAt(): number;
  lastDenominator(): number;
}

/** A simple polytope: at each vertex as many facets meet as it has dimensions, at least two. */
export interface SimplePolytope {
  readonly dimension: number;
  /** Every vertex by its numerators and its denominator. */
  readonly vertices: readonly Limbs[];
  /** Every facet by its vertices, and by a row that is zero on it: its coefficients and its constant. */
  readonly facets: readonly VertexSet[];
  readonly rows: readonly Limbs[];
}

/** Vertices and facets have bits of their own. */
const MOST = 64;
/** Limbs of an integer: the time grows with the square. */
const MOST_LIMBS = 256;
/** Bytes of memory, most of which is never touched. */
const MEMORY = 1 << 22;

const MODULE = compiled(VOLUME_WASM);
const LATIN = new TextDecoder('latin1');

export class SimpleVolumes {
  private readonly exports: VolumeExports;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly start: number;

  private constructor(arena: Arena, module: object) {
    this.exports = arena.exportsOf(module) as VolumeExports;
    const words = arena.integers(MEMORY / 4 - 64);
    this.words = words;
    this.start = words.byteOffset;
    this.bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  }

  /** Undefined where there is no WebAssembly. */
  static here(): SimpleVolumes | undefined {
    const arena = MODULE === undefined ? undefined : Arena.of(MEMORY);
    return arena && new SimpleVolumes(arena, MODULE!);
  }

  /** The volume in lowest terms; undefined if the polytope has too many vertices, or its numbers are too long. */
  volume(polytope: SimplePolytope): Rational | undefined {
    const { dimension, vertices, facets, rows } = polytope;
    if (vertices.length > MOST || facets.length > MOST || roomFor(polytope) > this.words.length) return undefined;
    const { words, start } = this;
    for (let f = 0; f < facets.length; f++) {
      let [low, high] = [0, 0];
      for (const v of facets[f]!) {
        if (v < 32) low |= 1 << v;
        else high |= 1 << (v - 32);
      }
      words[2 * f] = low;
      words[2 * f + 1] = high;
    }
    const points = 2 * facets.length;
    const rowsAt = this.lay(vertices, points);
    const free = this.lay(rows, rowsAt);
    const place = (index: number) => start + 4 * index;
    const [stack, limit] = [place(free), place(words.length)];
    const digits = this.exports.volume(
      dimension,
      vertices.length,
      facets.length,
      place(points),
      place(rowsAt),
      place(0),
      stack,
      limit,
    );
    const text = this.exports.digitsAt() - start;
    const end = text + digits + this.exports.lastDenominator();
    return {
      numerator: BigInt(`0x${LATIN.decode(this.bytes.subarray(text, text + digits))}`),
      denominator: BigInt(`0x${LATIN.decode(this.bytes.subarray(text + digits, end))}`),
    };
  }

  /** Copies integers to a place, and returns the one behind them. */
  private lay(all: readonly Limbs[], to: number): number {
    let at = to;
    for (const { words } of all) {
      this.words.set(words, at);
      at += words.length;
    }
    return at;
  }
}

/**
 * Words that certainly suffice.
 *
 * With S limbs in the longest entries of all vertices together, of M at most each, and R in the longest entry of a row, no measure has more than
 * S + 1 limbs: it is a sum of products of one entry of each vertex, with few terms. An entry of a reduced row is a minor, of at most n (R + 1), so that nothing
 * on the stack has more than W = S + n (R + 1) + M + 4 limbs. Each of the n faces on the way down holds at most 8 such numbers and the
 * products of its denominators, and rows of n + 1 entries for each of n eliminations, with 2 n numbers more while a height is summed up; in the end there are
 * at most 4 more for every vertex.
 */
function roomFor({ dimension: n, vertices, rows, facets }: SimplePolytope): number {
  const sum = vertices.reduce((limbs, { longest }) => limbs + longest, 0);
  const most = vertices.reduce((limbs, { longest }) => Math.max(limbs, longest), 0);
  const row = rows.reduce((limbs, { longest }) => Math.max(limbs, longest), 0);
  if (Math.max(most, row) > MOST_LIMBS) return Number.POSITIVE_INFINITY;
  const width = sum + n * (row + 1) + most + 5;
  const entries = (vertices.length + facets.length) * (n + 1);
  const input = 2 * facets.length + entries * (2 + Math.max(most, row));
  const face = (8 + vertices.length + n) * width + (n + 1) ** 2 * (n * (row + 1) + 2);
  return input + 4 * n + n * face + 4 * (vertices.length + 4) * width + 4 * width;
}
