/**
 * The report as one HTML file.
 */

import type { Report } from '../content/index.js';
import {
  brief,
  counted,
  escapeHtml,
  exactText,
  grouped,
  htmlFacts,
  htmlFigure,
  htmlTable,
  htmlTiles,
  percent,
  roundedText,
} from '../encoding/index.js';
import { htmlPage, type PageSection, VIEWER_STYLE } from '../page/index.js';
import { histogramChart, integersChart, layersChart } from './charts.js';
import { enclosedText } from './enclosed.js';

/** A picture of the report: its data (`report/picture/pack.ts`) and what is said about it. */
export interface ReportPicture {
  readonly label: string;
  /** HTML. */
  readonly caption: string;
  /** Base64 texts: more than one is a series to leaf through. Empty where `svg` is the picture. */
  readonly data: readonly string[];
  /** A picture that needs no script. */
  readonly svg?: string;
}

export interface HtmlRequest {
  readonly report: Report;
  readonly pictures: readonly ReportPicture[];
  /** The client's script. */
  readonly script: string;
}

/** One page: the same bytes for the same report, pictures and script. */
export function reportHtml({ report, pictures, script }: HtmlRequest): string {
  const sections = [
    overview(report),
    ...(pictures.length === 0 ? [] : [pictureSection(pictures)]),
    layersSection(report),
    distributionsSection(report),
    functionSection(report),
    ...shapeSections(report),
    neuronsSection(report),
    proofSection(report),
  ];
  const { network, domain } = report;
  const slice =
    network.slice === null ? '' : `, seen on the slice <code>${escapeHtml(briefSlice(network.slice))}</code>`;
  return htmlPage({
    title: `${fileName(network.file)}: ${counted(report.counts.cells, 'cell')}`,
    lead: `The exact polytope partition of a network ${escapeHtml(network.shape)} with ${counted(network.neurons, 'neuron')} on ${escapeHtml(domain.text)}${slice}.`,
    sections,
    footer: footer(report),
    ...(pictures.some(({ data }) => data.length > 0) && {
      style: VIEWER_STYLE,
      script,
      data: Object.fromEntries(pictures.flatMap(({ data }, k) => data.map((text, i) => [`picture-${k}-${i}`, text]))),
    }),
  });
}

/** Points of hundreds of inputs are not read. */
const LONG_SLICE = 80;

