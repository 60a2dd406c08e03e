/** Whether batch `a` is newer than `b`. Names order batches, digits by their value: `day-9` comes before `day-10`. */
export function isNewer(a: string, b: string): boolean {
  return order.compare(a, b) > 0;
}

const order = new Intl.Collator('en', { numeric: true });
