/**
 * `relu-atlas gradient`: the gradients of all cells around a point.
 */

import type { Command } from 'commander';
import { setValuedGradient } from '../../analysis/function/index.js';
import { exactNumbers, jsonOfGradient, stamp } from '../../answers/index.js';
import type { Rational } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { EXIT } from '../exit.js';
import { AT, namesPoints, pointOf, pointsOf } from '../options/points.js';
import { type AnalysisOptions, networkCommand, type Runner } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { briefRational, counted, table } from '../output/text.js';

interface GradientOptions extends AnalysisOptions {
  readonly at: string;
}

type Matrix = readonly (readonly Rational[])[];
const showMatrix = (matrix: Matrix) => matrix.map((row) => `[${row.map(briefRational).join(', ')}]`).join(' ');

export async function gradient(file: string, options: GradientOptions): Promise<number> {
  const { network } = await readSubject(file, options);
  const many = namesPoints(options.at) || options.at.includes(';');
  const points = many
    ? await pointsOf(options.at, network.inputs, '--at')
    : [pointOf(options.at, network.inputs, '--at')];
  points.forEach((point, k) => {
    if (k > 0 && options.format === 'text') process.stdout.write('\n');
    process.stdout.write(gradientAt(network, point, options));
  });
  return EXIT.ok;
}

/** What is printed of one point. */
function gradientAt(network: Network, point: readonly Rational[], options: GradientOptions): string {
  const { cells, jacobians, onCrease, conventional, conventionalIsAttained } = setValuedGradient(network, point);
  if (options.format === 'json') {
    const gradient = { cells, jacobians, onCrease, conventional, conventionalIsAttained };
    const report = { at: exactNumbers(point), ...jsonOfGradient(gradient), ...stamp('gradient') };
    return `${JSON.stringify(report)}\n`;
  }
  const names = onCrease.map(([layer, neuron]) => `${layer}:${neuron}`).join(' ');
  const rows: [string, string][] = [
    ['at', point.map(briefRational).join(', ')],
    ['on crease', onCrease.length === 0 ? 'no neuron' : names],
    ['cells around', counted(cells.length, 'cell')],
  ];
  jacobians.forEach((jacobian, k) => {
    rows.push([`gradient ${k + 1}`, showMatrix(jacobian)]);
  });
  const remark = conventionalIsAttained ? 'one of them' : 'the gradient of no cell';
  rows.push(["relu'(0) = 0", `${showMatrix(conventional)} (PyTorch, TensorFlow): ${remark}`]);
  return table(rows);
}

export function gradientCommand(run: Runner): Command {
  return withSlice(networkCommand('gradient', 'the exact gradients of all cells around a point'))
    .requiredOption('--at <points>', AT)
    .addHelpText('after', '\nExample:\n  relu-atlas gradient net.onnx --at=0,1/2')
    .action(run(gradient));
}
