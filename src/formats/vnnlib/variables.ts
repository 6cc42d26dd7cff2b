/**
 * Declarations of VNN-LIB 1.0 (X_0, Y_0) and 2.0 (tensors of networks: X[0,1]).
 */
import { FormatError } from '../input/error.js';
import { atomText } from './brackets.js';
import { extentsOf, NAME, type NetworkDeclaration, networkDeclaration, type TensorDeclaration } from './networks.js';
import type { Sexpr } from './sexpr.js';
import { problem } from './terms.js';

/** Longer indices would only serve to exhaust memory. */
const MAX_VARIABLES = 2 ** 20;

/** What an expression names. */
export interface Variable {
  /** "X_3" or "Y_0": the name that it has in version 1.0, numbered over all networks. */
  readonly name: string;
  /** "real" in version 1.0. */
  readonly elementType: string;
}

/** The variables that were declared so far, by the names X_i and Y_j that they have in version 1.0. */
export class Declarations {
  readonly #scalars = new Set<string>();
  readonly #tensors = new Map<string, TensorDeclaration>();
  readonly #sizes = { inputs: 0, outputs: 0 };
  readonly #networks: NetworkDeclaration[] = [];
  /** One more than the highest Y_j that is used without being declared. */
  #usedOutputs = 0;

  get networks(): readonly NetworkDeclaration[] {
    return this.#networks;
  }

  /** `(declare-const X_0 Real)`, `(declare-fun X_0 () Real)` */
  declareScalar(expression: Sexpr, [variable, ...type]: readonly Sexpr[]) {
    if (this.#networks.length > 0)
      throw problem(expression, 'expected the variables of the networks that are declared');
    const match = /^([XY])_(0|[1-9]\d{0,8})$/.exec(atomText(variable));
    if (match === null || atomText(type.at(-1)) !== 'Real') {
      throw problem(expression, 'expected a variable X_i or Y_i of sort Real');
    }
    if (this.#scalars.has(match[0])) throw problem(expression, 'declared twice');
    if (Number(match[2]) >= MAX_VARIABLES) throw problem(expression, `expected an index below ${MAX_VARIABLES}`);
    this.#scalars.add(match[0]);
  }

  declareNetwork(expression: Sexpr, parts: readonly Sexpr[]) {
    if (this.#scalars.size > 0) throw problem(expression, 'expected either declare-const or declare-network, got both');
    const network = networkDeclaration(expression, parts, this.#networks, this.#sizes);
    for (const name of [network.name, ...network.tensors.map((tensor) => tensor.name)]) {
      const taken = this.#tensors.has(name) || this.#networks.some((other) => other.name === name);
      const twice = name !== network.name && network.tensors.filter((tensor) => tensor.name === name).length > 1;
      if (taken || twice) throw problem(expression, `${name} is declared twice`);
    }
    for (const tensor of network.tensors) this.#tensors.set(tensor.name, tensor);
    this.#networks.push(network);
  }

  /** What a text names, or undefined. */
  resolve(text: string): Variable | undefined {
    if (this.#scalars.has(text)) return { name: text, elementType: 'real' };
    // Published properties of version 1.0 use outputs that they forget to declare.
    if (this.#networks.length === 0 && /^Y_(?:0|[1-9]\d{0,8})$/.test(text)) {
      this.#usedOutputs = Math.max(this.#usedOutputs, Number(text.slice(2)) + 1);
      return { name: text, elementType: 'real' };
    }
    const open = text.indexOf('[');
    const tensor = this.#tensors.get(open < 0 ? text : text.slice(0, open));
    const indices = open < 0 ? [] : extentsOf(text.slice(open));
    if (tensor === undefined || indices === undefined) return undefined;
    const { role, first, shape, elementType } = tensor;
    if (indices.length !== shape.length || indices.some((index, axis) => index >= shape[axis]!)) return undefined;
    const flat = indices.reduce((sum, index, axis) => sum * shape[axis]! + index, 0);
    return { name: `${role === 'input' ? 'X' : 'Y'}_${first + flat}`, elementType };
  }

  /** Why a text that looks like a variable is none. */
  explain(text: string): string | undefined {
    const name = text.replace(/\[.*$/, '');
    const tensor = this.#tensors.get(name);
    if (tensor !== undefined) return `expected an element of ${name}, whose shape is [${tensor.shape}]`;
    return NAME.test(name) ? 'expected a declared variable or a number' : undefined;
  }

  /**
   * The numbers of inputs and outputs.
   *
   * @throws FormatError unless X_0, X_1, ... are declared without gaps, and the outputs if there are any
   */
  sizes(): { readonly inputs: number; readonly outputs: number; readonly outputsDeclared: boolean } {
    if (this.#networks.length > 0) return { ...this.#sizes, outputsDeclared: true };
    const count = (side: string) => [...this.#scalars].filter((name) => name.startsWith(side)).length;
    for (const side of ['X', 'Y']) {
      const missing = Array.from({ length: count(side) }, (_, i) => `${side}_${i}`).find((n) => !this.#scalars.has(n));
      if (missing !== undefined) {
        const what = side === 'X' ? 'inputs' : 'outputs';
        throw new FormatError(
          'declarations',
          `expected the ${what} from ${side}_0 on, but ${missing} is missing; add it`,
        );
      }
    }
    const declared = count('Y');
    const outputs = Math.max(declared, this.#usedOutputs);
    return { inputs: count('X'), outputs, outputsDeclared: declared >= this.#usedOutputs && declared > 0 };
  }
}
