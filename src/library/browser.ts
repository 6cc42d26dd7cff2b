/** The face of library where there is no Node. */
export { type Bound, type DomainLike, domainOf } from './domains.js';
export { cells } from './partition.js';
export { type PictureOptions, svg } from './picture.js';
