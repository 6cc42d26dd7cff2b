/**
 * The element types of ONNX tensors: which they are, how their elements are stored, and the exact number that each element is.
 */
import { nearestDouble, type Rational } from '../../exact/index.js';
import { type Entry, isRational } from '../input/entries.js';
import type { TensorProto } from './schema.js';

/** Names of TensorProto.DataType, in the order of their numbers. */
const TYPE_NAMES = [
  'undefined float uint8 int8 uint16 int16 int32 int64 string bool float16 double uint32 uint64 complex64 complex128',
  'bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1 float8e8m0',
]
  .join(' ')
  .split(' ');

export type FloatType =
  | 'float'
  | 'double'
  | 'float16'
  | 'bfloat16'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'float4e2m1';
export type IntegerType =
  | 'int4'
  | 'uint4'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64';
export type ElementType = FloatType | IntegerType | 'bool';

export function typeName(type: number): string {
  return TYPE_NAMES[type] ?? `type ${type}`;
}

/** A binary format without infinities beyond `largest`, by its bits. */
interface SmallFloat {
  readonly exponent: number;
  readonly mantissa: number;
  readonly bias: number;
  /** Whether a code (its exponent and mantissa, without the sign) is infinite or no number. */
  readonly odd: (exponent: number, mantissa: number, negative: boolean) => boolean;
}

const ieee = (exponent: number, mantissa: number): SmallFloat => ({
  exponent,
  mantissa,
  bias: 2 ** (exponent - 1) - 1,
  odd: (e) => e === 2 ** exponent - 1,
});
const unsigned = (exponent: number, mantissa: number, bias: number): SmallFloat => ({
  exponent,
  mantissa,
  bias,
  // One code for "no number": what would be minus zero.
  odd: (e, m, negative) => negative && e === 0 && m === 0,
});

const SMALL_FLOATS: Readonly<Partial<Record<FloatType, SmallFloat>>> = {
  float16: ieee(5, 10),
  bfloat16: ieee(8, 7),
  float8e4m3fn: { exponent: 4, mantissa: 3, bias: 7, odd: (e, m) => e === 15 && m === 7 },
  float8e4m3fnuz: unsigned(4, 3, 8),
  float8e5m2: ieee(5, 2),
  float8e5m2fnuz: unsigned(5, 2, 16),
  float4e2m1: { exponent: 2, mantissa: 1, bias: 1, odd: () => false },
};

/** The number of a code; NaN for infinities too, which are no weights. */
function numberOfCode({ exponent, mantissa, bias, odd }: SmallFloat, code: number): number {
  const negative = ((code >> (exponent + mantissa)) & 1) === 1;
  const [e, m] = [(code >> mantissa) & (2 ** exponent - 1), code & (2 ** mantissa - 1)];
  if (odd(e, m, negative)) return Number.NaN;
  const size = e === 0 ? m * 2 ** (1 - bias - mantissa) : (2 ** mantissa + m) * 2 ** (e - bias - mantissa);
  return negative ? -size : size;
}

const signed = (bits: number) => (code: number) => (code >= 2 ** (bits - 1) ? code - 2 ** bits : code);
const plain = (code: number) => code;

/** Elements of at most 16 bits: their bits, and what a code means. */
function smallElement(
  type: ElementType,
): { readonly bits: number; readonly decode: (code: number) => number } | undefined {
  const float = SMALL_FLOATS[type as FloatType];
  if (float !== undefined) {
    return { bits: 1 + float.exponent + float.mantissa, decode: (code) => numberOfCode(float, code) };
  }
  const width = { int4: 4, int8: 8, int16: 16 }[type as string];
  if (width !== undefined) return { bits: width, decode: signed(width) };
  const bits = { uint4: 4, uint8: 8, uint16: 16, bool: 8 }[type as string];
  return bits === undefined ? undefined : { bits, decode: plain };
}

const WIDE = new Map<ElementType, number>([
  ['float', 4],
  ['double', 8],
  ['int32', 4],
  ['uint32', 4],
  ['int64', 8],
  ['uint64', 8],
]);

/** The type with this number, if its elements can be read. */
export function elementType(type: number): ElementType | undefined {
  const name = typeName(type) as ElementType;
  return WIDE.has(name) || smallElement(name) !== undefined ? name : undefined;
}

export function isFloating(type: ElementType): type is FloatType {
  return type === 'float' || type === 'double' || Object.hasOwn(SMALL_FLOATS, type);
}

