/**
 * Seven guided stops, one for each claim of the article that can be seen; each names the file that holds its theorem.
 */
import type { Window2 } from './messages.js';
import type { ActivationName, ExplorerPlan } from './plan.js';
import { FIRST_PLAN } from './plan.js';

export interface Lesson {
  readonly title: string;
  readonly claim: string;
  /** What to do and to look at. */
  readonly look: string;
  /** Below the project's root. */
  readonly theorem: string;
  readonly plan: ExplorerPlan;
  readonly beside?: ActivationName;
  readonly window: Window2;
  /** Epochs that are made before it is seen, and whether it runs on then. */
  readonly epoch: number;
  readonly runs: boolean;
  readonly colour: 'value' | 'class' | 'layer' | 'map' | 'slope';
}

const DATA_WINDOW: Window2 = { x: [-6, 6], y: [-6, 6] };

export const LESSONS: readonly Lesson[] = [
  {
    title: 'Linear layers collapse',
    claim: 'A stack of linear layers is one linear map, however deep it is: one cell, and a straight boundary.',
    look: 'On the left three linear layers, on the right the same with ReLU, from the same seed and data. The left picture never has more than one cell, and its line never goes around the disc.',
    theorem: 'properties/article/linear-stacks-collapse.test.ts',
    plan: { ...FIRST_PLAN, hidden: [3, 3, 3], activation: 'linear', l2: 0.001 },
    beside: 'relu',
    window: DATA_WINDOW,
    epoch: 0,
    runs: true,
    colour: 'value',
  },
  {
    title: 'One neuron, one hinge',
    claim: 'A ReLU neuron cuts the plane along one line: zero on one side, rising at a constant slope on the other.',
    look: 'One neuron, two cells. Point at each cell: on one the map is constant, on the other it has a gradient across the crease.',
    theorem: 'properties/article/networks-bend-as-told.test.ts',
    plan: { ...FIRST_PLAN, data: 'gaussians', noise: 10, hidden: [1] },
    window: DATA_WINDOW,
    epoch: 30,
    runs: false,
    colour: 'value',
  },
  {
    title: 'Many hinges, one curve',
    claim:
      'Enough hinges come as close to a smooth function as one likes: the error falls with the square of their number.',
    look: 'Sixteen hinges learn a sine. Run, and watch the creases gather where the sine bends most. Take neurons away and see it coarsen.',
    theorem: 'properties/article/hinges-approximate-at-second-order.test.ts',
    plan: { ...FIRST_PLAN, data: 'sine', hidden: [16], rate: 0.03, points: 400 },
    window: DATA_WINDOW,
    epoch: 0,
    runs: true,
    colour: 'value',
  },
  {
    title: 'No extrapolation',
    claim:
      'Beyond its last crease the network goes straight on for ever, whatever the data did: it does not extrapolate.',
    look: 'The same sine on a window four times as wide. Outside of the data’s square the cells are long wedges, and on each the function is one plane.',
    theorem: 'properties/article/fits-do-not-extrapolate.test.ts',
    plan: { ...FIRST_PLAN, data: 'sine', hidden: [16], points: 400 },
    window: { x: [-24, 24], y: [-24, 24] },
    epoch: 200,
    runs: false,
    colour: 'value',
  },
  {
    title: 'The circle: a polygon',
    claim:
      'ReLU’s boundary around the disc is an exact polygon, each corner on the crease of a neuron; tanh draws a smooth curve.',
    look: 'Left ReLU, right tanh, the same seed. The corners are marked and counted while it trains. They are where the boundary meets a crease.',
    theorem: 'properties/article/relu-boundaries-are-polygons.test.ts',
    plan: { ...FIRST_PLAN, hidden: [3, 3, 3], l2: 0.001 },
    beside: 'tanh',
    window: DATA_WINDOW,
    epoch: 0,
    runs: true,
    colour: 'value',
  },
  {
    title: 'Dead neurons',
    claim: 'A ReLU that is negative on all the data has gradient zero: it is dead, and stays so.',
    look: 'A rate that is too large kills neurons within a few epochs. They are crossed out below the picture; step on, and none comes back to cut the window.',
    theorem: 'properties/article/dead-neurons-learn-nothing.test.ts',
    plan: { ...FIRST_PLAN, hidden: [8, 8], rate: 1 },
    window: DATA_WINDOW,
    epoch: 3,
    runs: false,
    colour: 'value',
  },
  {
    title: 'Depth folds the plane',
    claim:
      'Later creases are bent by earlier ones: a layer cuts every cell anew, so that cells multiply where widths only add.',
    look: 'Move the slider "layers" from 1 to 3: straight lines first, then lines that break at them. The table says how many cells each layer makes, and how many it could make.',
    theorem: 'properties/article/networks-bend-as-told.test.ts',
    plan: { ...FIRST_PLAN, hidden: [8, 8, 8] },
    window: DATA_WINDOW,
    epoch: 60,
    runs: false,
    colour: 'layer',
  },
];
