/**
 * Mixed-integer programs as text: CPLEX LP and free MPS.
 *
 * Both are read in doubles. A number that is no double is written as the nearest one, and the first lines say how many were.
 */
import { equal, type Rational, rationalFromDouble, toDouble } from '../exact/index.js';
import type { MixedIntegerProgram, ProgramRow } from './mixed-integer.js';

/** Numbers as text; counts those that are rounded. */
class Numbers {
  rounded = 0;

  text(value: Rational): string {
    const near = toDouble(value);
    if (!Number.isFinite(near) || !equal(rationalFromDouble(near), value)) this.rounded++;
    return String(near);
  }
}

function remark(rounded: number): string {
  return rounded === 0
    ? 'every number is a double, exactly'
    : `${rounded} numbers are no doubles and are rounded to the nearest: the program is that of a network nearby`;
}

/** Shorter lines than what readers of LP files accept (255 or 510 characters). */
function wrapped(parts: readonly string[]): string {
  const lines = [''];
  for (const part of parts) {
    if (lines.at(-1)!.length + part.length > 200) lines.push('  ');
    lines[lines.length - 1] += ` ${part}`;
  }
  return lines.join('\n');
}

function sum(row: ProgramRow, numbers: Numbers): string[] {
  return row.terms.map(({ coefficient, name }) => {
    const text = numbers.text(coefficient);
    return text.startsWith('-') ? `- ${text.slice(1)} ${name}` : `+ ${text} ${name}`;
  });
}

/** The program in the CPLEX LP format. */
export function lpText({ objective, rows, free, binary }: MixedIntegerProgram): string {
  const numbers = new Numbers();
  const body = rows.map(
    (row) => `${row.name}:${wrapped([...sum(row, numbers), row.relation, numbers.text(row.bound)])}`,
  );
  const lines = [
    '\\ written by relu-atlas: inputs x0.., pre-activations z.., activations h.., outputs y.., binaries d..',
    `\\ ${remark(numbers.rounded)}`,
    objective.sense === 'min' ? 'Minimize' : 'Maximize',
    `obj: ${objective.name}`,
    'Subject To',
    ...body,
    'Bounds',
    ...free.map((name) => `${name} free`),
    ...(binary.length === 0 ? [] : ['Binary', ...binary]),
    'End',
  ];
  return `${lines.join('\n')}\n`;
}

const MPS_RELATION = { '<=': 'L', '>=': 'G', '=': 'E' } as const;

/** The program in the free MPS format; a maximum is the minimum of minus the output, as not all readers know OBJSENSE. */
export function mpsText({ objective, rows, free, binary }: MixedIntegerProgram): string {
  const numbers = new Numbers();
  const columns = new Map<string, string[]>([...free, ...binary].map((name) => [name, []]));
  columns.get(objective.name)!.push(`  ${objective.name} obj ${objective.sense === 'min' ? 1 : -1}`);
  for (const row of rows) {
    for (const { coefficient, name } of row.terms)
      columns.get(name)!.push(`  ${name} ${row.name} ${numbers.text(coefficient)}`);
  }
  const entries = (names: readonly string[]) => names.flatMap((name) => columns.get(name)!);
  const marker = (kind: string) => `  marker_${kind} 'MARKER' '${kind}'`;
  const sides = rows.flatMap((row) =>
    row.bound.numerator === 0n ? [] : [`  rhs ${row.name} ${numbers.text(row.bound)}`],
  );
  const lines = [
    '* written by relu-atlas: inputs x0.., pre-activations z.., activations h.., outputs y.., binaries d..',
    `* ${remark(numbers.rounded)}`,
    ...(objective.sense === 'max' ? [`* minimises minus ${objective.name}: the format has no maxima`] : []),
    'NAME network',
    'ROWS',
    '  N obj',
    ...rows.map(({ name, relation }) => `  ${MPS_RELATION[relation]} ${name}`),
    'COLUMNS',
    ...entries(free),
    ...(binary.length === 0 ? [] : [marker('INTORG'), ...entries(binary), marker('INTEND')]),
    'RHS',
    ...sides,
    'BOUNDS',
    ...free.map((name) => `  FR bound ${name}`),
    ...binary.map((name) => `  BV bound ${name}`),
    'ENDATA',
  ];
  return `${lines.join('\n')}\n`;
}
