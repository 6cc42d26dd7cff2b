/**
 * The library counts cells that nobody visits: the closed forms, and to the digit what the command line says; its proofs are accepted, its symmetries permute the
 * hyperplanes, and what is wrong with hyperplanes, domains and symmetries is said as the library says it.
 *
 * Source: Stanley 2007, An introduction to hyperplane arrangements, lectures 1, 2 and 5; Zaslavsky 1975; OEIS A034997.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type ArrangementLike,
  ChamberError,
  checkArrangement,
  checkImages,
  count,
  countArrangement,
  countCells,
  countImages,
  DomainError,
  EngineError,
  FormatError,
  findArrangementSymmetries,
  findSymmetries,
  parseRational,
  readArrangement,
  readNetwork,
  runArrangement,
  runCount,
  SymmetryError,
  verifySymmetries,
} from '../../src/index.js';
import { holds } from '../support/generators/holds.js';
import { networkOfArrangement } from '../support/references/arrangements.js';
import { characteristicPolynomial } from '../support/references/characteristic-polynomial.js';
import { resonance } from '../support/references/families.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const units = (n: number) => range(n).map((i) => [...range(n).map((k) => (k === i ? 1 : 0)), 0]);

/** x_i - s x_j = 0 for i < j, and s = 1 or both signs. */
const differences = (n: number, signs: readonly number[]) =>
  range(n).flatMap((i) =>
    range(n)
      .filter((j) => j > i)
      .flatMap((j) => signs.map((s) => [...range(n).map((k) => (k === i ? 1 : k === j ? -s : 0)), 0])),
  );

/** The product of t - r over the roots, the coefficient of t^0 first. */
const withRoots = (roots: readonly number[]) =>
  roots.reduce<bigint[]>(
    (product, r) => range(product.length + 1).map((k) => (product[k - 1] ?? 0n) - BigInt(r) * (product[k] ?? 0n)),
    [1n],
  );

const demo = async () => (await readNetwork(join(ROOT, 'fixtures/networks/demo_2-8-8-1.json'))).network;

describe('closed forms', () => {
  it.each([3, 4, 5])('braid: n! cells of R^%i', (n) => {
    const { cells, polynomial, bounded } = countArrangement(differences(n, [1]));
    expect(polynomial).toEqual(withRoots(range(n)));
    expect(cells).toBe(range(n).reduce((product, k) => product * BigInt(k + 1), 1n));
    expect(bounded).toBe(0n);
  });

  it.each([2, 3, 4])('B: 2^n n! cells of R^%i', (n) => {
    const { cells, polynomial, betti } = countArrangement([...units(n), ...differences(n, [1, -1])]);
    expect(polynomial).toEqual(withRoots(range(n).map((i) => 2 * i + 1)));
    expect(cells).toBe(range(n).reduce((product, k) => product * BigInt(2 * (k + 1)), 1n));
    expect(betti.reduce((a, b) => a + b)).toBe(cells);
  });

  it('resonance: A034997, given as rows, as a file and as a network', async () => {
    const rows = range(15).map((code) => [...range(4).map((i) => ((code + 1) >> i) & 1), 0]);
    const file = await readArrangement(new TextEncoder().encode(JSON.stringify(rows)), { name: 'r.json' });
    for (const like of [rows, file, resonance(4).network] satisfies ArrangementLike[])
      expect(countArrangement(like)).toMatchObject({ cells: 370n, betti: [1n, 15n, 80n, 170n, 104n] });
  });

  it('three lines in every form that numbers have, repeated ones once', () => {
    const third = parseRational('1/3');
    const expected = { cells: 7n, bounded: 1n, hyperplanes: 3, polynomial: [3n, -3n, 1n] };
    const forms: ArrangementLike[] = [
      [
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        ['1/3', 0, 0],
        [0n, 1n, 0n],
        [third, third, '1/3'],
      ],
      { hyperplanes: [{ a: [1, 0] }, { a: [0, '0.1'] }, { a: [0.5, 0.5], b: '1/2' }] },
      { hyperplanes: [[1, 0, 0], { a: [0, 1] }, [third, third, third]] },
    ];
    for (const like of forms) expect(countArrangement(like)).toMatchObject(expected);
    // x = 0 alone cuts the square [0, 3]^2, and not its inside; x + y = 1 does.
    expect(countArrangement(forms[0]!, { domain: '0,3' })).toMatchObject({ cells: 2n, bounded: undefined });
  });
});

