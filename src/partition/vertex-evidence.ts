/**
 * What a certificate needs from a cell of the `vertex` engine: multipliers for a neuron on one side, and a point inside.
 *
 * The least value of s g over the cell is attained at a vertex; the facets that meet there carry multipliers m >= 0 with
 * s g - sum m_k h_k >= 0 on the box (linear programming duality). For a simple vertex they solve a small linear system; at
 * other vertices a floating-point program over the facets of the cell proposes a basis. Doubles prove the claim where the
 * least value is clearly positive; otherwise the basis is solved exactly (`exact-decision.ts`).
 *
 * Where a layer begins, a box around its cell is proved first, in the same way (`proven-box.ts`).
 */
import { nextDown } from '../exact/double.js';
import { type IntegerVector, integersFromDoubles, reduced } from '../exact/integers.js';
import { evaluationUnit, SLACK, signBeyond } from '../exact/sign.js';
import { simplexBackend } from '../lp/simplex.js';
import type { LpSession } from '../lp/types.js';
import { truncatedTo16Bits } from './certificate-format.js';
import { decideExactly, type ExactConstraints, isStrictlyInside } from './exact-decision.js';
import { roundedPoint } from './points.js';
import { ProvenBoxes } from './proven-box.js';
import { BOUND_EVIDENCE, type Evidence, type Narrowing, type Witness } from './tree.js';
import type { VertexExact } from './vertex-exact.js';
import type { VertexPath } from './vertex-path.js';
import { doubled, lowestBit, type VertexPool } from './vertex-pool.js';

/** From short to long: the first form of the multipliers that still proves the claim is taken. */
const SHORTENINGS: readonly ((multiplier: number) => number)[] = [truncatedTo16Bits, Math.fround, (m) => m];

/** A vertex or program's basis: facets that are splits, and the variables that are at no bound, equally many. */
interface Basis {
  readonly splits: readonly number[];
  readonly multipliers: readonly number[];
  readonly variables: readonly number[];
  /** The point's coordinates at bounds; the others do not matter. */
  readonly point: Float64Array;
}

