/**
 * Domains in JSON text. What reads the value is apart: checkers that take values need not trust a parser of text.
 */
import type { Domain } from '../../network/index.js';
import { domainContent, domainOfContent } from './domain.js';
import { valueOfJson } from './text.js';

/** A domain from JSON text. @throws FormatError */
export function domainOfJson(text: string, inputs: number): Domain {
  return domainOfContent(domainContent(valueOfJson(text)), inputs);
}
