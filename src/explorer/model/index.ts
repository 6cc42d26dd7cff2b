/** The face of explorer/model: what the page and its engine say to each other. */
export { LESSONS, type Lesson } from './lessons.js';
export {
  type ColourMode,
  FIRST_STATE,
  type FileState,
  hashOf,
  MODES,
  type PageState,
  stateOf,
  type ViewState,
} from './link.js';
export type {
  Answer,
  CellsPicture,
  CertificateFile,
  ExactCell,
  FieldPicture,
  FileFacts,
  Homology,
  NeuronAddress,
  NeuronState,
  Picture,
  Plane,
  Request,
  TrainingFacts,
  View,
  Window2,
} from './messages.js';
export {
  ACTIVATIONS,
  type ActivationName,
  DATA_NAMES,
  type DataName,
  type ExplorerPlan,
  FIRST_PLAN,
  isRegression,
  MOST_LAYERS,
  MOST_NEURONS,
  shapeOf,
} from './plan.js';
