/**
 * A network as text that other programs read.
 */
import { type Domain, DomainError, type Network } from '../network/index.js';
import { latexOf } from './latex.js';
import { miniZincOf } from './minizinc.js';
import { mixedIntegerProgram, type Objective } from './mixed-integer.js';
import { lpText, mpsText } from './program-text.js';
import { smtLibOf } from './smt-lib.js';
import { sympyOf } from './sympy.js';

export const LANGUAGES = ['latex', 'sympy', 'smtlib', 'lp', 'mps', 'minizinc'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface FormulaRequest {
  readonly language: Language;
  /** Needed by all but `sympy` and `smtlib`. */
  readonly domain?: Domain;
  /** Of programs. Default: the minimum of output 0. */
  readonly objective?: Objective;
}

/** Languages that say the function on all of R^d. */
export function needsDomain(language: Language): boolean {
  return language !== 'sympy' && language !== 'smtlib';
}

/**
 * The network as text. SMT-LIB and SymPy are exact; LP, MPS and MiniZinc are read in doubles by their solvers; LaTeX is for people.
 *
 * @throws DomainError for a missing, unbounded or too large domain; RangeError for an output that does not exist
 */
export function formulaOf(network: Network, request: FormulaRequest): string {
  const { language, domain, objective = { sense: 'min', output: 0 } } = request;
  if (language === 'sympy') return sympyOf(network);
  if (language === 'smtlib') return smtLibOf(network, domain);
  if (domain === undefined) throw new DomainError(`formula: expected a domain for ${language}, got none; give --box`);
  if (language === 'latex') return latexOf(network, domain);
  if (language === 'minizinc') return miniZincOf(network, domain, objective);
  const program = mixedIntegerProgram(network, domain, objective);
  return language === 'lp' ? lpText(program) : mpsText(program);
}
