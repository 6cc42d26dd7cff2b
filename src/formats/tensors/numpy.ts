/**
 * NumPy files: .npy by npyjs, .npz (a zip of them) by fflate.
 */
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { FormatError } from '../input/error.js';
import { MAX_FILE_BYTES } from '../input/limits.js';

/** The dtypes that hold numbers: bool, integers, floats; little-endian or single bytes. */
const DTYPES = new Set(['b1', 'i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8']);

/** An array in C order. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly length: number;
  /** Entry k in C order; false is 0, and an integer that no double holds is its text. */
  readonly at: (k: number) => number | string;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The position in Fortran order of entry k in C order. */
function fortranPosition(shape: readonly number[], k: number): number {
  let rest = k;
  let position = 0;
  let stride = shape.reduce((product, size) => product * size, 1);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    stride /= size;
    position += (rest % size) * stride;
    rest = Math.floor(rest / size);
  }
  return position;
}

function numberOf(value: number | bigint | boolean): number | string {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

/** The array of a .npy file. @throws FormatError for what is none, or holds no numbers */
export function readNpy(bytes: Uint8Array): NumpyArray {
  let parsed: ReturnType<typeof parse>;
  try {
    // A copy of its own: the array's data must begin at a multiple of its item size.
    parsed = parse(Uint8Array.from(bytes).buffer);
  } catch (error) {
    throw new FormatError(
      '',
      `no .npy array that can be read (${reason(error)}); save little-endian numbers with numpy.save`,
    );
  }
  const { dtype, shape, fortranOrder } = parsed;
  if (!DTYPES.has(dtype)) {
    throw new FormatError('', `expected an array of bool, int or float, got dtype ${dtype}; convert it`);
  }
  const data = parsed.data as unknown as ArrayLike<number | bigint | boolean>;
  const length = shape.reduce((product, size) => product * size, 1);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || length !== data.length) {
    throw new FormatError('', `expected ${shape.join(' x ') || '1'} numbers, got ${data.length}; the file is damaged`);
  }
  const at = fortranOrder
    ? (k: number) => numberOf(data[fortranPosition(shape, k)]!)
    : (k: number) => numberOf(data[k]!);
  return { shape, dtype, length, at };
}

/** The arrays of a .npz file by name. @throws FormatError */
export function readNpz(bytes: Uint8Array): ReadonlyMap<string, NumpyArray> {
  let size = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        size += originalSize;
        if (size > MAX_FILE_BYTES) throw new RangeError(`more than ${MAX_FILE_BYTES} bytes after decompression`);
        return true;
      },
    });
  } catch (error) {
    throw new FormatError('', `no .npz archive that can be read (${reason(error)}); save it with numpy.savez again`);
  }
  const arrays = new Map<string, NumpyArray>();
  for (const [name, content] of Object.entries(files)) {
    const own = name.replace(/\.npy$/, '');
    try {
      arrays.set(own, readNpy(content));
    } catch (error) {
      if (error instanceof FormatError) throw new FormatError(own, error.problem);
      throw error;
    }
  }
  return arrays;
}
