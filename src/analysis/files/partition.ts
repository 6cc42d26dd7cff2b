/**
 * Writing a partition to a file, cell by cell: JSON Lines or Parquet.
 *
 * JSON Lines: one object per cell with the fields of `CellRecord`; numbers that a double holds exactly are numbers, others
 * texts such as "1/3". Parquet: the same as columns, doubles for computing with and exact texts beside them:
 *
 * | column | type | content |
 * |---|---|---|
 * | id | INT32 | position in tree order |
 * | pattern | STRING | "+-0\|+" |
 * | bounded | BOOLEAN | |
 * | witness | LIST DOUBLE | nearest doubles of the exact witness, as in all columns of doubles; 0 where that is -0 |
 * | neighbours | LIST INT32 | ids of the cells that share a facet, in the order of `facets` without those at bounds |
 * | facets | LIST STRING | "0:3" (layer:neuron; "0:3=1:2" where creases coincide), "x0>=lower", "x0<=upper" |
 * | jacobian | LIST DOUBLE | outputs x inputs, row by row |
 * | constant | LIST DOUBLE | |
 * | vertices | LIST DOUBLE or null | vertices x inputs, one after the other |
 * | volume | DOUBLE or null | |
 * | exact | JSON | witness, jacobian, constant, vertices, volume and facets as in JSON Lines |
 *
 * Memory: one key of two numbers per cell (for neighbours, which need a walk of their own before), and one row group.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Rational } from '../../exact/index.js';
import { toDouble } from '../../exact/index.js';
import { jsonOfRational } from '../../formats/index.js';
import type { Domain, Network } from '../../network/index.js';
import { type Output, openOutput } from '../../output/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { KernelFactory } from '../../walk/index.js';
import { analysisProblem, forEachCellInSlices, KeyCollision, PatternIndex, PatternKeys } from '../cells/index.js';
import { cellGeometry } from '../geometry/index.js';
import { CellDescriber, type CellRecord, type FacetRecord } from './cell-record.js';

/** Receives the cells in tree order. */
export interface PartitionWriter {
  /** The next cell. */
  cell(record: CellRecord): void;
  /** Everything is written; the file gets its name. */
  end(): void;
  /** Removes what was written. */
  discard(): void;
}

export type PartitionFormat = 'jsonl' | 'parquet';

/** The format that a file name asks for: .jsonl, .ndjson or .parquet. */
export function formatOfFile(file: string): PartitionFormat | undefined {
  if (/\.(jsonl|ndjson)$/.test(file)) return 'jsonl';
  return file.endsWith('.parquet') ? 'parquet' : undefined;
}

const numbers = (values: readonly Rational[]) => values.map(jsonOfRational);

function jsonOfFacet({ neurons, bound, coefficients, constant, neighbour }: FacetRecord): object {
  return {
    ...(bound === undefined ? { neurons } : { bound }),
    ...(neighbour !== undefined && { neighbour }),
    coefficients: numbers(coefficients),
    constant: jsonOfRational(constant),
  };
}

/** A record as JSON content. */
export function jsonOfCell(record: CellRecord): object {
  const { id, pattern, bounded } = record;
  return { id, pattern, bounded, ...exactPart(record) };
}

function exactPart({ witness, facets, jacobian, constant, vertices, volume }: CellRecord): object {
  return {
    witness: numbers(witness),
    facets: facets.map(jsonOfFacet),
    jacobian: jacobian.map(numbers),
    constant: numbers(constant),
    ...(vertices && { vertices: vertices.map(numbers) }),
    ...(volume && { volume: jsonOfRational(volume) }),
  };
}

const CHUNK = 1 << 20;

/** JSON Lines; nothing stands under the file's name until it is complete. */
export function jsonLinesWriter(file: string): PartitionWriter {
  const output = openOutput(file);
  let pending: string[] = [];
  let size = 0;
  const flush = () => {
    output.write(pending.join(''));
    pending = [];
    size = 0;
  };
  return {
    cell(record) {
      const line = `${JSON.stringify(jsonOfCell(record))}\n`;
      pending.push(line);
      size += line.length;
      if (size > CHUNK) flush();
    },
    end() {
      flush();
      output.commit();
    },
    discard: output.discard,
  };
}

type ParquetType = 'INT32' | 'DOUBLE' | 'BOOLEAN' | 'STRING' | 'JSON';

