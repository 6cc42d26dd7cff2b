/** The face of checker. */
export {
  type CheckOptions,
  type CheckReport,
  checkCertificate,
  checkShare,
  combinedReport,
  type ShareReport,
} from './file.js';
export { checkedNetwork } from './network.js';
export { checkedPolytope } from './polytope.js';
export { type CheckedTree, type Share, TreeChecker } from './tree.js';
