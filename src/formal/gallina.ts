/**
 * The plain form as a file of Coq: network, domain and certificate as definitions, and what the kernel proves by them as theorems.
 */
import type { Evidence, PlainDomain, PlainMap, PlainNetwork, PlainRow, PlainWriter } from './plain.js';
import type { PlainCondition, ProofWriter } from './plain-proof.js';

/** How a file of Coq begins that we write. */
export const GALLINA_HEAD = '(* written by relu-atlas certificate expand';

const integer = (value: bigint) => (value < 0n ? `(${value})` : `${value}`);
const list = (items: readonly string[]) => `[${items.join('; ')}]`;
const rowTerm = (row: PlainRow) => list(row.map(integer));
const mapTerm = ({ denominator, rows }: PlainMap) => `(AffineMap ${list(rows.map(rowTerm))} ${denominator})`;
const evidenceTerm = ({ scale, by }: Evidence) =>
  `(${scale}, ${list(by.map(([position, multiplier]) => `(${position}%nat, ${multiplier})`))})`;
const sideTerm = (side: 1 | -1) => (side > 0 ? 'Plus' : 'Minus');

function domainTerm(domain: PlainDomain): string {
  if (domain.kind === 'whole') return `whole_space ${domain.dimension}`;
  if (domain.kind === 'box')
    return `box ${domain.denominator} ${list(domain.bounds.map(([lower, upper]) => `(${lower}, ${upper})`))}`;
  const { dimension, inequalities, equalities } = domain;
  return `polytope ${dimension} ${list(inequalities.map(rowTerm))}\n    ${list(equalities.map(rowTerm))}`;
}

function networkText(name: string, { layers, output }: PlainNetwork): string {
  const texts = layers.map(({ before, slopeDenominator, slopes }) => {
    const pairs = slopes.map(([negative, positive]) => `(${integer(negative)}, ${integer(positive)})`);
    return `  Layer ${mapTerm(before)} ${list(pairs)} ${slopeDenominator}`;
  });
  return `Definition ${name}_network : network := Network [\n${texts.join(';\n')}\n  ] ${mapTerm(output)}.\n\n`;
}

const domainText = (name: string, domain: PlainDomain) =>
  `Definition ${name}_domain : domain :=\n  ${domainTerm(domain)}.\n\n`;

function headText(digest: string, modules: string): string {
  return `${GALLINA_HEAD}\n   network ${digest} *)\nFrom Coq Require Import ZArith NArith List.\nFrom ReluAtlas Require Import ${modules}.\nImport ListNotations.\nLocal Open Scope Z_scope.\n\n`;
}

/** Where every row of text is a node with what it has to close. */
class Nesting {
  /** Of nodes whose second part is still to come: how many parentheses its end has to close. */
  private readonly open: number[] = [];
  private unary = 0;

  constructor(private readonly write: (text: string) => void) {}

  /** A node in front of one other. */
  before(text: string): void {
    this.write(`(${text}\n`);
    this.unary++;
  }

  /** A node in front of two others. */
  fork(text: string): void {
    this.open.push(this.unary + 1);
    this.unary = 0;
    this.write(`(${text}\n`);
  }

  /** A node that ends the first of two parts, or all. */
  leaf(text: string): void {
    this.write(`${text}${')'.repeat(this.unary)}\n`);
    this.unary = this.open.pop() ?? 0;
  }
}

/**
 * Writes Coq. @param write takes the text, piece by piece
 *
 * @param name what definitions and theorems begin with: an identifier of Coq
 */
