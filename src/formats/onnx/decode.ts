/**
 * The bytes of a model as its message.
 */
import { fromBinary, type Message } from '@bufbuild/protobuf';
import { FormatError } from '../input/error.js';
import { asModel, type ModelProto, modelSchema } from './schema.js';
import { checkWire } from './wire.js';

/** Checked and decoded bytes. @throws FormatError */
export function decodeModel(bytes: Uint8Array): ModelProto {
  let message: Message;
  try {
    checkWire(modelSchema, bytes);
    message = fromBinary(modelSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError('protobuf', `expected an ONNX model, got other or damaged data (${reason}); fetch it again`);
  }
  return asModel(message);
}

/** The version of the standard operators. @throws FormatError if there is none */
export function opsetOf(model: ModelProto): number {
  const standard = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (standard === undefined && model.opsetImport.length > 0 && model.functions.length > 0) return 0;
  if (standard === undefined) {
    // The first files had no such field, and meant the first version.
    if (model.irVersion > 0n && model.irVersion < 3n) return 1;
    throw new FormatError(
      'opset_import',
      'expected a version of the standard operators, got none; the file is truncated',
    );
  }
  if (standard.version < 1n) {
    throw new FormatError('opset_import', `expected opset 1 or later, got ${standard.version}; export the model again`);
  }
  return Number(standard.version);
}
