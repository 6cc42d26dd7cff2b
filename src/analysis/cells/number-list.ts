/**
 * Growing lists of numbers in typed arrays: what a walk collects about many cells.
 */

type Numbers = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

export interface NumberList<T extends Numbers> {
  push(value: number): void;
  readonly length: number;
  /** The numbers so far. */
  take(): T;
}

/** An empty list of the kind of numbers that `allocate` makes. */
export function numberList<T extends Numbers>(allocate: (length: number) => T): NumberList<T> {
  let data = allocate(1024);
  let length = 0;
  return {
    push(value) {
      if (length === data.length) {
        const larger = allocate(2 * length);
        larger.set(data);
        data = larger;
      }
      data[length++] = value;
    },
    get length() {
      return length;
    },
    take: () => data.slice(0, length) as T,
  };
}
