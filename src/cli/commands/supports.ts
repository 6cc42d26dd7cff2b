/**
 * `relu-atlas supports`: what of the VNN-LIB 2.0 standard there is.
 *
 * Source: "The supports command" of the standard (github.com/VNNLIB/VNNLIB-Standard), whose questions were yes or no before
 * they asked for theories: both are answered.
 */
import { Command, Option } from 'commander';
import { LATEST_COMPARED_OPSET, OLDEST_OPSET, operatorNames } from '../../formats/index.js';
import { EXIT, UsageError } from '../exit.js';
import type { Runner } from '../options/shared.js';

/** Every question with the lines of its answer. */
const ANSWERS: Readonly<Record<string, () => readonly string[]>> = {
  'vnnlib-versions': () => ['2.0', '2.1'],
  'onnx-opset-versions': () => [String(OLDEST_OPSET), String(LATEST_COMPARED_OPSET)],
  // Exact over the reals: rounding of other types is not analysed.
  'onnx-element-types': () => ['real'],
  'onnx-operators': () => operatorNames,
  'onnx-operators-unsat-proofs': () => operatorNames,
  'hidden-node-theories': () => ['NH', 'H'],
  'multiple-input-output-theories': () => ['SIO', 'MIO'],
  'multiple-network-theories': () => ['SNET', 'MENET', 'MINET', 'MNET'],
  'multiple-node-comparison-theories': () => ['SNC', 'MNC'],
  'arithmetic-complexity-theories': () => ['BND', 'COUT', 'LIN'],
  'optimised-disjunctive-reasoning': () => ['false'],
  'serialise-assignments': () => ['false'],
  'unsat-proofs': () => ['true'],
  'hidden-nodes': () => ['true'],
  'multiple-input-outputs': () => ['true'],
  'multiple-inputs-outputs': () => ['true'],
  'multiple-networks': () => ['true'],
  'multiple-node-comparisons': () => ['true'],
  'arithmetic-complexity': () => ['BND', 'COUT', 'LIN'],
};

/** Names of an earlier text of the standard, answered but not listed. */
const EARLIER = new Set([
  'hidden-nodes',
  'multiple-input-outputs',
  'multiple-inputs-outputs',
  'multiple-networks',
  'multiple-node-comparisons',
  'arithmetic-complexity',
]);

const camel = (name: string) => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

export async function supports(options: Readonly<Record<string, true | undefined>>): Promise<number> {
  const asked = Object.keys(ANSWERS).filter((name) => options[camel(name)] === true);
  if (asked.length !== 1) {
    const names = Object.keys(ANSWERS).filter((name) => !EARLIER.has(name));
    throw new UsageError(`supports: expected one question, got ${asked.length}; ask one of --${names.join(', --')}`);
  }
  process.stdout.write(`${ANSWERS[asked[0]!]!().join('\n')}\n`);
  return EXIT.ok;
}

export function supportsCommand(run: Runner): Command {
  const command = new Command('supports').description(
    'what verify supports of the VNN-LIB 2.0 standard, question by question',
  );
  for (const name of Object.keys(ANSWERS)) {
    const option = new Option(`--${name}`);
    command.addOption(EARLIER.has(name) ? option.hideHelp() : option);
  }
  return command
    .addHelpText('after', `\nExample:\n  relu-atlas supports --onnx-operators\n\nExit ${EXIT.ok}.`)
    .action(run(supports));
}
