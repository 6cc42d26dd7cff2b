/**
 * Colour on a terminal, and nowhere else.
 *
 * Source: no-color.org and force-color.org: NO_COLOR (not empty) takes colour away, FORCE_COLOR (not 0) gives it to pipes, too.
 */

/** The codes of "Select Graphic Rendition" (ECMA-48), and those that end them. */
const CODES = {
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Colour = keyof typeof CODES;

interface Stream {
  readonly isTTY?: boolean;
}

/** Whether colours are wanted on a stream. */
export function isColoured(stream: Stream, { FORCE_COLOR, NO_COLOR, TERM } = process.env): boolean {
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return stream.isTTY === true && TERM !== 'dumb';
}

const painted = (text: string, colour: Colour) => `\x1b[${CODES[colour][0]}m${text}\x1b[${CODES[colour][1]}m`;

/** The text in a colour, if the stream shows colours. */
export function paint(text: string, colour: Colour, stream: Stream = process.stdout): string {
  return isColoured(stream) ? painted(text, colour) : text;
}

/** How help looks; commander asks for no colours where there are none. */
export const HELP_STYLE = {
  styleTitle: (text: string) => painted(text, 'bold'),
  styleCommandText: (text: string) => painted(text, 'cyan'),
  styleSubcommandText: (text: string) => painted(text, 'cyan'),
  styleOptionText: (text: string) => painted(text, 'green'),
  styleArgumentText: (text: string) => painted(text, 'yellow'),
};
