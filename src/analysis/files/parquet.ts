/**
 * Cells as Parquet: doubles for computing with, and exact texts beside them.
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
 * The file's metadata has under `relu-atlas` a JSON text with the version, the fields, and the shapes of the lists.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type Rational, toDouble } from '../../exact/index.js';
import { type Output, openOutput } from '../../output/index.js';
import type { CellRecord, FacetRecord } from './cell-record.js';
import {
  type CellField,
  defaultFields,
  type LayoutOptions,
  PARTITION_VERSION,
  type PartitionLayout,
} from './fields.js';
import { exactPart } from './json-lines.js';
import type { CellEncoder, PartitionWriter } from './writer.js';

type ParquetType = 'INT32' | 'DOUBLE' | 'BOOLEAN' | 'STRING' | 'JSON';

interface Column {
  readonly name: string;
  /** The field that asks for it; none for `id`. */
  readonly field?: CellField;
  readonly type: ParquetType;
  readonly list?: boolean;
  readonly optional?: boolean;
  readonly value: (record: CellRecord) => unknown;
}

/** "0:3=1:2", "x0>=lower", "condition 2" */
function facetName({ neurons, bound }: FacetRecord): string {
  if (bound !== undefined && 'condition' in bound) return `condition ${bound.condition}`;
  if (bound !== undefined) return `x${bound.input}${bound.side === 'lower' ? '>=' : '<='}${bound.side}`;
  return neurons.map(([layer, neuron]) => `${layer}:${neuron}`).join('=');
}

/** Nearest doubles. A zero has no sign: the dictionary of a column would give all its zeros that of the first one. */
const doubles = (values: readonly Rational[]) => values.map((value) => toDouble(value) + 0);

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'INT32', value: ({ id }) => id },
  { name: 'pattern', field: 'pattern', type: 'STRING', value: ({ pattern }) => pattern },
  { name: 'bounded', field: 'bounded', type: 'BOOLEAN', value: ({ bounded }) => bounded },
  { name: 'witness', field: 'witness', type: 'DOUBLE', list: true, value: ({ witness }) => doubles(witness!) },
  { name: 'neighbours', field: 'neighbours', type: 'INT32', list: true, value: ({ neighbours }) => neighbours },
  { name: 'facets', field: 'facets', type: 'STRING', list: true, value: ({ facets }) => facets!.map(facetName) },
  { name: 'jacobian', field: 'map', type: 'DOUBLE', list: true, value: ({ jacobian }) => doubles(jacobian!.flat()) },
  { name: 'constant', field: 'map', type: 'DOUBLE', list: true, value: ({ constant }) => doubles(constant!) },
  {
    name: 'vertices',
    field: 'vertices',
    type: 'DOUBLE',
    list: true,
    optional: true,
    value: ({ vertices }) => vertices && doubles(vertices.flat()),
  },
  { name: 'faces', field: 'faces', type: 'JSON', value: ({ faces }) => faces ?? [] },
  {
    name: 'volume',
    field: 'volume',
    type: 'DOUBLE',
    optional: true,
    value: ({ volume }) => volume && toDouble(volume),
  },
  { name: 'width', field: 'width', type: 'DOUBLE', optional: true, value: ({ width }) => width && toDouble(width) },
  { name: 'exact', field: 'exact', type: 'JSON', value: exactPart },
];

function columnsOf({ fields }: Pick<PartitionLayout, 'fields'>): readonly Column[] {
  return COLUMNS.filter(({ field }) => field === undefined || fields.includes(field));
}

const ELEMENT = {
  INT32: { type: 'INT32' },
  DOUBLE: { type: 'DOUBLE' },
  BOOLEAN: { type: 'BOOLEAN' },
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  JSON: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
} as const;

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

