/**
 * Domains in JSON: `{"box": ...}`, `{"whole": d}` and H-polytopes.
 *
 *     { "inequalities": [ { "a": [1, "-1/3"], "b": 2 }, ... ],      a . x <= b
 *       "equalities": [ { "a": [1, 1], "b": 1 } ],                  a . x = b; optional
 *       "box": [[-1, 1], [0, "2/3"]] }                              optional
 *
 * A number is the double that JSON makes of it, taken exactly; a string such as "1/3" is that rational.
 */
import { z } from 'zod';
import type { Rational } from '../../exact/index.js';
import { type BoxDomain, box, type Domain, type LinearBound, polytope, whole } from '../../network/index.js';
import { exactly } from '../input/entries.js';
import { complainingAt, FormatError } from '../input/error.js';
import { entryOfJson } from '../input/numbers.js';
import { conforming, valueOfJson } from './text.js';

const interval = z.tuple([z.unknown(), z.unknown()], 'expected an interval [lo, hi]');
const linear = z.strictObject(
  { a: z.array(z.unknown(), 'expected the coefficients, an array'), b: z.unknown() },
  'expected {"a":[...],"b":...}',
);
const boxSchema = z.array(interval);

/** What a "domain" may be, also inside of a network file. */
export const domainSchema = z
  .object({
    box: boxSchema.optional(),
    inequalities: z.array(linear).optional(),
    equalities: z.array(linear).optional(),
    whole: z.int().min(1).optional(),
  })
  .refine(
    ({ box: intervals, inequalities, equalities, whole: d }) =>
      [intervals, inequalities, equalities, d].some((part) => part !== undefined),
    {
      message: 'expected "box", "inequalities" or "whole", got none of them',
    },
  );
export type DomainContent = z.infer<typeof domainSchema>;

const number = (value: unknown, place: string): Rational => exactly(entryOfJson(value, () => place));

function boxOfPairs(pairs: z.infer<typeof boxSchema>, inputs: number): BoxDomain {
  if (pairs.length !== inputs) {
    throw new FormatError(
      'box',
      `expected ${inputs} intervals, one per input, got ${pairs.length}; add or remove some`,
    );
  }
  const bounds = (k: 0 | 1) => pairs.map((pair, i) => number(pair[k], `box[${i}][${k}]`));
  return complainingAt('box', () => box(bounds(0), bounds(1)));
}

function linearBounds(part: string, content: readonly z.infer<typeof linear>[], inputs: number): LinearBound[] {
  return content.map(({ a, b }, k) => {
    if (a.length !== inputs) {
      const fix = 'one coefficient per input';
      throw new FormatError(`${part}[${k}].a`, `expected ${inputs} numbers, got ${a.length}; ${fix}`);
    }
    return {
      coefficients: a.map((value, i) => number(value, `${part}[${k}].a[${i}]`)),
      bound: number(b, `${part}[${k}].b`),
    };
  });
}

/** The domain of a parsed JSON value in R^inputs. @throws FormatError */
export function domainOfContent(content: DomainContent, inputs: number): Domain {
  const { box: intervals, inequalities, equalities, whole: d } = content;
  const bounded = intervals && boxOfPairs(intervals, inputs);
  if (d !== undefined) {
    if (bounded !== undefined || inequalities !== undefined || equalities !== undefined) {
      throw new FormatError('whole', 'expected no other constraint beside "whole"; drop it');
    }
    if (d !== inputs) throw new FormatError('whole', `expected ${inputs}, the number of inputs, got ${d}; correct it`);
    return whole(d);
  }
  if (inequalities === undefined && equalities === undefined) return bounded!;
  return polytope(inputs, linearBounds('inequalities', inequalities ?? [], inputs), {
    equalities: linearBounds('equalities', equalities ?? [], inputs),
    ...(bounded && { box: bounded }),
  });
}

/** A domain from JSON text. @throws FormatError */
export function domainOfJson(text: string, inputs: number): Domain {
  return domainOfContent(conforming(domainSchema, valueOfJson(text)), inputs);
}
