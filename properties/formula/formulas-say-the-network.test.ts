/**
 * Theorem. A network's texts mean the network to those who read them: Z3 and cvc5 prove from the SMT-LIB text that the outputs at a point are the exact ones
 * and no others; SymPy evaluates its text to the same rationals; GLPK and MiniZinc find the exact range from LP, MPS and MiniZinc; and the LaTeX
 * case distinction has, at every point, a line whose inequalities hold and whose map gives the output.
 *
 * Source: independent programs of Debian (z3, cvc5, python3-sympy, glpk-utils, minizinc); where one is missing its tests are skipped by name.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { outputRanges } from '../../src/analysis/function/index.js';
import {
  add,
  compare,
  formatRational,
  multiply,
  parseRational,
  type Rational,
  rational,
  toDouble,
  ZERO,
} from '../../src/exact/index.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { formulaOf, type Language } from '../../src/formula/index.js';
import { cube, DomainError, evaluateExact, type Network, whole } from '../../src/network/index.js';
import { dyadicNetwork, mixedNetwork, rationalNetwork } from '../support/generators/networks.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

/** Whether a program runs; the reason for skipping is in the test's name. */
function has(program: string, args: readonly string[]): boolean {
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
  return error === undefined && status === 0;
}
const given = (present: boolean) => (present ? it : it.skip);

const shapes = [
  { inputs: 2, widths: [3, 2], outputs: 2 },
  { inputs: 1, widths: [3] },
  { inputs: 3, widths: [2, 2] },
];
const networks = shapes.flatMap((shape, k) =>
  [rationalNetwork(shape), mixedNetwork(shape)].flatMap((of) => fc.sample(of, { seed: 2350 + k, numRuns: 2 })),
);
const doubles = shapes.flatMap((shape, k) => fc.sample(dyadicNetwork(shape), { seed: 2360 + k, numRuns: 2 }));
const points = ({ inputs }: Network) =>
  [rational(1n, 3n), rational(-2n, 7n)].map((x) =>
    Array.from({ length: inputs }, (_, i) => add(x, rational(BigInt(i)))),
  );

/** A rational in SMT-LIB. */
function numeral({ numerator, denominator }: Rational): string {
  const size = numerator < 0n ? -numerator : numerator;
  return `(/ ${numerator < 0n ? `(- ${size}.0)` : `${size}.0`} ${denominator}.0)`;
}

/** A script that asks of every output at a point whether it can be another number, and whether it can be this one. */
function questions(network: Network): string {
  const blocks = points(network).flatMap((x) => {
    const at = x.map((value, i) => `(assert (= x${i} ${numeral(value)}))`);
    return evaluateExact(network, x).output.flatMap((y, k) =>
      [`(not (= y${k} ${numeral(y)}))`, `(= y${k} ${numeral(y)})`].map(
        (claim) => `(push 1)\n${at.join('\n')}\n(assert ${claim})\n(check-sat)\n(pop 1)`,
      ),
    );
  });
  return `${formulaOf(network, { language: 'smtlib' })}${blocks.join('\n')}\n`;
}

describe('SMT-LIB', () => {
  const solvers: [string, string[], string[]][] = [
    ['z3', ['--version'], []],
    ['cvc5', ['--version'], ['--incremental']],
  ];
  for (const [solver, version, options] of solvers) {
    given(has(solver, version))(`${solver} proves every output and refutes all others (needs ${solver})`, () => {
      networks.forEach((network, k) => {
        const file = files.file(`${k}.smt2`, questions(network));
        const answers = execFileSync(solver, [...options, file], { encoding: 'utf8' })
          .trim()
          .split('\n');
        const asked = points(network).length * network.outputs;
        expect(answers).toEqual(new Array(asked).fill(['unsat', 'sat']).flat());
      });
    });
  }

  given(has('z3', ['--version']))('the domain is part of the text (needs z3)', () => {
    const [network] = networks;
    const text = formulaOf(network!, { language: 'smtlib', domain: cube(network!.inputs, 0, 1) });
    const ask = (claim: string) =>
      execFileSync('z3', [files.file('domain.smt2', `${text}(assert ${claim})\n(check-sat)\n`)], {
        encoding: 'utf8',
      }).trim();
    expect([ask('(> x0 1.0)'), ask('(< x1 0.0)'), ask('(= x0 1.0)')]).toEqual(['unsat', 'unsat', 'sat']);
  });
});

/** A Python with SymPy. */
const python = ['/usr/bin/python3', 'python3'].find((program) => has(program, ['-c', 'import sympy']));

