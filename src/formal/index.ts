/** The face of formal. */
export { expandCertificate } from './expand.js';
export { ExpansionError, expandVerification } from './expand-proof.js';
export { gallina, gallinaProof } from './gallina.js';
export type { PlainWriter } from './plain.js';
export type { ProofWriter } from './plain-proof.js';
export { plainProofText, plainText } from './text.js';
