/**
 * Cells as JSON Lines: one object per cell with the fields of `CellRecord`.
 *
 * Numbers that a double holds exactly are numbers, others texts such as "1/3". With `digits` all are numbers rounded to so
 * many significant digits, and the field `exact` has the exact ones beside them.
 */
import { type Rational, toDouble } from '../../exact/index.js';
import { jsonOfRational } from '../../formats/index.js';
import { openOutput } from '../../output/index.js';
import { Recent } from '../cells/index.js';
import type { CellRecord, FacetRecord, WrittenRecord } from './cell-record.js';
import { defaultFields, type LayoutOptions, type PartitionLayout } from './fields.js';
import type { CellEncoder, PartitionWriter } from './writer.js';

/** Lists and rows whose texts are remembered. */
const MOST_LISTS = 1 << 11;
const MOST_ROWS = 1 << 11;

/** Numbers as text; what cells share, as the same arrays, is made once. */
class NumberText {
  private readonly lists = new Recent<readonly Rational[], string>(MOST_LISTS);
  /** By their coefficients. */
  private readonly rowTexts = new Recent<readonly Rational[], { readonly constant: Rational; readonly text: string }>(
    MOST_ROWS,
  );

  /** @param digits significant ones; exact numbers without */
  constructor(private readonly digits?: number) {}

  of(value: Rational): string {
    const { digits } = this;
    if (digits !== undefined) {
      const double = toDouble(value);
      // What no double is near stays exact.
      if (Number.isFinite(double)) return String(Number(double.toPrecision(digits)));
    }
    const json = jsonOfRational(value);
    return typeof json === 'number' ? String(json === 0 ? 0 : json) : `"${json}"`;
  }

  list(values: readonly Rational[]): string {
    return `[${this.inner(values)}]`;
  }

  /** @param rows texts as they are */
  rows(rows: readonly (string | readonly Rational[])[]): string {
    if (rows.length === 0) return '[]';
    return `[[${rows.map((row) => (typeof row === 'string' ? row : this.inner(row))).join('],[')}]]`;
  }

  /** Joined, not added: what is kept is then one text, not a tree of its parts that every use would walk. */
  private inner(values: readonly Rational[]): string {
    let text = this.lists.get(values);
    if (text === undefined) this.lists.set(values, (text = values.map((value) => this.of(value)).join()));
    return text;
  }

  facets(facets: readonly FacetRecord[]): string {
    return `[${facets.map((facet) => this.facet(facet)).join()}]`;
  }

  private facet({ neurons, bound, coefficients, constant, neighbour }: FacetRecord): string {
    const maker =
      bound === undefined
        ? `"neurons":[${neurons.map(([layer, neuron]) => `[${layer},${neuron}]`).join()}]`
        : `"bound":${JSON.stringify(bound)}`;
    const beyond = neighbour === undefined ? '' : `,"neighbour":${neighbour}`;
    return `{${maker}${beyond},${this.row(coefficients, constant)}}`;
  }

  private row(coefficients: readonly Rational[], constant: Rational): string {
    const known = this.rowTexts.get(coefficients);
    if (known?.constant === constant) return known.text;
    const list = coefficients.map((value) => this.of(value)).join();
    const text = ['"coefficients":[', list, '],"constant":', this.of(constant)].join('');
    this.rowTexts.set(coefficients, { constant, text });
    return text;
  }
}

/** The parts of a record that are numbers, each as `,"name":text`. */
interface NumberParts {
  readonly witness: string;
  readonly facets: string;
  readonly map: string;
  readonly vertices: string;
  readonly volume: string;
  readonly width: string;
}

function partsOf(record: WrittenRecord, text: NumberText): NumberParts {
  const { witness, facets, jacobian, constant, vertices, vertexTexts, volume, volumeText, width } = record;
  return {
    witness: witness ? `,"witness":${text.list(witness)}` : '',
    facets: facets ? `,"facets":${text.facets(facets)}` : '',
    map:
      (jacobian ? `,"jacobian":${text.rows(jacobian)}` : '') + (constant ? `,"constant":${text.list(constant)}` : ''),
    vertices: vertices || vertexTexts ? `,"vertices":${text.rows(vertices ?? vertexTexts!)}` : '',
    volume: volumeText ? `,"volume":"${volumeText}"` : volume ? `,"volume":${text.of(volume)}` : '',
    width: width === undefined ? '' : `,"width":${width === null ? null : text.of(width)}`,
  };
}

/** What is exact in a record, as one object. */
export class ExactText {
  private readonly text = new NumberText();

  of(record: CellRecord): string {
    return exactObject(partsOf(record, this.text));
  }
}

function exactObject({ witness, facets, map, vertices, volume, width }: NumberParts): string {
  return `{${(witness + facets + map + vertices + volume + width).slice(1)}}`;
}

/** Writes records as text. */
export class CellText {
  private readonly text: NumberText;
  /** What is written under `exact`, which differs only where numbers are rounded. */
  private readonly exact: NumberText | undefined;

  constructor({ digits, fields }: PartitionLayout) {
    this.text = new NumberText(digits);
    if (fields.includes('exact')) this.exact = digits === undefined ? this.text : new NumberText();
  }

  /** The record as one object. */
  of(record: WrittenRecord): string {
    const { id, pattern, bounded, neighbours, faces } = record;
    const parts = partsOf(record, this.text);
    let text = `{"id":${id}`;
    if (pattern !== undefined) text += `,"pattern":"${pattern}"`;
    if (bounded !== undefined) text += `,"bounded":${bounded}`;
    text += parts.witness + parts.facets;
    if (neighbours) text += `,"neighbours":[${neighbours.join()}]`;
    text += parts.map + parts.vertices;
    if (faces) text += `,"faces":[${faces.map((face) => `[${face.join()}]`).join()}]`;
    text += parts.volume + parts.width;
    if (this.exact !== undefined) {
      text += `,"exact":${exactObject(this.exact === this.text ? parts : partsOf(record, this.exact))}`;
    }
    return `${text}}`;
  }
}

/** Bytes of lines, to begin with; more than are gathered before they are taken. */
const ROOM = 1 << 20;

/** Makes the lines of cells. Each becomes bytes at once: texts that wait would be copied again and again by the collector of garbage. */
export function jsonLinesEncoder(layout: PartitionLayout): CellEncoder {
  const text = new CellText(layout);
  const encoder = new TextEncoder();
  let bytes: Uint8Array = new Uint8Array(0);
  let size = 0;
  return {
    into(memory) {
      bytes = new Uint8Array(memory);
      size = 0;
    },
    cell(record) {
      // All of it is ASCII.
      const line = `${text.of(record)}\n`;
      if (size + line.length > bytes.length) {
        const more = new Uint8Array(Math.max(ROOM, 2 * (size + line.length)));
        more.set(bytes.subarray(0, size));
        bytes = more;
      }
      size += encoder.encodeInto(line, bytes.subarray(size)).written;
    },
    get size() {
      return size;
    },
    take() {
      const part = bytes.buffer instanceof SharedArrayBuffer ? bytes.subarray(0, size) : bytes.slice(0, size);
      size = 0;
      return part;
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
