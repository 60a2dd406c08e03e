import { z } from 'zod';
import { nearest } from '../nearest.ts';

/** What a setting should be, in words for those who write it. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a part with settings of its own',
  record: 'a part with a line for each name',
};

/** Words for the problems that a schema leaves to zod, each with its cure. `known` are the names of all settings. */
export function cureFor(known: readonly string[]): (issue: z.core.$ZodRawIssue) => string | undefined {
  return (issue) => {
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknown(key, nearest(key, known))).join('; ');
      case 'invalid_type': {
        const wanted = kinds[issue.expected] ?? `a value of type ${issue.expected}`;
        return issue.input === undefined
          ? `missing, but required: ${wanted}`
          : `${found(issue.input)} is not ${wanted}`;
      }
      case 'invalid_union': {
        // Of a text or a part of its own: what is wrong with the part, where there is one.
        const isPart = typeof issue.input === 'object' && issue.input !== null && issue.errors.length > 0;
        if (isPart)
          return issue.errors
            .at(-1)!
            .map(({ path, message }) => `${path.join('.')}: ${message}`)
            .join('; ');
        return issue.errors.length > 0 ? `${found(issue.input)} is not text` : undefined;
      }
      case 'too_small':
        return `${found(issue.input)} is too small: write at least ${issue.minimum}`;
      case 'too_big':
        return `${found(issue.input)} is too big: write at most ${issue.maximum}`;
    }
    return undefined;
  };
}

/** Names of all settings below a schema, of its parts too. */
export function settingNames(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, value]) => [name, ...settingNames(value)]);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(settingNames);
  if (schema instanceof z.ZodArray) return settingNames(schema.element);
  if (schema instanceof z.ZodPipe) return settingNames(schema.out);
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? settingNames(schema.unwrap()) : [];
}

function unknown(key: string, near: string | undefined): string {
  return `"${key}" is not a setting: ${near === undefined ? 'remove it' : `did you mean "${near}"?`}`;
}

function found(input: unknown): string {
  const text = JSON.stringify(input);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
