/**
 * Which records of a tree one of several checkers verifies. All of them follow the whole tree, and each verifies what is its own.
 *
 * The records are dealt out in turn, in stretches of as many bytes: what a record takes to verify grows with its length. So all agree
 * without a word, and every record is exactly one checker's.
 */

/** Checker `index` of `of`. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Share = { index: 0, of: 1 };

/** Bytes of records in a stretch: some milliseconds of work in the end, so that there are many of them, and few beginnings. */
const FIRST_STRETCH = 1 << 9;
const LONGEST_STRETCH = 1 << 16;

export class Dealer {
  private bytes = 0;
  private stretch = FIRST_STRETCH;
  private owner = 0;

  constructor(private readonly share: Share) {}

  /** Whether the next record is this checker's. */
  get isOwn(): boolean {
    return this.owner === this.share.index;
  }

  /** Another record has been read. */
  read(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes < this.stretch) return;
    this.bytes = 0;
    this.owner = (this.owner + 1) % this.share.of;
    // The next round's are longer.
    if (this.owner === 0) this.stretch = Math.min(2 * this.stretch, LONGEST_STRETCH);
  }
}
