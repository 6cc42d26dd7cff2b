/**
 * What the page asks of its engine, which is the library in a worker, and what that answers.
 */
import type { PlanarPictureData } from '../../report/encoding/index.js';
import type { ActivationName, ExplorerPlan } from './plan.js';

/** The part of the plane that is cut: lower and upper ends. */
export interface Window2 {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Where a network with more than two inputs is looked at. */
export type Plane =
  /** Two inputs vary, the others have these values (by input). */
  | { readonly kind: 'inputs'; readonly free: readonly [number, number]; readonly values: readonly number[] }
  /** Three points, at (0, 0), (1, 0) and (0, 1) of the plane. */
  | { readonly kind: 'points'; readonly points: readonly [readonly number[], readonly number[], readonly number[]] };

/** Which network: the one in training, the one beside it, or a part of the first, up to a neuron's pre-activation. */
export interface NeuronAddress {
  readonly layer: number;
  readonly neuron: number;
}

/** Requests; each is answered by one message with the same `id`. */
export type Request =
  | {
      readonly kind: 'plan';
      readonly plan: ExplorerPlan;
      readonly beside?: ActivationName;
      readonly epoch: number;
      readonly window: Window2;
    }
  /** Trains so many epochs further. */
  | { readonly kind: 'advance'; readonly epochs: number }
  /** Goes to an epoch, backwards or forwards. */
  | { readonly kind: 'seek'; readonly epoch: number }
  | { readonly kind: 'window'; readonly window: Window2 }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly files: ReadonlyMap<string, Uint8Array>;
    }
  | { readonly kind: 'plane'; readonly plane: Plane; readonly window: Window2 }
  /** Everything about the present picture: neighbours, pieces, maps, homology. */
  | { readonly kind: 'complete' }
  | { readonly kind: 'neuron'; readonly at: NeuronAddress }
  | { readonly kind: 'cell'; readonly cell: number }
  | { readonly kind: 'export'; readonly what: 'json' | 'onnx' | 'svg' | 'whole'; readonly colouring: string }
  | { readonly kind: 'certificate' };

/** The neurons of a picture over all its cells, layer by layer. */
export const NEURON_STATES = ['cuts', 'positive', 'negative', 'zero', 'linear'] as const;
export type NeuronState = (typeof NEURON_STATES)[number];

/** A partition as it is drawn while a training runs: every incidence of a cell is exact, neighbours are not looked for. */
export interface CellsPicture {
  readonly kind: 'cells';
  readonly data: PlanarPictureData;
  /** Whether neighbours, pieces and classes are in it. */
  readonly isComplete: boolean;
  /** Cells after each layer, and the upper bound of Serra, Tjandraatmadja and Ramalingam 2018 for it. */
  readonly cellsPerLayer: readonly number[];
  readonly bounds: readonly string[];
  /** Exact counts; undefined where they would take too long now. */
  readonly pieces: number | undefined;
  readonly maps: number | undefined;
  readonly neurons: readonly (readonly NeuronState[])[];
  /** Where the decision boundary turns: x, y, .. ; undefined where nobody looked. */
  readonly corners: Float64Array | undefined;
  /** Curves of the boundary, and how many of them are closed. */
  readonly curves: readonly [all: number, closed: number] | undefined;
  /** Of both sides of the boundary; undefined where nobody looked, or curves alone do not tell. */
  readonly homology: Homology | undefined;
  /** Signs that were decided: by bounds and doubles, and in integers. */
  readonly decisions: { readonly doubles: number; readonly integers: number };
  /** Milliseconds of the walk. */
  readonly time: number;
}

/** A smooth network's values on a grid: it has no cells. */
export interface FieldPicture {
  readonly kind: 'field';
  readonly window: Window2;
  readonly columns: number;
  readonly rows: number;
  /** Row by row, the lowest first; at the centres of the grid's squares. */
  readonly values: Float64Array;
}

export type Picture = CellsPicture | FieldPicture;

export interface TrainingFacts {
  readonly epoch: number;
  readonly loss: number;
  /** Examples with the wrong sign; undefined for regression. */
  readonly errors: number | undefined;
  /** Why training ended: its numbers are no numbers any more. */
  readonly diverged: boolean;
}

/** One network as the page shows it. */
export interface View {
  readonly picture: Picture;
  readonly training: TrainingFacts | undefined;
}

export interface FileFacts {
  readonly name: string;
  readonly format: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly widths: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly warnings: readonly string[];
}

/** A cell in exact numbers. */
export interface ExactCell {
  readonly cell: number;
  /** Per output the coefficients of the inputs, then the constant. */
  readonly maps: readonly (readonly string[])[];
  readonly witness: readonly string[];
  readonly vertices: readonly (readonly string[])[];
}

export interface CertificateFile {
  readonly bytes: Uint8Array;
  readonly accepted: boolean;
  /** What the checker says: counts, or the reason of a refusal. */
  readonly cells: number;
  readonly reason: string;
  readonly milliseconds: number;
}

export interface Homology {
  /** Components and holes of the set where the output is not negative. */
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

export type Answer =
  | { readonly kind: 'views'; readonly main: View; readonly beside: View | undefined; readonly points: Float64Array }
  | { readonly kind: 'file'; readonly facts: FileFacts }
  | { readonly kind: 'complete'; readonly picture: CellsPicture }
  | { readonly kind: 'neuron'; readonly at: NeuronAddress; readonly picture: CellsPicture | undefined }
  | { readonly kind: 'cell'; readonly exact: ExactCell | undefined }
  | { readonly kind: 'export'; readonly name: string; readonly type: string; readonly bytes: Uint8Array }
  | { readonly kind: 'certificate'; readonly file: CertificateFile }
  /** A sentence for people. */
  | { readonly kind: 'refusal'; readonly reason: string }
  /** Another request made it idle. */
  | { readonly kind: 'nothing' };
