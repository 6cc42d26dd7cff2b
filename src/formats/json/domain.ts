/**
 * Domains in JSON: `{"box": ...}`, `{"whole": d}` (or `true`) and H-polytopes.
 *
 *     { "inequalities": [ { "a": [1, "-1/3"], "b": 2 }, ... ],      a . x <= b
 *       "equalities": [ { "a": [1, 1], "b": 1 } ],                  a . x = b; optional
 *       "box": [[-1, 1], [0, "2/3"]] }                              optional
 *
 * "dimension" may say how many inputs there are, and is checked. A number is the double that JSON makes of it, taken exactly; a string such as "1/3" is that rational.
 */
import type { Rational } from '../../exact/index.js';
import { type BoxDomain, box, type Domain, type LinearBound, polytope, whole } from '../../network/index.js';
import { exactly } from '../input/entries.js';
import { complainingAt, FormatError } from '../input/error.js';
import { entryOfJson } from '../input/numbers.js';
import { membersAt } from './members.js';
import { countAt, listAt, refuse } from './parts.js';

/** A bound a . x <= b, or = b. */
const LINEAR = '{"a":[...],"b":...}';
type Linear = ReturnType<typeof linearAt>;
/** What a "domain" says; its numbers are not read yet. */
export type DomainContent = ReturnType<typeof domainContent>;

const intervalAt = (value: unknown, place: string): readonly unknown[] =>
  Array.isArray(value) && value.length === 2 ? value : refuse(place, 'an interval [lo, hi]', value);

function linearAt(value: unknown, place: string) {
  const { a, b } = membersAt(value, place, ['a', 'b'], LINEAR);
  return { a: Array.isArray(a) ? (a as readonly unknown[]) : refuse(`${place}.a`, 'the coefficients, an array', a), b };
}

const linearsAt = (value: unknown, place: string) => listAt(value, place, linearAt);

/** What a value says as a "domain", also inside of a network file. @throws FormatError */
export function domainContent(value: unknown, place = '') {
  const domain = membersAt(value, place, ['box', 'inequalities', 'equalities', 'whole', 'dimension']);
  const part = <Part>(name: string, read: (value: unknown, place: string) => Part) =>
    domain[name] === undefined ? undefined : read(domain[name], place === '' ? name : `${place}.${name}`);
  const content = {
    box: part('box', (intervals, at) => listAt(intervals, at, intervalAt)),
    inequalities: part('inequalities', linearsAt),
    equalities: part('equalities', linearsAt),
    whole: part('whole', (d, at) => (d === true ? d : countAt(d, at))),
  };
  if (Object.values(content).every((given) => given === undefined))
    refuse(place, '"box", "inequalities" or "whole"', value);
  return { ...content, dimension: part('dimension', countAt) };
}

const number = (value: unknown, place: string): Rational => exactly(entryOfJson(value, () => place));

function boxOfPairs(pairs: readonly (readonly unknown[])[], inputs: number): BoxDomain {
  if (pairs.length !== inputs) {
    throw new FormatError(
      'box',
      `expected ${inputs} intervals, one per input, got ${pairs.length}; add or remove some`,
    );
  }
  const bounds = (k: 0 | 1) => pairs.map((pair, i) => number(pair[k], `box[${i}][${k}]`));
  return complainingAt('box', () => box(bounds(0), bounds(1)));
}

function linearBounds(part: string, content: readonly Linear[], inputs: number): LinearBound[] {
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
  const { box: intervals, inequalities, equalities, whole: d, dimension } = content;
  if (dimension !== undefined && dimension !== inputs) {
    const fix = 'correct it';
    throw new FormatError('dimension', `expected ${inputs}, the number of inputs, got ${dimension}; ${fix}`);
  }
  const bounded = intervals && boxOfPairs(intervals, inputs);
  if (d !== undefined) {
    if (bounded !== undefined || inequalities !== undefined || equalities !== undefined) {
      throw new FormatError('whole', 'expected no other constraint beside "whole"; drop it');
    }
    if (d !== true && d !== inputs)
      throw new FormatError('whole', `expected ${inputs}, the number of inputs, got ${d}; correct it`);
    return whole(inputs);
  }
  if (inequalities === undefined && equalities === undefined) return bounded!;
  return polytope(inputs, linearBounds('inequalities', inequalities ?? [], inputs), {
    equalities: linearBounds('equalities', equalities ?? [], inputs),
    ...(bounded && { box: bounded }),
  });
}
