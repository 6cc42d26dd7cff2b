/**
 * What a file holds, told from its content: so that no run replaces what another kind of run, or somebody else, made.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import {
  ARRANGEMENT_FORMAT,
  CERTIFICATE_FORMAT,
  IMAGES_FORMAT,
  INSIDE_FORMAT,
  ORBITS_FORMAT,
  VERIFICATION_FORMAT,
} from '../certificate/index.js';

/** The kinds of files that commands write. */
export type Kind =
  | 'certificate'
  | 'certificate by orbits'
  | 'certificate by images'
  | 'certificate of an arrangement'
  | 'certificate of an arrangement on a domain'
  | 'proof'
  | 'plain certificate'
  | 'plain proof'
  | 'Coq'
  | 'counterexample'
  | 'query'
  | 'answers'
  | 'answers data'
  | 'answers progress'
  | 'report'
  | 'report data'
  | 'SVG'
  | 'PNG'
  | 'PDF'
  | 'network'
  | '.nnet network'
  | '.onnx network'
  | 'GraphML'
  | 'boundary'
  | 'generators'
  | 'homology'
  | 'distribution'
  | 'sample'
  | 'formula'
  | 'JSON Lines of cells'
  | 'Parquet'
  | 'table'
  | 'table data'
  | 'table progress'
  | 'conformance case';

/** How much of a file's beginning is looked at. */
const HEAD = 1 << 12;

function headOf(file: string): Buffer {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(HEAD);
    return bytes.subarray(0, readSync(handle, bytes, 0, HEAD, 0));
  } finally {
    closeSync(handle);
  }
}

/** The beginning of what is compressed, or nothing. */
function unzipped(head: Buffer): string {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
  } catch {
    return '';
  }
}

/** Text at which each kind begins, as our writers write it. */
const BEGINNINGS: readonly (readonly [Kind, RegExp])[] = [
  ['plain certificate', /^relu-atlas-plain /],
  ['plain proof', /^relu-atlas-plain-proof /],
  ['Coq', /^\(\* written by relu-atlas certificate expand\n/],
  ['report data', /^\{\s*"schema":\s*"relu-atlas-report"/],
  ['table data', /^\{\s*"schema":\s*"relu-atlas-table"/],
  ['table progress', /^\{"schema":"relu-atlas-table-progress"/],
  ['generators', /^\{"format":"relu-atlas-generators"/],
  ['homology', /^\{"format":"relu-atlas-homology"/],
  ['distribution', /^\{"format":"relu-atlas-distribution"/],
  ['sample', /^(\{"format":"relu-atlas-sample"|# relu-atlas sample: )/],
  ['formula', /^(;|#|\\|\*|%) written by relu-atlas: /],
  ['answers data', /^\{"rows":\[/],
  ['answers progress', /^\{"schema":"relu-atlas-verify-progress"/],
  ['answers', /^(network +property +verdict|[^,\n]+,[^,\n]+,(sat|unsat|unknown|error),)/],
  ['counterexample', /^sat\n\(\(X_0 /],
  ['query', /^; written by relu-atlas\n/],
  ['network', /^\{\s*"format":\s*"relu-atlas-network"/],
  ['conformance case', /^\{"(protocol|format)":"relu-atlas-conformance|^\{"id":"[^"]*","why":/],
  ['JSON Lines of cells', /^\{"id":0,"pattern":/],
  ['boundary', /^\{"points":\[(\["|\],"pieces":)/],
  ['report', /^<!doctype html>[\s\S]*<meta name="generator" content="relu-atlas">/i],
  ['SVG', /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=/],
  ['GraphML', /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<graphml /],
  ['.nnet network', /^\/\/ written by relu-atlas/],
  // The version of the format, then the program that wrote it.
  ['.onnx network', /^.{3}\nrelu-atlas/s],
  ['table', /^# Networks compared\n/],
  ['PNG', /^\x89PNG\r\n/],
  ['PDF', /^%PDF-1\.\d\n%\xff\xff\xff\xff\n/],
  ['Parquet', /^PAR1/],
];

/** What a file holds; undefined for content that no command of ours writes. */
export function kindOf(file: string): Kind | undefined {
  const head = headOf(file);
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const inside = unzipped(head);
    if (inside.startsWith(`{"format":"${VERIFICATION_FORMAT}"`)) return 'proof';
    if (inside.startsWith(`{"format":"${ORBITS_FORMAT}"`)) return 'certificate by orbits';
    if (inside.startsWith(`{"format":"${IMAGES_FORMAT}"`)) return 'certificate by images';
    if (inside.startsWith(`{"format":"${ARRANGEMENT_FORMAT}"`)) return 'certificate of an arrangement';
    if (inside.startsWith(`{"format":"${INSIDE_FORMAT}"`)) return 'certificate of an arrangement on a domain';
    return inside.startsWith(`{"format":"${CERTIFICATE_FORMAT}"`) ? 'certificate' : undefined;
  }
  const text = head.toString('latin1');
  return BEGINNINGS.find(([, beginning]) => beginning.test(text))?.[0];
}

/** Whether a file stands there that could be lost: a regular one with content. */
export function holdsSomething(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  return status?.isFile() === true && status.size > 0;
}
