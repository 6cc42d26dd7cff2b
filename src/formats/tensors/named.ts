/**
 * Named tensors of a file that holds nothing else.
 */
import type { ElementType } from '../onnx/element.js';

export interface NamedWeights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Row-major. @throws FormatError for NaN and infinities */
  values(): Float64Array;
}