interface Column {
  readonly name: string;
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
  { name: 'pattern', type: 'STRING', value: ({ pattern }) => pattern },
  { name: 'bounded', type: 'BOOLEAN', value: ({ bounded }) => bounded },
  { name: 'witness', type: 'DOUBLE', list: true, value: ({ witness }) => doubles(witness) },
  {
    name: 'neighbours',
    type: 'INT32',
    list: true,
    value: ({ facets }) => facets.flatMap(({ neighbour }) => (neighbour === undefined ? [] : [neighbour])),
  },
  { name: 'facets', type: 'STRING', list: true, value: ({ facets }) => facets.map(facetName) },
  { name: 'jacobian', type: 'DOUBLE', list: true, value: ({ jacobian }) => doubles(jacobian.flat()) },
  { name: 'constant', type: 'DOUBLE', list: true, value: ({ constant }) => doubles(constant) },
  {
    name: 'vertices',
    type: 'DOUBLE',
    list: true,
    optional: true,
    value: ({ vertices }) => vertices && doubles(vertices.flat()),
  },
  { name: 'volume', type: 'DOUBLE', optional: true, value: ({ volume }) => volume && toDouble(volume) },
  { name: 'exact', type: 'JSON', value: exactPart },
];

const ELEMENT = {
  INT32: { type: 'INT32' },
  DOUBLE: { type: 'DOUBLE' },
  BOOLEAN: { type: 'BOOLEAN' },
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  JSON: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
} as const;

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

function parquetSchema(): Schema {
  const columns = COLUMNS.flatMap(({ name, type, list, optional }): Schema => {
    const repetition = optional === true ? 'OPTIONAL' : 'REQUIRED';
    if (list !== true) return [{ name, ...ELEMENT[type], repetition_type: repetition }];
    return [
      { name, converted_type: 'LIST', repetition_type: repetition, num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', ...ELEMENT[type], repetition_type: 'REQUIRED' },
    ];
  });
  return [{ name: 'root', num_children: COLUMNS.length }, ...columns];
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

/** Cells per row group: what is held in memory before it is written. */
const ROW_GROUP = 10_000;

/** Parquet; nothing stands under the file's name until it is complete. */
export function parquetWriter(file: string): PartitionWriter {
  const output = openOutput(file);
  const writer = new ParquetWriter({
    writer: streamingWriter(output),
    schema: parquetSchema(),
    createdBy: 'relu-atlas',
  });
  let rows: unknown[][] = COLUMNS.map(() => []);
  const flush = () => {
    const columnData = COLUMNS.map(({ name }, c) => ({ name, data: rows[c]! }));
    writer.write({ columnData, rowGroupSize: ROW_GROUP });
    rows = COLUMNS.map(() => []);
  };
  return {
    cell(record) {
      COLUMNS.forEach(({ value }, c) => {
        rows[c]!.push(value(record));
      });
      if (rows[0]!.length === ROW_GROUP) flush();
    },
    end() {
      if (rows[0]!.length > 0) flush();
      writer.finish();
      output.commit();
    },
    discard: output.discard,
  };
}

export interface PartitionRequest {
  readonly network: Network;
  readonly domain: Domain;
  readonly kernel?: KernelFactory;
  readonly signal?: AbortSignal;
  /** Called after every cell of the second walk with their total number. */
  readonly onCell?: (cells: number, total: number) => void;
}

/** The keys of all cells, in an index without collisions; undefined if the walk was aborted. */
async function indexCells(problem: PartitionProblem, request: PartitionRequest) {
  const { onCell: _, network: _network, domain: _domain, ...options } = request;
  for (let seed = 0; ; seed++) {
    const keys = new PatternKeys(problem, seed);
    const index = new PatternIndex();
    try {
      const { cells, complete } = await forEachCellInSlices(
        problem,
        (cell) => index.add(keys.keyOf(cell.rows.sides), cell.id),
        options,
      );
      return complete ? { keys, index, cells } : undefined;
    } catch (error) {
      if (!(error instanceof KeyCollision)) throw error;
    }
  }
}

/**
 * Walks the partition twice and hands every cell to the writer.
 *
 * @returns the number of cells, or undefined if the signal was aborted; then the writer was told to discard
 */
export async function writePartition(request: PartitionRequest, writer: PartitionWriter): Promise<number | undefined> {
  const { network, domain, onCell, ...options } = request;
  try {
    const problem = analysisProblem(network, domain);
    const found = await indexCells(problem, request);
    if (found !== undefined) {
      const { keys, index, cells } = found;
      const describer = new CellDescriber(problem, cellGeometry(problem), keys, (key) => index.find(key));
      const { complete } = await forEachCellInSlices(
        problem,
        (cell) => {
          writer.cell(describer.describe(cell));
          onCell?.(cell.id + 1, cells);
        },
        options,
      );
      if (complete) {
        writer.end();
        return cells;
      }
    }
    writer.discard();
    return undefined;
  } catch (error) {
    writer.discard();
    throw error;
  }
}
