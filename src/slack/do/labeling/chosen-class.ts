import { z } from 'zod';

/** The number of a class as it stands in a button or an option; null for "can't tell". */
export const chosenClass = z.union([
  z.literal('none').transform(() => null),
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number),
]);
