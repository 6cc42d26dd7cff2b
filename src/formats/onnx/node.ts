/**
 * One node of a graph, as its operator sees it.
 */

import type { GraphContext } from '../graph/context.js';
import { FormatError, quoted } from '../input/error.js';
import type { Neighbours } from './external.js';
import type { AttributeProto, NodeProto } from './schema.js';
import { type Constant, constantOfTensor, isIntegral, saturated } from './tensor.js';
import type { GraphValue, Value } from './value.js';

/** What the nodes of a graph share. */
export interface NodeContext extends GraphContext {
  /** The files that its tensors may stand in. */
  readonly beside: Neighbours;
}

/** How messages name a node: `node 3 "fc1" (Gemm)`. */
export function nodePlace(node: NodeProto, index: number): string {
  const name = node.name === '' ? '' : ` ${quoted(node.name)}`;
  return `node ${index}${name} (${node.opType.slice(0, 40)})`;
}

/** A node with the values of its inputs and its attributes. */
export class NodeView {
  readonly #attributes: ReadonlyMap<string, AttributeProto>;
  readonly #used = new Set<string>();

  constructor(
    private readonly node: NodeProto,
    /** Undefined where an optional input is left out. */
    readonly inputs: readonly (GraphValue | undefined)[],
    readonly place: string,
    readonly context: NodeContext,
  ) {
    this.#attributes = new Map(node.attribute.map((attribute) => [attribute.name, attribute]));
    // Opset 1 told runtimes which inputs they may overwrite.
    this.#used.add('consumed_inputs');
  }

  fail(problem: string): FormatError {
    return new FormatError(this.place, problem);
  }

  get outputCount(): number {
    return this.node.output.length;
  }

  /** The name of the operator. */
  get operator(): string {
    return this.node.opType;
  }

  /** The version of the operators that the node is written in. */
  get opset(): number {
    return this.context.opset;
  }

  /** Input `index`, or a comparison with it. @throws FormatError when the node has none */
  operand(index: number): GraphValue {
    const value = this.inputs[index];
    if (value === undefined) throw this.fail(`expected an input ${index}, got none; export the network again`);
    return value;
  }

  /** Input `index`. @throws FormatError when the node has none, or a comparison that depends on the network's input */
  input(index: number): Value {
    const value = this.operand(index);
    if (value.kind !== 'mask') return value;
    throw this.fail(
      'a comparison with the input jumps, so this is not piecewise linear; only ReLU written as where(x > 0, x, 0) or x * (x > 0) and their like are read',
    );
  }

  /** Input `index`, if it is given. */
  optional(index: number): Value | undefined {
    return this.inputs[index] === undefined ? undefined : this.input(index);
  }

  /** All inputs. @throws FormatError if there are none */
  allInputs(): readonly [Value, ...Value[]] {
    const [first, ...others] = this.inputs.map((_, i) => this.input(i));
    if (first === undefined) throw this.fail('expected an operand, got none; repair the model');
    return [first, ...others];
  }

  /** Input `index`, which must be a constant. */
  constant(index: number, what: string): Constant {
    const value = this.input(index);
    if (value.kind === 'affine')
      throw this.fail(`expected constant ${what}, got one that depends on the network's input`);
    return value;
  }

  /** Integers of a constant input, such as a shape or axes. */
  integers(index: number, what: string): readonly number[] {
    const value = this.constant(index, what);
    if (!isIntegral(value))
      throw this.fail(`expected integer ${what}, got floating-point numbers; export the network again`);
    return Array.from(value.entries as Float64Array);
  }

  #attribute(name: string, type: number, typeName: string): AttributeProto | undefined {
    this.#used.add(name);
    const attribute = this.#attributes.get(name);
    if (attribute !== undefined && (attribute.type !== type || attribute.refAttrName !== '')) {
      throw this.fail(`attribute ${name}: expected ${typeName}; export the network again`);
    }
    return attribute;
  }

  /** A float attribute: the float32 exactly. */
  float(name: string, missing: number): number {
    const value = this.#attribute(name, 1, 'a float')?.f ?? missing;
    if (!Number.isFinite(value))
      throw this.fail(`attribute ${name}: expected a finite number, got ${value}; repair it`);
    return value;
  }

  int(name: string, missing: number): number {
    const value = this.#attribute(name, 2, 'an integer')?.i;
    return value === undefined ? missing : saturated(value);
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attribute(name, 7, 'integers')?.ints.map(saturated);
  }

  /** A text attribute. */
  text(name: string, missing: string): string {
    const value = this.#attribute(name, 3, 'a string')?.s;
    return value === undefined ? missing : new TextDecoder().decode(value.subarray(0, 100));
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attribute(name, 6, 'floats')?.floats;
  }

  tensor(name: string): Constant | undefined {
    const attribute = this.#attribute(name, 4, 'a tensor');
    if (attribute === undefined) return undefined;
    if (attribute.t === undefined)
      throw this.fail(`attribute ${name}: its tensor is missing; export the network again`);
    return constantOfTensor(attribute.t, `${this.place}, attribute ${name}`, this.context.beside);
  }

  /** An axis of a tensor of the given rank, counted from the end if negative. */
  axis(axis: number, rank: number): number {
    const index = axis < 0 ? axis + rank : axis;
    if (index < 0 || index >= rank) throw this.fail(`axis ${axis} is out of range for ${rank} axes; repair it`);
    return index;
  }

  /** @throws FormatError for an attribute that the operator did not ask for: ignoring it could change the meaning */
  checkAttributesUsed() {
    const unknown = [...this.#attributes.keys()].find((name) => !this.#used.has(name));
    if (unknown !== undefined) throw this.fail(`attribute ${quoted(unknown)} is not supported; export without it`);
  }
}

/** The values of a node's outputs; an operator of one output may give just its value. */
export type Operator = (node: NodeView) => GraphValue | readonly GraphValue[];
