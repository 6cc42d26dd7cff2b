/**
 * Bytes on their way from those who find them to the one who writes them.
 */

/** Bytes that may wait to be written before more are asked for. */
const ROOM = 32 * 1024 * 1024;

export class ByteChannel implements AsyncIterable<Uint8Array> {
  private readonly queue: Uint8Array[] = [];
  private size = 0;
  private ended = false;
  private failure: Error | undefined;
  private wakeReader: (() => void) | undefined;
  private wakeWriter: (() => void) | undefined;

  push(bytes: Uint8Array): void {
    this.queue.push(bytes);
    this.size += bytes.length;
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
          this.size -= bytes.length;
          this.wakeWriter?.();
          yield bytes;
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
