/** The face of formal. */
export { expandCertificate } from './expand.js';
export { gallina } from './gallina.js';
export type { PlainWriter } from './plain.js';
export { plainText } from './text.js';
