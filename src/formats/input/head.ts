/**
 * What stood behind the logits that are read in its place: see `--head logits`.
 */
export type HeadKind = 'none' | 'softmax' | 'log-softmax' | 'sigmoid' | 'argmax' | 'hardmax';

/** The head of one output tensor. */
export interface OutputHead {
  readonly kind: HeadKind;
  /** For every logit, the group in which the head compares it. */
  readonly groups: readonly number[];
}
