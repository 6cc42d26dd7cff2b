/**
 * Names that somebody may have meant.
 */

/** Letters to change, add, drop or swap with a neighbour, to turn one name into another (Damerau, Levenshtein). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = least;
    }
  }
  return rows[a.length]![b.length]!;
}

/** Names of which no more counts. */
const MOST_LETTERS = 40;

/** Whether a name is spelt almost as another one. Cost: the product of their lengths. */
export function isSpeltLike(name: string, known: string): boolean {
  const [wanted, one] = [name.slice(0, MOST_LETTERS).toLowerCase(), known.toLowerCase()];
  return distance(one, wanted) <= Math.min(3, Math.floor(one.length / 3));
}

/** The known names that a name is near: spelt almost so, or part of it. Cost: the lengths' product for each. */
export function nearNames(name: string, known: readonly string[]): string[] {
  const wanted = name.slice(0, MOST_LETTERS).toLowerCase();
  return known.filter((candidate) => {
    const one = candidate.toLowerCase();
    const contained = one.length >= 3 && wanted.length >= 3 && (wanted.includes(one) || one.includes(wanted));
    return contained || isSpeltLike(wanted, one);
  });
}
