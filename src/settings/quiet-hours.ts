/** How people write quiet hours: two times of the day, the second one of the next day where it is the smaller. */
export const QUIET_HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/** Tells whether a moment lies in quiet hours such as "20:00-08:00", by the clock on the wall of a time zone. */
export function quietHours(hours: string | undefined, timeZone: string): (moment: Date) => boolean {
  if (hours === undefined) return () => false;
  const [from = '', to = ''] = hours.split('-');
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, hour: '2-digit', minute: '2-digit' });
  return (moment) => {
    const time = clock.format(moment);
    return from <= to ? from <= time && time < to : from <= time || time < to;
  };
}
