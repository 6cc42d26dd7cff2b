/** The face of analysis/files. */
export { type AdjacencyPart, AdjacencySurvey } from './adjacency-survey.js';
export type { CellRecord, DomainBound, FacetRecord } from './cell-record.js';
export { CELL_FIELDS, type CellField, fieldsOfText, type LayoutOptions, type PartitionFormat } from './fields.js';
export { type AdjacencyCounts, AdjacencyFile, writeAdjacency } from './graphml.js';
export { jsonLinesWriter } from './json-lines.js';
export { parquetWriter } from './parquet.js';
export { formatOfFile, type PartitionRequest, writePartition } from './partition.js';
export type { PartitionWriter } from './writer.js';
