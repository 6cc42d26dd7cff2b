/**
 * The module that `assembly/` is compiled to, and a memory in which numbers are laid for it.
 */
import { Arena, compiled } from '../../../wasm/index.js';
import { type Limbs, limbsOf } from './limbs.js';
import { VOLUME_WASM } from './wasm.js';

interface MeasureExports {
  fractionLimbs(power: number): number;
  setReciprocals(at: number, count: number): void;
  volume(...numbers: number[]): void;
  fractionText(): number;
  hexadecimal(): number;
  digitsAt(): number;
  lastDenominator(): number;
  solve(dimension: number, numbers: number, stack: number, limit: number): number;
  pointAt(): number;
  coordinates(dimension: number, numbers: number, stack: number, limit: number): number;
  textAt(): number;
}

const MODULE = compiled(VOLUME_WASM);
const LATIN = new TextDecoder('latin1');

/** Numbers of up to 72 times so many decimal digits are written as such: longer ones take long in any case. */
const RECIPROCALS = 40;

export class MeasureMemory {
  readonly exports: MeasureExports;
  readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  /** The first word that is free. */
  readonly free: number;

  private constructor(arena: Arena, bytes: number) {
    this.exports = arena.exportsOf(MODULE!) as MeasureExports;
    this.words = arena.integers(bytes / 4 - 64);
    this.bytes = new Uint8Array(this.words.buffer, this.words.byteOffset, this.words.byteLength);
    this.free = this.lay([limbsOf(this.reciprocals())], 0);
    this.exports.setReciprocals(this.place(0), RECIPROCALS);
  }

  /** A memory of so many bytes, most of which is never touched; undefined where there is no WebAssembly. */
  static of(bytes: number): MeasureMemory | undefined {
    const arena = MODULE === undefined ? undefined : Arena.of(bytes);
    return arena && new MeasureMemory(arena, bytes);
  }

  /** The address of a word. */
  place(index: number): number {
    return this.words.byteOffset + 4 * index;
  }

  /** Copies integers to a place, and returns the one behind them. */
  lay(all: readonly Limbs[], to: number): number {
    const { words: target } = this;
    let place = to;
    for (const { words, at, end } of all) for (let k = at; k < end; k++) target[place++] = words[k]!;
    return place;
  }

  /** The ASCII letters at an address. */
  text(address: number, length: number): string {
    const at = address - this.words.byteOffset;
    return LATIN.decode(this.bytes.subarray(at, at + length));
  }

  /** Of powers of 10^72, as `assembly/decimal.ts` wants them. */
  private reciprocals(): bigint[] {
    return Array.from({ length: RECIPROCALS }, (_, k) => {
      const bits = 64 * this.exports.fractionLimbs(k + 1);
      return (1n << BigInt(bits - 1)) / 10n ** BigInt(72 * (k + 1));
    });
  }
}
