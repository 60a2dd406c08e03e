import type { Fact } from './facts.ts';

/** How often the models have failed on the batch of these facts, for what reason last, and who has had them run again since. */
export function failureOf(facts: readonly Fact[]) {
  const failures = facts.filter((fact) => fact.kind === 'failure');
  const reruns = facts.filter((fact) => fact.kind === 'rerun');
  const again = reruns.find(({ failure }) => failure === failures.length);
  return { failures: failures.length, last: failures.at(-1), again };
}
