/**
 * Growing lists of numbers in typed arrays: what a walk collects about many cells.
 */

type Numbers = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

export interface NumberList<T extends Numbers> {
  push(value: number): void;
  /** Adds all numbers of an array. */
  append(values: Numbers): void;
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
    append(values) {
      while (length + values.length > data.length) {
        const larger = allocate(2 * data.length);
        larger.set(data);
        data = larger;
      }
      data.set(values, length);
      length += values.length;
    },
    get length() {
      return length;
    },
    take: () => data.slice(0, length) as T,
  };
}