it('random affine arrangements have the polynomial of deletion and restriction', () => {
  const entry = fc.integer({ min: -2, max: 2 });
  const planes = fc
    .array(fc.array(entry, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 6 })
    .filter((rows) => rows.every((row) => row.slice(0, 3).some((x) => x !== 0)));
  holds(
    fc.property(planes, (rows) => {
      const reference = rows.map((row) => row.map((x, i) => BigInt(i === 3 ? -x : x)));
      const known = characteristicPolynomial(3, reference);
      const found = countArrangement(rows);
      expect(found.polynomial).toEqual(known);
      // Found symmetries are symmetries, and a count that is told of them says the same.
      const generators = findArrangementSymmetries(rows);
      expect(countArrangement(rows, { symmetry: { generators } }).polynomial).toEqual(known);
      expect(countArrangement(rows, { symmetry: 'none' }).polynomial).toEqual(known);
      const network = networkOfArrangement({ dimension: 3, planes: reference });
      expect(countArrangement(network, { domain: '-1,2' }).cells).toBe(BigInt(countCells(network, '-1,2').cells));
    }),
    { seed: 20261129, runs: 40 },
  );
});

describe('as the command line', () => {
  const csv = files.file('lines.csv', '1,0,0\n0,1,0\n1,1,1\n2,2,2\n');
  const shi = files.file(
    'shi.json',
    JSON.stringify(differences(4, [1]).flatMap((row) => [row, [...row.slice(0, -1), 1]])),
  );
  const columns = files.file('linear.txt', '1 0 1 1\n0 1 1 -1\n');

  it.each([
    [csv, [], {}],
    [csv, ['--box=0,3'], { domain: '0,3' }],
    [csv, ['--symmetry=none'], { symmetry: 'none' }],
    [shi, [], {}],
    [shi, ['--box=-1,1'], { domain: '-1,1' }],
    [columns, ['--central'], {}],
  ] as const)('%s %j', async (file, options, question) => {
    const { code, stdout } = await atlas(['arrangement', file, ...options, '--json']);
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { cells: number; arrangement: Record<string, unknown> };
    const read = await readArrangement(file, { central: file === columns });
    const found = countArrangement(read, question);
    const numbers = (values: readonly bigint[]) => values.map(Number);
    expect(Number(found.cells)).toBe(told.cells);
    expect(told.arrangement).toEqual({
      dimension: found.dimension,
      hyperplanes: found.hyperplanes,
      betti: numbers(found.betti),
      polynomial: numbers(found.polynomial),
      ...(found.bounded !== undefined && { bounded: Number(found.bounded) }),
      method: found.method,
      symmetries: Number(found.symmetries),
      ...(found.orbits && { orbits: found.orbits }),
    });
    expect((await runArrangement(read, question)).count).toEqual(found);
  });

  it.each([
    [[], {}],
    [['--box=-1,2'], { domain: '-1,2' }],
  ] as const)('certificates, %j', async (options, question) => {
    const [own, other] = [join(files.path, `own${options.length}.cert`), join(files.path, `cli${options.length}.cert`)];
    const read = await readArrangement(csv);
    const { certificate, count: found } = await runArrangement(read, { ...question, certificate: own });
    expect((await atlas(['arrangement', csv, ...options, '--certificate', other])).code).toBe(0);
    expect(readFileSync(own)).toEqual(readFileSync(other));
    const verdict = await checkArrangement(read, own);
    expect(verdict).toMatchObject({ accepted: true, cells: found!.cells, betti: found!.betti });
    expect(verdict).toMatchObject({ sha256: certificate!.sha256 });
    expect((await atlas(['check', csv, own])).code).toBe(0);
    expect(
      await checkArrangement(
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        own,
      ),
    ).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/another network/),
    });
  });

  it('count takes the engine that the command takes, and says the same', async () => {
    const sawtooth = files.file(
      'sawtooth.json',
      JSON.stringify({
        layers: [
          { weights: [[1], [1]], bias: [0, -0.5] },
          ...range(63).map(() => ({
            weights: [
              [2, -4],
              [2, -4],
            ],
            bias: [0, -0.5],
          })),
          { weights: [[2, -4]], bias: [0] },
        ],
      }),
    );
    for (const [file, options, domain, cells] of [
      [sawtooth, ['--box=0,1'], '0,1', 2n ** 64n],
      [join(ROOT, 'fixtures/networks/resonance_5.json'), ['--whole'], 'whole', 11292n],
      [join(ROOT, 'fixtures/networks/demo_2-8-8-1.json'), ['--box=-1,1'], '-1,1', 104n],
    ] as const) {
      const told = JSON.parse((await atlas(['count', file, ...options, '--json'])).stdout) as Record<string, unknown>;
      const found = await count({ network: (await readNetwork(file)).network, domain, workers: 1 });
      expect(found.cells).toBe(cells);
      expect(String(found.cells)).toBe(String(told.cells));
      expect([found.engine, found.cellsPerLayer.map(String)]).toEqual([
        told.engine,
        (told.cellsPerLayer as unknown[]).map(String),
      ]);
      expect(found.complete).toBe(true);
    }
    const { network } = await readNetwork(sawtooth);
    expect(countImages(network, '0,1').cells).toBe(2n ** 64n);
    const certificate = join(files.path, 'images.cert');
    expect(await count({ network, domain: '0,1', engine: 'images', certificate })).toMatchObject({
      engine: 'images',
      certificate: { bytes: readFileSync(certificate).length },
    });
    expect(await checkImages(network, certificate)).toMatchObject({ accepted: true, cells: 2n ** 64n });
  });
});

