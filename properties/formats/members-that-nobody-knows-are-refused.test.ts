/**
 * Theorem. In JSON an object means what its known members say: a member that is not known (a misspelt one above all) is refused, with the name that
 * is near, and so is one that stands twice, of which readers take either; remarks change nothing. So no constraint, activation or constant of a file is left out silently.
 *
 * Source: the formats of src/formats/json, each of whose members is misspelt here in every way of one edit; RFC 8259, section 4 (of names that are not unique).
 */
import { describe, expect, it } from 'vitest';
import { generatorsOfJson, hyperplanesOfValue } from '../../src/formats/json/arrangement.js';
import { domainOfJson } from '../../src/formats/json/domain-text.js';
import { networkOfJson } from '../../src/formats/json/network.js';
import { valueOfJson } from '../../src/formats/json/text.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { jsonOfDomain } from '../../src/formats/json/write-domain.js';
import { domainOf as libraryDomain, type PolytopeLike } from '../../src/library/domains.js';
import { domainOf } from '../../src/rpc/answers.js';
import { METHODS } from '../../src/rpc/schemas.js';

type Value = Readonly<Record<string, unknown>>;

const layer = { weights: [[1, 2]], bias: [0] };
const polytope = {
  box: [
    [-1, 1],
    [0, 1],
  ],
  inequalities: [{ a: [1, 1], b: 1 }],
  equalities: [{ a: [1, 0], b: 0 }],
  dimension: 2,
};
const network = (text: string) => {
  const { network: read, domain } = networkOfJson(text);
  return writeNetworkJson(read, domain).replace(/,\n"notes":.*/, '}');
};
const domain = (text: string) => jsonOfDomain(domainOfJson(text, 2));

/** Of each kind of object one that has every member, and what reads it. */
const KINDS: readonly (readonly [kind: string, content: Value, read: (text: string) => unknown])[] = [
  ['polytopes', polytope, domain],
  ['all of R^d', { whole: 2, dimension: 2 }, domain],
  [
    'networks',
    {
      format: 'relu-atlas-network',
      version: 1,
      inputs: 2,
      layers: [{ ...layer, activation: 'abs' }],
      domain: polytope,
    },
    network,
  ],
  ['plain networks', { layers: [layer], inputs: 2, domain: polytope }, network],
  ['hyperplanes', { hyperplanes: [{ a: [1, 2], b: 3 }] }, (text: string) => hyperplanesOfValue(valueOfJson(text))],
  [
    'symmetries',
    {
      generators: [
        { permutation: [1, 0], signs: [1, 1] },
        { inputs: [0], signs: [1], scales: [2], shifts: [1] },
        { matrix: [[2]], shifts: [1] },
      ],
    },
    generatorsOfJson,
  ],
  [
    'domains of the oracle',
    polytope,
    (text) => jsonOfDomain(domainOf(METHODS.count.params.parse({ domain: valueOfJson(text) }).domain, undefined, 2)),
  ],
  [
    'domains of the library',
    { box: polytope.box, inequalities: polytope.inequalities, equalities: polytope.equalities },
    (text) => jsonOfDomain(libraryDomain({ inputs: 2 }, valueOfJson(text) as PolytopeLike)),
  ],
];

/** The names that one letter less, twice, or exchanged with the next makes. */
function misspelt(name: string): string[] {
  const at = [...name].flatMap((letter, i) => {
    const [head, tail] = [name.slice(0, i), name.slice(i + 1)];
    return [head + tail, head + letter + letter + tail, head + tail.slice(0, 1) + letter + tail.slice(1)];
  });
  return [...new Set(at)].filter((other) => other !== name && other !== '');
}

/** The value with one of its objects, at any depth, changed in each way. */
function* changed(value: unknown, ways: (object: Value) => readonly Value[]): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield* ways(value as Value);
  for (const [key, part] of Object.entries(value))
    for (const inner of changed(part, ways))
      yield Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}

const withMember = (name: string) => (object: Value) => [{ ...object, [name]: ['for people'] }];
const withMisspelt = (object: Value) =>
  Object.keys(object).flatMap((name) => misspelt(name).map((other) => ({ ...object, [other]: object[name] })));
const withMark = (mark: string) => (object: Value) =>
  Object.keys(object).map((name) => ({ ...object, [`${name}${mark}`]: object[name] }));

