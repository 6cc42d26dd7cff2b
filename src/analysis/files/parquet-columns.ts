/**
 * The columns of a Parquet file of cells: doubles for computing with, and exact texts beside them.
 *
 * | column | field | type | content |
 * |---|---|---|---|
 * | id | | INT32 | position in tree order |
 * | pattern | pattern | STRING | "+-0\|+" |
 * | bounded | bounded | BOOLEAN | |
 * | witness | witness | LIST DOUBLE | nearest doubles of the exact witness, as in all columns of doubles; 0 where that is -0 |
 * | neighbours | neighbours | LIST INT32 | ids of the cells that share a facet, in the order of `facets` without those at bounds |
 * | facets | facets | LIST STRING | "0:3" (layer:neuron; "0:3=1:2" where creases coincide), "x0>=lower", "x0<=upper" |
 * | jacobian | map | LIST DOUBLE | outputs x inputs, row by row |
 * | constant | map | LIST DOUBLE | |
 * | vertices | vertices | LIST DOUBLE or null | vertices x inputs, one after the other |
 * | faces | faces | JSON | for every facet the positions of its vertices |
 * | volume | volume | DOUBLE or null | |
 * | width | width | DOUBLE or null | null: cubes of any size fit |
 * | exact | exact | JSON | the other chosen fields as in JSON Lines: witness, jacobian, constant, vertices, volume, width, facets |
 *
 * Columns are compressed with Snappy; `exact`, long texts of digits, with gzip, which makes them a third smaller, and sooner. They are about nine tenths
 * of what is compressed.
 *
 * The file's metadata has under `relu-atlas` a JSON text with the version, the fields, and the shapes of the lists.
 */
import type { ParquetWriter } from 'hyparquet-writer';
import { type Rational, toDouble } from '../../exact/index.js';
import { Recent } from '../cells/index.js';
import type { CellRecord, FacetRecord } from './cell-record.js';
import { type CellField, PARTITION_VERSION, type PartitionLayout } from './fields.js';
import { ExactText } from './json-lines.js';

type ParquetType = 'INT32' | 'DOUBLE' | 'BOOLEAN' | 'STRING' | 'JSON';

export interface ParquetColumn {
  readonly name: string;
  /** The field that asks for it; none for `id`. */
  readonly field?: CellField;
  readonly type: ParquetType;
  readonly list?: boolean;
  readonly optional?: boolean;
  /** Long texts: worth gzip. */
  readonly long?: boolean;
  /** What the column has of a cell, of JSON the text; undefined where there is none. */
  readonly value: (record: CellRecord, of: ColumnValues) => unknown;
}

/** "0:3=1:2", "x0>=lower", "condition 2" */
function facetName({ neurons, bound }: FacetRecord): string {
  if (bound !== undefined && 'condition' in bound) return `condition ${bound.condition}`;
  if (bound !== undefined) return `x${bound.input}${bound.side === 'lower' ? '>=' : '<='}${bound.side}`;
  return neurons.map(([layer, neuron]) => `${layer}:${neuron}`).join('=');
}

/** Lists whose doubles are remembered. */
const MOST_LISTS = 1 << 11;

/** What columns are made of; what cells share, as the same arrays, is made once. */
export class ColumnValues {
  private readonly lists = new Recent<readonly Rational[], readonly number[]>(MOST_LISTS);
  private readonly text = new ExactText();

  /** Nearest doubles. A zero has no sign. */
  doubles(values: readonly Rational[]): readonly number[] {
    let list = this.lists.get(values);
    if (list === undefined) this.lists.set(values, (list = values.map((value) => toDouble(value) + 0)));
    return list;
  }

  /** Row by row. */
  rows(rows: readonly (readonly Rational[])[]): readonly number[] {
    const list: number[] = [];
    for (const row of rows) for (const value of this.doubles(row)) list.push(value);
    return list;
  }

  exact(record: CellRecord): string {
    return this.text.of(record);
  }
}

const COLUMNS: readonly ParquetColumn[] = [
  { name: 'id', type: 'INT32', value: ({ id }) => id },
  { name: 'pattern', field: 'pattern', type: 'STRING', value: ({ pattern }) => pattern },
  { name: 'bounded', field: 'bounded', type: 'BOOLEAN', value: ({ bounded }) => bounded },
  { name: 'witness', field: 'witness', type: 'DOUBLE', list: true, value: ({ witness }, of) => of.doubles(witness!) },
  { name: 'neighbours', field: 'neighbours', type: 'INT32', list: true, value: ({ neighbours }) => neighbours },
  { name: 'facets', field: 'facets', type: 'STRING', list: true, value: ({ facets }) => facets!.map(facetName) },
  { name: 'jacobian', field: 'map', type: 'DOUBLE', list: true, value: ({ jacobian }, of) => of.rows(jacobian!) },
  { name: 'constant', field: 'map', type: 'DOUBLE', list: true, value: ({ constant }, of) => of.doubles(constant!) },
  {
    name: 'vertices',
    field: 'vertices',
    type: 'DOUBLE',
    list: true,
    optional: true,
    value: ({ vertices }, of) => vertices && of.rows(vertices),
  },
  { name: 'faces', field: 'faces', type: 'JSON', value: ({ faces = [] }) => JSON.stringify(faces) },
  {
    name: 'volume',
    field: 'volume',
    type: 'DOUBLE',
    optional: true,
    value: ({ volume }) => volume && toDouble(volume),
  },
  {
    name: 'width',
    field: 'width',
    type: 'DOUBLE',
    optional: true,
    value: ({ width }) => (width ? toDouble(width) : undefined),
  },
  { name: 'exact', field: 'exact', type: 'JSON', long: true, value: (record, of) => of.exact(record) },
];

export function columnsOf({ fields }: Pick<PartitionLayout, 'fields'>): readonly ParquetColumn[] {
  return COLUMNS.filter(({ field }) => field === undefined || fields.includes(field));
}

/** The types of the elements of columns. */
export const ELEMENT = {
  INT32: { type: 'INT32' },
  DOUBLE: { type: 'DOUBLE' },
  BOOLEAN: { type: 'BOOLEAN' },
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  JSON: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
} as const;

type ParquetSchema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

export function parquetSchema(columns: readonly ParquetColumn[]): ParquetSchema {
  const elements = columns.flatMap(({ name, type, list, optional }): ParquetSchema => {
    const repetition = optional === true ? 'OPTIONAL' : 'REQUIRED';
    if (list !== true) return [{ name, ...ELEMENT[type], repetition_type: repetition }];
    return [
      { name, converted_type: 'LIST', repetition_type: repetition, num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', ...ELEMENT[type], repetition_type: 'REQUIRED' },
    ];
  });
  return [{ name: 'root', num_children: columns.length }, ...elements];
}

/** The shapes of the lists; null where it differs from cell to cell. */
export function metadata({ fields }: PartitionLayout, inputs: number, outputs: number): string {
  const shapes = { witness: [inputs], jacobian: [outputs, inputs], constant: [outputs], vertices: [null, inputs] };
  return JSON.stringify({ version: PARTITION_VERSION, inputs, outputs, fields, shapes });
}
