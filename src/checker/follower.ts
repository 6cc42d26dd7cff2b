/**
 * Follows a tree through records that other checkers verify. Of subtrees that are complete only their leaves and splits are counted; what
 * leads to the current node is kept as bytes, and told to the tree when the next record is this checker's own.
 */
import { BOUNDED, CELL, END, RecordReader, SPLIT } from '../certificate/index.js';
import type { RecordChecker } from './tree.js';

export class Follower {
  /** The records on the way from the last node that the tree knows of, one behind the other. */
  private bytes = new Uint8Array(1 << 12);
  private length = 0;
  /** Where they begin, and which of them are splits whose positive side is taken and known to be the last one. */
  private readonly places: number[] = [];
  private readonly taken: boolean[] = [];
  /** The numbers of splits whose positive sides are still to come. */
  private readonly splits: number[] = [];

  constructor(
    private readonly tree: RecordChecker,
    private readonly coordinates: number,
  ) {}

  /** Passes over a record. @returns whether it is the end; undefined while its bytes are incomplete */
  pass(reader: RecordReader): boolean | undefined {
    const code = reader.pass(this.coordinates);
    if (code === undefined) return undefined;
    // What comes behind the records of a partition are leaves.
    if (code === CELL || code > BOUNDED) this.leave();
    else if (code === END) {
      this.tell();
      this.tree.record({ kind: 'end' }, false);
    } else this.keep(reader, code === SPLIT);
    return code === END;
  }

  private keep(reader: RecordReader, isSplit: boolean) {
    const end = this.length + reader.bytesOfRecord;
    if (end > this.bytes.length) {
      const longer = new Uint8Array(2 * end);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    reader.copyRecord(this.bytes, this.length);
    if (isSplit) this.splits.push(this.places.length);
    this.places.push(this.length);
    this.taken.push(false);
    this.length = end;
  }

  /** A leaf: the positive side of the last split follows. */
  private leave() {
    const split = this.splits.pop();
    if (split === undefined) {
      this.clear();
      this.tree.leave();
      return;
    }
    this.length = this.places[split + 1] ?? this.length;
    this.places.length = split + 1;
    this.taken.length = split + 1;
    this.taken[split] = true;
  }

  private clear() {
    this.length = 0;
    this.places.length = 0;
    this.taken.length = 0;
    this.splits.length = 0;
  }

  /** Tells the tree what leads to the current node. */
  tell(): void {
    if (this.length === 0) return;
    const reader = new RecordReader();
    reader.append(this.bytes.subarray(0, this.length));
    for (const taken of this.taken) {
      const record = reader.record(this.coordinates, true)!;
      if (taken && record.kind === 'split') this.tree.takePositive(record.neuron);
      else this.tree.record(record, false);
    }
    this.clear();
  }
}
