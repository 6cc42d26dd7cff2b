/**
 * What is trained in the explorer: data, network and training, all of which a link can hold.
 */
export const DATA_NAMES = ['ring', 'xor', 'gaussians', 'spiral', 'plane', 'sine'] as const;
export type DataName = (typeof DATA_NAMES)[number];

export const ACTIVATIONS = ['relu', 'leaky', 'absolute', 'linear', 'tanh'] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

export interface ExplorerPlan {
  readonly data: DataName;
  /** Percent: 0 to 50. */
  readonly noise: number;
  readonly points: number;
  /** The data's seed and the network's. */
  readonly dataSeed: number;
  readonly seed: number;
  /** Widths of the hidden layers: up to 4, of up to 16 neurons. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  /** The slope of `leaky` below zero. */
  readonly slope: number;
  readonly rate: number;
  readonly batch: number;
  readonly l2: number;
}

export const MOST_LAYERS = 4;
export const MOST_NEURONS = 16;

export const FIRST_PLAN: ExplorerPlan = {
  data: 'ring',
  noise: 0,
  points: 200,
  dataSeed: 1,
  seed: 1,
  hidden: [8, 8],
  activation: 'relu',
  slope: 0.1,
  rate: 0.03,
  batch: 10,
  l2: 0,
};

export const isRegression = ({ data }: Pick<ExplorerPlan, 'data'>): boolean => data === 'plane' || data === 'sine';

/** "2-8-8-1" */
export const shapeOf = ({ hidden }: Pick<ExplorerPlan, 'hidden'>): string => [2, ...hidden, 1].join('-');
