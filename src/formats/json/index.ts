/** The face of formats/json. */
export { conforming } from './conforming.js';
export { domainContent, domainOfContent, domainOfJson } from './domain.js';
export { networkOfJsonValue } from './network.js';
export { valueOfJson } from './text.js';
