/**
 * What is told of a count of cells that were not visited, whatever counted them.
 */
import { stamp } from '../../answers/index.js';
import { networkDigest, neuronCount, shapeOf } from '../../network/index.js';
import type { WrittenGzip } from '../../output/index.js';
import { EXIT } from '../exit.js';
import type { ChosenDomain, Finding } from '../options/domain.js';
import { onSlice, type Subject, type SubjectOptions, subjectArguments } from '../options/subject.js';
import { counted, grouped, quotedArgument, showDomain, table } from './text.js';

interface About {
  /** Members of the answer. */
  readonly json: object;
  /** The first rows of the text. */
  readonly rows: readonly [string, string][];
}

/** The network and the domain of a count. */
export function aboutCount(
  file: string,
  { network, own }: Subject,
  { domain, source }: ChosenDomain,
  options: SubjectOptions,
): About {
  const neurons = counted(neuronCount(network), 'neuron');
  return {
    json: {
      network: { file, shape: shapeOf(own), digest: networkDigest(network) },
      ...(own !== network && { slice: { inputs: network.inputs, shape: shapeOf(network) } }),
      ...stamp('count'),
    },
    rows: [
      ['network', `${file}: ${shapeOf(own)}, ${neurons} that bend${onSlice(options, network)}`],
      ['domain', `${showDomain(domain)} (${source})`],
    ],
  };
}

/** A count that was stopped has no part that is worth anything. */
export function interruptedCount(engine: string, seconds: number, { json, rows }: About): Finding {
  return {
    code: EXIT.interrupted,
    json: { complete: false, engine, seconds, ...json },
    text: table([...rows, ['cells', 'interrupted: nothing is counted yet; engine vertex counts cell by cell']]),
  };
}

/** Where the proof is, and how it is checked. */
export function certificateRows(
  file: string,
  options: SubjectOptions & { readonly certificate?: string },
  written: WrittenGzip | undefined,
): [string, string][] {
  if (options.certificate === undefined || written === undefined) return [];
  const names = [file, options.certificate].map(quotedArgument).join(' ');
  return [
    ['certificate', `${options.certificate}: ${grouped(written.bytes)} bytes, sha256 ${written.sha256}`],
    ['check it', `relu-atlas check ${names}${subjectArguments(options)}`],
  ];
}
