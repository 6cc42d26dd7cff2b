/**
 * Queries of VNN-LIB 2.0 are scoped and typed as the standard says: the sample queries of the standard are taken, and what its
 * rules exclude is refused with the line.
 *
 * Source: the standard (github.com/VNNLIB/VNNLIB-Standard): grammar.cf, "Query Language", "Theories and Logics"; its samples in
 * ../shared/data/vnnlib2, counted by hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/formats/input/error.js';
import { normalForm } from '../../src/formats/vnnlib/normal-form.js';
import { floatTypesOf, queryOfVnnlib } from '../../src/formats/vnnlib/read.js';

const DATA = fileURLToPath(new URL('../../../shared/data/vnnlib2/', import.meta.url));

describe.skipIf(!existsSync(DATA))('the samples of the standard (skipped without ../shared/data)', () => {
  it.each([
    ['acc', '2.0', 1, 3, 1, 2],
    ['cartpole', '2.0', 1, 4, 2, 1],
    ['drones', '2.0', 1, 12, 1, 2],
    ['dubinsrejoin', '2.0', 1, 8, 8, 1],
    ['initialized', '2.1', 1, 5, 5, 1],
    ['intermediate_nodes', '2.0', 1, 3, 5, 2],
    ['lunarlander', '2.0', 1, 8, 4, 1],
    ['mnist', '2.0', 1, 784, 10, 1],
    ['multiple_networks', '2.0', 3, 15, 15, 3],
    // (or a b) and (or c d) twice: a c, a d, b c, b d
    ['single_network', '2.0', 1, 3, 4, 4],
    // A test of terms: its bounds x0 >= 5 and x0 <= 2 leave nothing.
    ['test_linearise', '2.0', 1, 3, 1, 0],
  ])('%s', (name, version, networks, inputs, outputs, disjuncts) => {
    const query = queryOfVnnlib(readFileSync(`${DATA}${name}.vnnlib`, 'utf8'));
    expect(query).toMatchObject({ version, inputs, outputs });
    expect(query.networks).toHaveLength(networks);
    expect(floatTypesOf(query)).toEqual([]);
    expect(normalForm(query.formula).disjuncts).toHaveLength(disjuncts);
  });

  it('say which networks are equal and isomorphic, which values hidden, which inputs initialized', () => {
    const networks = (name: string) => queryOfVnnlib(readFileSync(`${DATA}${name}.vnnlib`, 'utf8')).networks;
    expect(networks('multiple_networks').map(({ equivalence }) => equivalence)).toEqual([
      undefined,
      { kind: 'equal', to: 'AcasXu' },
      { kind: 'isomorphic', to: 'AcasXu' },
    ]);
    const hidden = networks('intermediate_nodes')[0]!.tensors[1];
    // Outputs come first: three of Y, then two of N.
    expect(hidden).toMatchObject({ role: 'hidden', node: 'onnx', shape: [1, 2], first: 3 });
    expect(networks('initialized')[0]!.tensors[0]).toMatchObject({ initialized: true });
  });
});

const NET = '(declare-network f (declare-input X real [2]) (declare-output Y real [3]))';
const G = '(declare-network g (declare-input U real [2]) (declare-output V real [3]))';
const version = (text: string) => `(vnnlib-version <2.0>)\n${text}`;

describe('brackets', () => {
  it.each(['X[0,1]', 'X [0,1]', 'X[0, 1]', 'X [ 0 , 1 ]', 'X[0,\n1]'])('%j is an element', (element) => {
    const text = `(declare-network f (declare-input X real[1,2]) (declare-output Y real [ 1 , 3 ]))(assert (<= ${element} 1))`;
    const { formula } = queryOfVnnlib(text);
    expect(formula).toMatchObject({ kind: 'linear', constraint: { inputs: [[1, { numerator: 1n }]] } });
  });

  it('a tensor without dimensions has no index', () => {
    const text = '(declare-network f (declare-input X real [2]) (declare-output Y real []))(assert (<= Y X[1]))';
    expect(queryOfVnnlib(text)).toMatchObject({ inputs: 2, outputs: 1 });
  });
});

describe('numbers of elements', () => {
  it('inputs count over all networks, row by row; of every network outputs before hidden values', () => {
    const text = `(declare-network f (declare-input A real [2,2]) (declare-input B real [1]) (declare-hidden H real [2] "h")
      (declare-output Y real [3]))
      (declare-network g (declare-input C real [5]) (declare-output Z real [1]))
      (assert (<= (+ A[1,0] (* 2 B[0]) (* 3 C[4])) 0)) (assert (<= (+ Y[1] (* 2 H[1]) (* 3 Z[0])) 0))`;
    const { common } = normalForm(queryOfVnnlib(text).formula);
    expect(common[0]!.inputs.map(([index]) => index)).toEqual([2, 4, 9]);
    expect(common[1]!.outputs.map(([index]) => index)).toEqual([1, 4, 5]);
  });
});

describe('a query is refused', () => {
  it.each([
    ['for a version to come', '(vnnlib-version <3.0>)', /line 1: expected version 1.0, 2.0, 2.1/],
    ['for a version at the end', `${NET}(vnnlib-version <2.0>)`, /the version as the first command/],
    ['for networks after assertions', `${NET}(assert (<= X[0] 1))${G}`, /all networks before the first assertion/],
    ['for a network that is declared twice', NET + NET, /is declared twice/],
    ['for a variable that is declared twice', NET + G.replace('U', 'X'), /X is declared twice/],
    ['for two tensors of one name', NET.replace('Y', 'X'), /X is declared twice/],
    ['for a network called like a variable', NET + G.replace('network g', 'network X'), /X is declared twice/],
    ['without inputs', '(declare-network f (declare-output Y real [1]))', /at least one input/],
    ['without outputs', '(declare-network f (declare-input Y real [1]))', /at least one output/],
    [
      'for outputs before inputs',
      '(declare-network f (declare-output Y real [1]) (declare-input X real [1]))',
      /inputs first/,
    ],
    ['for a type that is none', NET.replace('X real', 'X float33'), /the element type real, or one of ONNX/],
    ['for a shape that is none', NET.replace('[2]', '[2 3]'), /a shape such as \[1,5\]/],
    [
      'for a hidden value without a name',
      NET.replace('(declare-output', '(declare-hidden H real [1]) (declare-output'),
      /in double quotes/,
    ],
    [
      'when only some tensors have names',
      NET.replace('[2]', '[2] "x"'),
      /names of the graph for all inputs and outputs/,
    ],
    ['for words after a shape', NET.replace('[2]', '[2] later'), /nothing after the shape/],
    ['for an index too many', `${NET}(assert (<= X[0,0] 1))`, /line 1: expected an element of X, whose shape is \[2\]/],
    [
      'for an index out of range',
      `${NET}\n\n(assert (<= Y[3] 1))`,
      /line 3: expected an element of Y, whose shape is \[3\]/,
    ],
    ['for a missing index', `${NET}(assert (<= Y 1))`, /an element of Y/],
    ['for a negative index', `${NET}(assert (<= Y[-1] 1))`, /an element of Y/],
    ['for a variable of version 1.0', `${NET}(assert (<= X_0 1))`, /a declared variable or a number in "X_0"/],
    ['for both kinds of declaration', `${NET}(declare-const X_0 Real)`, /variables of the networks/],
    ['for products of variables', `${NET}(assert (<= (* X[0] Y[0]) 1))`, /got a product of variables/],
    [
      'for variables of two types',
      `${NET}${G.replace('U real', 'U float32')}(assert (<= X[0] U[0]))`,
      /of one element type, got real and float32/,
    ],
    ['for != between three', `${NET}(assert (!= X[0] 1 2))`, /two sides, not more/],
    ['for an open bracket', `${NET}(assert (<= X[0 1))`, /expected "\]"/],
    ['for a bracket alone', `${NET}(assert (<= [0] 1))`, /line 1: expected/],
    [
      'for a network like one that is not there',
      NET.replace('f (', 'f (equal-to g) ('),
      /a network declared before, got g/,
    ],
    [
      'for a network equal to one of another shape',
      NET + G.replace('g (', 'g (equal-to f) (').replace('[3]', '[4]'),
      /inputs and outputs of f/,
    ],
    [
      'for one like one that is like another',
      `${NET}${G.replace('g (', 'g (equal-to f) (')}${G.replace('g (', 'h (equal-to g) (').replace('U', 'P').replace('V', 'Q')}`,
      /g is itself equal to another/,
    ],
    ['for two likenesses', NET + G.replace('g (', 'g (equal-to f) (isomorphic-to f) ('), /at most one of equal-to/],
  ])('%s', (_, text, message) => {
    const read = () => queryOfVnnlib(text.startsWith('(vnnlib') ? text : text);
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });

  it('isomorphic networks may have other element types, equal ones may not', () => {
    const like = (kind: string) => version(NET + G.replace('g (', `g (${kind} f) (`).replaceAll('real', 'float64'));
    expect(floatTypesOf(queryOfVnnlib(like('isomorphic-to')))).toEqual(['float64']);
    expect(() => queryOfVnnlib(like('equal-to'))).toThrow(/inputs and outputs of f/);
  });
});
