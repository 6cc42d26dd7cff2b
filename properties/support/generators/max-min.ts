/**
 * Networks that compute what a formula of absolute values, maxima and minima says, exactly.
 */
import { networkOfJsonValue } from '../../../src/formats/json/network.js';
import type { Network } from '../../../src/network/model.js';

/** A sum of terms and a constant. */
export interface Formula {
  readonly terms: readonly (readonly [factor: number, atom: Atom])[];
  readonly constant: number;
}

/** An input, or the absolute value of a formula. */
type Atom = { readonly input: number } | { readonly absolute: Formula };

export const constant = (value: number): Formula => ({ terms: [], constant: value });
export const input = (i: number): Formula => ({ terms: [[1, { input: i }]], constant: 0 });
export const times = (factor: number, { terms, constant: c }: Formula): Formula => ({
  terms: terms.map(([f, atom]) => [factor * f, atom]),
  constant: factor * c,
});
export const plus = (...formulas: readonly Formula[]): Formula => ({
  terms: formulas.flatMap(({ terms }) => terms),
  constant: formulas.reduce((sum, f) => sum + f.constant, 0),
});
export const minus = (a: Formula, b: Formula): Formula => plus(a, times(-1, b));
export const absolute = (of: Formula): Formula => ({ terms: [[1, { absolute: of }]], constant: 0 });
/** max(a, b) = (a + b + |a - b|) / 2 */
const larger = (a: Formula, b: Formula): Formula => times(0.5, plus(a, b, absolute(minus(a, b))));
export const maximum = (...formulas: readonly Formula[]): Formula => formulas.reduce(larger);
export const minimum = (...formulas: readonly Formula[]): Formula =>
  times(-1, maximum(...formulas.map((f) => times(-1, f))));

function depthOf(formula: Formula): number {
  return Math.max(0, ...formula.terms.map(([, atom]) => ('input' in atom ? 0 : 1 + depthOf(atom.absolute))));
}

const keyOf = (atom: Atom) => JSON.stringify(atom);

/** All atoms of a formula, those inside of others as well, each once. */
function atomsOf(formula: Formula, found = new Map<string, Atom>()): Map<string, Atom> {
  for (const [, atom] of formula.terms) {
    if ('absolute' in atom) atomsOf(atom.absolute, found);
    found.set(keyOf(atom), atom);
  }
  return found;
}

/** The network of a formula per output, over so many inputs. Values that later layers need are passed on. */
export function maxMinNetwork(inputs: number, ...outputs: readonly Formula[]): Network {
  const atoms = new Map(outputs.flatMap((output) => [...atomsOf(output)]));
  const depth = Math.max(...outputs.map(depthOf));
  const level = (atom: Atom) => ('input' in atom ? 0 : 1 + depthOf(atom.absolute));
  let known = Array.from({ length: inputs }, (_, i) => keyOf({ input: i }));
  const row = ({ terms }: Formula) => {
    const entries = known.map(() => 0);
    for (const [factor, atom] of terms) entries[known.indexOf(keyOf(atom))]! += factor;
    return entries;
  };
  const layers: object[] = [];
  for (let l = 1; l <= depth; l++) {
    const added = [...atoms].filter(([, atom]) => level(atom) === l);
    const formulas = added.map(([, atom]) => ('absolute' in atom ? atom.absolute : constant(0)));
    const passed = known.map((_, i) => known.map((__, j) => (i === j ? 1 : 0)));
    layers.push({
      weights: [...passed, ...formulas.map(row)],
      bias: [...known.map(() => 0), ...formulas.map((f) => f.constant)],
      activation: { slopes: [...known.map(() => [1, 1]), ...formulas.map(() => [-1, 1])] },
    });
    known = [...known, ...added.map(([key]) => key)];
  }
  layers.push({ weights: outputs.map(row), bias: outputs.map((f) => f.constant), activation: 'linear' });
  return networkOfJsonValue({ format: 'relu-atlas-network', version: 1, inputs, layers }).network;
}
