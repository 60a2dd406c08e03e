import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import type { DeviceReport } from './devices.ts';

// A process of its own: a driver that is broken may end it, and its libraries are not to stay in the bot.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

process.once('message', async (model: Uint8Array) => {
  const found: DeviceReport = {};
  for (const { name } of listSupportedBackends()) {
    found[name] = await tried(name, model).catch((error: Error) => error.message);
  }
  process.send?.(found, () => process.kill(process.pid, 'SIGKILL'));
});

/** What is listed may lack its libraries, its driver or its device: only a session tells. */
async function tried(provider: string, model: Uint8Array): Promise<null> {
  const session = await InferenceSession.create(model, { executionProviders: [provider], logSeverityLevel: 4 });
  await session.release();
  return null;
}
