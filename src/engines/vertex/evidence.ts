/**
 * What a certificate needs from a cell of the `vertex` engine: multipliers for a neuron on one side, bounds of a smaller box
 * where a layer begins (`engines/evidence/proven-box.ts`), and a point inside (`witness.ts`).
 *
 * Multipliers come from the vertex where the neuron is least (`multipliers.ts`); where that is not simple, from a
 * floating-point program over the facets of the cell. Doubles prove the claim where the least value is clearly positive;
 * otherwise the basis is solved exactly (`engines/evidence/exact-decision.ts`).
 */

import type { LpSession } from '../../lp/index.js';
import { simplexBackend } from '../../lp/index.js';
import { BOUND_EVIDENCE, type Evidence, type Narrowing, type Witness } from '../../walk/index.js';
import { decideExactly, ProvenBoxes } from '../evidence/index.js';
import type { VertexExact } from './exact.js';
import { exactConstraints, splitFacets } from './facets.js';
import type { VertexList } from './frame.js';
import { type Basis, VertexMultipliers } from './multipliers.js';
import type { VertexPath } from './path.js';
import type { VertexPool } from './pool.js';
import { VertexWitness } from './witness.js';

export class VertexEvidence {
  private readonly boxes: ProvenBoxes;
  private readonly multipliers: VertexMultipliers;
  private readonly witnesses: VertexWitness;
  private session: LpSession | undefined;

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
    exact: VertexExact,
  ) {
    this.boxes = new ProvenBoxes(path.context, path.n);
    this.multipliers = new VertexMultipliers(path, pool, this.boxes);
    this.witnesses = new VertexWitness(path, pool, exact);
  }

  /** The cell is the whole domain. */
  reset(): void {
    this.boxes.reset();
  }

  /** Looks for a smaller box around a cell on which a layer begins. */
  enterLayer(layer: number, depth: number, cell: VertexList): void {
    if (!this.boxes.begin(layer, depth)) return;
    const { multipliers } = this;
    const { x } = this.pool;
    const { n } = this.path;
    for (let variable = 0; variable < n; variable++) {
      multipliers.aimAtVariable(variable, 1);
      const lowest = multipliers.lowest(cell);
      multipliers.aimAtVariable(variable, -1);
      const highest = multipliers.lowest(cell);
      const width = x[highest * n + variable]! - x[lowest * n + variable]!;
      this.narrow(variable, -1, highest, width);
      multipliers.aimAtVariable(variable, 1);
      this.narrow(variable, 1, lowest, width);
    }
  }

  /** The layer entered last has been walked. */
  leaveLayer(): void {
    this.boxes.leave();
  }

  /** Tries to prove a better bound of a variable at the vertex where it is attained. */
  private narrow(variable: number, side: 1 | -1, id: number, width: number) {
    const { multipliers } = this;
    if (!multipliers.takeVertex(id)) return;
    this.boxes.offer(variable, side, multipliers.lowerBound(), width, () => multipliers.evidence());
  }

  /** The bounds that `enterLayer` found. */
  narrowings(): readonly Narrowing[] {
    return this.boxes.narrowings();
  }

  /** The sides that the proven box leaves no choice about. Changes the rows' enclosure. */
  sides(layer: number): Int8Array {
    return this.boxes.sides(layer);
  }

  /** A point strictly inside a cell. */
  witness(cell: VertexList): Witness {
    return this.witnesses.inside(cell);
  }

  /** Evidence that the neuron lies on the given side on a cell. */
  evidence(layer: number, neuron: number, side: -1 | 0 | 1, cell: VertexList): Evidence {
    if (side === 0) return BOUND_EVIDENCE;
    const { multipliers } = this;
    multipliers.aimAtNeuron(layer, neuron, side);
    if (multipliers.provesWithout()) return BOUND_EVIDENCE;
    const atVertex = multipliers.takeVertex(multipliers.lowest(cell));
    const proof = atVertex ? multipliers.proof() : undefined;
    if (proof !== undefined) return proof;
    const facets = splitFacets(this.path, this.pool, cell).sort((a, b) => a - b);
    if (atVertex) return this.exactly(layer, neuron, side, facets, multipliers.basis());
    return this.byProgram(layer, neuron, side, facets);
  }

  /** Evidence from the basis where a program over the facets stops. */
  private byProgram(layer: number, neuron: number, side: 1 | -1, facets: readonly number[]): Evidence {
    const { path, multipliers } = this;
    const { problem, rows } = path.context;
    const session = (this.session ??= simplexBackend.session(problem.lower, problem.upper));
    session.reset();
    for (const k of facets) {
      const at = path.splitNeuron[k]! * rows.stride;
      session.push(rows.rows[path.splitLayer[k]!]!, at, path.splitSide[k]!);
    }
    const status = session.minimise(rows.rows[layer]!, neuron * rows.stride, side, Number.NEGATIVE_INFINITY);
    if (status !== 'optimal') return this.exactly(layer, neuron, side, facets, undefined);
    multipliers.takeProgram(session, facets);
    return multipliers.proof() ?? this.exactly(layer, neuron, side, facets, multipliers.basis());
  }

  private exactly(
    layer: number,
    neuron: number,
    side: 1 | -1,
    facets: readonly number[],
    basis: Basis | undefined,
  ): Evidence {
    const { problem, exact } = this.path.context;
    const outcome = decideExactly(problem, exactConstraints(this.path, facets), {
      row: exact.row(layer, neuron),
      denominator: exact.denominator(layer),
      sign: side,
      // The point serves only to look for points beyond the crease, and there are none.
      basis: basis && { ...basis, support: basis.splits.map((k) => facets.indexOf(k)), point: problem.lower },
      approximate: basis?.multipliers,
      // Asked for only with a point beyond the crease.
      interior: () => {
        throw new Error(`vertex engine: expected neuron ${neuron} of layer ${layer} on one side, got points on both`);
      },
    });
    const { evidence } = outcome as Extract<typeof outcome, { readonly evidence: Evidence }>;
    return evidence.kind === 'bound' ? evidence : { ...evidence, splits: evidence.splits.map((k) => facets[k]!) };
  }
}
