/**
 * reports/theorems.md, written by a test run over all files: every theorem with its statement, how many cases were tried from
 * which seeds, the time, the outcome and the source.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { type Docstring, docstringOf } from './docstring.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const REPORT = `${ROOT}reports/theorems.md`;

/** A file of properties/ after a run. */
export interface Theorem extends Docstring {
  readonly name: string;
  readonly properties: number;
  readonly skipped: number;
  readonly failed: readonly string[];
  readonly cases: number;
  readonly seeds: readonly number[];
  readonly seconds: number;
}

/** "article/linear-stacks-collapse" for properties/article/linear-stacks-collapse.test.ts. */
const nameOf = (file: string) =>
  relative(`${ROOT}properties`, file)
    .replaceAll('\\', '/')
    .replace(/\.test\.ts$/, '');

function theoremOf(module: TestModule): Theorem {
  const tests = [...module.children.allTests()];
  const tried = tests.flatMap((test) => test.meta().tried ?? []);
  const skipped = tests.filter((test) => test.result().state === 'skipped');
  // What did not end did not hold.
  const failed = tests.filter((test) => !['passed', 'skipped'].includes(test.result().state));
  return {
    ...docstringOf(readFileSync(module.moduleId, 'utf8')),
    name: nameOf(module.moduleId),
    properties: tests.length,
    skipped: skipped.length,
    failed: [...failed.map((test) => test.name), ...module.errors().map((error) => error.message)],
    cases: tried.reduce((sum, { cases }) => sum + cases, 0),
    seeds: [...new Set(tried.map(({ seed }) => seed))].sort((a, b) => a - b),
    seconds: tests.reduce((sum, test) => sum + (test.diagnostic()?.duration ?? 0), 0) / 1000,
  };
}

function statusOf({ failed, skipped, properties }: Theorem): string {
  if (failed.length > 0) return `FAILS: ${failed.length} of ${properties}`;
  if (skipped === properties) return `skipped, all ${properties}`;
  return skipped > 0 ? `holds, ${skipped} of ${properties} skipped` : 'holds';
}

/** A number in groups of three digits. */
const grouped = (count: number) => count.toLocaleString('en-US');

function tableOf(theorems: readonly Theorem[]): string {
  const rows = theorems.map((t) => {
    const cases = t.cases === 0 ? '' : grouped(t.cases);
    const fields = [
      `[${t.name}](#${t.name.replaceAll('/', '')})`,
      t.properties,
      cases,
      t.seeds.join(', '),
      t.seconds.toFixed(1),
      statusOf(t),
    ];
    return `| ${fields.join(' | ')} |`;
  });
  return ['| file | properties | cases | seed | seconds | status |', '|---|---:|---:|---|---:|---|', ...rows].join(
    '\n',
  );
}

function sectionOf(theorem: Theorem): string {
  const { name, statement, source, failed } = theorem;
  const failures = failed.map((title) => `- **fails:** ${title.split('\n')[0]}`).join('\n');
  const parts = [`### ${name}`, ...statement, source === undefined ? '' : `*Source:* ${source}`, failures];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The report as Markdown. */
export function reportOf(theorems: readonly Theorem[], deep: boolean): string {
  const named = [...theorems].sort((a, b) => (a.name < b.name ? -1 : 1));
  const total = (key: 'properties' | 'cases' | 'skipped') => named.reduce((sum, theorem) => sum + theorem[key], 0);
  const failing = named.filter(({ failed }) => failed.length > 0).length;
  const holding = total('skipped') === 0 ? 'all hold' : 'the others hold';
  const outcome = failing === 0 ? holding : `${failing} ${failing === 1 ? 'file FAILS' : 'files FAIL'}`;
  const counts = `${named.length} files, ${grouped(total('properties'))} properties, ${grouped(total('cases'))} generated cases, ${grouped(total('skipped'))} properties skipped: ${outcome}.`;
  return [
    '# Theorems',
    `Written by \`npm test\`${deep ? ' with RELU_ATLAS_DEEP (100 times the cases)' : ''}. ${counts}`,
    'Cases are those of seeded generators; properties without a number try fixed cases. Times vary with the machine.',
    tableOf(named),
    '## Statements',
    ...named.filter(({ isTheorem }) => isTheorem).map(sectionOf),
    '## Checks of parts',
    ...named.filter(({ isTheorem }) => !isTheorem).map(sectionOf),
    '',
  ].join('\n\n');
}

/** A reporter that writes the report when every test file ran to its end and no test was filtered out by its name. */
export function theoremReport(): Reporter {
  let whole = true;
  let files: readonly string[] = [];
  return {
    onInit(vitest: Vitest) {
      files = readdirSync(`${ROOT}properties`, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.test.ts'))
        .map((file) => join(`${ROOT}properties`, file));
      whole = vitest.config.testNamePattern === undefined && process.env.RELU_ATLAS_SEED === undefined;
    },
    onTestRunEnd(modules: readonly TestModule[], _errors: unknown, reason: string) {
      if (reason === 'interrupted') return;
      const ran = new Set(modules.map((module) => nameOf(module.moduleId)));
      if (!whole || !files.every((file) => ran.has(nameOf(file)))) return;
      writeFileSync(
        REPORT,
        reportOf(modules.map(theoremOf), process.env.RELU_ATLAS_DEEP !== undefined).replace(/\n+$/, '\n'),
      );
    },
  };
}
