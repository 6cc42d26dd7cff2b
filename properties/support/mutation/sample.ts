/**
 * Which mutants are tried where all of them would take too long: a digest of its place decides about each.
 */
import { createHash } from 'node:crypto';

interface Place {
  readonly line: number;
  readonly column: number;
}

/** RELU_ATLAS_SAMPLE is the part of the mutants to try; default: all. */
export function sampledPart(): number {
  return Number(process.env.RELU_ATLAS_SAMPLE ?? 1);
}

export function isInSample(
  {
    location,
    replacement,
  }: { readonly location: { readonly start: Place; readonly end: Place }; readonly replacement?: string },
  part: number,
): boolean {
  const { start, end } = location;
  const place = [start.line, start.column, end.line, end.column, replacement].join();
  return createHash('sha256').update(place).digest().readUInt32BE(0) < part * 2 ** 32;
}
