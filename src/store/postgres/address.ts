/** Of a Postgres: host, port and database, and nothing that may be a secret. For people and logs. */
export function nameOfPostgres(address: string): string {
  const { hostname, port, pathname } = new URL(address);
  return `${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
}
