/** One Web API call as it came in. */
export type Call = {
  readonly at: number;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Slack's error code; undefined when the call was carried out. */
  readonly error?: string;
};

/** A rule of Slack's that the app broke; a `warning` is good practice ignored, or something that was gone already. */
export type Violation = {
  readonly at: number;
  readonly level: 'error' | 'warning';
  /** The method or the delivery it happened in. */
  readonly where: string;
  readonly code: string;
  readonly explanation: string;
};

/** What the page is told of broken rules. */
export type ViolationChange = { readonly kind: 'violation'; readonly violation: Violation };

const KEPT_CALLS = 5_000;
const KEPT_VIOLATIONS = 500;

/** What the app called, and which of Slack's rules it broke, newest last. */
export function createRecord(now: () => number, tell: (change: ViolationChange) => void) {
  const calls: Call[] = [];
  const callCounts = new Map<string, number>();
  const violations: Violation[] = [];
  return {
    calls: calls as readonly Call[],
    /** Calls by method since the start; `calls` keeps only the newest. */
    callCounts,
    violations: violations as readonly Violation[],

    logCall(call: Call): void {
      callCounts.set(call.method, (callCounts.get(call.method) ?? 0) + 1);
      calls.push(call);
      if (calls.length > KEPT_CALLS) calls.shift();
    },

    addViolation(violation: Omit<Violation, 'at'>): void {
      const dated = { at: now(), ...violation };
      violations.push(dated);
      if (violations.length > KEPT_VIOLATIONS) violations.shift();
      tell({ kind: 'violation', violation: dated });
    },
  };
}
