/**
 * Checks protobuf bytes before they are decoded.
 *
 * Decoders trust the wire types they meet and take a nested message to end where it says, so that damaged bytes can decode
 * to something else without complaint, and two bytes can make an object of two hundred. This walk finds fields of the
 * wrong wire type, messages that overrun their parent, and counts what decoding would allocate.
 */
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { MAX_NUMBERS } from '../input/source.js';

/** Nodes, attributes, tensors, dimensions of one model together. */
const MAX_MESSAGES = 2 ** 20;
/** The schema nests eight deep. */
const MAX_DEPTH = 16;

interface Budget {
  messages: number;
  elements: number;
}

const FIXED_WIRE: ReadonlyMap<ScalarType, WireType> = new Map([
  [ScalarType.STRING, WireType.LengthDelimited],
  [ScalarType.BYTES, WireType.LengthDelimited],
  [ScalarType.FLOAT, WireType.Bit32],
  [ScalarType.DOUBLE, WireType.Bit64],
]);

function wireOfScalar(type: ScalarType): WireType {
  return FIXED_WIRE.get(type) ?? WireType.Varint;
}

function scalarOf(field: DescField): ScalarType | undefined {
  if (field.fieldKind === 'scalar') return field.scalar;
  return field.fieldKind === 'list' && field.listKind === 'scalar' ? field.scalar : undefined;
}

function messageOf(field: DescField): DescMessage | undefined {
  if (field.fieldKind === 'message') return field.message;
  return field.fieldKind === 'list' && field.listKind === 'message' ? field.message : undefined;
}

/** The number of elements of a packed field, which ends at `end`. */
function checkPacked(reader: BinaryReader, end: number, wire: WireType, field: DescField): number {
  if (wire === WireType.Varint) {
    let elements = 0;
    for (; reader.pos < end; elements++) reader.uint32();
    if (reader.pos !== end) throw new RangeError(`field ${field.name}: its last element is cut off`);
    return elements;
  }
  const elements = (end - reader.pos) / (wire === WireType.Bit32 ? 4 : 8);
  if (!Number.isInteger(elements)) throw new RangeError(`field ${field.name}: its last element is cut off`);
  reader.pos = end;
  return elements;
}

function checkField(
  reader: BinaryReader,
  wire: WireType,
  field: DescField,
  end: number,
  budget: Budget,
  depth: number,
) {
  const child = messageOf(field);
  const expected = child === undefined ? wireOfScalar(scalarOf(field)!) : WireType.LengthDelimited;
  const packed = wire === WireType.LengthDelimited && expected !== wire && field.fieldKind === 'list';
  if (wire !== expected && !packed)
    throw new RangeError(`field ${field.name}: expected wire type ${expected}, got ${wire}`);
  budget.elements++;
  if (child === undefined && !packed) {
    reader.skip(wire);
    return;
  }
  const length = reader.uint32();
  const stop = reader.pos + length;
  if (stop > end) throw new RangeError(`field ${field.name}: its ${length} bytes overrun what contains it`);
  if (child !== undefined) checkMessage(reader, stop, child, budget, depth + 1);
  else budget.elements += checkPacked(reader, stop, expected, field);
}

function checkMessage(reader: BinaryReader, end: number, schema: DescMessage, budget: Budget, depth: number) {
  if (depth > MAX_DEPTH) throw new RangeError(`${schema.name}: nested too deep`);
  if (++budget.messages > MAX_MESSAGES) throw new RangeError(`more than ${MAX_MESSAGES} messages`);
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = schema.fields.find((candidate) => candidate.number === number);
    if (field === undefined) {
      reader.skip(wire, number);
      budget.elements++;
    } else checkField(reader, wire, field, end, budget, depth);
    if (budget.elements > MAX_NUMBERS) throw new RangeError(`more than ${MAX_NUMBERS} values`);
  }
  if (reader.pos !== end) throw new RangeError(`${schema.name}: its last field is cut off`);
}

/** @throws RangeError (or the library's Error) for bytes that are no message of this schema */
export function checkWire(schema: DescMessage, bytes: Uint8Array) {
  checkMessage(new BinaryReader(bytes), bytes.length, schema, { messages: 0, elements: 0 }, 0);
}
