/**
 * Reads the records of verifications (`verification.ts` describes them), whatever the bytes.
 */
import { ByteReader, RecordError } from './bytes.js';
import {
  AGAIN,
  BOX,
  CLOSED,
  CLOSED_EXACTLY,
  EMPTY,
  IMPLIED_SIDE,
  INPUT_SPLIT,
  type IntegerRows,
  NEURON_SPLIT,
  type VerificationRecord,
  type WeightedRows,
} from './verification.js';

const TOP = new DataView(new ArrayBuffer(4));

/** Decodes records from chunks as they arrive. */
export class VerificationReader extends ByteReader {
  /**
   * The next record, or undefined while its bytes are incomplete.
   *
   * @param open how many disjuncts are open at its node
   * @throws RecordError for bytes that are no record
   */
  record(open: number): VerificationRecord | undefined {
    return this.whole(() => this.decode(open));
  }

  private decode(open: number): VerificationRecord {
    const code = this.byte();
    switch (code) {
      case 0:
        return { kind: 'end' };
      case INPUT_SPLIT:
        return { kind: 'input', input: this.varint(), at: this.signed() };
      case NEURON_SPLIT:
        return { kind: 'neuron', neuron: this.varint() };
      case CLOSED:
        return { kind: 'closed', disjunct: this.varint(), by: this.weightedRows() };
      case CLOSED_EXACTLY:
        return { kind: 'exact', disjunct: this.varint(), ...this.integerRows() };
      case EMPTY:
        return { kind: 'empty' };
      case IMPLIED_SIDE: {
        const neuron = this.varint();
        const side = this.byte();
        if (side > 1) throw new RecordError(`side ${side} is none`);
        const by: WeightedRows[] = [];
        for (let d = 0; d < open && !this.short; d++) by.push(this.weightedRows());
        return { kind: 'implied', neuron, side: side === 1 ? 1 : -1, by };
      }
      case AGAIN:
        return { kind: 'again' };
      case BOX:
        return this.box();
      default:
        throw new RecordError(`byte ${code} names no record`);
    }
  }

  private box(): VerificationRecord {
    const grid = this.varint();
    const [lower, upper, faces]: [number[], number[], IntegerRows[]] = [[], [], []];
    for (let left = this.count(); left > 0 && !this.short; left--) {
      for (const places of [lower, upper]) {
        places.push(this.signed());
        faces.push(this.integerRows());
      }
    }
    return { kind: 'box', grid, lower, upper, faces };
  }

  private signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  private weightedRows(): WeightedRows {
    const form = this.byte();
    const width = [2, 4, 8][form];
    if (width === undefined) throw new RecordError(`number form ${form} is unknown`);
    const rows: number[] = [];
    const values: number[] = [];
    for (let left = this.count(); left > 0 && !this.short; left--) {
      rows.push(this.varint());
      values.push(this.float(width));
    }
    return { rows, values };
  }

  private float(width: number): number {
    if (!this.has(width)) return 0;
    const { at, view } = this;
    this.at += width;
    if (width === 8) return finite(view.getFloat64(at, true));
    if (width === 4) return finite(view.getFloat32(at, true));
    TOP.setUint16(0, view.getUint16(at, true));
    return finite(TOP.getFloat32(0));
  }

  private integerRows(): IntegerRows {
    const rows: number[] = [];
    const values: bigint[] = [];
    for (let left = this.count(); left > 0 && !this.short; left--) {
      rows.push(this.varint());
      values.push(this.natural());
    }
    return { rows, values };
  }
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RecordError('a multiplier is no number');
  return value;
}
