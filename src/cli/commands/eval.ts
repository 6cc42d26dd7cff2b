/**
 * `relu-atlas eval`
 */

import { exactMatrix, exactNumbers, jsonOfEvaluation, stamp } from '../../answers/index.js';
import { formatRational, type Rational, toDouble, toSingle } from '../../exact/index.js';
import { bends, evaluateExact, jacobianExact, type Network, type Pattern } from '../../network/index.js';
import { EXIT } from '../exit.js';
import { namesPoints, pointOf, pointsOf } from '../options/points.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { briefRational, decimalOf, showRational, table } from '../output/text.js';

interface EvalOptions extends SubjectOptions {
  readonly at: string;
  readonly gradient?: boolean;
  readonly format: 'text' | 'json';
  readonly digits?: number;
}

interface Answer {
  readonly point: readonly Rational[];
  readonly output: readonly Rational[];
  /** 0 of a neuron that does not bend. */
  readonly pattern: Pattern;
  /** The neurons that bend and whose pre-activation is exactly 0 here: (layer, index), counted from 0. */
  readonly onCrease: readonly (readonly [number, number])[];
  readonly jacobian: readonly (readonly Rational[])[] | undefined;
}

function answerOf(network: Network, point: readonly Rational[], gradient: boolean): Answer {
  const { output, pattern: signs } = evaluateExact(network, point);
  const bent = (l: number, j: number) => bends(network.layers[l]!.slopes[j]!);
  const pattern = signs.map((layer, l) => layer.map((sign, j) => (bent(l, j) ? sign : 0)));
  const onCrease = signs.flatMap((layer, l) =>
    layer.flatMap((sign, j) => (sign === 0 && bent(l, j) ? [[l, j] as const] : [])),
  );
  return { point, output, pattern, onCrease, jacobian: gradient ? jacobianExact(network, point).jacobian : undefined };
}

export async function evaluate(file: string, options: EvalOptions): Promise<number> {
  const { network } = await readSubject(file, options);
  const many = namesPoints(options.at) || options.at.includes(';');
  const points = many
    ? await pointsOf(options.at, network.inputs, '--at')
    : [pointOf(options.at, network.inputs, '--at')];
  const json = options.format === 'json';
  points.forEach((point, k) => {
    const answer = answerOf(network, point, options.gradient === true);
    const text = json
      ? `${JSON.stringify(jsonReport(answer))}\n`
      : `${k > 0 ? '\n' : ''}${textReport(answer, options.digits)}`;
    process.stdout.write(text);
  });
  return EXIT.ok;
}

function signsText(signs: Pattern[number]): string {
  return signs.map((sign) => (sign > 0 ? '+' : sign < 0 ? '-' : '0')).join('');
}

const neuronName = ([layer, index]: readonly [number, number]) => `${layer}:${index}`;

/** The answer, with the names of version 1 (`output`, `jacobian`) beside those of today. */
function jsonReport({ point, output, pattern, onCrease, jacobian }: Answer): object {
  const value = { exact: output, double: output.map(toDouble), float32: output.map(toSingle) };
  return {
    at: exactNumbers(point),
    ...jsonOfEvaluation({ ...value, pattern: pattern.map(signsText).join('|'), onCrease }),
    ...(jacobian && { conventional: exactMatrix(jacobian) }),
    output: output.map((value) => {
      const { text, exact } = decimalOf(value);
      return { rational: formatRational(value), decimal: text, decimalIsExact: exact };
    }),
    ...(jacobian && { jacobian: exactMatrix(jacobian) }),
    ...stamp('eval'),
  };
}

function textReport({ point, output, pattern, onCrease, jacobian }: Answer, digits?: number): string {
  const rows: [string, string][] = [['at', point.map(briefRational).join(', ')]];
  output.forEach((value, i) => {
    rows.push([`output ${i}`, showRational(value, digits)]);
  });
  pattern.forEach((signs, l) => {
    rows.push([`pattern ${l}`, signsText(signs)]);
  });
  const names = onCrease.map(neuronName).join(' ');
  const convention = "the derivative at a crease is that of the negative side, relu'(0) = 0";
  rows.push(['on crease', onCrease.length === 0 ? 'no neuron' : `${names} (layer:neuron, from 0); ${convention}`]);
  jacobian?.forEach((row, r) => {
    row.forEach((value, c) => {
      rows.push([`d output ${r} / d input ${c}`, showRational(value, digits)]);
    });
  });
  return table(rows);
}