describe('SymPy', () => {
  given(python !== undefined)('evaluates to the same rationals (needs python3-sympy)', () => {
    const script = networks.map((network, k) => {
      files.file(`net${k}.py`, formulaOf(network, { language: 'sympy' }));
      const at = points(network).map((x) => `[${x.map((v) => `"${formatRational(v)}"`).join(', ')}]`);
      return `import net${k} as m\nfor p in [${at.join(', ')}]:\n    print(*[e.subs(dict(zip(m.x, map(Rational, p)))) for e in m.y])`;
    });
    const file = files.file('ask.py', `from sympy import Rational\n${script.join('\n')}\n`);
    const lines = execFileSync(python!, [file], { encoding: 'utf8', cwd: files.path }).trim().split('\n');
    const expected = networks.flatMap((network) =>
      points(network).map((x) => evaluateExact(network, x).output.map(formatRational).join(' ')),
    );
    expect(lines).toEqual(expected);
  });
});

/** The exact range of the first output, in doubles. */
function rangeOf(network: Network): Record<'min' | 'max', number> {
  const [{ minimum, maximum }] = outputRanges(network, cube(network.inputs, -1, 1)) as [
    ReturnType<typeof outputRanges>[0],
  ];
  if (minimum.kind !== 'attained' || maximum.kind !== 'attained') throw new Error('expected a bounded range');
  return { min: toDouble(minimum.value), max: toDouble(maximum.value) };
}

function program(network: Network, language: Language, sense: 'min' | 'max'): string {
  return formulaOf(network, { language, domain: cube(network.inputs, -1, 1), objective: { sense, output: 0 } });
}

// These solvers compute in doubles: they are right within their tolerances.
const near = (seen: number, exact: number) => Math.abs(seen - exact) <= 1e-6 * (1 + Math.abs(exact));

describe('programs', () => {
  const readers: [Language, string][] = [
    ['lp', '--lp'],
    ['mps', '--freemps'],
  ];
  for (const [language, option] of readers) {
    given(has('glpsol', ['--version']))(`GLPK finds the exact range from ${language} (needs glpk-utils)`, () => {
      for (const network of [...doubles, ...networks]) {
        const exact = rangeOf(network);
        for (const sense of ['min', 'max'] as const) {
          const file = files.file(`net.${language}`, program(network, language, sense));
          const out = join(files.path, 'solution.txt');
          execFileSync('glpsol', [option, file, '-o', out, '--nopresol'], { stdio: 'ignore' });
          const text = execFileSync('cat', [out], { encoding: 'utf8' });
          const sign = language === 'mps' && sense === 'max' ? -1 : 1;
          expect(near(sign * Number(/Objective:\s+obj = (\S+)/.exec(text)![1]), exact[sense])).toBe(true);
        }
      }
    });
  }

  given(has('minizinc', ['--version']))(
    'MiniZinc finds a point of the exact range that the network confirms (needs minizinc)',
    () => {
      const [network] = fc.sample(dyadicNetwork({ inputs: 1, widths: [2] }), { seed: 2370, numRuns: 1 });
      const exact = rangeOf(network!);
      for (const sense of ['min', 'max'] as const) {
        const file = files.file('net.mzn', program(network!, 'minizinc', sense));
        const { stdout } = spawnSync('minizinc', [file], { encoding: 'utf8', timeout: 20_000 });
        const seen = Number([...stdout.matchAll(/y0 = (\S+)/g)].at(-1)![1]);
        expect(Math.abs(seen - exact[sense])).toBeLessThanOrEqual(1e-3 * (1 + Math.abs(exact[sense])));
      }
    },
  );

  it('numbers that are no doubles are counted, and unbounded domains refused', () => {
    const third = networks.find((net) => !net.layers[0]!.affine.exactDoubles)!;
    expect(program(third, 'lp', 'min')).toMatch(/^.*\n\\ \d+ numbers are no doubles/);
    expect(program(doubles[0]!, 'mps', 'min').split('\n')[1]).toMatch(/no doubles|every number is a double/);
    expect(() => formulaOf(third, { language: 'lp', domain: whole(third.inputs) })).toThrow(DomainError);
    expect(() => formulaOf(third, { language: 'lp' })).toThrow('expected a domain');
    const objective = { sense: 'min', output: 9 } as const;
    expect(() => formulaOf(third, { language: 'mps', domain: cube(third.inputs, 0, 1), objective })).toThrow('got 9');
  });
});

/** The number of "\tfrac{1}{2}", "-3", or "" (1). */
function numberOf(text: string): Rational {
  const trimmed = text.replace(/\s/g, '');
  if (trimmed === '' || trimmed === '-') return rational(trimmed === '' ? 1n : -1n);
  const [, sign, p, q] = /^(-?)\\tfrac\{(\d+)\}\{(\d+)\}$/.exec(trimmed) ?? [];
  return p === undefined ? parseRational(trimmed) : parseRational(`${sign}${p}/${q}`);
}

