/**
 * Declarations of VNN-LIB 1.0 (X_0, Y_0) and 2.0 (tensors of sort real: X[0,1]).
 */
import { FormatError } from '../input/error.js';
import { shapeOfDims, sizeOf } from '../onnx/tensor.js';
import type { Sexpr } from './sexpr.js';
import { problem } from './terms.js';

/** A tensor of a network of version 2.0: its elements are numbered from `first`, row-major. */
interface TensorVariable {
  readonly side: 'X' | 'Y';
  readonly first: number;
  readonly shape: readonly number[];
}

const atomText = (expression: Sexpr | undefined) => (expression?.kind === 'atom' ? expression.text : '');

/** The variables that were declared so far, by the names X_i and Y_j that they have in version 1.0. */
export class Declarations {
  readonly #scalars = new Set<string>();
  readonly #tensors = new Map<string, TensorVariable>();
  readonly #sizes = { X: 0, Y: 0 };
  #networks = 0;

  constructor(private readonly inputs: number) {}

  /** `(declare-const X_0 Real)`, `(declare-fun X_0 () Real)` */
  declareScalar(expression: Sexpr, [variable, ...type]: readonly Sexpr[]) {
    const match = /^([XY])_(0|[1-9]\d{0,8})$/.exec(atomText(variable));
    if (match === null || atomText(type.at(-1)) !== 'Real') {
      throw problem(expression, 'expected a variable X_i or Y_i of sort Real');
    }
    if (match[1] === 'X' && Number(match[2]) >= this.inputs) throw this.#tooMany(expression);
    if (this.#scalars.has(match[0])) throw problem(expression, 'declared twice');
    this.#scalars.add(match[0]);
  }

  /** `(declare-network f (declare-input X real [1,2]) (declare-output Y real [3]))` */
  declareNetwork(expression: Sexpr, [, ...declarations]: readonly Sexpr[]) {
    if (++this.#networks > 1) throw problem(expression, 'expected one network, got another');
    for (const declaration of declarations) {
      const [head, name, sort, ...shape] = declaration.kind === 'list' ? declaration.items : [];
      const kind = atomText(head);
      if (kind !== 'declare-input' && kind !== 'declare-output') {
        throw problem(declaration, 'expected declare-input or declare-output');
      }
      if (atomText(sort).toLowerCase() !== 'real') {
        throw problem(declaration, 'expected the sort real, whose arithmetic is exact (write real instead)');
      }
      this.#declareTensor(declaration, kind === 'declare-input' ? 'X' : 'Y', atomText(name), shape);
    }
  }

  #declareTensor(expression: Sexpr, side: 'X' | 'Y', name: string, shapeTokens: readonly Sexpr[]) {
    const text = shapeTokens.map(atomText).join('');
    if (!/^[A-Za-z_][\w-]{0,99}$/.test(name) || !/^\[(?:\d{1,9}(?:,\d{1,9})*)?\]$/.test(text)) {
      throw problem(expression, 'expected a name, a sort and a shape such as [1,5]');
    }
    if (this.#tensors.has(name)) throw problem(expression, 'declared twice');
    const dims = text === '[]' ? [] : text.slice(1, -1).split(',');
    const shape = shapeOfDims(dims.map(BigInt), `line ${expression.line}`);
    const first = this.#sizes[side];
    this.#sizes[side] += sizeOf(shape);
    if (this.#sizes.X > this.inputs) throw this.#tooMany(expression);
    this.#tensors.set(name, { side, first, shape });
  }

  #tooMany(expression: Sexpr): FormatError {
    const last = this.inputs - 1;
    return problem(expression, `the network has ${this.inputs} inputs, X_0 to X_${last}, but there is one more`);
  }

  /** "X_3" or "Y_0" for the text of a declared variable. */
  resolve(text: string): string | undefined {
    // Published properties of version 1.0 use outputs that they forget to declare.
    if (this.#scalars.has(text) || /^Y_\d{1,9}$/.test(text)) return text;
    const match = /^([^[\]]+)(?:\[([\d,]{0,150})\])?$/.exec(text);
    const tensor = match === null ? undefined : this.#tensors.get(match[1]!);
    if (match === null || tensor === undefined) return undefined;
    const indices = match[2] === undefined || match[2] === '' ? [] : match[2].split(',').map(Number);
    const { side, first, shape } = tensor;
    if (indices.length !== shape.length || indices.some((index, axis) => index >= shape[axis]!)) return undefined;
    return `${side}_${first + indices.reduce((flat, index, axis) => flat * shape[axis]! + index, 0)}`;
  }

  /** @throws FormatError when inputs of the network are not declared */
  checkComplete() {
    const declared = this.#networks > 0 ? this.#sizes.X : undefined;
    const missing = Array.from({ length: this.inputs }, (_, i) => i).find((i) =>
      declared === undefined ? !this.#scalars.has(`X_${i}`) : i >= declared,
    );
    if (missing === undefined) return;
    const fix = 'use the property that belongs to this network';
    throw new FormatError(
      'declarations',
      `expected inputs X_0 to X_${this.inputs - 1}, but X_${missing} is missing; ${fix}`,
    );
  }
}
