/**
 * Options that name an element of the outputs: "2", or "logits:2" of one tensor of a graph.
 */
import { InvalidArgumentError } from 'commander';

/** An element of the outputs, or of one output tensor. */
export interface ChosenElement {
  readonly tensor?: string;
  readonly element: number;
}

/** "2", or "logits:2". */
export function chosenElement(text: string): ChosenElement {
  const [, tensor, element] = /^(?:(.+):)?(\d+)$/s.exec(text) ?? [];
  if (element !== undefined) return { element: Number(element), ...(tensor !== undefined && { tensor }) };
  throw new InvalidArgumentError('Expected the number of an output, from 0, such as 2, or of one tensor: NAME:2.');
}

/** The other options, with the tensor as what the reader is asked for. */
export function readingOf<Options extends { readonly output?: ChosenElement }>(
  options: Options,
): Omit<Options, 'output'> & { readonly output?: readonly string[] } {
  const { output, ...others } = options;
  return output?.tensor === undefined ? others : { ...others, output: [output.tensor] };
}
