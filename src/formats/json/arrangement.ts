/**
 * Hyperplanes and their symmetries in JSON:
 *
 *     { "hyperplanes": [ { "a": [1, "1/3"], "b": 0 }, ... ] }    a . x = b; or lists [a1, .., ad, b]
 *     { "generators": [ { "permutation": [1, 0], "signs": [1, -1] }, { "inputs": [1, 0], "signs": .., "scales": .., "shifts": .. }, { "matrix": .., "shifts": .. } ] }
 */
import { FormatError } from '../input/error.js';
import { membersAt } from './members.js';
import { type JsonObject, listAt, objectAt, refuse } from './parts.js';
import { valueOfJson } from './text.js';

const PLANE = '{"a":[..],"b":..} or a list of numbers';

function rowAt(value: unknown, place: string, central: boolean): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const { a, b = 0 } = membersAt(value, place, central ? ['a'] : ['a', 'b'], PLANE);
  if (!Array.isArray(a)) return refuse(`${place}.a`, 'the coefficients, an array', a);
  return central ? (a as unknown[]) : [...(a as unknown[]), b];
}

function isNetwork(content: unknown): boolean {
  return typeof content === 'object' && content !== null && 'layers' in content && !('hyperplanes' in content);
}

/** Rows a1, .., ad, b, whose numbers are not read yet. @param central whether there is no b @throws FormatError */
export function hyperplanesOfValue(content: unknown, central = false): readonly (readonly unknown[])[] {
  const form = '{"hyperplanes":[{"a":[1,0],"b":2},...]} or [[1,0,2],...]';
  if (isNetwork(content))
    throw new FormatError('', 'expected hyperplanes, got the layers of a network; count it with `relu-atlas count`');
  const list = Array.isArray(content) ? content : membersAt(content, '', ['hyperplanes'], form).hyperplanes;
  return listAt(list, 'hyperplanes', (row, place) => rowAt(row, place, central));
}

/** The forms of a generator, by the member that each must have, with those that it may have. */
const GENERATORS = {
  inputs: ['signs', 'scales', 'shifts'],
  matrix: ['shifts'],
  permutation: ['signs'],
} as const;

function generatorAt(value: unknown, place: string): JsonObject {
  const forms = '{"inputs":[..],"signs":[..],"scales":[..],"shifts":[..]}, {"matrix":[[..],..],"shifts":[..]}';
  const form = `${forms} or {"permutation":[..],"signs":[..]}`;
  const object = objectAt(value, place, form);
  const kind = Object.entries(GENERATORS).find(([own]) => own in object);
  const known = kind === undefined ? Object.keys(GENERATORS) : [kind[0], ...kind[1]];
  membersAt(object, place, known, form);
  return Object.fromEntries(Object.entries(object).filter(([name]) => known.includes(name)));
}

/** Generators whose members are known; what they say is not read yet. @throws FormatError */
export function generatorsAt(value: unknown, place: string): readonly JsonObject[] {
  return listAt(value, place, generatorAt);
}

/** @throws FormatError */
export function generatorsOfJson(text: string): readonly JsonObject[] {
  const form = '{"generators":[{"permutation":[1,0,2]},...]}';
  return generatorsAt(membersAt(valueOfJson(text), '', ['generators'], form).generators, 'generators');
}
