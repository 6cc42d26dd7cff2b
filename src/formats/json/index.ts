/** The face of formats/json. */
export { generatorsAt, generatorsOfJson } from './arrangement.js';
export { conforming, IN_OUR_WORDS } from './conforming.js';
export { domainContent, domainOfContent } from './domain.js';
export { networkOfJsonValue } from './network.js';
