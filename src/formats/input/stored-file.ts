/**
 * A file of which pieces are read, wherever it is.
 */
/** A file of which pieces are read. */
export interface StoredFile {
  /** Bytes, after decompression. */
  readonly size: number;
  /** A copy or a view of bytes that are there. */
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

/** Bytes as a file. */
export function storedBytes(bytes: Uint8Array): StoredFile {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    close: () => undefined,
  };
}
