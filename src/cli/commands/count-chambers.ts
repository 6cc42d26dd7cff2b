/**
 * `relu-atlas count` of networks whose cells are not visited.
 */
import { jsonOfChambers } from '../../answers/index.js';
import { arrangementOf } from '../../chambers/index.js';
import { partitionProblem } from '../../problem/index.js';
import { runChambers } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { symmetriesOf } from '../options/arrangement.js';
import type { ChosenDomain, Finding } from '../options/domain.js';
import { isSymmetryFile } from '../options/shared.js';
import type { Subject, SubjectOptions } from '../options/subject.js';
import { arrangementRows } from '../output/arrangement.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { grouped, showSeconds, table } from '../output/text.js';
import { aboutCount, certificateRows, interruptedCount } from '../output/unvisited.js';

interface Choice {
  readonly chosen: ChosenDomain;
  readonly why: string;
}

/** @throws ChamberError if more than one layer bends */
export async function countChambersOn(
  file: string,
  subject: Subject,
  { chosen, why }: Choice,
  options: SubjectOptions & ProgressOptions & { readonly certificate?: string; readonly symmetry: string },
): Promise<Finding> {
  const { network } = subject;
  const { domain } = chosen;
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
  const about = aboutCount(file, subject, chosen, options);
  if (count === undefined) return interruptedCount('chambers', seconds, about);
  return {
    code: EXIT.ok,
    json: {
      ...jsonOfChambers(count, domain, seconds),
      ...(certificate && { certificate: { file: options.certificate, ...certificate } }),
      engineChosen: why,
      ...about.json,
    },
    text: table([
      ...about.rows,
      ['cells', `${grouped(count.cells)} (exact)`],
      ['per layer', grouped(count.cells)],
      ['engine', `chambers (${why})`],
      ...arrangementRows(count, isSymmetryFile(options.symmetry)),
      ['time', showSeconds(seconds)],
      ...certificateRows(file, options, certificate),
    ]),
  };
}
