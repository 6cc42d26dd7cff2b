/**
 * Answers about arrangements: cells that nobody visits.
 */
import { jsonOfChambers } from '../answers/index.js';
import { arrangementOf, networkOfHyperplanes, type Symmetry, statedSymmetries } from '../chambers/index.js';
import { type Rational, ZERO } from '../exact/index.js';
import { generatorsAt } from '../formats/json/index.js';
import { type Domain, type Network, whole } from '../network/index.js';
import { partitionProblem } from '../problem/index.js';
import { runChambers, type StepProgress } from '../run/index.js';
import { asParameter, domainOf, exactNumber } from './answers.js';
import { rpcError } from './errors.js';
import type { Params } from './schemas.js';

/** How a count is watched and ended. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: StepProgress) => void;
}

interface Subject {
  readonly network: Network;
  readonly domain: Domain;
  readonly symmetry?: Params<'count'>['symmetry'];
  readonly certificate?: string | undefined;
}

/** The answer of `count` by chambers, and of `arrangement`; undefined if it was stopped. */
export async function chambersOf({ network, domain, symmetry, certificate }: Subject, watch: Watch) {
  const symmetries = symmetriesIn(network, domain, symmetry);
  const {
    count,
    seconds,
    certificate: written,
  } = await runChambers({
    network,
    domain,
    ...(symmetries && { symmetries }),
    ...(certificate !== undefined && { certificate }),
    ...watch,
  });
  if (count === undefined) return undefined;
  return {
    ...jsonOfChambers(count, domain, seconds),
    ...(written && { certificate: { file: certificate, ...written } }),
  };
}

/** Generators whose members are known. @throws RpcError */
export function generatorsOf({ generators }: { readonly generators: readonly unknown[] }) {
  return asParameter('', () => generatorsAt(generators, 'symmetry.generators'));
}

function symmetriesIn(network: Network, domain: Domain, symmetry: Subject['symmetry']): Symmetry[] | undefined {
  if (symmetry === undefined || symmetry === 'auto' || symmetry === 'orbits') return undefined;
  if (symmetry === 'none') return [];
  const { arrangement } = arrangementOf(partitionProblem(network, domain));
  return statedSymmetries(arrangement, generatorsOf(symmetry)).map((found, g) => {
    if (typeof found === 'string') throw rpcError('invalidParams', `symmetry.generators[${g}]: ${found}`);
    return found;
  });
}

/** The hyperplanes of a question as a network, and where they are cut. @throws RpcError */
export function hyperplanesOf({ hyperplanes, central = false, domain }: Params<'arrangement'>) {
  const rows = hyperplanes.map((plane, k): Rational[] => {
    const list = Array.isArray(plane) ? plane : [...plane.a, ...(central ? [] : [plane.b ?? 0])];
    const row = list.map((entry, i) => exactNumber(entry, `hyperplanes[${k}][${i}]`));
    return central ? [...row, ZERO] : row;
  });
  const dimension = rows[0]!.length - 1;
  if (dimension < 1) throw rpcError('invalidParams', 'hyperplanes[0]: expected a coefficient at least; see central');
  const odd = rows.findIndex((row) => row.length !== dimension + 1);
  if (odd >= 0)
    throw rpcError('invalidParams', `hyperplanes[${odd}]: expected as many numbers as hyperplanes[0] has; correct it`);
  return { network: networkOfHyperplanes(dimension, rows), domain: domainOf(domain, whole(dimension), dimension) };
}
