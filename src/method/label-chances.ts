/** What is known of the labels, in each scenario of how people err and over all of them. */
export type Labels = {
  /** z: the probability of every outcome of every item, over all scenarios; in the layout of `rowStart`. */
  readonly probabilities: Float64Array;
  /** The scenarios that still matter, by their number in the problem's list, and the belief in each; sums to 1. */
  readonly scenarios: readonly { readonly scenario: number; readonly weight: number }[];
  /** Items with clicks, ascending, and where each one's row starts in `within`. */
  readonly answered: Int32Array;
  readonly answeredStart: Int32Array;
  /** `within[(answeredStart[place] + slot) * scenarios + scenario]`: the probabilities of the answered items in each of these. */
  readonly within: Float64Array;
};
