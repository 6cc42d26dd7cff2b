/**
 * The table of the ONNX operators that are read.
 */
import { DISCONTINUOUS, LATEST_COMPARED_OPSET, type OperatorRow, operatorRows, SMOOTH } from '../../formats/index.js';
import { table } from './text.js';

const KINDS: Readonly<Record<OperatorRow['kind'], string>> = {
  affine: 'affine',
  neurons: 'neurons',
  constants: 'constants only',
};

/** The opsets in which an operator is read: "1-", "9-10". */
const opsetsOf = ({ since, until }: OperatorRow) => `${since}-${until ?? ''}`;

/** The table as data. */
export function operatorTable() {
  return {
    latestComparedOpset: LATEST_COMPARED_OPSET,
    read: operatorRows,
    notPiecewiseLinear: [...SMOOTH],
    discontinuous: [...DISCONTINUOUS],
  };
}

/** One row per operator: its name, opsets, what becomes of it, and what of it is read. */
export const operatorCells = (): readonly (readonly [name: string, opsets: string, kind: string, only: string])[] =>
  operatorRows.map((row) => [row.name, opsetsOf(row), KINDS[row.kind], row.only ?? 'all of it']);

/** The table as text. */
export function operatorText(): string {
  const rows = operatorCells().map(([name, opsets, kind, only]): [string, string] => [
    name,
    `opset ${opsets.padEnd(5)} ${kind.padEnd(15)} ${only}`,
  ]);
  return [
    table(rows),
    'Besides these: If with a constant condition, and functions that a model defines.\n',
    `Not piecewise linear: ${[...SMOOTH].join(', ')}.\n`,
    `They jump: ${[...DISCONTINUOUS].join(', ')}.\n`,
    'At the end of a network --head=logits reads up to a Softmax, LogSoftmax, Sigmoid or ArgMax.\n',
  ].join('');
}