export function gallina(name: string, write: (text: string) => void): PlainWriter {
  const nesting = new Nesting(write);
  const node = (text: string) => nesting.before(text);
  return {
    head({ digest, network, domain, grid, flat }) {
      write(headText(digest, 'Network Checker Theorems'));
      write(networkText(name, network));
      write(domainText(name, domain));
      const evidence = flat.map((one) => (one === undefined ? 'None' : `Some ${evidenceTerm(one)}`));
      write(`Definition ${name}_certificate : certificate := Certificate ${grid} ${list(evidence)}\n`);
    },
    split: (neuron) => nesting.fork(`Split ${neuron}`),
    cell: (numerators, denominator) => nesting.leaf(`(Cell ${rowTerm(numerators)} ${denominator})`),
    implied: (neuron, side, evidence) => node(`Implied ${neuron} ${sideTerm(side)} ${evidenceTerm(evidence)}`),
    bound: (coordinate, side, bound, evidence) =>
      node(`Bound ${coordinate} ${sideTerm(side)} ${integer(bound)} ${evidenceTerm(evidence)}`),
    known: (row, evidence) => node(`Known ${rowTerm(row)} ${evidenceTerm(evidence)}`),
    next: () => node('Next'),
    end(cells) {
      write(`.\n\nTheorem ${name}_is_accepted : check ${name}_network ${name}_domain ${name}_certificate = true.\n`);
      write('Proof. vm_cast_no_check (eq_refl true). Qed.\n\n');
      write(
        `Theorem ${name}_has_${cells}_cells : forall F, number_of_cells F ${name}_network ${name}_domain ${cells}.\n`,
      );
      write(
        `Proof. intro F. replace ${cells}%nat with (N.to_nat (cells ${name}_certificate)) by (vm_compute; reflexivity).\n`,
      );
      write(`  apply check_counts. exact ${name}_is_accepted. Qed.\n\n`);
      write(`Print Assumptions ${name}_has_${cells}_cells.\n`);
    },
  };
}

const conditionTerm = ({ inputs, outputs, strict }: PlainCondition) =>
  `Condition ${rowTerm(inputs)} ${rowTerm(outputs)} ${strict}`;

/**
 * Writes proofs as Coq. @param write takes the text, piece by piece
 *
 * @param name what definitions and theorems begin with: an identifier of Coq
 */
export function gallinaProof(name: string, write: (text: string) => void): ProofWriter {
  const nesting = new Nesting(write);
  const bound = (kind: string) => (input: number, side: 1 | -1, value: bigint, evidence: Evidence) =>
    nesting.before(`${kind} ${input} ${sideTerm(side)} ${integer(value)} ${evidenceTerm(evidence)}`);
  let denominator = 1n;
  return {
    head({ digest, network, domain, unsafe, grid }) {
      denominator = grid;
      write(headText(digest, 'Network Checker Safety Verification'));
      write(networkText(name, network));
      write(domainText(name, domain));
      const disjuncts = unsafe.map((conditions) => list(conditions.map(conditionTerm)));
      write(`Definition ${name}_unsafe : unsafe_set := ${list(disjuncts)}.\n\nDefinition ${name}_proof : proof :=\n`);
    },
    proved: () => nesting.leaf('Proved'),
    // Its script is the first of two parts.
    close: (disjunct, fine) => nesting.fork(`Close ${disjunct} ${fine}`),
    cut: (input, value) => nesting.fork(`Cut ${input} ${integer(value)}`),
    within: bound('Within'),
    suppose: (layer, neuron, side) => nesting.fork(`Suppose ${layer} ${neuron} ${sideTerm(side)}`),
    part: (marks) => nesting.fork(`Part ${list(marks.map(String))}`),
    narrow: bound('Narrow'),
    supposed: (neuron) => nesting.before(`Supposed ${neuron}`),
    stable: (neuron, side, evidence) => nesting.before(`Stable ${neuron} ${sideTerm(side)} ${evidenceTerm(evidence)}`),
    relax: (neuron, { slope, middle, radius, low, high }) => {
      const numbers = [slope, middle, radius, low].map(integer).join(' ');
      nesting.before(`Relax ${neuron} ${numbers} (1, []) ${integer(high)} (1, [])`);
    },
    above: (neuron, side) => nesting.before(`Above ${neuron} ${sideTerm(side)}`),
    deeper: (fine) => nesting.before(`Deeper ${fine}`),
    contradict: (condition, evidence) => {
      const target = condition === undefined ? 'None' : `Some ${condition}%nat`;
      nesting.leaf(`(Contradict (${target}, ${evidenceTerm(evidence)}))`);
    },
    end() {
      const given = `${name}_network ${name}_domain ${name}_unsafe`;
      write(`.\n\nTheorem ${name}_is_accepted : verify ${given} ${denominator} ${name}_proof = true.\n`);
      write('Proof. vm_cast_no_check (eq_refl true). Qed.\n\n');
      write(
        `Theorem ${name}_is_safe : forall F (x : point F), inside ${name}_domain x -> ~ unsafe F ${name}_network ${name}_unsafe x.\n`,
      );
      write(
        `Proof. intros F x. apply verify_proves_safety with (grid := ${denominator}%positive) (t := ${name}_proof).\n`,
      );
      write(`  exact ${name}_is_accepted. Qed.\n\nPrint Assumptions ${name}_is_safe.\n`);
    },
  };
}
