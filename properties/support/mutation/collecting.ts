/**
 * What stands for vitest while mutants are tried: it only collects the tests, for `in-process.ts` to run.
 *
 * Assertions are vitest's own. Starting vitest itself takes longer than most mutants live.
 */
export { expect, TestRunner } from 'vitest';

type Body = (...parameters: never[]) => unknown;

export interface CollectedTest {
  /** The file and the names of the groups and the test, as Stryker knows it. */
  readonly id: string;
  readonly file: string;
  readonly name: string;
  readonly run: () => unknown;
}

const tests: CollectedTest[] = [];
const before: (() => unknown)[] = [];
const after: (() => unknown)[] = [];
const place = { file: '', groups: [] as string[] };

/** The bundler has every file of tests begin with this. */
export function beginFile(file: string): void {
  place.file = file;
  place.groups = [];
}

/** The tests of all files that were evaluated, and what is to be done before and after them. */
export function collected() {
  return { tests, before, after };
}

export const beforeAll = (run: () => unknown) => void before.push(run);
export const afterAll = (run: () => unknown) => void after.push(run);

/** `describe` or `it`, with the forms that the tests use. */
function withForms(declare: (name: string, body: Body) => void) {
  const each =
    (cases: readonly unknown[]) =>
    (name: string, body: Body): void => {
      cases.forEach((given, k) => {
        const parameters = (Array.isArray(given) ? given : [given]) as never[];
        const words = parameters.filter((value) => ['string', 'number'].includes(typeof value));
        declare([name, k, ...words].join(' '), () => body(...parameters));
      });
    };
  const forms = Object.assign((name: string, body: Body) => declare(name, body), { each });
  const none = Object.assign(() => {}, { each: () => () => {} });
  return Object.assign(forms, { skipIf: (skipped: boolean) => (skipped ? none : forms) });
}

export const describe = withForms((name, body) => {
  place.groups.push(name);
  (body as () => void)();
  place.groups.pop();
});

export const it = withForms((name, body) => {
  const { file } = place;
  const full = [...place.groups, name].join(' ');
  tests.push({ id: `${file}#${full}`, file, name: full, run: body as () => unknown });
});

export const test = it;