/** The option that gives a slice, shortened. */
export function briefSlice(text: string): string {
  return text.length <= LONG_SLICE ? text : `${text.slice(0, LONG_SLICE - 20)}… (${grouped(text.length)} characters)`;
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function overview({ counts, network, domain }: Report): PageSection {
  const tiles = htmlTiles([
    { value: grouped(counts.cells), name: 'cells', note: 'full-dimensional polytopes, one activation pattern each' },
    {
      value: grouped(counts.pieces),
      name: 'pieces',
      note: 'maximal facet-connected sets of cells with one affine map',
    },
    { value: grouped(counts.maps), name: 'maps', note: 'distinct affine maps' },
    { value: grouped(network.neurons), name: 'neurons', note: 'that bend' },
  ]);
  const notes = network.notes.map((note): [string, string] => ['note', escapeHtml(note)]);
  const facts = htmlFacts([
    ['network', `<code>${escapeHtml(network.file)}</code>`],
    [
      'shape',
      `${escapeHtml(network.shape)}: ${counted(network.inputs, 'input')}, ${counted(network.outputs, 'output')}`,
    ],
    ...(network.slice === null
      ? []
      : [
          [
            'slice',
            `<code>${escapeHtml(briefSlice(network.slice))}</code>, of ${counted(network.seen?.inputs ?? 0, 'dimension')}: as a network ${escapeHtml(network.seen?.shape ?? '')}`,
          ] as const,
        ]),
    ['domain', `${escapeHtml(domain.text)} (${escapeHtml(domain.source)})`],
    ['digest', `<code>${network.digest}</code>`],
    ...notes,
  ]);
  const body = `${tiles}
<p>All counts on this page are exact: no tolerance decided anything. A neuron whose slopes agree, or whose pre-activation is
constant on a cell, cuts nothing there.</p>
${facts}`;
  return { id: 'overview', title: 'Cells, pieces, maps', body };
}

function pictureSection(pictures: readonly ReportPicture[]): PageSection {
  const figures = pictures.map(({ label, caption, data, svg }, k) => {
    if (svg !== undefined) {
      const id = data.length === 0 ? '' : ` data-graph="picture-${k}-0"`;
      return htmlFigure(`<div class="graph scroll"${id} aria-label="${escapeHtml(label)}">${svg}</div>`, caption);
    }
    const ids = data.map((_, i) => `picture-${k}-${i}`).join(' ');
    const otherwise = `<p class="note">This picture needs a browser that runs scripts; the file needs no network. <code>relu-atlas report --svg</code> draws it without.</p>`;
    return htmlFigure(
      `<div class="viewer" data-picture="${ids}" aria-label="${escapeHtml(label)}">${otherwise}</div>`,
      caption,
    );
  });
  return { id: 'picture', title: 'The partition', body: figures.join('\n') };
}

function layersSection({ layers }: Report): PageSection {
  const rows = layers.map(({ layer, width, bending, cells, bounds }) => {
    const best = (kind: string) =>
      bounds
        .filter((bound) => bound.kind === kind)
        .map(({ value, source }) => `<span title="${escapeHtml(source)}">${largeNumber(value)}</span>`)[0] ?? '–';
    return [
      `${layer}`,
      width === bending ? grouped(width) : `${grouped(width)} (${grouped(bending)} bend)`,
      grouped(cells),
      best('at most'),
      best('attainable'),
    ];
  });
  const table = htmlTable(
    [
      { title: 'layer', numeric: true },
      { title: 'neurons', numeric: true },
      { title: 'cells so far', numeric: true },
      { title: 'at most', numeric: true },
      { title: 'attained by some', numeric: true },
    ],
    rows,
  );
  const sources = [
    ...new Map(
      layers.flatMap(({ bounds }) => bounds).map(({ name, kind, source }) => [source, `${source} (${kind}, ${name})`]),
    ).values(),
  ];
  const body = `<p>Cells of the partition by the layers up to each one, on the domain. The bounds hold for any network whose hidden layers
are these, on all of the input space.</p>
<div class="columns"><div>${table}
<p class="note">Bounds: ${escapeHtml(sources.join('; '))}.</p></div>
${htmlFigure(layersChart(layers), 'Cells after each layer (line) beside the bounds (diamonds: at most; triangles: some network of this shape attains it). The scale is logarithmic.')}</div>`;
  return { id: 'layers', title: 'Cells by layer', body };
}

function largeNumber(value: string | number): string {
  const text = String(value);
  if (!/^\d+$/.test(text)) return exactText(value);
  return text.length <= 18 ? grouped(text) : `≈ ${brief(Number(text))}`;
}

function distributionsSection({
  distributions: { volume, facets, gradient },
  volumeSum,
  domain,
  leftOut = [],
}: Report): PageSection {
  const figures: string[] = [];
  const line = ({ quantiles, minimum, maximum, mean }: typeof gradient) =>
    `median ${brief(quantiles.p50)} (mark), mean ${brief(mean)}, from ${brief(minimum)} to ${brief(maximum)}`;
  if (volume !== null) {
    const left =
      volume.histogram.left === 0 ? '' : `; ${counted(volume.histogram.left, 'cell')} too small for a double`;
    figures.push(htmlFigure(histogramChart(volume, 'volume'), `Volumes of cells: ${line(volume)}${left}.`));
  }
  if (facets !== null) {
    const shown = `Facets per cell: mean ${brief(facets.mean)}, from ${grouped(facets.minimum)} to ${grouped(facets.maximum)}.`;
    figures.push(htmlFigure(integersChart(facets, 'facets'), shown));
  }
  const flat = gradient.histogram.left === 0 ? '' : `; ${counted(gradient.histogram.left, 'cell')} with gradient 0`;
  figures.push(
    htmlFigure(
      histogramChart(gradient, 'length of the gradient'),
      `Norms of the Jacobian on cells: ${line(gradient)}${flat}.`,
    ),
  );
  const sum =
    volumeSum === null
      ? ''
      : `<p>The exact volumes of all cells add up to ${exactText(volumeSum)}, the volume of the domain${volumeSum === domain.volume ? '' : ` being ${exactText(domain.volume ?? '')}`}.</p>`;
  return {
    id: 'distributions',
    title: 'Distributions over the cells',
    body: `${sum}${leftOut.map((text) => `<p>Left out: ${escapeHtml(text)}.</p>`).join('')}\n<div class="columns">${figures.join('\n')}</div>`,
  };
}

/** Coordinates of a point beyond this number are left to report.json. */
const MOST_COORDINATES = 8;

/** Outputs beyond this number are left to report.json. */
const MOST_OUTPUTS = 16;

function functionSection({ function: { ranges, lipschitz }, boundary }: Report): PageSection {
  const value = (extreme: (typeof ranges)[number]['minimum'], infinity: string) =>
    'value' in extreme
      ? `${exactText(extreme.value)} <span class="muted">at ${extreme.at.map(exactText).join(', ')}</span>`
      : `${infinity} <span class="muted">along ${extreme.unboundedAlong.map(exactText).join(', ')}</span>`;
  const rows = ranges
    .slice(0, MOST_OUTPUTS)
    .map(({ minimum, maximum }, k) => [`${k}`, value(minimum, '−∞'), value(maximum, '∞')]);
  const more =
    ranges.length > MOST_OUTPUTS ? `<p class="note">and ${ranges.length - MOST_OUTPUTS} more in report.json</p>` : '';
  const table = htmlTable([{ title: 'output' }, { title: 'minimum' }, { title: 'maximum' }], rows);
  const { l1, linf, l2 } = lipschitz;
  const around = ({ cell, around: point }: Pick<typeof l2, 'cell' | 'around'>) => {
    const more = point.length > MOST_COORDINATES ? ', …' : '';
    return `around ${point.slice(0, MOST_COORDINATES).map(roundedText).join(', ')}${more} (cell ${grouped(cell)})`;
  };
  const constants = htmlFacts([
    ['Lipschitz, Euclidean', `between ${exactText(l2.lower)} and ${exactText(l2.upper)} ${around(l2)}`],
    ['Lipschitz, 1-norm', `${exactText(l1.value)} ${around(l1)}`],
    ['Lipschitz, max-norm', `${exactText(linf.value)} ${around(linf)}`],
  ]);
  return {
    id: 'function',
    title: 'The function',
    body: `${table}${more}\n${constants}\n${boundary === null ? '' : boundaryHtml(boundary)}`,
  };
}

/** The names of Betti numbers, as far as they have one. */
const HOLES = ['components', 'loops', 'voids'];

/** What the regions look like, and means; nothing where it was left out. */
function shapeSections({ shape }: Report): PageSection[] {
  if (shape === undefined) return [];
  const { regions, outputs } = shape;
  const dimensions = regions[0]?.betti.length ?? 0;
  const holes = Array.from({ length: dimensions }, (_, k) => ({ title: HOLES[k] ?? `b${k}`, numeric: true }));
  const homology = htmlTable(
    [{ title: 'region' }, ...holes, { title: 'Euler', numeric: true }, { title: 'faces', numeric: true }],
    regions.map(({ name, betti, eulerCharacteristic, faces }) => [
      escapeHtml(name).replaceAll(' ', '&nbsp;'),
      ...betti.map(grouped),
      grouped(eulerCharacteristic),
      grouped(faces.reduce((sum, count) => sum + count, 0)),
    ]),
  );
  const means = htmlTable(
    [
      { title: 'output' },
      { title: 'mean' },
      { title: 'variance' },
      { title: 'integral' },
      { title: 'integral of the gradient’s length' },
    ],
    outputs
      .slice(0, MOST_OUTPUTS)
      .map(({ integral, mean, variance, gradient }, k) => [
        `${k}`,
        enclosedText(mean),
        enclosedText(variance),
        enclosedText(integral),
        enclosedText(gradient),
      ]),
  );
  const drawn = dimensions === 3 ? ' The picture shows a loop around each hole, and a point of each component.' : '';
  const body = `<p>Betti numbers over the rational numbers of the closed regions on the domain, from their exact complexes of faces.${drawn}</p>
${homology}
<p>Means and variances where all points of the domain are equally likely; exact in report.json, or between two rationals.</p>
${means}`;
  return [{ id: 'shape', title: 'The shape of decisions', body }];
}

function boundaryHtml({
  kind,
  classes,
  crossed,
  ties,
  pieces,
  vertices,
  curves,
}: NonNullable<Report['boundary']>): string {
  const rows = classes.map(({ name, whole, part, share }) => [
    escapeHtml(name).replaceAll(' ', '&nbsp;'),
    grouped(whole),
    grouped(part),
    percent(share),
  ]);
  const table = htmlTable(
    [
      { title: 'class' },
      { title: 'cells inside', numeric: true },
      { title: 'cells it has a part of', numeric: true },
      { title: 'part of the domain', numeric: true },
    ],
    rows,
  );
  const what = kind === 'sign' ? 'where the output is 0' : 'where the largest output changes';
  const shape =
    curves === null
      ? ''
      : `: ${counted(curves.count, 'curve')}, ${grouped(curves.closed)} of them closed, with ${counted(curves.corners, 'corner')}`;
  const tied = ties === 0 ? '' : ` On ${counted(ties, 'cell')} the maximum is attained twice throughout.`;
  return `<h3>Decision boundary</h3>
<p>The boundary (${what}) consists of ${counted(pieces, 'flat piece')} with ${counted(vertices, 'vertex', 'vertices')}${shape}. It runs through
the interior of ${counted(crossed, 'cell')}.${tied}</p>
${table}`;
}

function neuronsSection({ neurons, counts }: Report): PageSection {
  const spare = neurons.redundant;
  const tiles = htmlTiles([
    { value: grouped(neurons.cuts), name: 'cut', note: 'take both signs on the domain' },
    { value: grouped(neurons.stable), name: 'stable', note: 'bend, but stay on one side' },
    { value: grouped(neurons.dead), name: 'dead', note: 'output 0 everywhere on the domain' },
    spare === null
      ? { value: '–', name: 'redundant', note: 'not looked for: --redundant does' }
      : { value: grouped(spare.length), name: 'redundant', note: 'cut, but the outputs never see the bend' },
  ]);
  const spared = new Set((spare ?? []).map(({ layer, neuron }) => `${layer}:${neuron}`));
  const rows = neurons.all
    .filter(({ status, dead, layer, neuron }) => status !== 'cuts' || dead || spared.has(`${layer}:${neuron}`))
    .map(({ layer, neuron, status, dead, cells }) => [
      `${layer}:${neuron}`,
      spared.has(`${layer}:${neuron}`) ? 'redundant' : `${status}${dead ? ', dead' : ''}`,
      `${grouped(cells.positive)} / ${grouped(cells.negative)} / ${grouped(cells.zero)}`,
    ]);
  const table =
    rows.length === 0
      ? `<p>Every neuron cuts the domain.</p>`
      : htmlTable(
          [{ title: 'layer:neuron' }, { title: 'status' }, { title: 'cells +/−/0', numeric: true }],
          rows.slice(0, 200),
        );
  const more = rows.length > 200 ? `<p class="note">and ${grouped(rows.length - 200)} more in report.json</p>` : '';
  return {
    id: 'neurons',
    title: 'Neurons',
    body: `${tiles}\n<p>What each neuron does on all ${grouped(counts.cells)} cells; the walk over the cells is the proof.</p>\n${table}${more}`,
  };
}

function proofSection({ decisions, certificate, commands }: Report): PageSection {
  const stages: [string, number, string][] = [
    ['bounds', decisions.interval, 'doubles with a derived error bound, over the cell’s surroundings'],
    ['points', decisions.points, 'doubles with a derived error bound, at points of the cell'],
    ['programs', decisions.program, 'a linear program whose answer doubles could prove'],
    ['exact signs', decisions.exactSign, 'integers'],
    ['exact bases', decisions.exactBasis, 'a basis of a linear program solved again in integers'],
    ['exact simplex', decisions.exactSimplex, 'the simplex method in integers'],
  ];
  const table = htmlTable(
    [{ title: 'stage' }, { title: 'signs decided', numeric: true }, { title: 'how' }],
    stages.map(([name, count, how]) => [name, grouped(count), how]),
  );
  const facts =
    certificate === null
      ? htmlFacts([
          ['certificate', 'none was written with this report'],
          ['prove it', `<code>${escapeHtml(commands.certificate)}</code>`],
          ['check it', `<code>${escapeHtml(commands.check)}</code>`],
        ])
      : htmlFacts([
          ['certificate', `<code>${escapeHtml(certificate.file)}</code>, ${grouped(certificate.bytes)} bytes`],
          ['sha256', `<code>${certificate.sha256}</code>`],
          [
            'verdict',
            certificate.accepted ? 'accepted by the checker when this report was made' : 'REFUSED by the checker',
          ],
          ['check it', `<code>${escapeHtml(commands.check)}</code>`],
        ]);
  return {
    id: 'proof',
    title: 'How it was decided, and the proof',
    body: `${facts}
<p>The engine <code>${escapeHtml(decisions.engine)}</code> (${escapeHtml(decisions.why)}) asked ${grouped(decisions.double + decisions.exact)} times on which
side of a crease something lies; none was answered by a tolerance.</p>
${table}`,
  };
}

function footer({ program, schema, version, commands }: Report): string {
  return `<p>Made by relu-atlas ${escapeHtml(program.version)} (GPL-3.0-or-later): <code>${escapeHtml(commands.report)}</code>. The numbers are in
report.json (<code>${schema}</code>, version ${version}).</p>
<p>This file contains parts of D3 (© 2010–2023 Mike Bostock, ISC licence) and Flatbush (© 2018 Volodymyr Agafonkin, ISC licence).</p>`;
}
