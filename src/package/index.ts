export { packageFile, packageVersion, threadFile, threadFlags } from './folder.js';
