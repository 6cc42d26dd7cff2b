/** The face of report/sampling. */
export { type HistogramRequest, histogramSvg } from './histogram.js';
