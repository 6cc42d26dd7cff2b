/**
 * Regions of a hyperplane arrangement, counted without visiting them: the characteristic polynomial by
 * deletion-restriction, evaluated by Zaslavsky's theorem.
 *
 * For an arrangement A in R^n and a hyperplane H of it, chi(A) = chi(A without H) - chi(A restricted to H); the empty
 * arrangement has chi(t) = t^n. Adding the hyperplanes one after the other gives
 *
 *     chi(A) = t^n - sum_i chi({H_1, ..., H_(i-1)} restricted to H_i),
 *
 * and A has (-1)^n chi(-1) regions (Zaslavsky 1975). Equal hyperplanes count once.
 *
 * Source: Stanley 2007, An introduction to hyperplane arrangements, lecture 2. All arithmetic is on integers.
 */

/** A hyperplane normal . x + constant = 0: the entries of the normal and, last, the constant, up to a nonzero factor. */
export type Hyperplane = readonly bigint[];

/** Coefficients of a polynomial, [k] belonging to t^k. */
export type Polynomial = readonly bigint[];

/** The representative of a hyperplane with coprime entries and a positive leading one; undefined if the normal is 0. */
function canonical(plane: Hyperplane): Hyperplane | undefined {
  const lead = plane.findIndex((entry) => entry !== 0n);
  if (lead < 0 || lead === plane.length - 1) return undefined;
  let divisor = 0n;
  for (const entry of plane) {
    let a = entry < 0n ? -entry : entry;
    while (a !== 0n) [divisor, a] = [a, divisor % a];
    if (divisor === 1n) break;
  }
  if (plane[lead]! < 0n) divisor = -divisor;
  return divisor === 1n ? plane : plane.map((entry) => entry / divisor);
}

/** The distinct hyperplanes among the given ones, in canonical form; those without a normal are no hyperplanes. */
export function distinctHyperplanes(planes: readonly Hyperplane[]): Hyperplane[] {
  const distinct = new Map<string, Hyperplane>();
  for (const plane of planes) {
    const form = canonical(plane);
    if (form !== undefined) distinct.set(form.join(), form);
  }
  return [...distinct.values()];
}

/** The traces of the planes on `on`, in coordinates of `on` without its pivot variable. */
function restrict(planes: readonly Hyperplane[], on: Hyperplane): Hyperplane[] {
  const pivot = on.findIndex((entry) => entry !== 0n);
  const scale = on[pivot]!;
  return distinctHyperplanes(
    planes.map((plane) => {
      const factor = plane[pivot]!;
      const trace = factor === 0n ? [...plane] : plane.map((entry, k) => scale * entry - factor * on[k]!);
      trace.splice(pivot, 1);
      return trace;
    }),
  );
}

/** chi of an arrangement of distinct hyperplanes in canonical form. */
function polynomial(dimension: number, planes: readonly Hyperplane[], memo: Map<string, Polynomial>): Polynomial {
  if (dimension === 1) return [-BigInt(planes.length), 1n];
  const key = planes
    .map((plane) => plane.join())
    .sort()
    .join(';');
  const known = memo.get(`${dimension}|${key}`);
  if (known !== undefined) return known;
  const result: bigint[] = new Array<bigint>(dimension + 1).fill(0n);
  result[dimension] = 1n;
  planes.forEach((plane, i) => {
    const part = polynomial(dimension - 1, restrict(planes.slice(0, i), plane), memo);
    part.forEach((coefficient, k) => {
      result[k]! -= coefficient;
    });
  });
  memo.set(`${dimension}|${key}`, result);
  return result;
}

/**
 * The characteristic polynomial of an arrangement in R^dimension, repetitions allowed.
 *
 * Cost: at most about one restriction per region; arrangements that recur as restrictions are computed once.
 */
export function characteristicPolynomial(dimension: number, planes: readonly Hyperplane[]): Polynomial {
  if (planes.some((plane) => plane.length !== dimension + 1)) {
    throw new RangeError(`arrangement: expected ${dimension} coefficients and a constant per hyperplane`);
  }
  if (dimension === 0) return [1n];
  return polynomial(dimension, distinctHyperplanes(planes), new Map());
}

/** chi(t) at an integer. */
export function valueAt(chi: Polynomial, t: bigint): bigint {
  return chi.reduceRight((sum, coefficient) => sum * t + coefficient, 0n);
}

/** The number of regions of an arrangement in R^dimension: |chi(-1)|. */
export function regionCount(dimension: number, planes: readonly Hyperplane[]): number {
  const value = valueAt(characteristicPolynomial(dimension, planes), -1n);
  return Number(value < 0n ? -value : value);
}
