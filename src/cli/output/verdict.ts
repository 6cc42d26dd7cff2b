/**
 * Verdicts as people read them.
 */
import type { Rational } from '../../exact/index.js';
import type { Precision } from '../../oracle/claims/index.js';
import type {
  CellsVerdict,
  CountVerdict,
  Duplicate,
  EmptinessProof,
  EmptyShape,
  Listed,
  MisplacedPoint,
  MissingCell,
  Overlap,
  PatternsVerdict,
  PhantomPattern,
  PointsVerdict,
  ValuesVerdict,
  Verdict,
  VerdictOf,
  WrongMap,
  WrongNumber,
  WrongShape,
} from '../../oracle/compare/index.js';
import { briefRational, counted, grouped } from './text.js';

/** A label and a line. */
export type Line = readonly [label: string, text: string];

const pointText = (point: readonly Rational[]) => `(${point.map(briefRational).join(', ')})`;

/** The count of a list, then its items, each on a line without label. */
function list<T>(label: string, found: Listed<T>, noun: string, show: (item: T) => string): Line[] {
  if (found.count === 0) return [];
  const more = found.count - found.items.length;
  return [
    [label, counted(found.count, noun)],
    ...found.items.map((item): Line => ['', show(item)]),
    ...(more > 0 ? [['', `and ${grouped(more)} more (--list=N shows N)`] as Line] : []),
  ];
}

function showMissing({ pattern, witness, width }: MissingCell): string {
  const room = width === undefined ? 'unbounded' : `a cube of side ${briefRational(width)} fits`;
  return `${pattern}  around ${pointText(witness)}, ${room}`;
}

function showProof({ multipliers, maximum }: EmptinessProof): string {
  const sum = multipliers.map(({ layer, neuron, sign, multiplier }) => {
    const factor = multiplier.numerator === multiplier.denominator ? '' : `${briefRational(multiplier)} `;
    return `${sign > 0 ? '+' : '-'} ${factor}n${layer}:${neuron}`;
  });
  return `${sum.join(' ').replace(/^\+ /, '')} <= ${briefRational(maximum)}`;
}

function showPhantom(phantom: PhantomPattern): string {
  const proof = showProof(phantom.proof);
  if (phantom.kind === 'empty') return `#${phantom.claim} ${phantom.pattern}  nowhere: ${proof} on the domain`;
  const { dimension, point, seenBy } = phantom.face;
  return `#${phantom.claim} ${phantom.pattern}  only a face of dimension ${dimension} around ${pointText(point)}, seen by ${seen[seenBy]}`;
}

const seen = {
  exactly: 'programs that tell 0 apart',
  'zero is inactive': 'programs for which 0 is inactive',
  'zero is active': 'programs for which 0 is active',
  nobody: 'no program: neurons at 0 are claimed on both sides',
} as const;

const showDuplicate = ({ claim, first, pattern }: Duplicate) => `#${claim} ${pattern}  is the cell of #${first}`;

function showMap({ claim, pattern, place, claimed, exact, error, worst }: WrongMap): string {
  const where =
    worst === undefined
      ? ''
      : `; output ${worst.output} is off by ${briefRational(worst.error)} at ${pointText(worst.at)}`;
  const entry = `${place} is ${briefRational(exact)}, claimed ${briefRational(claimed)}, off by ${briefRational(error)}`;
  return `#${claim} ${pattern}  ${entry}${where}`;
}

function precisionText({ coordinates, values, relative }: Precision): string {
  const parts = [
    ['coordinates', coordinates],
    ['values', values],
    ['relative', relative],
  ] as const;
  const stated = parts.filter(([, value]) => value.numerator !== 0n);
  return stated.length === 0 ? 'exact' : stated.map(([name, value]) => `${name} ${briefRational(value)}`).join(', ');
}

function countLines({ of, claimed, exact, ratherThe }: CountVerdict): Line[] {
  return [
    ['claimed', `${grouped(claimed)} ${of}`],
    ['exact', `${grouped(exact)} ${of}`],
    ...(ratherThe.length === 0
      ? []
      : [['but', `${grouped(claimed)} is the number of ${ratherThe.join(' and of ')}`] as Line]),
  ];
}

function patternsLines(verdict: PatternsVerdict): Line[] {
  const { missing, phantoms, faces, empty, duplicates, wrongMaps } = verdict;
  const kinds = `${grouped(empty)} nowhere, ${grouped(faces)} only on faces`;
  const [headline, ...rest] = list('phantoms', phantoms, 'pattern', showPhantom);
  return [
    ['claimed', counted(verdict.claimed, 'pattern')],
    ['exact', `${counted(verdict.cells, 'cell')}, of which ${grouped(verdict.matched)} are claimed`],
    ...list('missing', missing, 'cell', showMissing),
    ...(headline === undefined ? [] : [[headline[0], `${headline[1]} that no cell has: ${kinds}`] as Line, ...rest]),
    ...list('duplicates', duplicates, 'pattern', showDuplicate),
    ...(wrongMaps === undefined ? [] : list('wrong maps', wrongMaps, 'map', showMap)),
    ...(wrongMaps === undefined ? [] : [['precision', precisionText(verdict.precision)] as Line]),
  ];
}

