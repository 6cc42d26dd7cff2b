/**
 * The report in a screen of text, and the same as Markdown.
 */
import type { Report } from '../content/index.js';
import { brief, counted, exactText, grouped, percent, rangeText, roundedText } from '../encoding/index.js';
import { enclosedText } from './enclosed.js';
import { briefSlice } from './page.js';

/** Names and texts, in the order of the report. */
export function summaryRows(report: Report): (readonly [name: string, text: string])[] {
  const { network, domain, counts, layers, decisions, certificate, commands } = report;
  const slice = network.slice === null ? '' : ` on the slice ${briefSlice(network.slice)}`;
  return [
    ['network', `${network.file}: ${network.shape}, ${counted(network.neurons, 'neuron')} that bend${slice}`],
    ...pointsRows(report),
    ['domain', `${domain.text} (${domain.source})`],
    ['cells', `${grouped(counts.cells)} (exact)`],
    ['pieces', `${grouped(counts.pieces)} facet-connected sets of cells with one affine map (exact)`],
    ['maps', `${grouped(counts.maps)} distinct affine maps (exact)`],
    ['per layer', layers.map(({ cells }) => grouped(cells)).join(' ')],
    ...boundRows(report),
    ...distributionRows(report),
    ...functionRows(report),
    ['neurons', neuronsText(report)],
    ...boundaryRows(report),
    ...shapeRows(report),
    ...(report.leftOut ?? []).map((text): [string, string] => ['left out', text]),
    ['decisions', `${grouped(decisions.double)} in doubles with an error bound, ${grouped(decisions.exact)} exactly`],
    [
      'certificate',
      certificate === null
        ? 'none written'
        : `${certificate.file}: ${grouped(certificate.bytes)} bytes, sha256 ${certificate.sha256}, ${certificate.accepted ? 'accepted' : 'REFUSED'}`,
    ],
    certificate === null ? ['prove it', commands.certificate] : ['check it', commands.check],
  ];
}

function shapeRows({ shape }: Report): [string, string][] {
  if (shape === undefined) return [];
  const means = shape.outputs
    .slice(0, MOST_OUTPUTS)
    .map(({ mean, variance }, k): [string, string] => [
      `mean ${k}`,
      `${enclosedText(mean)}, variance ${enclosedText(variance)}`,
    ]);
  const regions = shape.regions.map(({ name, betti }): [string, string] => [
    name,
    `Betti numbers ${betti.map(grouped).join(', ')}`,
  ]);
  const more = shape.outputs.length - means.length;
  if (more > 0) means.push(['', `and of ${counted(more, 'output')} more in report.json`]);
  return [...regions, ...means];
}

function pointsRows({ points }: Report): [string, string][] {
  if (points === undefined) return [];
  const { file, count, outside, classes, projection } = points;
  const kinds = classes.map(({ name, count: members }) => `${grouped(members)} of ${name}`).join(', ');
  const words = [
    `${counted(count, 'point')} of ${file}`,
    ...(kinds === '' ? [] : [kinds]),
    ...(outside === 0 ? [] : [`${grouped(outside)} outside of the picture`]),
    ...(projection === null ? [] : [projection]),
  ];
  return [['points', words.join('; ')]];
}

function boundRows({ layers }: Report): [string, string][] {
  const last = layers.at(-1);
  const tightest = last?.bounds.find(({ kind }) => kind === 'at most');
  return tightest === undefined ? [] : [['at most', `${exactNumber(tightest.value)} (${tightest.source})`]];
}

function exactNumber(value: string | number): string {
  return /^\d+$/.test(String(value)) ? grouped(String(value)) : exactText(value);
}

function distributionRows({ distributions: { volume, facets, gradient } }: Report): [string, string][] {
  const middle = ({ quantiles, minimum, maximum }: NonNullable<typeof gradient>) =>
    `median ${brief(quantiles.p50)}, from ${brief(minimum)} to ${brief(maximum)}`;
  return [
    ...(volume === null ? [] : [['volumes', middle(volume)] as [string, string]]),
    ...(facets === null ? [] : [['facets', middle(facets)] as [string, string]]),
    ['gradients', middle(gradient)],
  ];
}

/** Outputs beyond this number are left to report.json. */
const MOST_OUTPUTS = 8;

function functionRows({ function: { ranges, lipschitz } }: Report): [string, string][] {
  const rows = ranges.slice(0, MOST_OUTPUTS).map((range, k): [string, string] => [`output ${k}`, rangeText(range)]);
  const more = ranges.length - rows.length;
  if (more > 0) rows.push(['', `and ${counted(more, 'output')} more in report.json`]);
  return [...rows, ['Lipschitz', `${roundedText(lipschitz.l2.upper)} in the Euclidean norm of inputs and outputs`]];
}

function neuronsText({ neurons }: Report): string {
  const { cuts, dead, stable, redundant } = neurons;
  const spare = redundant === null ? '' : `, ${grouped(redundant.length)} redundant`;
  return `${grouped(cuts)} cut the domain, ${grouped(stable)} stable, ${grouped(dead)} dead${spare}`;
}

function boundaryRows({ boundary }: Report): [string, string][] {
  if (boundary === null) return [];
  const { classes, crossed, pieces, curves } = boundary;
  const lines = curves === null ? '' : `, ${counted(curves.count, 'curve')} with ${counted(curves.corners, 'corner')}`;
  return [
    ['boundary', `${counted(pieces, 'piece')} in ${counted(crossed, 'cell')}${lines}`],
    ...classes
      .slice(0, MOST_OUTPUTS)
      .map(({ name, share }): [string, string] => [name, `${percent(share)} of the domain`]),
    ...(classes.length > MOST_OUTPUTS
      ? [
          ['', `and ${counted(classes.length - MOST_OUTPUTS, 'class', 'classes')} more in report.json`] as [
            string,
            string,
          ],
        ]
      : []),
  ];
}

/** The summary as lines "name  text". */
export function summaryText(report: Report): string {
  const rows = summaryRows(report);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}\n`).join('');
}

/** The summary as a Markdown table. */
export function summaryMarkdown(report: Report): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = summaryRows(report).map(([name, text]) => `| ${cell(name)} | ${cell(text)} |\n`);
  return `# ${report.network.file}\n\n| | |\n|---|---|\n${rows.join('')}`;
}
