import { type Logger, LogLevel } from '@slack/web-api';

/**
 * Slack's SDK writes a line of its own for every refusal, also where a refusal is normal: a window that was closed, a
 * message that somebody deleted. Whatever matters is thrown as well, and logged by us in our own words.
 */
export const quietLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
