/**
 * Points given on the command line or in a file.
 */
import { parseRational, type Rational, rationalFromDouble } from '../../exact/index.js';
import { FormatError, readSource, textOf } from '../../formats/index.js';
import { UsageError } from '../exit.js';

/** "x1,x2,..." with as many coordinates as there are inputs. @throws UsageError naming the option and the place */
export function pointOf(text: string, inputs: number, option: string): Rational[] {
  const parts = text.split(',');
  if (parts.length !== inputs) {
    throw new UsageError(
      `${option}: expected ${inputs} coordinates, one per input, got ${parts.length}; write x1,x2,...`,
    );
  }
  return parts.map((part, i) => {
    try {
      return parseRational(part);
    } catch {
      const shown = JSON.stringify(part.slice(0, 40));
      throw new UsageError(
        `${option}: expected a number such as -1, 0.5 or 1/3, got ${shown} for input ${i}; correct it`,
      );
    }
  });
}

function coordinateOf(value: unknown, place: string): Rational {
  try {
    if (typeof value === 'number') return rationalFromDouble(value);
    if (typeof value === 'string') return parseRational(value);
  } catch {
    // Told below.
  }
  throw new FormatError(place, `expected a number or a rational text such as "1/3", got ${JSON.stringify(value)}`);
}

/** The points of a JSON file `[[x1, x2, ...], ...]`; numbers mean their doubles, texts are exact. */
async function pointsOfFile(file: string, inputs: number): Promise<Rational[][]> {
  let content: unknown;
  try {
    content = JSON.parse(textOf((await readSource(file)).bytes));
  } catch (error) {
    if (error instanceof SyntaxError) throw new FormatError(file, 'expected a JSON list of points; correct it');
    throw error;
  }
  if (!Array.isArray(content) || content.length === 0) {
    throw new FormatError(file, 'expected a JSON list of points [[x1, x2, ...], ...]; correct it');
  }
  return content.map((point: unknown, p) => {
    if (!Array.isArray(point) || point.length !== inputs) {
      const got = Array.isArray(point) ? `${point.length}` : 'no list';
      throw new FormatError(`${file}: point ${p}`, `expected a list of ${inputs} coordinates, got ${got}; correct it`);
    }
    return point.map((value, i) => coordinateOf(value, `${file}: point ${p}, coordinate ${i}`));
  });
}

/** Points as "x1,x2;y1,y2;..." or in a .json file. @throws UsageError, FormatError */
export async function pointsOf(text: string, inputs: number, option: string): Promise<Rational[][]> {
  if (text.endsWith('.json')) return pointsOfFile(text, inputs);
  return text.split(';').map((point, p) => pointOf(point, inputs, `${option}, point ${p + 1}`));
}
