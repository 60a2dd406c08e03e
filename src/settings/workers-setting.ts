/** Where both are named: workers meet in the database, and run the models of a folder. */
export const workersHaveAPlace = {
  check: ({ workers, store }: { readonly workers?: unknown; readonly store?: unknown }) =>
    workers !== true || store !== undefined,
  params: {
    path: ['workers'],
    error: () => 'workers meet in a Postgres: name it as "store"',
    // Whatever else is wrong with the file: all is told at once.
    when: ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null,
  },
};