function parquetSchema(columns: readonly Column[]): Schema {
  const elements = columns.flatMap(({ name, type, list, optional }): Schema => {
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
function metadata({ fields }: PartitionLayout, inputs: number, outputs: number): string {
  const shapes = { witness: [inputs], jacobian: [outputs, inputs], constant: [outputs], vertices: [null, inputs] };
  return JSON.stringify({ version: PARTITION_VERSION, inputs, outputs, fields, shapes });
}

/** Some cells; survives the structured clone algorithm. */
export interface ParquetPart {
  /** Their values, a list per column. */
  readonly columns: readonly (readonly unknown[])[];
  /** About how many bytes each takes. */
  readonly sizes: readonly number[];
}

/** Gathers the columns of cells. */
export function parquetEncoder(layout: PartitionLayout): CellEncoder {
  const columns = columnsOf(layout);
  const empty = () => columns.map((): unknown[] => []);
  let rows = empty();
  let sizes: number[] = [];
  let size = 0;
  return {
    cell(record) {
      columns.forEach(({ value }, c) => {
        rows[c]!.push(value(record));
      });
      const own = sizeOf(record);
      sizes.push(own);
      size += own;
    },
    get size() {
      return size;
    },
    take(): ParquetPart {
      const part = { columns: rows, sizes };
      rows = empty();
      sizes = [];
      size = 0;
      return part;
    },
  };
}

/** About how many bytes the values of a record take. */
function sizeOf({ pattern = '', facets = [], jacobian = [], vertices = [], volume }: CellRecord): number {
  const rows = [...facets.map(({ coefficients }) => coefficients), ...jacobian, ...vertices];
  const numbers = rows.reduce((sum, row) => sum + row.length, 0);
  return 100 + pattern.length + 100 * numbers + (volume === undefined ? 0 : 2000);
}

/** Bytes of a Parquet file that are held before they are written. */
const BUFFER = 1 << 20;

/** The bytes that the Parquet library makes, handed on as they come. */
function streamingWriter(output: Output): ByteWriter {
  const writer = new ByteWriter(BUFFER);
  const flush = () => {
    output.write(new Uint8Array(writer.buffer, 0, writer.index));
    writer.index = 0;
  };
  const grow = writer.ensure.bind(writer);
  writer.ensure = (size) => {
    if (writer.index > BUFFER) flush();
    grow(size);
  };
  writer.finish = flush;
  return writer;
}

/**
 * A row group is what is held in memory before it is written: at most so many cells, and about so many bytes. Where it ends depends
 * on the cells alone, not on how many of them come at a time.
 */
const ROW_GROUP = 10_000;
const ROW_GROUP_BYTES = 1 << 24;

/** Parquet; nothing stands under the file's name until it is complete. */
export function parquetWriter(
  file: string,
  { fields = defaultFields('parquet') }: LayoutOptions = {},
): PartitionWriter {
  const layout: PartitionLayout = { format: 'parquet', fields };
  const columns = columnsOf(layout);
  const output = openOutput(file);
  const kvMetadata: { key: string; value: string }[] = [];
  const schema = parquetSchema(columns);
  const writer = new ParquetWriter({ writer: streamingWriter(output), schema, createdBy: 'relu-atlas', kvMetadata });
  let rows: unknown[][] = columns.map(() => []);
  let bytes = 0;
  const flush = () => {
    const columnData = columns.map(({ name }, c) => ({ name, data: rows[c]! }));
    writer.write({ columnData, rowGroupSize: ROW_GROUP });
    rows = columns.map(() => []);
    bytes = 0;
  };
  return {
    layout,
    begin(inputs, outputs) {
      kvMetadata.push({ key: 'relu-atlas', value: metadata(layout, inputs, outputs) });
    },
    write(part) {
      const cells = part as ParquetPart;
      cells.sizes.forEach((size, k) => {
        for (const [c, values] of cells.columns.entries()) rows[c]!.push(values[k]);
        bytes += size;
        if (rows[0]!.length >= ROW_GROUP || bytes >= ROW_GROUP_BYTES) flush();
      });
    },
    end() {
      if (rows[0]!.length > 0) flush();
      writer.finish();
      output.commit();
    },
    discard: output.discard,
  };
}
