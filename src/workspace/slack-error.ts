/** A refusal in Slack's own words: its error code, and sentences that name the rule that was broken. */
export class SlackError extends Error {
  readonly code: string;
  /** Shown to developers in `response_metadata.messages`, without the leading `[ERROR]`. */
  readonly explanations: readonly string[];
  /** Further fields of the answer, such as `needed` and `provided` of `missing_scope`. */
  readonly fields: Record<string, unknown>;

  constructor(code: string, explanations: readonly string[] = [], fields: Record<string, unknown> = {}) {
    super(explanations.length > 0 ? `${code}: ${explanations.join('; ')}` : code);
    this.code = code;
    this.explanations = explanations;
    this.fields = fields;
  }

  /** The body of Slack's answer. */
  toAnswer(): Record<string, unknown> {
    const messages = this.explanations.map((explanation) => `[ERROR] ${explanation}`);
    return { ok: false, error: this.code, ...this.fields, response_metadata: { messages } };
  }
}