describe('symmetries', () => {
  it('those of the braid arrangement permute its hyperplanes in n! ways and more, by generators that are stated again', () => {
    const braid = differences(4, [1]);
    const generators = findArrangementSymmetries(braid);
    expect(generators.length).toBeGreaterThan(0);
    for (const { permutation, signs } of generators) {
      expect([...permutation].sort((a, b) => a - b)).toEqual(range(6));
      expect(signs).toHaveLength(6);
    }
    // S_4, and with it -1, which moves no hyperplane.
    expect(countArrangement(braid, { symmetry: { generators } }).symmetries).toBe(24n);
    expect(countArrangement(braid).symmetries).toBe(24n);
  });

  it('repeated hyperplanes and parallel ones go to such ones', () => {
    const rows = [
      [1, 0, 0],
      [2, 0, 0],
      [0, 1, 0],
      [0, -3, 0],
      [1, 0, 1],
      [0, 1, 1],
    ];
    const generators = findArrangementSymmetries(rows);
    // Exchanging the coordinates is one.
    expect(generators.length).toBeGreaterThan(0);
    expect(countArrangement(rows, { symmetry: { generators } }).cells).toBe(9n);
    expect(generators.some(({ permutation }) => permutation[4] === 5)).toBe(true);
  });

  it('of networks: found ones are verified, and walks take them', async () => {
    const { network } = resonance(4);
    const found = findSymmetries(network, '-1,1');
    expect(found.length).toBeGreaterThan(0);
    expect(verifySymmetries(network, '-1,1', found)).toEqual(found);
    const { cells, symmetries } = await runCount({ network, domain: '-1,1', symmetry: { generators: found } });
    expect(cells).toBe(countCells(network, '-1,1', { symmetry: 'none' }).cells);
    expect(symmetries).toHaveLength(found.length);
    // Exchanging inputs is one of the resonance arrangement, adding them up is none of the box.
    expect(verifySymmetries(network, '-1,1', [{ inputs: [1, 0, 2, 3] }])).toEqual([{ inputs: [1, 0, 2, 3] }]);
    expect(findSymmetries(await demo(), '-1,1')).toEqual([]);
  });
});

