/**
 * `relu-atlas count` of networks whose cells are not visited.
 */
import { jsonOfChambers, stamp } from '../../answers/index.js';
import { arrangementOf } from '../../chambers/index.js';
import { networkDigest, neuronCount, shapeOf } from '../../network/index.js';
import { partitionProblem } from '../../problem/index.js';
import { type ChamberReport, runChambers } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { symmetriesOf } from '../options/arrangement.js';
import type { ChosenDomain, Finding } from '../options/domain.js';
import { onSlice, type Subject, type SubjectOptions, subjectArguments } from '../options/subject.js';
import { arrangementRows } from '../output/arrangement.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { counted, grouped, quotedArgument, showDomain, showSeconds, table } from '../output/text.js';

interface Choice {
  readonly chosen: ChosenDomain;
  readonly why: string;
}

/** @throws ChamberError if more than one layer bends */
export async function countChambersOn(
  file: string,
  { network, own }: Subject,
  { chosen, why }: Choice,
  options: SubjectOptions & ProgressOptions & { readonly certificate?: string; readonly symmetry: string },
): Promise<Finding> {
  const { domain, source } = chosen;
  const { arrangement } = arrangementOf(partitionProblem(network, domain));
  const symmetries = await symmetriesOf(arrangement, options.symmetry);
  const bar = progressBar(options);
  const { signal, release } = interruption();
  const { count, seconds, certificate } = await runChambers({
    network,
    domain,
    ...(symmetries && { symmetries }),
    ...(options.certificate !== undefined && { certificate: options.certificate }),
    signal,
    onProgress: ({ done, step, steps, seconds: elapsed }) => bar.part(done, `rank ${step + 1} of ${steps}`, elapsed),
  }).finally(() => {
    bar.stop();
    release();
  });
  const about = {
    network: { file, shape: shapeOf(own), digest: networkDigest(network) },
    ...(own !== network && { slice: { inputs: network.inputs, shape: shapeOf(network) } }),
    ...stamp('count'),
  };
  const head: [string, string][] = [
    [
      'network',
      `${file}: ${shapeOf(own)}, ${counted(neuronCount(network), 'neuron')} that bend${onSlice(options, network)}`,
    ],
    ['domain', `${showDomain(domain)} (${source})`],
  ];
  if (count === undefined) {
    const rest: [string, string][] = [
      ['cells', 'interrupted: nothing is counted yet; engine vertex counts cell by cell'],
    ];
    return {
      code: EXIT.interrupted,
      json: { complete: false, engine: 'chambers', seconds, ...about },
      text: table([...head, ...rest]),
    };
  }
  return {
    code: EXIT.ok,
    json: {
      ...jsonOfChambers(count, domain, seconds),
      ...(certificate && { certificate: { file: options.certificate, ...certificate } }),
      engineChosen: why,
      ...about,
    },
    text: table([
      ...head,
      ['cells', `${grouped(count.cells)} (exact)`],
      ['per layer', grouped(count.cells)],
      ['engine', `chambers (${why})`],
      ...arrangementRows(count),
      ['time', showSeconds(seconds)],
      ...certificateRows(file, options, certificate),
    ]),
  };
}

/** Where the proof is, and how it is checked. */
function certificateRows(
  file: string,
  options: SubjectOptions & { readonly certificate?: string },
  written: ChamberReport['certificate'],
): [string, string][] {
  if (options.certificate === undefined || written === undefined) return [];
  const names = [file, options.certificate].map(quotedArgument).join(' ');
  return [
    ['certificate', `${options.certificate}: ${grouped(written.bytes)} bytes, sha256 ${written.sha256}`],
    ['check it', `relu-atlas check ${names}${subjectArguments(options)}`],
  ];
}
