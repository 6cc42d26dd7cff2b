/**
 * Patterns as letters, "+-0|+", without a text for each: those of one problem are equally long.
 */
import type { PartitionProblem } from '../../problem/index.js';

const PLUS = 43;
const MINUS = 45;
const ZERO = 48;
const BAR = 124;

export class PatternLetters {
  /** Letters of a pattern. */
  readonly length: number;
  private readonly bends: readonly Uint8Array[];
  private readonly letters: Uint8Array;

  /** @param problem made by `analysisProblem` */
  constructor({ layers, depth }: PartitionProblem) {
    this.bends = layers.slice(0, depth - 1).map((layer) => layer.bends);
    // Bars stand between layers; a network without any has the empty pattern.
    this.length = Math.max(0, this.bends.reduce((sum, { length }) => sum + length + 1, 0) - 1);
    this.letters = new Uint8Array(this.length);
  }

  /** The sides of a cell: what `patternText(patternOf(cell))` says. Overwritten by the next call. */
  of(sides: readonly Int8Array[]): Uint8Array {
    const { letters, bends: layers } = this;
    let at = 0;
    for (let l = 0; l < layers.length; l++) {
      if (l > 0) letters[at++] = BAR;
      const bends = layers[l]!;
      const own = sides[l]!;
      for (let j = 0; j < bends.length; j++) letters[at++] = bends[j] === 0 ? ZERO : letterOf(own[j]!);
    }
    return letters;
  }

  /** Reads the sides of the neurons that bend. */
  read(letters: Uint8Array, sides: readonly Int8Array[]): void {
    let at = 0;
    this.bends.forEach((bends, l) => {
      const own = sides[l]!;
      for (let j = 0; j < bends.length; j++, at++) if (bends[j] === 1) own[j] = sideOf(letters[at]!);
      at++;
    });
  }
}

function letterOf(side: number): number {
  return side > 0 ? PLUS : side < 0 ? MINUS : ZERO;
}

function sideOf(letter: number): number {
  return letter === PLUS ? 1 : letter === MINUS ? -1 : 0;
}
