import type { RunningApp, startApp } from './app.ts';

/** As `startApp`, after other work has begun: what listens to Slack takes a quarter of a second to load, and is loaded here. */
export async function startAppAfter(
  begun: Promise<unknown>,
  ...asked: Parameters<typeof startApp>
): Promise<RunningApp> {
  await begun;
  const app = await import('./app.ts');
  return app.startApp(...asked);
}
