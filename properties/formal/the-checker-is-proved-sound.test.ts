/**
 * The checker of properties/formal is sound: its theorems are proved by Coq's kernel from no axiom (docs/formal.md says what they state).
 *
 * Source: the statements in Network.v and Theorems.v. Compiled where coqc is installed; that nothing is assumed is read from the
 * sources in any case, and from what the kernel says.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { compile, compileTheory, hasCoq, SOURCES, sayWhatIsMissing, THEORY } from '../support/formal/theory.js';
import { scratch } from '../support/setup/command.js';

sayWhatIsMissing();
/** Compiling it all takes 7 s of processor time; other work may come in between. */
vi.setConfig({ testTimeout: 600_000 });

/** What Coq takes without a proof, and what switches its checks off. */
const ASSUMING =
  /\b(Admitted|admit|give_up|Axioms?|Conjectures?|Parameters?|Abort|bypass_check|Unset\s+(Guard|Positivity|Universe)\s+Checking|type_in_type)\b/;

/** Without comments and strings. */
function bare(text: string): string {
  let depth = 0;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    if (text.startsWith('(*', i)) depth++;
    if (depth === 0) result += text[i];
    if (text.startsWith('*)', i - 1) && i > 0) depth--;
  }
  return result.replace(/"[^"]*"/g, '');
}

const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.v'));
describe('the checker is proved sound', () => {
  it('nothing is assumed in the sources', () => {
    expect(sources).toEqual(expect.arrayContaining(THEORY.map((name) => `${name}.v`)));
    for (const name of sources) {
      const text = bare(readFileSync(join(SOURCES, name), 'utf8'));
      expect(text.match(ASSUMING)?.[0], name).toBeUndefined();
      // Variables and hypotheses are those of sections, which the theorems carry.
      const outside = text.replace(/^Section (\w+)\.[\s\S]*?^End \1\./gm, '');
      expect(outside.match(/^\s*(Variables?|Hypothes[ie]s|Context)\b/m)?.[0], name).toBeUndefined();
    }
    expect(bare('Lemma a : b. (* admit *) Proof. "Axiom". Qed.')).not.toMatch(ASSUMING);
    expect(bare('Lemma a : b. Proof. (* why *) admit. Qed.')).toMatch(ASSUMING);
  });

  it.runIf(hasCoq)('every theorem is closed under the global context, and with it every lemma that it needs', () => {
    compileTheory();
    const files = scratch();
    try {
      const theorems = ['Theorems', 'Rationals', 'Safety', 'Verification', 'Condensed'].flatMap((name) => {
        const text = bare(readFileSync(join(SOURCES, `${name}.v`), 'utf8'));
        return [...text.matchAll(/^(?:Theorem|Definition)\s+(\w+)/gm)].map(([, theorem]) => `${name}.${theorem}`);
      });
      expect(theorems.length).toBeGreaterThan(5);
      // Asked of all at once: what one rests on rests on nothing else, and is looked at once. A definition must take a theorem to name it.
      const all = theorems.reduceRight((rest, name) => `(and_more (@ReluAtlas.${name}) ${rest})`, 'no_more');
      const text = [
        'From ReluAtlas Require Theorems Rationals Safety Verification Condensed.',
        'Inductive theorems : Prop := no_more | and_more {P : Type} (proof : P) (rest : theorems).',
        `Definition all : theorems := ${all}.`,
        'Print Assumptions all.',
      ].join('\n');
      expect(compile(files.file('Assumptions.v', `${text}\n`)).trim()).toBe('Closed under the global context');
      // The reals are Coq's, and rest on its axioms: so this question can be answered in another way.
      const reals = 'From ReluAtlas Require Reals.\nPrint Assumptions ReluAtlas.Reals.cells_of_the_reals.\n';
      expect(compile(files.file('Axioms.v', reals))).toMatch(/^Axioms:\n[\s\S]*ClassicalDedekindReals/);
    } finally {
      files.dispose();
    }
  });

  it.runIf(hasCoq)('the statements are those that the documentation shows', () => {
    compileTheory();
    const files = scratch();
    try {
      const asked = [
        'check_lists_all_cells',
        'check_partitions',
        'check_counts',
        'number_of_cells_is_unique',
        'verify_proves_safety',
        'verify_condensed_proves_safety',
      ];
      const text = `From ReluAtlas Require Import OrderedField Network Checker Theorems Safety Verification Condensed.\n${asked.map((name) => `Check ${name}.\n`).join('')}`;
      const said = compile(files.file('Statements.v', text)).replace(/\s+/g, ' ');
      const documented = readFileSync(join(SOURCES, '../../docs/formal.md'), 'utf8');
      const blocks = documented.match(/```coq\n[\s\S]*?```/g)!;
      const stated = blocks
        .join(' ')
        .replace(/```(coq)?/g, '')
        .replace(/\s+/g, ' ')
        .trim();
      expect(said.trim()).toBe(stated);
    } finally {
      files.dispose();
    }
  });
});
