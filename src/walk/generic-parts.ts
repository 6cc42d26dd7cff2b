/**
 * Cells of hyperplanes in general position.
 */

/** Into how many parts m hyperplanes in general position cut R^d, by m. */
export function genericParts(dimension: number): (m: number) => number {
  const known: number[] = [];
  return (m) => {
    const before = known[m];
    if (before !== undefined) return before;
    let sum = 1;
    let binomial = 1;
    for (let i = 0; i < Math.min(dimension, m); i++) {
      binomial = (binomial * (m - i)) / (i + 1);
      sum += binomial;
    }
    known[m] = sum;
    return sum;
  };
}
