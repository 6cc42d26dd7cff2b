/**
 * The article report: every claim with a picture, in the order of the argument.
 */
import type { Network } from '../../network/index.js';
import { approximationSection } from './approximation.js';
import { type CircleNetworks, circleSection } from './circle.js';
import { collapseSection } from './collapse.js';
import { cornersSection } from './corners.js';
import { creasesSection } from './creases.js';
import { deadSection } from './dead.js';
import { degenerateSection } from './degenerate.js';
import { extrapolationSection } from './extrapolation.js';
import { foldingSection } from './folding.js';
import { gradientsSection } from './gradients.js';
import type { TheorySection } from './section.js';

/** What the report takes from fixtures/circle: training is no part of it. */
export interface TheoryInput {
  readonly circle: CircleNetworks;
  /** Trained ReLU networks of one and of two hidden layers, in the order of the tables. */
  readonly trained: readonly Network[];
}

/** All sections. Cost: some seconds, most of them for enclosures at 60 digits. */
export function theorySections({ circle, trained }: TheoryInput): TheorySection[] {
  return [
    collapseSection(),
    creasesSection(),
    approximationSection(),
    extrapolationSection(),
    circleSection(circle),
    cornersSection(trained),
    gradientsSection(),
    deadSection(),
    foldingSection(),
    degenerateSection(),
  ];
}
