/** The face of integral. */
export type { Enclosed } from './bracket-sum.js';
export { Distribution, simplexDistribution, type TruncatedPower } from './distribution.js';
export { type Integrals, type IntegralsRequest, integrals } from './integrals.js';
export { lawOf, type OutputMoments, type UniformLaw } from './moments.js';
export { RandomBits } from './random-bits.js';
export { type Region, regionVolume, type Sample, type SampleRequest, samplePoints } from './sample.js';
