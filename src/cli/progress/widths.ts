/**
 * How wide the cells are: a walk of its own, and its rows in text.
 */
import { WIDTH_THRESHOLDS, type WidthReport } from '../../analysis/geometry/index.js';
import { widthsInThreads } from '../../analysis/threads/index.js';
import type { Domain, Network } from '../../network/index.js';
import type { WidthChoice } from '../options/widths.js';
import { briefRational, counted, grouped } from '../output/text.js';
import { surveyed } from './survey.js';

/** The widths; undefined if the walk was interrupted. */
export function measuredWidths(
  network: Network,
  domain: Domain,
  options: WidthChoice,
): Promise<WidthReport | undefined> {
  const thresholds = options.widerThan ?? WIDTH_THRESHOLDS;
  return surveyed(options, (request) => widthsInThreads(network, domain, thresholds, request));
}

export function widthRows(
  { thinnest, unlimited, wider, cells }: WidthReport,
  { widerThan }: Pick<WidthChoice, 'widerThan'>,
): [string, string][] {
  const isUsual = widerThan === undefined;
  const rows: [string, string][] = [];
  if (thinnest === undefined) rows.push(['thinnest', 'none: cubes of any size fit into every cell']);
  else {
    const alike = thinnest.cells === 1 ? 'one cell' : counted(thinnest.cells, 'cell');
    const width = briefRational(thinnest.width);
    const exact = width.startsWith('~') ? 'exact in JSON' : 'exact';
    const center = thinnest.center.map(briefRational).slice(0, 8).join(', ');
    rows.push([
      'thinnest',
      `${width} wide (${exact}), ${alike}, around ${center}${thinnest.center.length > 8 ? ', ...' : ''}`,
    ]);
  }
  if (unlimited > 0) rows.push(['unlimited', `${counted(unlimited, 'cell')} into which cubes of any size fit`]);
  for (const { than, cells: more } of wider) {
    const thin = cells - more;
    rows.push([
      `wider than ${briefRational(than)}`,
      `${counted(more, 'cell')}, ${thin === 0 ? 'all' : `all but ${grouped(thin)}`}`,
    ]);
    // The rest of the usual ones says nothing more.
    if (thin === 0 && isUsual) break;
  }
  return rows;
}
