import { resolve } from 'node:path';
import { z } from 'zod';
import { Address, nameOfTarget, TargetSetting, Variable } from '../deploy/target-setting.ts';
import { FolderSetting } from './folder-setting.ts';

/** Models that a registry of MLflow holds: every ready version of these names whose tags say that it passed. */
const RegistryModels = z.strictObject({
  mlflow: z.strictObject({
    url: Address,
    names: z.array(z.string().min(1)).min(1),
    tokenFrom: Variable.optional(),
    passed: z.record(z.string(), z.coerce.string()).refine((tags) => Object.keys(tags).length > 0, {
      error: () => 'names no tag: write the one that says a version has passed, e.g. { validation: passed }',
    }),
  }),
});

/** A folder of the models, in a bucket or not, or where they are registered. */
export const ModelsSetting = z
  .union([FolderSetting, RegistryModels])
  .meta({ description: 'folder of the ONNX models' });

/** Where registered models are, and which of their versions take part. */
export type RegistryPool = z.infer<typeof RegistryModels>['mlflow'];

/** One target alone is as good as a list of it; the names of targets tell them apart for good. */
export const TargetsSetting = z
  .preprocess((one) => (one === undefined || Array.isArray(one) ? one : [one]), z.array(TargetSetting))
  .superRefine((targets, context) => {
    const names = targets.map(nameOfTarget);
    for (const [at, name] of names.entries()) {
      if (names.indexOf(name) === at) continue;
      const message = `there is another target "${name}": give each a "name" of its own`;
      context.addIssue({ code: 'custom', path: [at], message });
    }
  })
  .prefault([{ to: 'folder' }]);

/** Relative paths start at the file's folder. */
export function placedTargets(targets: readonly TargetSetting[], folder: string): TargetSetting[] {
  return targets.map((target) => {
    if (target.to === 'folder' && target.path !== undefined) return { ...target, path: resolve(folder, target.path) };
    return target.to === 'triton' ? { ...target, repository: resolve(folder, target.repository) } : target;
  });
}
