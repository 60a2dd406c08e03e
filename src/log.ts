export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** One line an event: time, words, then fields as `name=value`. */
export function logTo(stream: NodeJS.WritableStream): Log {
  return (event, fields = {}) => {
    const rest = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    stream.write(`${[new Date().toISOString(), event, ...rest].join(' ')}\n`);
  };
}
