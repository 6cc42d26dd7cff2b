/** The face of formats/json. */
export { domainOfContent, domainOfJson, domainSchema } from './domain.js';
export { networkOfJsonValue } from './network.js';
export { conforming, valueOfJson } from './text.js';
