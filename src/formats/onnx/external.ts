/**
 * Weights in files beside the model ("external data"): `net.onnx` with `net.onnx.data`.
 *
 * A tensor says where its bytes are: location, offset, length (https://onnx.ai/onnx/repo-docs/ExternalData.html). All of it is
 * checked before anything is computed; a file is only opened below the folder of the model.
 */
import { FormatError, quoted } from '../input/error.js';
import type { Neighbours, StoredFile } from '../input/neighbours.js';
import { bytesOfElements, elementType } from './element.js';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './schema.js';

export type { Neighbours };

/** TensorProto.DataLocation */
const EXTERNAL = 1;

export function isExternal({ dataLocation, externalData }: TensorProto): boolean {
  return dataLocation === EXTERNAL || externalData.length > 0;
}

/** A stated position or size; undefined if none is stated. */
function statedBytes(entries: ReadonlyMap<string, string>, key: string, place: string): number | undefined {
  const text = entries.get(key);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text)) return value;
  throw new FormatError(
    place,
    `external data: expected ${key} as a number of bytes, got ${quoted(text)}; export it again`,
  );
}

interface Range {
  readonly file: StoredFile;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Where the bytes of a tensor are. @throws FormatError if they are not there */
function rangeOf(tensor: TensorProto, bytes: number, place: string, beside: Neighbours): Range {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const offset = statedBytes(entries, 'offset', place) ?? 0;
  const length = statedBytes(entries, 'length', place) ?? bytes;
  if (length !== bytes) {
    throw new FormatError(
      place,
      `external data: expected ${bytes} bytes for its type and shape, its length says ${length}; export it again`,
    );
  }
  const file = beside.open(location, place);
  if (offset + length > file.size) {
    const got = `${file.size} bytes, its data would end at ${offset + length}`;
    throw new FormatError(place, `external data: the file ${quoted(location)} has ${got}; fetch it again`);
  }
  return { file, location, offset, length };
}

/** Reads the bytes of a tensor, at every call anew. @param bytes how many its type and shape take */
export function externalBytes(tensor: TensorProto, bytes: number, place: string, beside: Neighbours): () => Uint8Array {
  const { file, offset, length } = rangeOf(tensor, bytes, place, beside);
  return () => file.read(offset, length);
}

function tensorsOfAttribute({ t, g }: AttributeProto): TensorProto[] {
  return [...(t === undefined ? [] : [t]), ...(g === undefined ? [] : tensorsOfGraph(g))];
}

const tensorsOfNodes = (nodes: readonly NodeProto[]): TensorProto[] =>
  nodes.flatMap(({ attribute }) => attribute.flatMap(tensorsOfAttribute));

const tensorsOfGraph = ({ initializer, node }: GraphProto): TensorProto[] => [...initializer, ...tensorsOfNodes(node)];

/** Two tensors may share all of their bytes, as tied weights do. @throws FormatError for those that share some */
function checkApart(ranges: readonly (Range & { readonly name: string })[]) {
  const sorted = ranges.filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset || a.length - b.length);
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1]!, sorted[i]!];
    const same = before.offset === after.offset && before.length === after.length;
    if (same || before.offset + before.length <= after.offset) continue;
    const names = `${quoted(before.name)} and ${quoted(after.name)}`;
    throw new FormatError(`file ${quoted(before.location)}`, `the data of ${names} overlap; export the model again`);
  }
}

/** @throws FormatError naming the tensor whose data are not where they should be */
export function checkExternalData({ graph, functions }: ModelProto, beside: Neighbours) {
  const tensors = [
    ...(graph === undefined ? [] : tensorsOfGraph(graph)),
    ...functions.flatMap(({ node }) => tensorsOfNodes(node)),
  ];
  const ranges = new Map<StoredFile, (Range & { readonly name: string })[]>();
  for (const tensor of tensors.filter(isExternal)) {
    const place = `tensor ${quoted(tensor.name)}`;
    const type = elementType(tensor.dataType);
    // Another type is refused where it is used.
    if (type === undefined) continue;
    const size = tensor.dims.reduce((product, dim) => product * Number(dim), 1);
    const range = rangeOf(tensor, bytesOfElements(type, size), place, beside);
    const known = ranges.get(range.file) ?? [];
    ranges.set(range.file, known);
    known.push({ ...range, name: tensor.name });
  }
  for (const list of ranges.values()) checkApart(list);
}
