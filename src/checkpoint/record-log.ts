/**
 * Records on the disk: one file that grows by what jobs bring, in any order, and one that says in which order it counts.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { StoredRecords } from '../jobs/index.js';
import { CheckpointError } from './error.js';

/** Where records are. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
  /** SHA-256, in hexadecimal. */
  readonly sha256: string;
}

/** An entry of the file of the order: offset and length as doubles (exact below 2^53), SHA-256. */
const ENTRY = 48;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** How much of a log counts. */
export interface LogMark {
  readonly bytes: number;
  readonly entries: number;
  /** SHA-256 of these entries. */
  readonly sha256: string;
}

/** With the SHA-256 of nothing. */
export const EMPTY_LOG: LogMark = {
  bytes: 0,
  entries: 0,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};

class Extents implements StoredRecords {
  constructor(
    private readonly log: RecordLog,
    readonly extent: Extent,
  ) {}

  get length(): number {
    return this.extent.length;
  }

  read(): Uint8Array {
    return this.log.read(this.extent);
  }
}

export class RecordLog {
  private readonly records: number;
  private readonly order: number;
  private readonly path: string;
  private bytes: number;
  private entries: number;
  private readonly hash: Hash;
  private dirty = false;

  /** Opens a log at a mark: what was written after it does not count. @throws CheckpointError if less is there */
  constructor(folder: string, mark: LogMark) {
    this.path = join(folder, 'records');
    this.records = openSync(this.path, 'a+');
    this.order = openSync(join(folder, 'order'), 'a+');
    this.bytes = mark.bytes;
    this.entries = mark.entries;
    if (fstatSync(this.records).size < mark.bytes || fstatSync(this.order).size < ENTRY * mark.entries) this.complain();
    ftruncateSync(this.records, mark.bytes);
    ftruncateSync(this.order, ENTRY * mark.entries);
    this.hash = createHash('sha256').update(readFileSync(join(folder, 'order')));
    if (this.hash.copy().digest('hex') !== mark.sha256) this.complain();
  }

  private complain(): never {
    throw new CheckpointError(
      `${this.path}: expected the records of the checkpoint, got damaged ones; remove the folder and start again`,
    );
  }

  /** What counts, in order. */
  settled(): StoredRecords[] {
    const bytes = Buffer.alloc(ENTRY * this.entries);
    readAll(this.order, bytes, 0);
    return Array.from({ length: this.entries }, (_, k) => {
      const entry = bytes.subarray(ENTRY * k, ENTRY * (k + 1));
      const sum = entry.subarray(16).toString('hex');
      return this.at({ offset: entry.readDoubleLE(0), length: entry.readDoubleLE(8), sha256: sum });
    });
  }

  at(extent: Extent): StoredRecords {
    return new Extents(this, extent);
  }

  /** Where stored records are. */
  extentOf(stored: StoredRecords): Extent {
    return (stored as Extents).extent;
  }

  append(records: Uint8Array): StoredRecords {
    const extent = { offset: this.bytes, length: records.length, sha256: sha256(records).toString('hex') };
    this.write(this.records, records);
    this.bytes += records.length;
    return this.at(extent);
  }

  /** These are the next ones in order. */
  settle(stored: StoredRecords): void {
    const { offset, length, sha256: sum } = this.extentOf(stored);
    const entry = Buffer.alloc(ENTRY);
    entry.writeDoubleLE(offset, 0);
    entry.writeDoubleLE(length, 8);
    entry.write(sum, 16, 'hex');
    this.write(this.order, entry);
    this.hash.update(entry);
    this.entries++;
  }

  private write(handle: number, bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    } catch (error) {
      throw Object.assign(error as Error, { path: this.path });
    }
    this.dirty = true;
  }

  read({ offset, length, sha256: sum }: Extent): Uint8Array {
    const bytes = Buffer.alloc(length);
    if (readAll(this.records, bytes, offset) < length || sha256(bytes).toString('hex') !== sum) this.complain();
    return bytes;
  }

  /** Forces everything to the disk. @returns how far it goes */
  sync(): LogMark {
    if (this.dirty) {
      try {
        fdatasyncSync(this.records);
        fdatasyncSync(this.order);
      } catch (error) {
        throw Object.assign(error as Error, { path: this.path });
      }
    }
    this.dirty = false;
    return { bytes: this.bytes, entries: this.entries, sha256: this.hash.copy().digest('hex') };
  }

  close(): void {
    closeSync(this.records);
    closeSync(this.order);
  }
}

function readAll(handle: number, into: Uint8Array, from: number): number {
  let done = 0;
  while (done < into.length) {
    const read = readSync(handle, into, done, into.length - done, from + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
