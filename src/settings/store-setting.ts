import { z } from 'zod';

const VARIABLE = /^[A-Z_][A-Z0-9_]*$/;

/** The address of a Postgres, or the name of an environment variable that holds one: settings are read by many, a secret by few. */
export const StoreSetting = z
  .string()
  .refine((text) => VARIABLE.test(text) || isPostgresAddress(text), {
    error: () =>
      'neither an address nor the name of an environment variable that holds one: write e.g. postgres://db.example.com/modelpicker, or DATABASE_URL',
  })
  .refine((text) => !isPostgresAddress(text) || !hasPassword(text), {
    error: () =>
      'a password stands in the address: take it out and set PGPASSWORD, or put the whole address into an environment variable and write its name here',
  });

/** Whether a text can be the address of a Postgres: with a host and a database. */
export function isPostgresAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== '' && url.pathname.length > 1;
}

function hasPassword(text: string): boolean {
  const { password, searchParams } = new URL(text);
  return password !== '' || searchParams.has('password');
}
