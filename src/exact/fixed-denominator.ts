/**
 * Fractions in lowest terms where many share one denominator: the rows of a network on its cells.
 *
 * What a numerator has in common with the denominator 2^p O, O odd, is a power of two that its last bits tell, and a divisor of O, which is
 * mostly short: O comes from decimal bounds and ranges alone.
 */
import { commonDivisor } from './lowest-terms.js';
import { oddPart } from './odd-part.js';
import { type Rational, ZERO } from './rational.js';

export class FixedDenominator {
  private readonly odd: bigint;
  private readonly zeros: number;
  /** The denominators of numerators that are coprime to O, by the powers of two that these have. */
  private readonly known: bigint[] = [];

  /** @param value positive */
  constructor(readonly value: bigint) {
    ({ odd: this.odd, zeros: this.zeros } = oddPart(value));
  }

  /** numerator / value in lowest terms. */
  under(numerator: bigint): Rational {
    if (numerator === 0n) return ZERO;
    const twos = this.zeros === 0 ? 0 : Math.min(this.zeros, trailingZeros(numerator));
    const top = twos === 0 ? numerator : numerator >> BigInt(twos);
    const bottom = (this.known[twos] ??= this.value >> BigInt(twos));
    if (this.odd === 1n) return { numerator: top, denominator: bottom };
    const divisor = commonDivisor(top % this.odd, this.odd);
    return divisor === 1n
      ? { numerator: top, denominator: bottom }
      : { numerator: top / divisor, denominator: bottom / divisor };
  }
}

function trailingZeros(value: bigint): number {
  const low = Number(BigInt.asUintN(32, value));
  return low === 0 ? oddPart(value).zeros : 31 - Math.clz32(low & -low);
}
