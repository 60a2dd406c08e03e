import { z } from 'zod';

/** What ONNX Runtime can compute on, by its own names. */
const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const;

/** One of them. */
export type Provider = (typeof PROVIDERS)[number];

/** Best first: what the first of them cannot compute, the next does. */
export const Providers = z
  .array(
    z.enum(PROVIDERS, {
      error: ({ input }) => `"${input}" is not a provider of ONNX Runtime: write one of ${PROVIDERS.join(', ')}`,
    }),
  )
  .min(1);

/** Undefined for the processor alone, as for models of which nobody says anything: they are the same. */
export function beyondCpu(providers: readonly Provider[] | undefined): readonly Provider[] | undefined {
  return providers?.some((one) => one !== 'cpu') ? providers : undefined;
}