describe.each(KINDS)('%s', (kind, content, read) => {
  it('refuse what is misspelt beside what they know, and say which was meant', () => {
    const wrong = [...changed(content, withMisspelt)];
    expect(wrong.length).toBeGreaterThan(10);
    for (const value of wrong)
      expect(() => read(JSON.stringify(value)), JSON.stringify(value)).toThrow(
        /expected .*"\w+".*, got "\w+"(?: \(did you mean "\w+"\?\))?/,
      );
  });

  it('refuse what stands twice, with the same value too, however it is written', () => {
    for (const value of changed(content, withMark('~'))) {
      const [, name] = /"(\w+)~"/.exec(JSON.stringify(value))!;
      const escaped = `"\\u${name!.charCodeAt(0).toString(16).padStart(4, '0')}${name!.slice(1)}" `;
      for (const text of [JSON.stringify(value), JSON.stringify(value, null, 1)])
        for (const again of [`"${name}"`, escaped])
          expect(() => read(text.replace(`"${name}~"`, again)), text).toThrow(
            new RegExp(`^([\\w.[\\]]+: )?expected "${name}" once, got it twice; keep one$`),
          );
    }
  });

  it('refuse members of which nothing is near, and read remarks as nothing', () => {
    for (const value of changed(content, withMember('zzz'))) {
      // Files of other programs have more on the outside.
      if (kind === 'plain networks' && (value as Value).zzz !== undefined) {
        expect(read(JSON.stringify(value))).toEqual(read(JSON.stringify(content)));
        continue;
      }
      expect(() => read(JSON.stringify(value))).toThrow(
        /, got "zzz"; correct it, or keep what is for people under "metadata"$/,
      );
    }
    for (const remark of ['note', 'source', 'metadata', '$schema'])
      for (const value of changed(content, withMember(remark)))
        expect(read(JSON.stringify(value))).toEqual(read(JSON.stringify(content)));
  });
});

it('a domain of the library that is none is refused by its place, where no compiler told', () => {
  const said = (like: unknown) => () => libraryDomain({ inputs: 2 }, like as PolytopeLike);
  for (const [like, message] of [
    [undefined, /^domain: expected .* or an object, got undefined; correct it$/],
    [5, /^domain: expected .*, got 5; /],
    [{}, /^domain: expected .*, got {}; /],
    [{ box: 5 }, /^domain: expected a list, got 5; /],
    [[[0, 1], 5], /^domain: input 1: expected \[lower, upper\], got 5; /],
    [[[0, 1], [0]], /^domain: input 1: expected \[lower, upper\], got \[0\]; /],
    [
      [
        [0, 1],
        [0, Number.NaN],
      ],
      /^domain: input 1: expected a finite number or .*, got NaN; /,
    ],
    [
      [
        [0, 1],
        [0, '1/0'],
      ],
      /^domain: input 1: expected a finite number or .*, got "1\/0"; /,
    ],
    [
      { inequalities: [{ a: [1, null], b: 0 }] },
      /^domain: inequalities\[0\]: expected a finite number or .*, got null; /,
    ],
    [{ inequalities: [{ b: 0 }] }, /^domain: inequalities\[0\]: expected a list, got undefined; /],
    [{ inequalities: [5] }, /^domain: inequalities\[0\]: expected object, got 5; /],
  ] as const)
    expect(said(like)).toThrow(message);
});

it('names the member that was meant', () => {
  for (const other of ['inequalites', 'inequalitys', 'Inequalities', 'equality', 'ineqaulities'])
    expect(() => domain(JSON.stringify({ ...polytope, [other]: [] })), other).toThrow(
      /did you mean "(in)?equalities"\?/,
    );
});

it('a plain network does not say how it is activated, wherever that is written', () => {
  for (const name of ['activation', 'activations'])
    expect(() => network(JSON.stringify({ layers: [layer], [name]: 'tanh' }))).toThrow(/activation/);
});

it('what stands twice, and what is no number, is told by its place', () => {
  const said = (text: string) => {
    try {
      return JSON.stringify(valueOfJson(text));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(said('{"layers":[{"a":1},{"weights":[[1,2]], "bias":[0], "bias":[1]}]}')).toBe(
    'layers[1]: expected "bias" once, got it twice; keep one',
  );
  // Names are those of one object, and no values.
  const nested = '{"a":{"a":["a","a",{"a":1}]},"b":[{"a":"b:"},{"a":1}],"c":"\\":\\"a\\":","d":{"c":{},"e":{}},"e":{}}';
  expect(said(nested)).toBe(JSON.stringify(JSON.parse(nested)));
  expect(said('{"note":"NaN","layers":[{"weights":[[1,"NaN"],[2,-Infinity]]}]}')).toBe(
    'layers[0].weights[1][1]: expected a number, got -Infinity, which JSON does not have; correct it',
  );
  expect(said('NaN')).toBe('expected a number, got NaN, which JSON does not have; correct it');
});
