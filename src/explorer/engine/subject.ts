/**
 * What is looked at: a network on a box of which two inputs vary.
 */
import { rationalFromDouble } from '../../exact/index.js';
import {
  affineFromDoubles,
  type BoxDomain,
  box,
  buildNetwork,
  LINEAR,
  leaky,
  type Network,
  RELU,
  type Slopes,
  type Step,
} from '../../network/index.js';
import type { PicturePoints } from '../../report/encoding/index.js';
import { type DenseLayer, negativeSlopeOf, type TrainingPlan } from '../../theory/index.js';
import type { Window2 } from '../model/index.js';

export interface Subject {
  readonly network: Network;
  readonly domain: BoxDomain;
  /** Of the two inputs that vary. */
  readonly names: readonly [string, string];
  readonly window: Window2;
  readonly points?: PicturePoints;
  /** Names of the neurons of each layer's row in the page; default: those of the network's layers. */
  readonly label: string;
}

/** The square of a window as a domain of two inputs. */
export function planeBox({ x, y }: Window2): BoxDomain {
  return box([x[0], y[0]].map(rationalFromDouble), [x[1], y[1]].map(rationalFromDouble));
}

function slopesOf(plan: Pick<TrainingPlan, 'activation' | 'negativeSlope'>): Slopes {
  const below = negativeSlopeOf(plan);
  if (below === undefined) throw new RangeError('network: expected two slopes, got tanh; it has no cells');
  if (plan.activation === 'linear') return LINEAR;
  return plan.activation === 'relu' ? RELU : leaky(rationalFromDouble(below));
}

/** Whether all weights are numbers: a training that diverges leaves none. */
export function areFinite(layers: readonly DenseLayer[]): boolean {
  return layers.every(({ weights, bias }) => [...weights, bias].every((row) => row.every(Number.isFinite)));
}

/** The network that has been trained, in the very doubles of its weights. */
export function trainedNetwork(
  plan: Pick<TrainingPlan, 'activation' | 'negativeSlope' | 'widths'>,
  layers: readonly DenseLayer[],
): Network {
  const slopes = slopesOf(plan);
  const steps = layers.flatMap(({ weights, bias }, l): Step[] => {
    const inputs = plan.widths[l]!;
    const affine = affineFromDoubles(bias.length, inputs, weights.flat(), bias);
    return l + 1 < layers.length ? [{ affine }, { slopes: bias.map(() => slopes) }] : [{ affine }];
  });
  return buildNetwork(plan.widths[0]!, steps);
}