function showMisplaced({ claim, point, kind, zeros = [] }: MisplacedPoint): string {
  const where = zeros.map(([layer, neuron]) => `n${layer}:${neuron}`).join(', ');
  return `#${claim} ${pointText(point)}  ${kind}${where === '' ? '' : ` (${where})`}`;
}

function pointsLines(verdict: PointsVerdict): Line[] {
  const { missing, misplaced, duplicates } = verdict;
  return [
    ['claimed', counted(verdict.claimed, 'point')],
    ['exact', `${counted(verdict.cells, 'cell')}, of which ${grouped(verdict.matched)} have a point`],
    ...list('missing', missing, 'cell', showMissing),
    ...list('misplaced', misplaced, 'point', showMisplaced),
    ...list('duplicates', duplicates, 'point', showDuplicate),
  ];
}

function showNumber({ claim, place, claimed, exact, error }: WrongNumber): string {
  return `#${claim} ${place} is ${briefRational(exact)}, claimed ${briefRational(claimed)}, off by ${briefRational(error)}`;
}

function valuesLines({ claimed, numbers, wrong, largest, precision }: ValuesVerdict): Line[] {
  return [
    ['claimed', `${grouped(numbers)} numbers at ${counted(claimed, 'point')}`],
    ...list('wrong', wrong, 'point', (item) => `${showNumber(item)}, at ${pointText(item.point)}`),
    ...(largest === undefined ? [] : [['largest', showNumber(largest)] as Line]),
    ['precision', precisionText(precision)],
  ];
}

function showEmpty({ claim, kind, multipliers, maximum }: EmptyShape): string {
  const sum = multipliers.map(({ row, multiplier }) => `${briefRational(multiplier)} row ${row}`).join(' + ');
  const proof = sum === '' ? 'all vertices lie in a hyperplane' : `${sum} leaves at most ${briefRational(maximum)}`;
  return `#${claim}  ${kind === 'empty' ? 'has no point in the domain' : 'has no interior'}: ${proof}`;
}

function showShape({ claim, pattern, centre, beyond, short, cells }: WrongShape): string {
  if (pattern === undefined) return `#${claim} around ${pointText(centre)}  has parts of ${counted(cells, 'cell')}`;
  const reaches = [
    ...(beyond === undefined || beyond.numerator === 0n ? [] : [`reaches ${briefRational(beyond)} beyond it`]),
    ...(short === undefined || short.numerator === 0n ? [] : [`stays ${briefRational(short)} short of it`]),
  ];
  return `#${claim} ${pattern}  is not this cell: ${reaches.join(' and ')}, has parts of ${counted(cells, 'cell')}`;
}

const showOverlap = ({ claims: [a, b], volume, point }: Overlap) =>
  `#${a} and #${b}  volume ${briefRational(volume)} around ${pointText(point)}`;

function cellsLines(verdict: CellsVerdict): Line[] {
  const { missing, empty, wrongShapes, duplicates, overlaps, wrongMaps, wrongPatterns, volume } = verdict;
  const part = (value: Rational) => `${briefRational(value)} of ${briefRational(volume.domain)}`;
  return [
    ['claimed', counted(verdict.claimed, 'polytope')],
    ['exact', `${counted(verdict.cells, 'cell')}, of which ${grouped(verdict.matched)} are claimed`],
    ...list('missing', missing, 'cell', showMissing),
    ...list('empty', empty, 'polytope', showEmpty),
    ...list('wrong', wrongShapes, 'polytope', showShape),
    ...list('duplicates', duplicates, 'polytope', showDuplicate),
    ...list('overlaps', overlaps, 'pair', showOverlap),
    ...(wrongMaps === undefined ? [] : list('wrong maps', wrongMaps, 'map', showMap)),
    ...(wrongPatterns === undefined
      ? []
      : list(
          'patterns',
          wrongPatterns,
          'wrong pattern',
          (item) => `#${item.claim} is ${item.exact}, not ${item.claimed}`,
        )),
    ['uncovered', part(volume.uncovered)],
    ['covered', `${part(volume.covered)}, more than once ${briefRational(volume.repeated)}`],
    ['precision', precisionText(verdict.precision)],
  ];
}

const LINES: { readonly [Kind in Verdict['kind']]: (verdict: VerdictOf<Kind>) => Line[] } = {
  count: countLines,
  patterns: patternsLines,
  points: pointsLines,
  values: valuesLines,
  cells: cellsLines,
};

/** The lines of a verdict. */
export function verdictLines<Kind extends Verdict['kind']>(verdict: VerdictOf<Kind>): Line[] {
  const show = LINES[verdict.kind as Kind];
  return [
    ...show(verdict),
    ['matched', verdict.rule],
    ['verdict', verdict.agrees ? 'the claim agrees (exact)' : 'the claim disagrees (exact)'],
  ];
}
