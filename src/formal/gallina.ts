/**
 * The plain form as a file of Coq: network, domain and certificate as definitions, and what the kernel proves by them as theorems.
 */
import type { Evidence, PlainDomain, PlainMap, PlainRow, PlainWriter } from './plain.js';

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

/**
 * Writes Coq. @param write takes the text, piece by piece
 *
 * @param name what definitions and theorems begin with: an identifier of Coq
 */
export function gallina(name: string, write: (text: string) => void): PlainWriter {
  // For every split above: how many parentheses its second side has to close.
  const open: number[] = [];
  let unary = 0;
  const node = (text: string) => {
    write(`(${text}\n`);
    unary++;
  };
  return {
    head({ digest, network, domain, grid, flat }) {
      write(`${GALLINA_HEAD}\n   network ${digest} *)\n`);
      write('From Coq Require Import ZArith NArith List.\nFrom ReluAtlas Require Import Network Checker Theorems.\n');
      write('Import ListNotations.\nLocal Open Scope Z_scope.\n\n');
      write(`Definition ${name}_network : network := Network [\n`);
      network.layers.forEach(({ before, slopeDenominator, slopes }, l) => {
        const pairs = slopes.map(([negative, positive]) => `(${negative}, ${positive})`);
        const separator = l + 1 < network.layers.length ? ';' : '';
        write(`  Layer ${mapTerm(before)} ${list(pairs)} ${slopeDenominator}${separator}\n`);
      });
      write(`  ] ${mapTerm(network.output)}.\n\nDefinition ${name}_domain : domain :=\n  ${domainTerm(domain)}.\n\n`);
      const evidence = flat.map((one) => (one === undefined ? 'None' : `Some ${evidenceTerm(one)}`));
      write(`Definition ${name}_certificate : certificate := Certificate ${grid} ${list(evidence)}\n`);
    },
    split(neuron) {
      open.push(unary + 1);
      unary = 0;
      write(`(Split ${neuron}\n`);
    },
    cell(numerators, denominator) {
      write(`(Cell ${rowTerm(numerators)} ${denominator})${')'.repeat(unary)}\n`);
      // The first side ends: the second one begins. It closes the split, and what stands above it.
      unary = open.pop() ?? 0;
    },
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
