/**
 * What a theorem file says about itself: the statement and the source in its first comment.
 */

export interface Docstring {
  /** The paragraphs of the statement, without the word "Theorem". */
  readonly statement: readonly string[];
  readonly source: string | undefined;
  /** Whether the comment calls itself a theorem; other files are checks of parts. */
  readonly isTheorem: boolean;
}

/** The paragraphs of the first block comment of a file, each in one line. */
function paragraphsOf(text: string): string[] {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim());
  const paragraphs: string[][] = [[]];
  for (const line of lines) {
    if (line === '') paragraphs.push([]);
    else paragraphs.at(-1)!.push(line);
  }
  return paragraphs.map((paragraph) => paragraph.join(' ')).filter((paragraph) => paragraph !== '');
}

const THEOREM = /^Theorem[.:]\s*/;
const SOURCE = /^Sources?: /;

/** Reads the first comment of a theorem file. @param text the whole file */
export function docstringOf(text: string): Docstring {
  const paragraphs = paragraphsOf(text);
  const source = paragraphs.find((paragraph) => SOURCE.test(paragraph));
  return {
    statement: paragraphs
      .filter((paragraph) => paragraph !== source)
      .map((paragraph) => paragraph.replace(THEOREM, '')),
    source: source?.replace(SOURCE, ''),
    isTheorem: THEOREM.test(paragraphs[0] ?? ''),
  };
}
