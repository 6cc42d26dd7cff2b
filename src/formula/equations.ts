/**
 * A network as equations between named quantities: what every text says in its own language.
 */
import { type Rational, rational } from '../exact/index.js';
import { type AffineMap, bends, forEachInRow, type Network, type Slopes } from '../network/index.js';

/** coefficient * name; no coefficient is 0. */
export interface Term {
  readonly coefficient: Rational;
  readonly name: string;
}

/** The sum of some terms and a constant. */
export interface LinearForm {
  readonly terms: readonly Term[];
  readonly constant: Rational;
}

/** name = form, and for a neuron result = slopes applied to name. */
export interface Equation {
  readonly name: string;
  readonly form: LinearForm;
  /** The activation, where there is one: `value` is its result. */
  readonly activation?: { readonly value: string; readonly slopes: Slopes };
  /** Layer and neuron, from 0, of an activation that bends. */
  readonly neuron?: readonly [layer: number, index: number];
}

export interface Equations {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** In an order in which each one uses earlier names only. */
  readonly equations: readonly Equation[];
}

function forms(affine: AffineMap, names: readonly string[]): LinearForm[] {
  const { pattern, values, bias, denominator } = affine.integers();
  return bias.map((constant, r) => {
    const terms: Term[] = [];
    forEachInRow(pattern, r, (column, entry) => {
      if (values[entry] !== 0n)
        terms.push({ coefficient: rational(values[entry]!, denominator), name: names[column]! });
    });
    return { terms, constant: rational(constant, denominator) };
  });
}

const named = (count: number, name: (index: number) => string) => Array.from({ length: count }, (_, i) => name(i));

/** The equations of a network: inputs x0, x1, ..; pre-activations z0_0, ..; activations h0_0, ..; outputs y0, .. */
export function equationsOf(network: Network): Equations {
  const inputs = named(network.inputs, (i) => `x${i}`);
  const equations: Equation[] = [];
  let before: readonly string[] = inputs;
  network.layers.forEach(({ affine, slopes }, l) => {
    const values = named(affine.outputs, (j) => `h${l}_${j}`);
    forms(affine, before).forEach((form, j) => {
      const activation = { value: values[j]!, slopes: slopes[j]! };
      equations.push({
        name: `z${l}_${j}`,
        form,
        activation,
        ...(bends(slopes[j]!) && { neuron: [l, j] as const }),
      });
    });
    before = values;
  });
  const outputs = named(network.outputs, (k) => `y${k}`);
  for (const [k, form] of forms(network.output, before).entries()) equations.push({ name: outputs[k]!, form });
  return { inputs, outputs, equations };
}