describe('what is wrong is said', () => {
  const lines = [
    [1, 0, 0],
    [0, 1, 0],
    [1, 1, 1],
  ];
  const rotten = (like: unknown) => () => countArrangement(like as ArrangementLike);
  it.each([
    [
      'rows of different lengths',
      rotten([
        [1, 0, 0],
        [1, 0],
      ]),
      FormatError,
      /^hyperplane 1: expected 3 numbers/,
    ],
    ['NaN', rotten([[1, Number.NaN, 0]]), FormatError, /^hyperplane 0, entry 1: expected a number/],
    ['infinity', rotten([[1, 0, -Infinity]]), FormatError, /^hyperplane 0, entry 2: expected a number/],
    ['a word', rotten([['one', 0, 0]]), FormatError, /entry 0: expected a number or a rational text.*got "one"/],
    ['nothing', rotten([]), FormatError, /expected hyperplanes/],
    ['null', rotten(null), FormatError, /expected \{"hyperplanes"/],
    ['a number', rotten(7), FormatError, /expected \{"hyperplanes"/],
    ['constants alone', rotten([[1]]), FormatError, /a coefficient and a constant/],
    ['a misspelt member', rotten({ hyperplane: lines }), FormatError, /did you mean "hyperplanes"/],
    [
      'a misspelt constant',
      rotten({ hyperplanes: [{ a: [1], c: 1 }] }),
      FormatError,
      /hyperplanes\[0\]: expected "a" or "b"/,
    ],
    ['a denominator 0', rotten([[{ numerator: 1n, denominator: 0n }, 0]]), FormatError, /hyperplane 0, entry 0/],
    [
      'a domain of another dimension',
      () => countArrangement(lines, { domain: [[0, 1]] }),
      DomainError,
      /expected 2 inputs, got 1/,
    ],
    [
      'no permutation',
      () => countArrangement(lines, { symmetry: { generators: [{ permutation: [0, 0, 1] }] } }),
      SymmetryError,
      /generator 0: expected a permutation of 0 to 2/,
    ],
    [
      'no symmetry',
      () =>
        countArrangement(lines, { symmetry: { generators: [{ permutation: [0, 1, 2] }, { permutation: [2, 1, 0] }] } }),
      SymmetryError,
      /generator 1: no linear map/,
    ],
    [
      'a misspelt member of a symmetry',
      () =>
        countArrangement(lines, { symmetry: { generators: [{ permutation: [0, 1, 2], sign: [1, 1, 1] } as never] } }),
      FormatError,
      /symmetry\.generators\[0\]: .*did you mean "signs"/,
    ],
    [
      'a change of inputs that is none',
      () =>
        verifySymmetries(resonance(3).network, '-1,1', [
          {
            matrix: [
              [1, 1, 0],
              [0, 1, 0],
              [0, 0, 1],
            ],
          },
        ]),
      SymmetryError,
      /generator 0: expected the domain to be taken to itself/,
    ],
  ] as const)('%s', (_, ask, kind, message) => {
    expect(ask).toThrow(kind);
    expect(ask).toThrow(message);
  });

  it('two layers are no arrangement, and cells without a bend have no images', async () => {
    const network = await demo();
    expect(() => countArrangement(network)).toThrow(ChamberError);
    await expect(count({ network, domain: '-1,1', engine: 'chambers' })).rejects.toThrow(ChamberError);
    await expect(count({ network, domain: '-1,1', engine: 'images', limitCells: 5 })).rejects.toThrow(EngineError);
    const { network: linear } = await readNetwork({ layers: [{ weights: [[1, 1]], bias: [0] }] });
    expect(() => countImages(linear, '-1,1')).toThrow(EngineError);
  });

  it('files: their names and places', async () => {
    const bytes = new TextEncoder().encode('1,2,zero\n');
    await expect(readArrangement(bytes, { name: 'a.csv' })).rejects.toThrow(
      /^a\.csv: line 1, column 3: expected a number/,
    );
    await expect(readArrangement(bytes)).rejects.toThrow(/expected hyperplanes \(\.json/);
    await expect(readArrangement(join(files.path, 'none.csv'))).rejects.toThrow(FormatError);
    await expect(readArrangement(new TextEncoder().encode('[[1,0],[1]]'), { name: 'a.json' })).rejects.toThrow(
      /^a\.json: hyperplane 1: expected 2 numbers/,
    );
  });

  it('a count that is aborted says so', async () => {
    const rows = range(255).map((code) => [...range(8).map((i) => ((code + 1) >> i) & 1), 0]);
    const { count: found } = await runArrangement(rows, { symmetry: 'none', signal: AbortSignal.timeout(300) });
    expect(found).toBeUndefined();
  });
});
