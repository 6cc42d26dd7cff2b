/**
 * Which records of a tree one of several checkers verifies. All of them follow the whole tree, and each verifies what is its own.
 *
 * The records are dealt out in turn, in stretches of about equal work, by what every checker sees of them: so all agree without a word,
 * and every record is exactly one checker's.
 */

/** Checker `index` of `of`. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Share = { index: 0, of: 1 };

/** What a stretch takes, in units of `Dealer.did`: some milliseconds, so that there are many of them, and few beginnings. */
const STRETCH = 20_000;

export class Dealer {
  private work = 0;
  private owner = 0;

  constructor(private readonly share: Share) {}

  /** Whether the next record is this checker's. */
  get isOwn(): boolean {
    return this.owner === this.share.index;
  }

  /** Another record has been seen. @param work how much it takes to verify it, about, beside what every record takes */
  did(work: number): void {
    this.work += 4 + work;
    if (this.work < STRETCH) return;
    this.work = 0;
    this.owner = (this.owner + 1) % this.share.of;
  }
}
