/**
 * WebAssembly where the platform has it: modules from text, and memories that arrays are laid out in.
 */

/** The part of WebAssembly used here; the library of TypeScript types that has it is the browser's. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (module: object, imports: { readonly env: object }) => { readonly exports: unknown };
};

const PAGE = 65536;
/** No array lies at offset 0, which stands for none. */
const START = 16;

/** More than this is not reserved: such networks are so large that memory traffic decides. */
export const LARGEST_MEMORY = 2 ** 29;
/** Fewer weights than this are faster than the way to WebAssembly. */
export const FEWEST_WEIGHTS = 512;

/** The module of a base64 text; undefined where the platform has no WebAssembly with SIMD. */
export function compiled(base64: string): object | undefined {
  try {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return new WebAssembly.Module(bytes);
  } catch {
    return undefined;
  }
}

/** Consecutive arrays in a memory of their own, each at a multiple of 16 bytes. */
export class Arena {
  private next = START;

  private constructor(private readonly memory: WasmMemory) {}

  /** A memory of so many bytes, the first 16 of which are left out; undefined if there is no room for it. */
  static of(bytes: number): Arena | undefined {
    try {
      return new Arena(new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) }));
    } catch {
      return undefined;
    }
  }

  /** What a module that works on this memory exports. @param host what it imports besides */
  exportsOf(module: object, host: object = {}): unknown {
    return new WebAssembly.Instance(module, { env: { ...host, memory: this.memory } }).exports;
  }

  /** The offset of so many bytes that nobody else has. */
  take(bytes: number): number {
    const at = this.next;
    this.next = (at + bytes + 15) & ~15;
    return at;
  }

  doubles(length: number): Float64Array {
    return new Float64Array(this.memory.buffer, this.take(8 * length), length);
  }

  /** A copy of the values in this memory. */
  held(values: Float64Array): Float64Array {
    const copy = this.doubles(values.length);
    copy.set(values);
    return copy;
  }

  integers(length: number): Int32Array {
    return new Int32Array(this.memory.buffer, this.take(4 * length), length);
  }

  signs(length: number): Int8Array {
    return new Int8Array(this.memory.buffer, this.take(length), length);
  }
}
