/**
 * The plain form as text: words and integers, one node a line. `docs/formal.md` describes it.
 */
import type { Evidence, PlainDomain, PlainHead, PlainMap, PlainRow, PlainWriter } from './plain.js';

export const PLAIN_FORMAT = 'relu-atlas-plain';

const rowText = (row: PlainRow) => `${row.length} ${row.join(' ')}`;
const mapText = ({ denominator, rows }: PlainMap) =>
  `affine ${denominator} ${rows.length}\n${rows.map((row) => `${rowText(row)}\n`).join('')}`;
const evidenceText = ({ scale, by }: Evidence) =>
  `${scale} ${by.length}${by.map(([position, multiplier]) => ` ${position} ${multiplier}`).join('')}`;
const sideText = (side: 1 | -1) => (side > 0 ? '+' : '-');

function domainText(domain: PlainDomain): string {
  if (domain.kind === 'whole') return `whole ${domain.dimension}\n`;
  if (domain.kind === 'box') {
    const { denominator, bounds } = domain;
    return `box ${denominator} ${bounds.length}\n${bounds.map(([lower, upper]) => `${lower} ${upper}\n`).join('')}`;
  }
  const { dimension, inequalities, equalities } = domain;
  const rows = [...inequalities, ...equalities].map((row) => `${rowText(row)}\n`);
  return `polytope ${dimension} ${inequalities.length} ${equalities.length}\n${rows.join('')}`;
}

/** Lines of text. @param write takes them, piece by piece */
export function plainText(write: (text: string) => void): PlainWriter {
  return {
    head({ digest, network, domain, grid, flat }: PlainHead) {
      write(`${PLAIN_FORMAT} 1\n${digest}\nlayers ${network.layers.length}\n`);
      for (const { before, slopeDenominator, slopes } of network.layers) {
        write(mapText(before));
        write(`slopes ${slopeDenominator} ${slopes.length}\n${slopes.map(([n, p]) => `${n} ${p}\n`).join('')}`);
      }
      write(mapText(network.output));
      write(domainText(domain));
      write(`grid ${grid}\nflat ${flat.length}\n`);
      for (const evidence of flat) write(evidence === undefined ? '-\n' : `+ ${evidenceText(evidence)}\n`);
      write('tree\n');
    },
    split: (neuron) => write(`S ${neuron}\n`),
    cell: (numerators, denominator) => write(`C ${denominator} ${rowText(numerators)}\n`),
    implied: (neuron, side, evidence) => write(`I ${neuron} ${sideText(side)} ${evidenceText(evidence)}\n`),
    bound: (coordinate, side, bound, evidence) =>
      write(`B ${coordinate} ${sideText(side)} ${bound} ${evidenceText(evidence)}\n`),
    known: (row, evidence) => write(`K ${rowText(row)} ${evidenceText(evidence)}\n`),
    next: () => write('N\n'),
    end: (cells) => write(`end ${cells}\n`),
  };
}
