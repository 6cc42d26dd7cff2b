/**
 * Cells as JSON Lines: one object per cell with the fields of `CellRecord`.
 *
 * Numbers that a double holds exactly are numbers, others texts such as "1/3". With `digits` all are numbers rounded to so
 * many significant digits, and the field `exact` has the exact ones beside them.
 */
import { type Rational, toDouble } from '../../exact/index.js';
import { jsonOfRational } from '../../formats/index.js';
import { openOutput } from '../../output/index.js';
import type { CellRecord, FacetRecord } from './cell-record.js';
import { defaultFields, type LayoutOptions, type PartitionLayout } from './fields.js';
import type { CellEncoder, PartitionWriter } from './writer.js';

const numbers = (values: readonly Rational[]) => values.map(jsonOfRational);

function jsonOfFacet({ neurons, bound, coefficients, constant, neighbour }: FacetRecord): object {
  return {
    ...(bound === undefined ? { neurons } : { bound }),
    ...(neighbour !== undefined && { neighbour }),
    coefficients: numbers(coefficients),
    constant: jsonOfRational(constant),
  };
}

/** What is exact in a record, as JSON content. */
export function exactPart({ witness, facets, jacobian, constant, vertices, volume, width }: CellRecord): object {
  return {
    ...(witness && { witness: numbers(witness) }),
    ...(facets && { facets: facets.map(jsonOfFacet) }),
    ...(jacobian && { jacobian: jacobian.map(numbers) }),
    ...(constant && { constant: numbers(constant) }),
    ...(vertices && { vertices: vertices.map(numbers) }),
    ...(volume && { volume: jsonOfRational(volume) }),
    ...(width !== undefined && { width: width && jsonOfRational(width) }),
  };
}

/** Writes records as text; what cells share, as the same arrays, is written once. */
export class CellText {
  private readonly lists = new WeakMap<readonly Rational[], string>();
  private readonly wantsExact: boolean;

  constructor(private readonly layout: PartitionLayout) {
    this.wantsExact = layout.fields.includes('exact');
  }

  /** The record as one object. */
  of(record: CellRecord): string {
    const { id, pattern, bounded, witness, facets, neighbours, jacobian, constant, vertices, faces, volume, width } =
      record;
    let text = `{"id":${id}`;
    if (pattern !== undefined) text += `,"pattern":"${pattern}"`;
    if (bounded !== undefined) text += `,"bounded":${bounded}`;
    if (witness) text += `,"witness":${this.list(witness)}`;
    if (facets) text += `,"facets":[${facets.map((facet) => this.facet(facet)).join()}]`;
    if (neighbours) text += `,"neighbours":[${neighbours.join()}]`;
    if (jacobian) text += `,"jacobian":[${jacobian.map((row) => this.list(row)).join()}]`;
    if (constant) text += `,"constant":${this.list(constant)}`;
    if (vertices) text += `,"vertices":[${vertices.map((vertex) => this.list(vertex)).join()}]`;
    if (faces) text += `,"faces":${JSON.stringify(faces)}`;
    if (volume) text += `,"volume":${this.number(volume)}`;
    if (width !== undefined) text += `,"width":${width === null ? null : this.number(width)}`;
    if (this.wantsExact) text += `,"exact":${JSON.stringify(exactPart(record))}`;
    return `${text}}`;
  }

  private facet({ neurons, bound, coefficients, constant, neighbour }: FacetRecord): string {
    const maker = bound === undefined ? `"neurons":${JSON.stringify(neurons)}` : `"bound":${JSON.stringify(bound)}`;
    const beyond = neighbour === undefined ? '' : `,"neighbour":${neighbour}`;
    return `{${maker}${beyond},"coefficients":${this.list(coefficients)},"constant":${this.number(constant)}}`;
  }

  private list(values: readonly Rational[]): string {
    let text = this.lists.get(values);
    if (text === undefined) {
      text = `[${values.map((value) => this.number(value)).join()}]`;
      this.lists.set(values, text);
    }
    return text;
  }

  private number(value: Rational): string {
    const { digits } = this.layout;
    if (digits !== undefined) {
      const double = toDouble(value);
      // What no double is near stays exact.
      if (Number.isFinite(double)) return String(Number(double.toPrecision(digits)));
    }
    const json = jsonOfRational(value);
    return typeof json === 'number' ? String(json === 0 ? 0 : json) : `"${json}"`;
  }
}

/** Makes the lines of cells. */
export function jsonLinesEncoder(layout: PartitionLayout): CellEncoder {
  const text = new CellText(layout);
  let lines: string[] = [];
  let size = 0;
  return {
    cell(record) {
      const line = text.of(record);
      lines.push(line);
      size += line.length;
    },
    get size() {
      return size;
    },
    take() {
      const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
      lines = [];
      size = 0;
      return bytes;
    },
  };
}

/** JSON Lines; nothing stands under the file's name until it is complete. */
export function jsonLinesWriter(file: string, { fields, digits }: LayoutOptions = {}): PartitionWriter {
  const output = openOutput(file);
  return {
    layout: { format: 'jsonl', fields: fields ?? defaultFields('jsonl'), ...(digits !== undefined && { digits }) },
    write(part) {
      output.write(part as Uint8Array);
    },
    end: output.commit,
    discard: output.discard,
  };
}
