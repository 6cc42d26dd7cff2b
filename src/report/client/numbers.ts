/**
 * Numbers and formulas as people read them; doubles are roundings of exact numbers, so six digits are shown.
 */

export function shown(value: number, digits = 6): string {
  if (value === 0) return '0';
  return String(Number(value.toPrecision(digits))).replace('-', '−');
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** "1.5 x0 − 0.25 x1 + 3" */
export function affineText(slopes: readonly number[], constant: number, names: readonly string[]): string {
  const terms = slopes.flatMap((slope, i) => (slope === 0 ? [] : [{ value: slope, name: ` ${names[i]}` }]));
  if (constant !== 0 || terms.length === 0) terms.push({ value: constant, name: '' });
  return terms
    .map(({ value, name }, k) => {
      const sign = value < 0 ? '−' : '+';
      const lead = k === 0 ? (value < 0 ? '−' : '') : ` ${sign} `;
      return `${lead}${shown(Math.abs(value))}${name}`;
    })
    .join('');
}
