/** STAND-IN until the verifier is merged: depth-first over all patterns, exact programs. */
import {
  add,
  compare,
  integersFromRationals,
  multiply,
  type Rational,
  rational,
  rationalsFromIntegers,
  ZERO,
} from '../exact/index.js';
import { simplexBackend, solveLp } from '../lp/index.js';
import { affineOnPattern, evaluateExact, type Network, rationalAffine } from '../network/index.js';
import type { VerifyReport, VerifyRequest } from './query.js';

export async function verify(request: VerifyRequest): Promise<VerifyReport> {
  const { network, unsafe } = request;
  const started = performance.now();
  let nodes = 0;
  let cells = 0;
  const n = network.inputs;
  const flat = network.layers.flatMap((layer, l) => layer.slopes.map((_, j) => [l, j] as const));
  type Row = { row: Rational[]; strict: boolean };
  const feasible = (rows: Row[]): Rational[] | undefined => {
    const entries = rows.map(
      ({ row, strict }) =>
        integersFromRationals([...row.slice(0, n), strict ? rational(-1n) : ZERO, row[n]!]).numerators,
    );
    const free = new Array<null>(n).fill(null);
    const answer = solveLp(
      {
        variables: n + 1,
        rows: entries,
        lower: [...free, null],
        upper: [...free, rational(1n)],
        objective: [...new Array(n).fill(0n), -1n, 0n],
      },
      simplexBackend,
    );
    if (answer.status !== 'optimal') return undefined;
    const point = rationalsFromIntegers(answer.point);
    const strict = rows.some((r) => r.strict);
    if (strict && compare(point[n]!, ZERO) <= 0) return undefined;
    return point.slice(0, n);
  };
  const late = () => request.timeout !== undefined && performance.now() - started > 1000 * request.timeout;
  const forward = (net: Network, pattern: (-1 | 1)[][], l: number) => {
    const sub = {
      ...net,
      layers: net.layers.slice(0, l),
      output: l < net.layers.length ? net.layers[l]!.affine : net.output,
    };
    return rationalAffine(affineOnPattern(sub as Network, pattern));
  };
  for (const [disjunct, { conditions }] of unsafe.disjuncts.entries()) {
    const base = conditions
      .filter((c) => c.outputs.every((o) => o.numerator === 0n))
      .map((c): Row => ({ row: [...c.inputs, c.constant], strict: c.strict }));
    const stack: { pattern: (-1 | 1)[][]; rows: Row[]; at: number }[] = [{ pattern: [], rows: base, at: 0 }];
    while (stack.length > 0) {
      const { pattern, rows, at } = stack.pop()!;
      nodes++;
      if (late()) {
        return {
          verdict: { verdict: 'unknown', reason: 'timeout', proved: 0 },
          seconds: (performance.now() - started) / 1000,
          nodes,
          cells,
          statistics: {
            inputSplits: 0,
            neuronSplits: nodes,
            closedByBounds: 0,
            closedExactly: cells,
            maxDepth: 0,
            linearPrograms: nodes,
          },
        };
      }
      if (feasible(rows) === undefined) continue;
      if (at === flat.length) {
        cells++;
        const map = forward(network, pattern, network.layers.length);
        const out = conditions
          .filter((c) => c.outputs.some((o) => o.numerator !== 0n))
          .map((c): Row => {
            const row = Array.from({ length: n + 1 }, (_, i) =>
              c.outputs.reduce(
                (s, o, j) => add(s, multiply(o, i < n ? map.jacobian[j]![i]! : map.constant[j]!)),
                i < n ? c.inputs[i]! : c.constant,
              ),
            );
            return { row, strict: c.strict };
          });
        const point = feasible([...rows, ...out]);
        if (point === undefined) continue;
        const { output } = evaluateExact(network, point);
        const slack = conditions.map((c) => {
          let s = c.constant;
          c.inputs.forEach((v, i) => {
            s = add(s, multiply(v, point[i]!));
          });
          c.outputs.forEach((v, i) => {
            s = add(s, multiply(v, output[i]!));
          });
          return s;
        });
        return {
          verdict: { verdict: 'sat', input: point, output: [...output], disjunct, slack },
          seconds: (performance.now() - started) / 1000,
          nodes,
          cells,
          statistics: {
            inputSplits: 0,
            neuronSplits: nodes,
            closedByBounds: 0,
            closedExactly: cells,
            maxDepth: 0,
            linearPrograms: nodes,
          },
        };
      }
      const [l, j] = flat[at]!;
      const map = forward(network, pattern.slice(0, l), l);
      const row = [...map.jacobian[j]!, map.constant[j]!];
      const minus = row.map((r) => ({ numerator: -r.numerator, denominator: r.denominator }));
      for (const [sign, own] of [
        [-1, minus],
        [1, row],
      ] as const) {
        const next = pattern.map((p) => [...p]);
        (next[l] ??= []).push(sign);
        stack.push({ pattern: next, rows: [...rows, { row: own, strict: false }], at: at + 1 });
      }
    }
  }
  return {
    verdict: { verdict: 'unsat' },
    seconds: (performance.now() - started) / 1000,
    nodes,
    cells,
    statistics: {
      inputSplits: 0,
      neuronSplits: nodes,
      closedByBounds: 0,
      closedExactly: cells,
      maxDepth: 0,
      linearPrograms: nodes,
    },
  };
}
