/** The face of analysis/files. */
export type { CellRecord, FacetRecord } from './cell-record.js';
export { adjacencyGraphml } from './graphml.js';
export {
  formatOfFile,
  jsonLinesWriter,
  type PartitionFormat,
  type PartitionRequest,
  type PartitionWriter,
  parquetWriter,
  writePartition,
} from './partition.js';
