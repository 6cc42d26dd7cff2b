/**
 * GLPK for those who want it: a second solver to propose with.
 */
import type { LpBackend } from '../lp/index.js';

/** GLPK as backend, to be given to `countCells`; it is loaded (some tens of milliseconds) when this is called. */
export async function glpkBackend(): Promise<LpBackend> {
  const loaded = await import('../lp/glpk/index.js');
  return loaded.glpkBackend();
}
