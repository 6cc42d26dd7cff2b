/**
 * What is known of an arrangement, as people read it.
 */
import { type ChamberCount, characteristicPolynomial } from '../../chambers/index.js';
import { grouped } from './text.js';

const SUPERSCRIPTS = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

function power(k: number): string {
  if (k === 0) return '';
  return k === 1 ? 't' : `t${[...String(k)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')}`;
}

/** "t³ - 3 t² + 2 t" @param coefficients that of t^0 first */
export function showPolynomial(coefficients: readonly bigint[]): string {
  const terms = coefficients.flatMap((c, k) => (c === 0n ? [] : [{ c, k }])).reverse();
  const shown = terms.map(({ c, k }, at) => {
    const size = c < 0n ? -c : c;
    const sign = at === 0 ? (c < 0n ? '-' : '') : c < 0n ? '- ' : '+ ';
    const factor = size === 1n && k > 0 ? '' : `${grouped(size)}${k > 0 ? ' ' : ''}`;
    return `${sign}${factor}${power(k)}`;
  });
  return shown.length === 0 ? '0' : shown.join(' ');
}

const METHODS: Readonly<Record<ChamberCount['method'], string>> = {
  orbits: 'flats counted rank by rank',
  deletion: 'deletion and restriction',
  inside: 'deletion and restriction inside of the domain',
};

/** Rows of a table: how it was counted, the polynomial, Betti numbers, bounded cells. @param isStated whether symmetries were stated */
export function arrangementRows(count: ChamberCount, isStated = false): [string, string][] {
  const { betti, bounded, dimension, hyperplanes, symmetries, orbits } = count;
  const group = symmetries === 1n ? '' : `, ${grouped(symmetries)} symmetries`;
  const flats = orbits === undefined ? '' : `, ${orbits.map(grouped).join(' + ')} orbits of flats by rank`;
  return [
    ['arrangement', `${grouped(hyperplanes)} different hyperplanes, dimension ${dimension}`],
    ...(bounded === undefined ? [] : [['bounded', `${grouped(bounded)} (exact)`] as [string, string]]),
    ['polynomial', `${showPolynomial(characteristicPolynomial(count))} (characteristic)`],
    ['Betti', betti.map(grouped).join(' ')],
    ['counted by', `${METHODS[count.method]}${symmetries > 1n && orbits !== undefined ? group : ''}${flats}`],
    ...(isStated && orbits === undefined ? [['symmetry', 'of no use here'] as [string, string]] : []),
  ];
}
