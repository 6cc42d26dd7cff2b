/**
 * Options that say what is read of a graph: which inputs vary, which outputs, with or without the head of a classifier.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ChosenInput } from '../../formats/index.js';

export interface GraphChoice {
  /** Inputs in the order in which they are joined, and those that are fixed. */
  readonly input?: readonly ChosenInput[];
  /** Outputs in the place of all. */
  readonly output?: readonly string[];
  readonly head?: 'logits';
  /** The layers of a file that has no order of its own. */
  readonly layers?: readonly string[];
}

/** One more input: "name", or "name=0.5" or "name=1,2,3" to fix it. */
function chosenInput(text: string, before: readonly ChosenInput[] = []): ChosenInput[] {
  const [, name = '', list] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (name !== '' && list === undefined) return [...before, { name }];
  const numbers = (list ?? '').split(',').map((number) => (number.trim() === '' ? Number.NaN : Number(number)));
  if (name !== '' && numbers.every(Number.isFinite)) return [...before, { name, values: numbers }];
  throw new InvalidArgumentError(
    'Expected the name of an input that varies, such as --input=x, or NAME=0.5 or NAME=1,2,3 to fix one.',
  );
}

const collect = (name: string, before: readonly string[] = []) => [...before, name];

/** `--output` as commands have it that are about all elements of the outputs. */
export const outputOption = () =>
  new Option(
    '--output <name>',
    'read this output (or another value) of the graph in the place of all; repeat it for several',
  ).argParser(collect);

/** Adds --input and --head, and --output unless the command has its own. */
export function withGraphChoice(command: Command, own: readonly string[]): Command {
  command
    .addOption(
      new Option(
        '--input <name>',
        'an input that varies; repeat it for several, in the order to join them; NAME=0.5 fixes one',
      ).argParser(chosenInput),
    )
    .addOption(
      new Option(
        '--head <what>',
        'logits: read the network up to a Softmax, Sigmoid or ArgMax at its end; the classes stay the same',
      ).choices(['logits']),
    );
  command.addOption(
    new Option('--layers <names>', 'the layers of a .safetensors or .npz in their order: fc1,fc2,head').argParser(
      (text) => text.split(','),
    ),
  );
  return own.includes('--output') ? command : command.addOption(outputOption());
}

/** The options of the readers. */
export function graphOptions({ input, output, head, layers }: GraphChoice) {
  return {
    ...(input !== undefined && { inputs: input }),
    ...(output !== undefined && { outputs: output }),
    ...(head !== undefined && { head }),
    ...(layers !== undefined && { layers }),
  };
}

/** The same as arguments of another command, each with what quotes it. */
export function graphArguments(
  { input = [], output = [], head, layers }: GraphChoice,
  quote: (text: string) => string,
): string[] {
  return [
    ...input.map(
      ({ name, values }) => ` --input=${quote(values === undefined ? name : `${name}=${values.join(',')}`)}`,
    ),
    ...output.map((name) => ` --output=${quote(name)}`),
    head === undefined ? '' : ` --head=${head}`,
    layers === undefined ? '' : ` --layers=${quote(layers.join(','))}`,
  ];
}
