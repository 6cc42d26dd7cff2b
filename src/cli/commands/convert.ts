/**
 * `relu-atlas convert`: the same network in another format, exactly.
 */

import type { Command } from 'commander';
import { stamp } from '../../answers/index.js';
import {
  bytesOfOnnx,
  extensionOf,
  type NetworkFile,
  parseBoxOption,
  writeNetworkJson,
  writeNnet,
} from '../../formats/index.js';
import type { Domain } from '../../network/index.js';
import { shapeOf } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { EXIT, UsageError } from '../exit.js';
import { networkCommand, type Runner } from '../options/shared.js';
import { readSubjectSparing, type SubjectOptions, withSlice } from '../options/subject.js';
import { type ForceOption, withForce } from '../output/targets.js';
import { table } from '../output/text.js';

interface ConvertOptions extends SubjectOptions, ForceOption {
  readonly box?: string;
  readonly format: 'text' | 'json';
}

function nnetText(file: string, { network }: NetworkFile, domain: Domain | undefined): string {
  if (domain?.kind === 'box') return writeNnet(network, domain);
  throw new UsageError(`${file}: has no box, which a .nnet header must state; give one: --box=-1,1 (every input)`);
}

/** The network in the format that the extension of `target` names. */
async function contentFor(
  target: string,
  file: string,
  net: NetworkFile,
  domain: Domain | undefined,
): Promise<string | Uint8Array> {
  const extension = target.toLowerCase().endsWith('.gz') ? '.gz' : extensionOf(target);
  if (extension === '.json') return writeNetworkJson(net.network, domain);
  if (extension === '.nnet') return nnetText(file, net, domain);
  if (extension === '.onnx') return bytesOfOnnx(net.network);
  const got = extension === '' ? 'no extension' : extension;
  throw new UsageError(`${target}: expected a file to write with .json, .nnet or .onnx, got ${got}; rename it`);
}

export async function convert(file: string, target: string, options: ConvertOptions): Promise<number> {
  const extension = extensionOf(target);
  const kind = extension === '.nnet' || extension === '.onnx' ? (`${extension} network` as const) : 'network';
  const net = await readSubjectSparing(file, options, [{ option: '<target>', file: target, kind }]);
  const domain = options.box === undefined ? net.domain : parseBoxOption(options.box, net.network.inputs);
  writeOutput(target, await contentFor(target, file, net, domain));
  const shape = shapeOf(net.network);
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ read: net.format, shape, file: target, warnings: net.warnings, ...stamp('convert') })}\n`
      : table([
          ['read', `${file}: ${net.format}`],
          ['shape', shape],
          ['written', target],
        ]),
  );
  return EXIT.ok;
}

export function convertCommand(run: Runner): Command {
  return withForce(withSlice(networkCommand('convert', 'write the same network, exactly, as .json, .nnet or .onnx')))
    .argument(
      '<target>',
      'file to write: .json (every network), .onnx (weights that are doubles) or .nnet (ReLU, such weights)',
    )
    .option('--box <intervals>', "the box to write with it; the file's own unless told")
    .addHelpText(
      'after',
      '\nExamples:\n  relu-atlas convert net.onnx net.json --box=-1,1\n  relu-atlas convert net.safetensors net.onnx',
    )
    .action(run(convert));
}
