/**
 * `relu-atlas count` of networks whose cells are counted by their images.
 */
import { jsonOfImages } from '../../answers/index.js';
import type { FoldedReport } from '../../run/index.js';
import { EXIT } from '../exit.js';
import type { ChosenDomain, Finding } from '../options/domain.js';
import type { Subject, SubjectOptions } from '../options/subject.js';
import { grouped, numberRow, showSeconds, table } from '../output/text.js';
import { aboutCount, certificateRows, interruptedCount } from '../output/unvisited.js';

/** What is told of such a count. */
export function findingOfImages(
  file: string,
  subject: Subject,
  { chosen, report }: { readonly chosen: ChosenDomain; readonly report: FoldedReport },
  options: SubjectOptions & { readonly certificate?: string },
): Finding {
  const { count, why, seconds, certificate } = report;
  const about = aboutCount(file, subject, chosen, options);
  if (count === undefined) return interruptedCount('images', seconds, about);
  const { cells, cellsPerLayer, folded, rest } = count;
  const images = `${numberRow(folded.map((layer) => layer.images))} different ones by layer, cut into ${numberRow(folded.map((layer) => layer.parts))} parts`;
  const walked =
    rest === undefined
      ? ''
      : `; ${grouped(rest.images)} in layer ${rest.layers + 1} walked, ${grouped(rest.cells)} cells`;
  return {
    code: EXIT.ok,
    json: {
      ...jsonOfImages(count, why, chosen.domain, seconds),
      ...(certificate && { certificate: { file: options.certificate, ...certificate } }),
      ...about.json,
    },
    text: table([
      ...about.rows,
      ['cells', `${grouped(cells)} (exact)`],
      ['per layer', numberRow(cellsPerLayer)],
      ['engine', `images (${why})`],
      ['images', `${images}${walked}`],
      ['time', showSeconds(seconds)],
      ...certificateRows(file, options, certificate),
    ]),
  };
}