export class VertexEvidence {
  private readonly n: number;
  private readonly boxes: ProvenBoxes;
  private session: LpSession | undefined;
  /** The function to be bounded from below, coefficients and constant, and the error of its evaluation. */
  private readonly objective: Float64Array;
  private objectiveError = 0;
  private readonly residual: Float64Array;
  private readonly centre: Float64Array;
  private readonly matrix: Float64Array;
  /** A basis: `size` splits with their multipliers, as many variables at no bound, and the coordinates of the others. */
  private size = 0;
  private readonly splits: Int32Array;
  private readonly solution: Float64Array;
  private readonly variables: Int32Array;
  private readonly point: Float64Array;
  private readonly atBound: Uint8Array;
  /** The multipliers, shortened. */
  private readonly candidate: Float64Array;
  private facetSplits: Int32Array = new Int32Array(16);
  private facetCount = 0;

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
    private readonly exact: VertexExact,
  ) {
    this.n = path.n;
    const { variables } = path.context.problem;
    this.boxes = new ProvenBoxes(path.context, this.n);
    this.objective = new Float64Array(variables + 1);
    this.residual = new Float64Array(variables + 1);
    this.centre = new Float64Array(variables);
    this.matrix = new Float64Array(this.n * (this.n + 1));
    this.splits = new Int32Array(variables);
    this.solution = new Float64Array(variables);
    this.variables = new Int32Array(variables);
    this.point = new Float64Array(variables);
    this.atBound = new Uint8Array(variables);
    this.candidate = new Float64Array(variables);
  }

  /** The cell is the whole domain. */
  reset(): void {
    this.boxes.reset();
  }

  /** Looks for a smaller box around the cell with the given vertices, on which a layer begins. */
  enterLayer(layer: number, depth: number, ids: Int32Array, count: number): void {
    if (!this.boxes.begin(layer, depth)) return;
    for (let variable = 0; variable < this.n; variable++) {
      const lowest = this.aimAtVariable(variable, 1).lowest(ids, count);
      const highest = this.aimAtVariable(variable, -1).lowest(ids, count);
      const width = this.pool.x[highest * this.n + variable]! - this.pool.x[lowest * this.n + variable]!;
      this.narrow(variable, -1, highest, width);
      this.aimAtVariable(variable, 1).narrow(variable, 1, lowest, width);
    }
  }

  /** The layer entered last has been walked. */
  leaveLayer(): void {
    this.boxes.leave();
  }

  /** The bounds that `enterLayer` found. */
  narrowings(): readonly Narrowing[] {
    return this.boxes.narrowings();
  }

  /** The sides that the proven box leaves no choice about. Changes the rows' enclosure. */
  sides(layer: number): Int8Array {
    return this.boxes.sides(layer);
  }

  /** Tries to prove a better bound of a variable at the vertex where it is attained, with multipliers of few bits. */
  private narrow(variable: number, side: 1 | -1, id: number, width: number) {
    if (!this.vertexBasis(id)) return;
    this.shorten(truncatedTo16Bits);
    const low = nextDown(this.lowestResidual(this.size));
    this.boxes.offer(variable, side, low, width, () => this.candidateEvidence());
  }

  private aimAtVariable(variable: number, side: 1 | -1): this {
    const { problem } = this.path.context;
    this.objective.fill(0);
    this.objective[variable] = side;
    this.objectiveError = problem.magnitude[variable]! * evaluationUnit(problem.variables);
    return this;
  }

  private aimAtNeuron(layer: number, neuron: number, side: 1 | -1) {
    const { rows, problem } = this.path.context;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    for (let i = 0; i <= problem.variables; i++) this.objective[i] = side * data[at + i]!;
    this.objectiveError = rows.threshold[layer]![neuron]!;
  }

  /** Evidence that the neuron lies on the given side on the cell with the given vertices. */
  evidence(layer: number, neuron: number, side: -1 | 0 | 1, ids: Int32Array, count: number): Evidence {
    if (side === 0) return BOUND_EVIDENCE;
    this.aimAtNeuron(layer, neuron, side);
    if (this.proves(0)) return BOUND_EVIDENCE;
    const atVertex = this.vertexBasis(this.lowest(ids, count));
    const evidence = atVertex ? this.inDoubles() : undefined;
    if (evidence !== undefined) return evidence;
    const facets = this.facets(ids, count);
    return atVertex
      ? this.exactly(layer, neuron, side, facets, this.basis())
      : this.byProgram(layer, neuron, side, facets);
  }

  /** The current basis as the exact stage takes it. */
  private basis(): Basis {
    const { size } = this;
    return {
      splits: Array.from(this.splits.subarray(0, size)),
      multipliers: Array.from(this.solution.subarray(0, size)),
      variables: Array.from(this.variables.subarray(0, size)),
      point: this.point,
    };
  }

  /** The vertex where the objective seems least. */
  private lowest(ids: Int32Array, count: number): number {
    const { objective, pool, n } = this;
    const { x } = pool;
    let best = ids[0]!;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      let value = 0;
      for (let i = 0, at = ids[k]! * n; i < n; i++) value += objective[i]! * x[at + i]!;
      if (value >= least) continue;
      least = value;
      best = ids[k]!;
    }
    return best;
  }

  /** Reads the basis at a simple vertex into `splits`, `variables` and `point` and solves for `solution`; false if it has none. */
  private vertexBasis(id: number): boolean {
    const { path, pool, n, splits, variables, point } = this;
    const { problem } = path.context;
    this.atBound.fill(0);
    let tight = 0;
    let size = 0;
    for (let w = 0; w < pool.words; w++) {
      for (let rest = pool.tight[id * pool.words + w]!; rest !== 0; rest &= rest - 1) {
        if (++tight > n) return false;
        const owner = path.owner[32 * w + lowestBit(rest)]!;
        if (owner >= 2 * n) {
          // Kept in ascending order.
          let at = size++;
          for (; at > 0 && splits[at - 1]! > owner - 2 * n; at--) splits[at] = splits[at - 1]!;
          splits[at] = owner - 2 * n;
        } else {
          this.atBound[owner >> 1] = 1;
          point[owner >> 1] = (owner & 1) === 0 ? problem.lower[owner >> 1]! : problem.upper[owner >> 1]!;
        }
      }
    }
    let free = 0;
    for (let i = 0; i < n; i++) if (this.atBound[i] === 0) variables[free++] = i;
    this.size = size;
    return tight === n && this.solveMultipliers();
  }

  /** Solves objective = sum m_k h_k in the free variables; false where doubles see a singular matrix. */
  private solveMultipliers(): boolean {
    const { path, matrix, splits, variables, size } = this;
    const { rows, problem } = path.context;
    const width = size + 1;
    for (let c = 0; c < size; c++) {
      const k = splits[c]!;
      const data = rows.rows[path.splitLayer[k]!]!;
      const at = path.splitNeuron[k]! * rows.stride;
      const sign = path.splitSide[k]!;
      for (let r = 0; r < size; r++) {
        const v = variables[r]!;
        matrix[r * width + c] = sign * data[at + v]! * problem.magnitude[v]!;
      }
    }
    for (let r = 0; r < size; r++) {
      const v = variables[r]!;
      matrix[r * width + size] = this.objective[v]! * problem.magnitude[v]!;
    }
    if (!eliminated(matrix, size)) return false;
    for (let r = 0; r < size; r++) this.solution[r] = Math.max(0, matrix[r * width + size]!);
    return true;
  }

  /** The basis as evidence, with multipliers as short as they may be, if doubles can prove it. */
  private inDoubles(): Evidence | undefined {
    for (const short of SHORTENINGS) {
      this.shorten(short);
      if (this.proves(this.size)) return this.candidateEvidence();
    }
    return undefined;
  }

  private shorten(short: (multiplier: number) => number) {
    for (let k = 0; k < this.size; k++) this.candidate[k] = short(this.solution[k]!);
  }

  private candidateEvidence(): Evidence {
    const { size, splits, candidate } = this;
    const used: number[] = [];
    const multipliers: number[] = [];
    for (let k = 0; k < size; k++) {
      if (candidate[k] === 0) continue;
      used.push(splits[k]!);
      multipliers.push(candidate[k]!);
    }
    return used.length === 0 ? BOUND_EVIDENCE : { kind: 'doubles', splits: used, multipliers };
  }

  /** Whether the objective minus the first `size` candidates is certainly positive on the proven box. */
  private proves(size: number): boolean {
    return signBeyond(this.lowestResidual(size), 0) > 0;
  }

  /**
   * A number certainly below r = objective - sum m_k h_k over the first `size` splits and candidates on the proven box, up to
   * the rounding of its last operation. The error of r, computed in doubles, at any point is at most E + sum m_k E_k from the
   * rows and (terms + 4) u (M + sum m_k M_k) from computing r; evaluating the minimum adds (n + 3) u times the same mass. A
   * threshold holds E + (n + 4) u M, terms <= n: twice their sum suffices.
   */
  private lowestResidual(size: number): number {
    const { path, residual, splits, candidate, n } = this;
    const { lower, upper } = this.boxes;
    const { problem, rows } = path.context;
    const { variables, outerLower, outerUpper } = problem;
    residual.set(this.objective);
    let bound = this.objectiveError;
    for (let s = 0; s < size; s++) {
      const k = splits[s]!;
      const multiplier = candidate[s]!;
      const data = rows.rows[path.splitLayer[k]!]!;
      const from = path.splitNeuron[k]! * rows.stride;
      const factor = path.splitSide[k]! * multiplier;
      for (let i = 0; i <= variables; i++) residual[i]! -= factor * data[from + i]!;
      bound += multiplier * rows.threshold[path.splitLayer[k]!]![path.splitNeuron[k]!]!;
    }
    let low = residual[variables]!;
    for (let i = 0; i < n; i++) {
      const r = residual[i]!;
      low += r * (r > 0 ? lower : upper)[i]!;
    }
    for (let i = n; i < variables; i++) {
      const r = residual[i]!;
      low += r * (r > 0 ? outerLower[i]! : outerUpper[i]!);
    }
    return low - 2 * bound * SLACK;
  }

  /** Finds the splits that are facets of the cell: `facetCount` entries of `facetSplits`, in no order. */
  private findFacets(ids: Int32Array, count: number) {
    const { path, pool, n } = this;
    const { tight, words } = pool;
    this.facetCount = 0;
    for (let w = 0; w < words; w++) {
      let used = 0;
      for (let k = 0; k < count; k++) used |= tight[ids[k]! * words + w]!;
      for (let rest = used; rest !== 0; rest &= rest - 1) {
        const owner = path.owner[32 * w + lowestBit(rest)]!;
        if (owner < 2 * n) continue;
        if (this.facetCount === this.facetSplits.length) this.facetSplits = doubled(this.facetSplits);
        this.facetSplits[this.facetCount++] = owner - 2 * n;
      }
    }
  }

  /** The splits that are facets of the cell, in ascending order. */
  private facets(ids: Int32Array, count: number): number[] {
    this.findFacets(ids, count);
    return Array.from(this.facetSplits.subarray(0, this.facetCount)).sort((a, b) => a - b);
  }

  /** Evidence from the basis where a program over the facets stops. */
  private byProgram(layer: number, neuron: number, side: 1 | -1, facets: readonly number[]): Evidence {
    const { path } = this;
    const { problem, rows } = path.context;
    const session = (this.session ??= simplexBackend.session(problem.lower, problem.upper));
    session.reset();
    for (const k of facets) {
      const at = path.splitNeuron[k]! * rows.stride;
      session.push(rows.rows[path.splitLayer[k]!]!, at, path.splitSide[k]!);
    }
    const at = neuron * rows.stride;
    const status = session.minimise(rows.rows[layer]!, at, side, Number.NEGATIVE_INFINITY);
    if (status !== 'optimal') return this.exactly(layer, neuron, side, facets, undefined);
    const size = (this.size = session.supportSize);
    const order = Array.from({ length: size }, (_, s) => s).sort((a, b) => session.support[a]! - session.support[b]!);
    order.forEach((s, k) => {
      this.splits[k] = facets[session.support[s]!]!;
      this.solution[k] = session.multipliers[s]!;
      this.variables[k] = session.basicVariables[k]!;
    });
    this.point.set(session.point);
    return this.inDoubles() ?? this.exactly(layer, neuron, side, facets, this.basis());
  }

  private constraints(splits: readonly number[]): ExactConstraints {
    const { path } = this;
    const { exact } = path.context;
    const get = (index: number) => {
      const k = splits[index]!;
      const layer = path.splitLayer[k]!;
      const row = exact.row(layer, path.splitNeuron[k]!);
      return { row, denominator: exact.denominator(layer), sign: path.splitSide[k]! };
    };
    return { count: splits.length, get };
  }

  private exactly(
    layer: number,
    neuron: number,
    side: 1 | -1,
    facets: readonly number[],
    basis: Basis | undefined,
  ): Evidence {
    const { problem, exact } = this.path.context;
    const outcome = decideExactly(problem, this.constraints(facets), {
      row: exact.row(layer, neuron),
      denominator: exact.denominator(layer),
      sign: side,
      basis: basis && { ...basis, support: basis.splits.map((k) => facets.indexOf(k)) },
      approximate: basis?.multipliers,
      // Only for points beyond the crease, and there are none.
      interior: () => ({ numerators: problem.exactLower, denominator: problem.boxDenominator }),
    });
    if (outcome.beyond !== undefined) {
      throw new Error(`vertex engine: expected neuron ${neuron} of layer ${layer} on one side, got points on both`);
    }
    const { evidence } = outcome;
    return evidence.kind === 'bound' ? evidence : { ...evidence, splits: evidence.splits.map((k) => facets[k]!) };
  }

  // ---- a point inside ----

  /** A point strictly inside the cell with the given vertices: near their mean. */
  witness(ids: Int32Array, count: number): Witness {
    const { path, pool, n, centre } = this;
    const { problem } = path.context;
    for (let i = 0; i < problem.variables; i++) {
      let sum = 0;
      for (let k = 0; k < count && i < n; k++) sum += pool.x[ids[k]! * n + i]!;
      centre[i] = i < n ? sum / count : problem.lower[i]! / 2 + problem.upper[i]! / 2;
    }
    this.findFacets(ids, count);
    for (let i = 0; i < problem.variables; i++) this.point[i] = Math.fround(centre[i]!);
    if (this.isInside(this.point)) return this.point;
    return this.isInside(centre) ? centre : this.exactWitness(ids, count);
  }

  /** Whether a double point is certainly strictly inside the box and the facets found last. */
  private isInside(point: Float64Array): boolean {
    const { path, facetSplits, facetCount } = this;
    const { problem, rows } = path.context;
    const { variables } = problem;
    for (let i = 0; i < variables; i++) {
      if (!(point[i]! > problem.lower[i]! && point[i]! < problem.upper[i]!)) return false;
    }
    for (let f = 0; f < facetCount; f++) {
      const k = facetSplits[f]!;
      const layer = path.splitLayer[k]!;
      const neuron = path.splitNeuron[k]!;
      const data = rows.rows[layer]!;
      const at = neuron * rows.stride;
      let value = data[at + variables]!;
      for (let i = 0; i < variables; i++) value += data[at + i]! * point[i]!;
      if (signBeyond(value, rows.threshold[layer]![neuron]!) !== path.splitSide[k]) return false;
    }
    return true;
  }

  /** The exact mean of the vertices is strictly inside; a point near it with shorter coordinates may be, too. */
  private exactWitness(ids: Int32Array, count: number): Witness {
    const { path, n } = this;
    const { problem } = path.context;
    let mean: IntegerVector = { numerators: new Array<bigint>(problem.variables).fill(0n), denominator: 1n };
    for (let k = 0; k < count; k++) mean = plus(mean, this.exact.vertex(ids[k]!));
    mean = { numerators: mean.numerators, denominator: mean.denominator * BigInt(count) };
    if (n < problem.variables) mean = this.withIdle(mean);
    const constraints = this.constraints(this.facets(ids, count));
    const inside = roundedPoint(reduced(mean), (candidate) => isStrictlyInside(problem, constraints, candidate));
    return inside.exact ?? inside.doubles;
  }

  /** With the idle variable in the middle of its interval. */
  private withIdle({ numerators, denominator }: IntegerVector): IntegerVector {
    const { problem } = this.path.context;
    const idle = this.n;
    const middle = integersFromDoubles([problem.lower[idle]! / 2 + problem.upper[idle]! / 2]);
    return {
      numerators: numerators.map((x, i) => (i === idle ? middle.numerators[0]! * denominator : x * middle.denominator)),
      denominator: denominator * middle.denominator,
    };
  }
}