/** The value of "2 x_{0} - \tfrac{1}{2} x_{1} + 1" at a point. */
function valueAtPoint(text: string, x: readonly Rational[]): Rational {
  const parts = text.replaceAll(' - ', ' + -').split(' + ');
  return parts.reduce((sum, part) => {
    const [, factor, index] = /^(.*?)x_\{(\d+)\}$/.exec(part.trim()) ?? [];
    const value = index === undefined ? numberOf(part) : multiply(numberOf(factor!), x[Number(index)]!);
    return add(sum, value);
  }, ZERO);
}

describe('LaTeX', () => {
  it('has a line for every point, and every line that holds gives the output', () => {
    const small = fc.sample(dyadicNetwork({ inputs: 2, widths: [3, 2] }), { seed: 2380, numRuns: 20 });
    let checked = 0;
    for (const network of small) {
      const text = formulaOf(network, { language: 'latex', domain: cube(2, -2, 2) });
      // Rounded numbers are for people.
      if (/\.|cdot/.test(text)) continue;
      const lines = text.split('\n').filter((line) => line.endsWith('\\\\'));
      for (const x of points(network)) {
        const holding = lines.filter((line) => {
          const [, where] = line.replace(/ \\\\$/, '').split(' & ');
          return (
            where === '\\text{everywhere}' ||
            where!.split(',\\; ').every((inequality) => {
              const [left, right] = inequality.split(' \\ge ');
              return compare(valueAtPoint(left!, x), numberOf(right!)) >= 0;
            })
          );
        });
        expect(holding.length).toBeGreaterThan(0);
        for (const line of holding)
          expect(valueAtPoint(line.split(' & ')[0]!.trim(), x)).toEqual(evaluateExact(network, x).output[0]);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(4);
  });
});

describe('of the simplified network', () => {
  const at = [rational(1n, 3n), rational(5n, 8n)];
  /** The text that the command writes, for a box on which some neurons never bend. */
  const simplified = async (network: Network, k: number, language: Language): Promise<string> => {
    const file = files.file(`whole${k}.json`, writeNetworkJson(network));
    const options = ['--box=1/4,3/4', '--simplified', '--language', language, '-q'];
    const { code, stdout } = await atlas(['formula', file, ...options]);
    expect(code).toBe(0);
    return stdout;
  };
  /** Points of the box, and the outputs of the network as it was. */
  const known = (network: Network) =>
    at.map((value) => {
      const x = Array.from({ length: network.inputs }, (_, i) => (i % 2 === 0 ? value : rational(1n, 2n)));
      return { x, y: evaluateExact(network, x).output };
    });

  given(has('z3', ['--version']))('Z3 proves the outputs of the whole one on the domain (needs z3)', async () => {
    for (const [k, network] of doubles.entries()) {
      const text = await simplified(network, k, 'smtlib');
      const blocks = known(network).flatMap(({ x, y }) => {
        const where = x.map((value, i) => `(assert (= x${i} ${numeral(value)}))`).join('\n');
        return y.flatMap((value, o) =>
          [`(not (= y${o} ${numeral(value)}))`, `(= y${o} ${numeral(value)})`].map(
            (claim) => `(push 1)\n${where}\n(assert ${claim})\n(check-sat)\n(pop 1)`,
          ),
        );
      });
      const file = files.file(`simplified${k}.smt2`, `${text}${blocks.join('\n')}\n`);
      const answers = execFileSync('z3', [file], { encoding: 'utf8' }).trim().split('\n');
      expect(answers).toEqual(new Array(2 * network.outputs).fill(['unsat', 'sat']).flat());
    }
  });

  given(python !== undefined)('SymPy evaluates it to the outputs of the whole one (needs python3-sympy)', async () => {
    const script: string[] = [];
    const maxima = (text: string) => text.split('Max(').length - 1;
    let fewer = 0;
    for (const [k, network] of doubles.entries()) {
      const text = await simplified(network, k, 'sympy');
      if (maxima(text) < maxima(formulaOf(network, { language: 'sympy' }))) fewer++;
      files.file(`small${k}.py`, text);
      const points = known(network).map(({ x }) => `[${x.map((v) => `"${formatRational(v)}"`).join(', ')}]`);
      script.push(
        `import small${k} as m\nfor p in [${points.join(', ')}]:\n    print(*[e.subs(dict(zip(m.x, map(Rational, p)))) for e in m.y])`,
      );
    }
    // On a small box neurons cease to bend: else this would look at the same text again.
    expect(fewer).toBeGreaterThan(0);
    const file = files.file('small.py', `from sympy import Rational\n${script.join('\n')}\n`);
    const lines = execFileSync(python!, [file], { encoding: 'utf8', cwd: files.path }).trim().split('\n');
    expect(lines).toEqual(doubles.flatMap((network) => known(network).map(({ y }) => y.map(formatRational).join(' '))));
  });
});
