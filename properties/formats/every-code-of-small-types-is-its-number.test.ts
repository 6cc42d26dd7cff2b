/**
 * Theorem. Every code of every small element type (bfloat16, float16, four kinds of float8, integers of 4 and 8 bits) is, to the bit, the
 * number that onnxruntime makes of it, in raw data and in the typed field; codes of infinities and of no number are refused. Packed
 * integers of 4 bits may end in half a byte. float4e2m1, which no runtime here can run, is compared with the formula of its publication.
 *
 * Source: onnxruntime; the ONNX types (onnx.ai/onnx/technical/float8.html); OCP Microscaling Formats (MX) Specification 1.0, section 5.3.3:
 * E2M1 has a bias of 1, subnormals, and neither infinities nor NaN.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { modelSchema } from '../../src/formats/onnx/schema.js';
import { onnxRuntime } from '../support/references/onnx-runtime.js';

interface SmallType {
  readonly name: string;
  readonly number: number;
  readonly bits: 4 | 8 | 16;
}

const TYPES: readonly SmallType[] = [
  { name: 'bfloat16', number: 16, bits: 16 },
  { name: 'float16', number: 10, bits: 16 },
  { name: 'float8e4m3fn', number: 17, bits: 8 },
  { name: 'float8e4m3fnuz', number: 18, bits: 8 },
  { name: 'float8e5m2', number: 19, bits: 8 },
  { name: 'float8e5m2fnuz', number: 20, bits: 8 },
  { name: 'uint8', number: 2, bits: 8 },
  { name: 'int8', number: 3, bits: 8 },
  { name: 'uint4', number: 21, bits: 4 },
  { name: 'int4', number: 22, bits: 4 },
];
const FLOAT4: SmallType = { name: 'float4e2m1', number: 23, bits: 4 };

/** Codes in the order of the format: little-endian; of 4 bits two in a byte, the first one in its low half. */
function bytesOf(bits: SmallType['bits'], codes: readonly number[]): Uint8Array {
  if (bits === 16) return Uint8Array.from(codes.flatMap((code) => [code & 255, code >> 8]));
  if (bits === 8) return Uint8Array.from(codes);
  return Uint8Array.from(
    { length: Math.ceil(codes.length / 2) },
    (_, k) => codes[2 * k]! | ((codes[2 * k + 1] ?? 0) << 4),
  );
}

/** x -> x W for a W of one row with these codes, cast to float. */
function model({ number, bits }: SmallType, codes: readonly number[], raw: boolean): Uint8Array {
  const bytes = bytesOf(bits, codes);
  const typed = bits === 16 ? [...codes] : [...bytes];
  const value = (name: string, dims: readonly number[]) => ({
    name,
    type: {
      tensorType: { elemType: 1, shape: { dim: dims.map((d) => ({ value: { case: 'dimValue', value: BigInt(d) } })) } },
    },
  });
  const weights = { name: 'q', dims: [1n, BigInt(codes.length)], dataType: number };
  const init = {
    irVersion: 10n,
    opsetImport: [{ domain: '', version: 21n }],
    graph: {
      node: [
        { opType: 'Cast', input: ['q'], output: ['w'], attribute: [{ name: 'to', type: 2, i: 1n }] },
        { opType: 'MatMul', input: ['x', 'w'], output: ['y'] },
      ],
      initializer: [raw ? { ...weights, rawData: bytes } : { ...weights, int32Data: typed }],
      input: [value('x', [1, 1])],
      output: [value('y', [1, codes.length])],
    },
  };
  return toBinary(modelSchema, create(modelSchema, init as MessageInitShape<typeof modelSchema>));
}

/** All codes; of 16 bits some of every exponent, unless in a deep run. */
function allCodes(bits: number): number[] {
  const codes = Array.from({ length: 2 ** bits }, (_, code) => code);
  return bits < 16 || process.env.RELU_ATLAS_DEEP !== undefined ? codes : codes.filter((code) => code % 127 < 3);
}

/** The numbers that are read. */
const read = (type: SmallType, codes: readonly number[], raw: boolean) => [
  ...networkOfOnnx(model(type, codes, raw)).network.output.weights,
];

describe.each([true, false])('with raw data: %s', (raw) => {
  it.each(TYPES)('all codes of $name', async (type) => {
    const codes = allCodes(type.bits);
    const runtime = await onnxRuntime(model(type, codes, true));
    const values = await runtime.run([1]);
    await runtime.release();
    const known = new Map(codes.map((code, k) => [code, values[k]! + 0]));
    const finite = codes.filter((code) => Number.isFinite(known.get(code)));
    expect(finite.length).toBeGreaterThan(0.9 * codes.length * (type.name === 'float8e5m2' ? 0.97 : 1));
    // Minus zero is zero.
    expect(read(type, finite, raw).map((value) => value + 0)).toEqual(finite.map((code) => known.get(code)));
    const odd = codes.filter((code) => !Number.isFinite(known.get(code)));
    const samples = [...odd.slice(0, 4), ...odd.slice(-4)];
    for (const code of samples) expect(() => read(type, [code], raw)).toThrow(/tensor "q"/);
  });

  it('an odd number of 4 bits ends in half a byte', () => {
    expect(read(TYPES.at(-1)!, [7, 8, 15], raw)).toEqual([7, -8, -1]);
    expect(read(TYPES.at(-2)!, [7, 8, 15], raw)).toEqual([7, 8, 15]);
  });

  it('float4e2m1 is its formula: (-1)^s 2^(e - 1) (1 + m / 2), and m / 2 where e = 0', () => {
    const formula = (code: number) => {
      const [s, e, m] = [code >> 3, (code >> 1) & 3, code & 1];
      return (s === 1 ? -1 : 1) * (e === 0 ? m / 2 : 2 ** (e - 1) * (1 + m / 2));
    };
    const codes = allCodes(4);
    expect(codes.slice(0, 8).map(formula)).toEqual([0, 0.5, 1, 1.5, 2, 3, 4, 6]);
    expect(read(FLOAT4, codes, raw).map((value) => value + 0)).toEqual(codes.map((code) => formula(code) + 0));
  });
});
