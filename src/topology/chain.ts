/**
 * Chains, and rows of integer matrices, with few entries: position -> entry, no zeros.
 */
export type Chain = Map<number, bigint>;

/** Coefficients: rational numbers, integers, or two elements. */
export type Field = 'Q' | 'Z' | 'GF2';

/** Adds to one entry. */
export function addEntry(chain: Chain, position: number, entry: bigint): void {
  const sum = (chain.get(position) ?? 0n) + entry;
  if (sum === 0n) chain.delete(position);
  else chain.set(position, sum);
}

/** chain := chain + factor * other */
export function addMultiple(chain: Chain, other: ReadonlyMap<number, bigint>, factor: bigint): void {
  if (factor === 0n) return;
  for (const [position, entry] of other) addEntry(chain, position, factor * entry);
}
