/** Whether the system can tell the time there: IANA names old and new, "UTC", and offsets such as "+05:30". */
export function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Reads the clock on the wall of a time zone: whole seconds, in ms as `Date.UTC` counts them, so that `getUTCHours` and
 * `toISOString` of it say what people there see. It jumps when clocks are changed.
 */
export function wallClock(timeZone: string): (moment: Date) => number {
  const digits = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', ...digits, ...time });
  return (moment) => {
    const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const { year, month, day, hour, minute, second } = parts as Record<keyof typeof digits | keyof typeof time, number>;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
}
