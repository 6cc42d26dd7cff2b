/**
 * `relu-atlas count` of networks whose cells are counted by their images.
 */
import { jsonOfImages } from '../../answers/index.js';
import type { FoldedReport } from '../../run/index.js';
import { EXIT } from '../exit.js';
import type { ChosenDomain, Finding } from '../options/domain.js';
import type { Subject, SubjectOptions } from '../options/subject.js';
import { grouped, showSeconds, table } from '../output/text.js';
import { aboutCount, interruptedCount } from '../output/unvisited.js';

/** Numbers of one row; the others of a deep network are in the JSON. */
const MOST_NUMBERS = 16;

/** What is told of such a count. */
export function findingOfImages(
  file: string,
  subject: Subject,
  { chosen, report }: { readonly chosen: ChosenDomain; readonly report: FoldedReport },
  options: SubjectOptions,
): Finding {
  const { count, why, seconds } = report;
  const about = aboutCount(file, subject, chosen, options);
  if (count === undefined) return interruptedCount('images', seconds, about);
  const { cells, cellsPerLayer, folded, rest } = count;
  const images = `${numbers(folded.map((layer) => layer.images))} different ones by layer, cut into ${numbers(folded.map((layer) => layer.parts))} parts`;
  const walked =
    rest === undefined
      ? ''
      : `; ${grouped(rest.images)} in layer ${rest.layers + 1} walked, ${grouped(rest.cells)} cells`;
  return {
    code: EXIT.ok,
    json: { ...jsonOfImages(count, why, chosen.domain, seconds), ...about.json },
    text: table([
      ...about.rows,
      ['cells', `${grouped(cells)} (exact)`],
      ['per layer', numbers(cellsPerLayer)],
      ['engine', `images (${why})`],
      ['images', `${images}${walked}`],
      ['time', showSeconds(seconds)],
    ]),
  };
}

/** Numbers in a row, the last one in any case. */
function numbers(all: readonly (number | bigint)[]): string {
  if (all.length <= MOST_NUMBERS) return all.map(grouped).join(' ');
  return `${all
    .slice(0, MOST_NUMBERS / 2)
    .map(grouped)
    .join(' ')} .. ${grouped(all.at(-1)!)}`;
}
