/**
 * A network on a domain as LaTeX: the affine map of every cell, with the inequalities that bound it.
 */
import {
  analysisProblem,
  type Cell,
  forEachCell,
  frameOf,
  mapKey,
  mapOf,
  rowInInputs,
} from '../analysis/cells/index.js';
import { cellGeometry, constraintRow } from '../analysis/geometry/index.js';
import { absolute, equal, formatRational, negate, ONE, type Rational, rational, toDouble } from '../exact/index.js';
import { type Domain, DomainError, type Network } from '../network/index.js';

/** More cells than this make no formula that anybody reads. */
const MOST_CELLS = 500;

/** Fractions longer than this are written as decimals of six digits. */
const LONGEST = 16;

function numeral(value: Rational): string {
  const text = formatRational(value);
  if (text.length > LONGEST) {
    const [mantissa, exponent] = toDouble(value).toExponential(5).split('e');
    const power = Number(exponent);
    return Math.abs(power) <= 4 ? String(Number(toDouble(value).toPrecision(6))) : `${mantissa} \\cdot 10^{${power}}`;
  }
  if (value.denominator === 1n) return text;
  const size = absolute(value);
  return `${value.numerator < 0n ? '-' : ''}\\tfrac{${size.numerator}}{${size.denominator}}`;
}

/** "2 x_0 - \tfrac{1}{2} x_1 + 1" */
function sum(coefficients: readonly Rational[], constant: Rational): string {
  const parts = coefficients.flatMap((a, i) => {
    if (a.numerator === 0n) return [];
    const size = absolute(a);
    return [{ negative: a.numerator < 0n, text: `${equal(size, ONE) ? '' : `${numeral(size)} `}x_{${i}}` }];
  });
  if (constant.numerator !== 0n || parts.length === 0)
    parts.push({ negative: constant.numerator < 0n, text: numeral(absolute(constant)) });
  return parts.reduce((text, part, k) => {
    if (k === 0) return `${part.negative ? '-' : ''}${part.text}`;
    return `${text} ${part.negative ? '-' : '+'} ${part.text}`;
  }, '');
}

/** The inequalities of a cell's facets, as "a x >= b", each divided by its first coefficient's magnitude. */
function inequalities(cell: Cell, constraints: readonly number[]): string {
  const frame = frameOf(cell.problem);
  return constraints
    .map((constraint) => {
      const row = constraintRow(cell, constraint);
      const { coefficients, constant } = rowInInputs(cell.problem, frame, row, 1n);
      const lead = absolute(coefficients.find((a) => a.numerator !== 0n) ?? ONE);
      const by = (x: Rational) => rational(x.numerator * lead.denominator, x.denominator * lead.numerator);
      return `${sum(coefficients.map(by), rational(0n))} \\ge ${numeral(negate(by(constant)))}`;
    })
    .join(',\\; ');
}

/**
 * Every output as a case distinction over the cells; neighbouring lines of one map are kept apart, so that each line is a polytope.
 *
 * @throws DomainError for more than 500 cells, and unbounded domains in homogeneous coordinates
 */
export function latexOf(network: Network, domain: Domain): string {
  const problem = analysisProblem(network, domain);
  const geometry = cellGeometry(problem);
  const lines = Array.from({ length: network.outputs }, () => [] as string[]);
  const maps = new Set<string>();
  let cells = 0;
  forEachCell(problem, (cell) => {
    if (++cells > MOST_CELLS)
      throw new DomainError(`formula: expected at most ${MOST_CELLS} cells for LaTeX, got more; take a smaller domain`);
    maps.add(mapKey(cell));
    const facets = geometry.facets(cell, domain.kind !== 'whole').map(({ constraints }) => constraints[0]!);
    const where = inequalities(cell, facets) || '\\text{everywhere}';
    const { jacobian, constant } = mapOf(cell);
    for (const [k, list] of lines.entries()) list.push(`  ${sum(jacobian[k]!, constant[k]!)} & ${where} \\\\`);
  });
  const head = [
    `% written by relu-atlas: ${cells} cells, ${maps.size} affine maps; needs amsmath`,
    `% exact, but for fractions of more than ${LONGEST} characters: six digits of those`,
  ];
  const text = lines.flatMap((list, k) => [`\\[ y_{${k}}(x) = \\begin{cases}`, ...list, '\\end{cases} \\]']);
  return `${[...head, ...text].join('\n')}\n`;
}
