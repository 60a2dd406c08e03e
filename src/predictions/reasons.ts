type Left = { readonly name: string; readonly reason: string };

/** Lines in a message about what was left out: it must not grow with the number of files. */
const LINES_MAX = 10;

/** A line for each reason, with the first that it is about and how many more: `- a.heic and 3 more: HEIC is not read`. */
export function reasonsOf(left: readonly Left[]): string {
  const groups = [...Map.groupBy(left, ({ reason }) => reason)];
  const lines = groups.slice(0, LINES_MAX).map(([reason, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `- ${first!.name}${more}: ${reason}`;
  });
  const rest = groups.length - lines.length;
  return [...lines, ...(rest > 0 ? [`- and ${rest} more reasons`] : [])].join('\n');
}
