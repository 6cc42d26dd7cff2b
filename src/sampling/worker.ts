/**
 * A thread that counts some networks of an ensemble.
 */
import { type Sample, type SamplingSetting, sampleOf } from './sample.js';

export interface SamplingTask {
  readonly setting: SamplingSetting;
  readonly numbers: readonly number[];
}

/** Piscina's entry. */
export function samples({ setting, numbers }: SamplingTask): Sample[] {
  return numbers.map((number) => sampleOf(setting, number));
}