/** The least and the largest integer of a type. */
export function integerRange(type: IntegerType | 'bool'): readonly [number, number] {
  if (type === 'bool') return [0, 1];
  const bits = Number(type.replace(/\D/g, ''));
  return type.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** The bytes that elements take in raw data. */
export function bytesOfElements(type: ElementType, count: number): number {
  const wide = WIDE.get(type);
  return wide === undefined ? Math.ceil((smallElement(type)!.bits * count) / 8) : wide * count;
}

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * An integer as a double, cut off at 2^53: exporters write "to the end" as the largest int64, and no size or index comes
 * near either.
 */
export function saturated(value: bigint): number {
  return Number(value > MOST ? MOST : value < -MOST ? -MOST : value);
}

/** The first bytes at an address that typed arrays of this width demand. */
function aligned(bytes: Uint8Array, width: number): Uint8Array {
  return bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Raw float32 elements as they lie in the bytes; undefined where the byte order of the machine is another one. */
export function singlesIn(bytes: Uint8Array, count: number): Float32Array | undefined {
  if (!LITTLE_ENDIAN) return undefined;
  const { buffer, byteOffset } = aligned(bytes, 4);
  return new Float32Array(buffer as ArrayBuffer, byteOffset, count);
}

/** Wide elements by the machine's own reading, which is fast, where its byte order is that of the file. */
function decodeWide(type: ElementType, bytes: Uint8Array, count: number): Float64Array {
  const width = WIDE.get(type)!;
  if (LITTLE_ENDIAN && (type === 'float' || type === 'double' || type === 'int32' || type === 'uint32')) {
    const { buffer, byteOffset } = aligned(bytes, width);
    const Typed = { float: Float32Array, double: Float64Array, int32: Int32Array, uint32: Uint32Array }[type];
    return new Float64Array(new Typed(buffer as ArrayBuffer, byteOffset, count));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: Readonly<Record<string, (at: number) => number>> = {
    float: (at) => view.getFloat32(at, true),
    double: (at) => view.getFloat64(at, true),
    int32: (at) => view.getInt32(at, true),
    uint32: (at) => view.getUint32(at, true),
    int64: (at) => saturated(view.getBigInt64(at, true)),
    uint64: (at) => saturated(view.getBigUint64(at, true)),
  };
  const one = read[type]!;
  const elements = new Float64Array(count);
  for (let i = 0; i < count; i++) elements[i] = one(i * width);
  return elements;
}

/** The code of element i in raw bytes: two of 4 bits share a byte, the first in its low half. */
function codeReader(bits: number, bytes: Uint8Array): (i: number) => number {
  if (bits === 4) return (i) => (bytes[i >> 1]! >> (4 * (i & 1))) & 15;
  if (bits === 8) return (i) => bytes[i]!;
  return (i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
}

/** The numbers of `count` elements in raw little-endian bytes. Infinities and NaN of small types are NaN. */
export function decodeRaw(type: ElementType, bytes: Uint8Array, count: number): Float64Array {
  const small = smallElement(type);
  if (small === undefined) return decodeWide(type, bytes, count);
  const codeAt = codeReader(small.bits, bytes);
  const table = Float64Array.from({ length: count < 256 ? 0 : 2 ** small.bits }, (_, code) => small.decode(code));
  const elements = new Float64Array(count);
  for (let i = 0; i < count; i++) elements[i] = table.length > 0 ? table[codeAt(i)]! : small.decode(codeAt(i));
  return elements;
}

/** The numbers of a tensor that are stored in a field of their type; undefined if there are not `count` of them. */
export function decodeTyped(type: ElementType, tensor: TensorProto, count: number): Float64Array | undefined {
  const wide: Readonly<Record<string, () => readonly (number | bigint)[]>> = {
    float: () => tensor.floatData,
    double: () => tensor.doubleData,
    int32: () => tensor.int32Data,
    uint32: () => tensor.uint64Data,
    int64: () => tensor.int64Data,
    uint64: () => tensor.uint64Data,
  };
  const list = (wide[type] ?? (() => tensor.int32Data))();
  const small = smallElement(type);
  const packed = small?.bits === 4;
  if (list.length !== (packed ? Math.ceil(count / 2) : count) || typedLength(tensor) !== list.length) return undefined;
  if (small === undefined)
    return Float64Array.from(list, (value) => (typeof value === 'bigint' ? saturated(value) : value));
  const mask = 2 ** small.bits - 1;
  if (packed)
    return Float64Array.from({ length: count }, (_, i) => small.decode((Number(list[i >> 1]) >> (4 * (i & 1))) & 15));
  return Float64Array.from(list, (value) => small.decode(Number(value) & mask));
}

/** The elements of the typed fields, whatever their type. */
export function typedLength(tensor: TensorProto): number {
  const { floatData, int32Data, int64Data, doubleData, uint64Data } = tensor;
  return floatData.length + int32Data.length + int64Data.length + doubleData.length + uint64Data.length;
}

/** numerator / denominator rounded to a binary format of `mantissa` bits after the first, ties to even. */
function roundToBits(value: Rational, mantissa: number, least: number): number {
  const double = nearestDouble(value.numerator, value.denominator);
  if (double === 0) return 0;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(double))), least);
  // One unit in the last place, a power of two; the division is exact in integers.
  for (const e of [exponent - 1, exponent, exponent + 1].filter((candidate) => candidate >= least)) {
    const shift = e - mantissa;
    const [n, d] =
      shift >= 0
        ? [value.numerator, value.denominator << BigInt(shift)]
        : [value.numerator << BigInt(-shift), value.denominator];
    const size = n < 0n ? -n : n;
    const floor = size / d;
    const twice = 2n * (size - floor * d);
    const rounded = twice > d || (twice === d && floor % 2n === 1n) ? floor + 1n : floor;
    if (rounded <= 1n << BigInt(mantissa + 1)) return Math.sign(double) * Number(rounded) * 2 ** shift;
  }
  return Math.sign(double) * Number.POSITIVE_INFINITY;
}

/** The number of a floating-point type that is nearest to an entry, ties to even; infinite beyond the type. */
export function roundedTo(type: FloatType, entry: Entry, exact: (entry: Entry) => Rational): number {
  if (type === 'double') {
    if (!isRational(entry)) return entry;
    const { numerator, denominator } = entry;
    return nearestDouble(numerator, denominator);
  }
  if (type === 'float' && !isRational(entry)) return Math.fround(entry);
  const { exponent, mantissa, bias } = type === 'float' ? ieee(8, 23) : SMALL_FLOATS[type]!;
  const rounded = roundToBits(exact(entry), mantissa, 1 - bias);
  const largest = (2 - 2 ** -mantissa) * 2 ** (2 ** exponent - 2 - bias);
  return Math.abs(rounded) > largest ? Math.sign(rounded) * Number.POSITIVE_INFINITY : rounded;
}
