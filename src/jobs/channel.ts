/**
 * Bytes on their way from those who find them to the one who writes them.
 */

/** Bytes that are kept elsewhere: read again when their turn has come. */
export interface StoredRecords {
  readonly length: number;
  /** @throws an error of the file system, or if they are not what was stored */
  read(): Uint8Array;
}

/** Bytes that may wait to be written before more are asked for. */
const ROOM = 32 * 1024 * 1024;

export class ByteChannel implements AsyncIterable<Uint8Array> {
  private readonly queue: (Uint8Array | StoredRecords)[] = [];
  private size = 0;
  private ended = false;
  private failure: Error | undefined;
  private wakeReader: (() => void) | undefined;
  private wakeWriter: (() => void) | undefined;

  push(bytes: Uint8Array | StoredRecords): void {
    this.queue.push(bytes);
    this.size += memoryOf(bytes);
    this.wakeReader?.();
  }

  /** Nothing more comes. */
  end(): void {
    this.ended = true;
    this.wakeReader?.();
  }

  /** What was sent is worthless: the reader gets the error. */
  fail(error: Error): void {
    this.failure = error;
    this.wakeReader?.();
  }

  /** Resolves when there is room for more, or nobody reads any more. */
  async room(): Promise<void> {
    while (this.size > ROOM && !this.ended && this.failure === undefined) {
      await new Promise<void>((resolve) => {
        this.wakeWriter = resolve;
      });
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (this.failure !== undefined) throw this.failure;
        const bytes = this.queue.shift();
        if (bytes !== undefined) {
          this.size -= memoryOf(bytes);
          this.wakeWriter?.();
          yield bytes instanceof Uint8Array ? bytes : bytes.read();
        } else if (this.ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.wakeReader = resolve;
          });
        }
      }
    } finally {
      this.ended = true;
      this.wakeWriter?.();
    }
  }
}

function memoryOf(bytes: Uint8Array | StoredRecords): number {
  return bytes instanceof Uint8Array ? bytes.length : 0;
}
