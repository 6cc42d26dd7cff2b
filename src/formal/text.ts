/**
 * The plain form as text: words and integers, one node a line. `docs/formal.md` describes it.
 */
import type { Evidence, PlainDomain, PlainHead, PlainMap, PlainNetwork, PlainRow, PlainWriter } from './plain.js';
import type { PlainCondition, PlainProofHead, ProofWriter } from './plain-proof.js';

export const PLAIN_FORMAT = 'relu-atlas-plain';
export const PLAIN_PROOF_FORMAT = 'relu-atlas-plain-proof';

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

function networkText({ layers, output }: PlainNetwork): string {
  const texts = layers.map(({ before, slopeDenominator, slopes }) => {
    const pairs = slopes.map(([n, p]) => `${n} ${p}\n`).join('');
    return `${mapText(before)}slopes ${slopeDenominator} ${slopes.length}\n${pairs}`;
  });
  return `layers ${layers.length}\n${texts.join('')}${mapText(output)}`;
}

/** Lines of text. @param write takes them, piece by piece */
export function plainText(write: (text: string) => void): PlainWriter {
  return {
    head({ digest, network, domain, grid, flat }: PlainHead) {
      write(`${PLAIN_FORMAT} 1\n${digest}\n${networkText(network)}`);
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

const flagText = (flag: boolean) => (flag ? '+' : '-');
const conditionText = ({ inputs, outputs, strict }: PlainCondition) =>
  `${flagText(strict)} ${rowText(inputs)} ${rowText(outputs).trimEnd()}\n`;

/** Proofs as lines of text. @param write takes them, piece by piece */
export function plainProofText(write: (text: string) => void): ProofWriter {
  const bound = (input: number, side: 1 | -1, bound: bigint, evidence: Evidence) =>
    write(`B ${input} ${sideText(side)} ${bound} ${evidenceText(evidence)}\n`);
  return {
    head({ digest, network, domain, unsafe, grid }: PlainProofHead) {
      write(`${PLAIN_PROOF_FORMAT} 1\n${digest}\n${networkText(network)}`);
      write(domainText(domain));
      write(`unsafe ${unsafe.length}\n`);
      for (const conditions of unsafe) write(`${conditions.length}\n${conditions.map(conditionText).join('')}`);
      write(`grid ${grid}\ntree\n`);
    },
    proved: () => write('E\n'),
    close: (disjunct, fine) => write(`D ${disjunct} ${fine}\n`),
    cut: (input, bound) => write(`U ${input} ${bound}\n`),
    within: bound,
    suppose: (layer, neuron, side) => write(`S ${layer} ${neuron} ${sideText(side)}\n`),
    part: (marks) => write(`P ${marks.length} ${marks.map(flagText).join(' ')}\n`),
    narrow: bound,
    supposed: (neuron) => write(`F ${neuron}\n`),
    stable: (neuron, side, evidence) => write(`I ${neuron} ${sideText(side)} ${evidenceText(evidence)}\n`),
    relax: (neuron, { slope, middle, radius, low, high }) =>
      write(`R ${neuron} ${slope} ${middle} ${radius} ${low} 1 0 ${high} 1 0\n`),
    above: (neuron, side) => write(`L ${neuron} ${sideText(side)}\n`),
    deeper: (fine) => write(`N ${fine}\n`),
    contradict: (condition, evidence) =>
      write(`X ${condition === undefined ? '-' : `+ ${condition}`} ${evidenceText(evidence)}\n`),
    end: () => write('end\n'),
  };
}
