/**
 * Proofs that no input is unsafe, in plain form: what the checker that is proved in Coq reads (`properties/formal/Safety.v`, `docs/formal.md`).
 *
 * A tree is written node by node, depth first; a script step by step.
 */
import type { Evidence, PlainDomain, PlainNetwork, PlainRow } from './plain.js';

/** inputs at x + outputs . y >= 0, or > 0 if strict. */
export interface PlainCondition {
  readonly inputs: PlainRow;
  /** Empty where no output matters. */
  readonly outputs: readonly bigint[];
  readonly strict: boolean;
}

/** All that stands before the tree. */
export interface PlainProofHead {
  /** SHA-256 of the canonical network. */
  readonly digest: string;
  readonly network: PlainNetwork;
  readonly domain: PlainDomain;
  readonly unsafe: readonly (readonly PlainCondition[])[];
  /** The denominator of all bounds in the tree. */
  readonly grid: bigint;
}

/** A relaxed neuron: low <= g <= high for its row g, and slope g + middle + radius t for its value, with a new symbol t. */
export interface PlainRelaxed {
  readonly slope: bigint;
  readonly middle: bigint;
  readonly radius: bigint;
  readonly low: bigint;
  readonly high: bigint;
}

/** What takes a script, step by step. Facts are numbered as in `Evidence`: 0 became known last. */
export interface ScriptWriter {
  /** bound / grid is a lower (1) or upper (-1) bound of the input. */
  narrow(input: number, side: 1 | -1, bound: bigint, evidence: Evidence): void;
  /** The side that the path supposes the neuron of the current layer to be on becomes a fact. */
  supposed(neuron: number): void;
  stable(neuron: number, side: 1 | -1, evidence: Evidence): void;
  /** Both bounds follow from the ranges of the coordinates. */
  relax(neuron: number, relaxed: PlainRelaxed): void;
  /** That a relaxed neuron's value is on its side of the line of one of its slopes becomes a fact. */
  above(neuron: number, side: 1 | -1): void;
  /** The next layer. @param fine what its values are multiplied by */
  deeper(fine: bigint): void;
  /** The last step. @param condition the strict one that is contradicted; without one 0 >= 0 > -1 is */
  contradict(condition: number | undefined, evidence: Evidence): void;
}

/** What takes a proof, node by node. */
export interface ProofWriter extends ScriptWriter {
  head(head: PlainProofHead): void;
  /** No disjunct is left. */
  proved(): void;
  /** The script follows, then what closes the others. @param disjunct its place among those left @param fine for the first layer */
  close(disjunct: number, fine: bigint): void;
  /** What lies below follows, then what lies above. */
  cut(input: number, bound: bigint): void;
  within(input: number, side: 1 | -1, bound: bigint, evidence: Evidence): void;
  /** The neuron on that side follows, then on the other one. */
  suppose(layer: number, neuron: number, side: 1 | -1): void;
  /** What closes the marked ones of those left follows, then what closes the others. */
  part(marks: readonly boolean[]): void;
  end(): void;
}
