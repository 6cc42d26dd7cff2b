/**
 * Integers without their powers of two.
 */

/**
 * The number as odd * 2^zeros; 0 is 0 * 2^0. Cost: linear in the size of the number, times the number of words that are 0.
 *
 * @example oddPart(-12n) // { odd: -3n, zeros: 2 }
 */
export function oddPart(value: bigint): { readonly odd: bigint; readonly zeros: number } {
  if (value === 0n) return { odd: 0n, zeros: 0 };
  let words = 0;
  let low = Number(BigInt.asUintN(32, value));
  while (low === 0) low = Number(BigInt.asUintN(32, value >> BigInt(32 * ++words)));
  const zeros = 32 * words + 31 - Math.clz32(low & -low);
  return { odd: zeros === 0 ? value : value >> BigInt(zeros), zeros };
}
