import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { whyNotRead } from '../../../text-file.ts';
import { LEFT_POOL } from '../../left-pool.ts';

/** With a dot, half written, an editor's copy, or what macOS and network drives add. */
const PASSED_OVER = /(^|[\\/])([.~#]|__MACOSX[\\/]|@eaDir[\\/]|\$)|[.~-](tmp|temp|part|partial|swp|bak)\.onnx$/i;

const ENDING = /\.onnx$/i;

/**
 * Paths of the ONNX files below a folder and the names of the models, sorted by path. Hidden and temporary files are
 * passed over.
 *
 * @throws when the folder cannot be read or holds no model at all.
 */
export async function listModels(folder: string): Promise<{ path: string; name: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new Error(
      `Can't read the models' folder ${folder}: ${whyNotRead(error)}. Correct "models" in the settings.`,
      {
        cause: error,
      },
    );
  });
  const left = new Set(entries.filter(({ name }) => name === LEFT_POOL).map(({ parentPath }) => parentPath));
  const paths = entries
    .filter((entry) => !entry.isDirectory() && !left.has(entry.parentPath))
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, '.').length + 1))
    .filter((path) => ENDING.test(path) && !PASSED_OVER.test(path))
    .sort();
  if (paths.length === 0) throw new Error(`There is no .onnx file in ${folder}. Correct "models" in the settings.`);
  return paths.map((path) => ({ path, name: nameOf(path, paths) }));
}

/**
 * `night/model.onnx` is called `night` when it is the only model in there and there is no `night.onnx`; so is
 * `night/onnx/model.onnx`, as Hugging Face's hub lays it.
 */
function nameOf(path: string, all: readonly string[]): string {
  const folder = dirname(path);
  const name = folder.replace(/(?<=.)[\\/]onnx$/, '');
  const isBelow = (other: string) => dirname(other) === name || dirname(other) === join(name, 'onnx');
  const isAlone = folder !== '.' && all.filter(isBelow).length === 1 && !all.includes(`${name}.onnx`);
  return isAlone ? name : path.slice(0, -'.onnx'.length);
}
