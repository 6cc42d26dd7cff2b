/** Linear programming: floating-point proposals, exact answers with evidence, and their verification. */
export {
  certifiedLowerBound,
  certify,
  certifyInfeasible,
  checkAnswer,
  type Proposal,
  type Verdict,
} from './certify.js';
export { type BasisHint, solveExactly } from './exact/simplex.js';
export { simplexBackend } from './simplex/primal.js';
export { solveLp } from './solve.js';
export type { ExactLp, LpAnswer, LpBackend, LpSession, ProposalStatus, SearchGoal } from './types.js';