function plus(a: IntegerVector, b: IntegerVector): IntegerVector {
  if (a.denominator === b.denominator) {
    return { numerators: a.numerators.map((x, i) => x + b.numerators[i]!), denominator: a.denominator };
  }
  return {
    numerators: a.numerators.map((x, i) => x * b.denominator + b.numerators[i]! * a.denominator),
    denominator: a.denominator * b.denominator,
  };
}

/** Gauss and Jordan on a size x (size + 1) system with row exchanges; false if it seems singular. */
function eliminated(matrix: Float64Array, size: number): boolean {
  const width = size + 1;
  for (let c = 0; c < size; c++) {
    let pivot = c;
    for (let r = c + 1; r < size; r++) {
      if (Math.abs(matrix[r * width + c]!) > Math.abs(matrix[pivot * width + c]!)) pivot = r;
    }
    if (!(Math.abs(matrix[pivot * width + c]!) > 0)) return false;
    for (let k = c; k < width; k++) {
      const kept = matrix[c * width + k]!;
      matrix[c * width + k] = matrix[pivot * width + k]!;
      matrix[pivot * width + k] = kept;
    }
    const factor = 1 / matrix[c * width + c]!;
    for (let k = c; k < width; k++) matrix[c * width + k]! *= factor;
    for (let r = 0; r < size; r++) {
      const times = matrix[r * width + c]!;
      if (r === c || times === 0) continue;
      for (let k = c; k < width; k++) matrix[r * width + k]! -= times * matrix[c * width + k]!;
    }
  }
  return true;
}
