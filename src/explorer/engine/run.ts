/**
 * A training with its past: any epoch can be returned to, in memory that does not grow.
 */
import { type DataSetName, type DenseLayer, dataSet, score, Training, type TrainingPlan } from '../../theory/index.js';
import {
  type ActivationName,
  type ExplorerPlan,
  type FieldPicture,
  isRegression,
  type TrainingFacts,
  type Window2,
} from '../model/index.js';
import { areFinite } from './subject.js';

/** States kept: when there are more, every other one is forgotten. */
const MOST_STATES = 256;
/** Squares of the grid on which a smooth network is drawn, across. */
const GRID = 96;

export function trainingPlanOf(plan: ExplorerPlan, activation: ActivationName): TrainingPlan {
  return {
    widths: [2, ...plan.hidden, 1],
    activation,
    negativeSlope: plan.slope,
    task: isRegression(plan) ? 'regression' : 'classification',
    seed: plan.seed,
    learningRate: plan.rate,
    l2: plan.l2,
    batch: plan.batch,
    epochs: 0,
  };
}

export function examplesOf({ data, dataSeed, points, noise }: ExplorerPlan) {
  return dataSet({ name: data satisfies DataSetName, seed: dataSeed, count: points, noise: noise / 100 });
}

export class Run {
  readonly plan: TrainingPlan;
  private readonly training: Training;
  private readonly isRegression: boolean;
  /** Parameters by epoch; of every `stride`-th epoch. */
  private readonly past = new Map<number, Float64Array>();
  private stride = 1;
  /** The first epoch at which the weights are no numbers. */
  private end = Number.POSITIVE_INFINITY;

  constructor(
    explorer: ExplorerPlan,
    readonly activation: ActivationName,
  ) {
    this.plan = trainingPlanOf(explorer, activation);
    this.isRegression = isRegression(explorer);
    this.training = new Training(this.plan, examplesOf(explorer));
    this.keep();
  }

  get epoch(): number {
    return this.training.epoch;
  }

  layers(): DenseLayer[] {
    return this.training.denseLayers();
  }

  /** Goes to an epoch; a training that diverges stays at the last one with numbers. */
  seek(epoch: number): void {
    if (epoch < this.epoch) this.back(epoch);
    while (this.epoch < Math.min(epoch, this.end - 1)) {
      const before = this.training.state();
      this.training.advance();
      if (!areFinite(this.training.denseLayers())) {
        this.end = this.epoch;
        this.training.restore(before);
        return;
      }
      this.keep();
    }
  }

  /** To the last state kept that is not later. */
  private back(epoch: number) {
    const from = Math.floor(epoch / this.stride) * this.stride;
    this.training.restore({ epoch: from, parameters: this.past.get(from)! });
  }

  private keep() {
    const { epoch, parameters } = this.training.state();
    if (epoch % this.stride !== 0 || this.past.has(epoch)) return;
    this.past.set(epoch, parameters);
    if (this.past.size <= MOST_STATES) return;
    this.stride *= 2;
    for (const kept of this.past.keys()) if (kept % this.stride !== 0) this.past.delete(kept);
  }

  facts(): TrainingFacts {
    return {
      epoch: this.epoch,
      loss: this.training.loss(),
      errors: this.isRegression ? undefined : this.training.errors(),
      diverged: this.epoch >= this.end - 1,
    };
  }

  /** The values of the last pre-activation on a grid. */
  field(window: Window2): FieldPicture {
    const layers = this.layers();
    const { activation, negativeSlope = 0 } = this.plan;
    const values = new Float64Array(GRID * GRID);
    const at = ([low, high]: readonly [number, number], k: number) => low + ((k + 0.5) / GRID) * (high - low);
    for (let row = 0; row < GRID; row++) {
      const y = at(window.y, row);
      for (let column = 0; column < GRID; column++) {
        values[row * GRID + column] = score(layers, activation, [at(window.x, column), y], negativeSlope);
      }
    }
    return { kind: 'field', window, columns: GRID, rows: GRID, values };
  }
}
