/**
 * Networks in .nnet, .rlv and TensorFlow.js files as their formats define them, evaluated in plain doubles straight from the
 * text: nothing is shared with `src/`.
 *
 * **The bound.** Every value comes with A, what the same sums give with all numbers replaced by their absolute values. With
 * u = 2^-53 and gamma_k = k u / (1 - k u), two evaluations with at most K roundings on the way to each value differ by at
 * most 2 gamma_K A (Higham, Accuracy and Stability of Numerical Algorithms, chapter 3; relu and max are 1-Lipschitz).
 */

/** A value, and the same in absolute values. */
interface Sized {
  readonly value: number;
  readonly size: number;
}

export interface PlainNetwork {
  readonly inputs: number;
  /** The outputs, and how far another evaluation in doubles may be from each. */
  run(x: readonly number[]): readonly { readonly value: number; readonly bound: number }[];
}

const sized = (value: number): Sized => ({ value, size: Math.abs(value) });
const relu = ({ value, size }: Sized): Sized => ({ value: Math.max(0, value), size });

/** bias + sum weights_i x_i */
function affine(bias: number, weights: readonly number[], x: readonly Sized[]): Sized {
  let value = bias;
  let size = Math.abs(bias);
  weights.forEach((weight, i) => {
    value += weight * x[i]!.value;
    size += Math.abs(weight) * x[i]!.size;
  });
  return { value, size };
}

function bounded(outputs: readonly Sized[], roundings: number) {
  const gamma = (roundings * 2 ** -53) / (1 - roundings * 2 ** -53);
  return outputs.map(({ value, size }) => ({ value, bound: 2 * gamma * size + 2 ** -1000 }));
}

/** A .nnet file. @param raw whether the inputs are normalised, as the header says, before the network sees them */
export function plainNnet(text: string, raw: boolean): PlainNetwork {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(\/\/.*)?$/.test(line));
  const rows = lines.map((line) =>
    line
      .split(',')
      .map((field) => field.trim())
      .filter((field) => field !== '')
      .map(Number),
  );
  const widths = rows[1]!;
  const [mean, range] = [rows[5]!, rows[6]!];
  return {
    inputs: widths[0]!,
    run(x) {
      let at = 7;
      let values = x.map((value, i): Sized => {
        if (!raw) return sized(value);
        const size = (Math.abs(value) + Math.abs(mean[i]!)) / Math.abs(range[i]!);
        return { value: (value - mean[i]!) / range[i]!, size };
      });
      let roundings = 8;
      for (let l = 1; l < widths.length; l++) {
        const [before, width] = [values, widths[l]!];
        roundings += before.length + 2;
        values = Array.from({ length: width }, (_, k) => affine(rows[at + width + k]![0]!, rows[at + k]!, before));
        if (l < widths.length - 1) values = values.map(relu);
        at += 2 * width;
      }
      return bounded(values, roundings);
    },
  };
}

/** An .rlv file; its outputs are the nodes that no other node reads. */
export function plainRlv(text: string): PlainNetwork {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const nodes = lines.filter(([kind]) => kind !== 'Assert' && kind !== '');
  const inputs = nodes.filter(([kind]) => kind === 'Input').length;
  const readBy = new Set(
    nodes.flatMap(([kind, , ...rest]) => (kind === 'MaxPool' ? rest : rest.filter((_, i) => i % 2 === 0 && i > 0))),
  );
  return {
    inputs,
    run(x) {
      const values = new Map<string, Sized>();
      let next = 0;
      let roundings = 8;
      const outputs: Sized[] = [];
      for (const [kind, name, ...rest] of nodes) {
        const node = (): Sized => {
          if (kind === 'Input') return sized(x[next++]!);
          if (kind === 'MaxPool') {
            const of = rest.map((other) => values.get(other)!);
            return {
              value: Math.max(...of.map(({ value }) => value)),
              size: of.reduce((sum, { size }) => sum + size, 0),
            };
          }
          const terms = rest.slice(1);
          const weights = terms.filter((_, i) => i % 2 === 0).map(Number);
          const sum = affine(
            Number(rest[0]),
            weights,
            terms.filter((_, i) => i % 2 === 1).map((other) => values.get(other)!),
          );
          return kind === 'ReLU' ? relu(sum) : sum;
        };
        roundings += rest.length + 2;
        const value = node();
        values.set(name!, value);
        if (kind !== 'Input' && !readBy.has(name!)) outputs.push(value);
      }
      return bounded(outputs, roundings);
    },
  };
}

export interface PlainDense {
  /** kernel[i][k] feeds input i to unit k. */
  readonly kernel: readonly (readonly number[])[];
  readonly bias: readonly number[] | undefined;
  /** The slope below zero; 1 for no activation. */
  readonly slope: number;
}

/** A chain of dense layers as TensorFlow.js computes them, but in doubles. */
export function plainDense(layers: readonly PlainDense[]): PlainNetwork {
  return {
    inputs: layers[0]!.kernel.length,
    run(x) {
      let values = x.map(sized);
      let roundings = 8;
      for (const { kernel, bias, slope } of layers) {
        const before = values;
        roundings += before.length + 3;
        values = kernel[0]!.map((_, k) => {
          const { value, size } = affine(
            bias?.[k] ?? 0,
            kernel.map((row) => row[k]!),
            before,
          );
          return { value: value > 0 ? value : slope * value, size };
        });
      }
      return bounded(values, roundings);
    },
  };
}
