export { packageFile, packageVersion, threadFile } from './folder.js';
