/**
 * What checks a certificate of cells, of whichever kind.
 */
import { checkOrbitsShare, checkShare } from '../checker/index.js';
import { holdsSomething, kindOf } from '../output/index.js';

/** The checker of shares of a file: of a certificate by orbits, or of one in which every part is walked. */
export function shareCheckerOf(file: string): typeof checkOrbitsShare {
  const isByOrbits = holdsSomething(file) && kindOf(file) === 'certificate by orbits';
  return isByOrbits ? checkOrbitsShare : checkShare;
}
