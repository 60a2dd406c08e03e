import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Program, parseSync, Visitor } from 'oxc-parser';

/** A file of the source, parsed; `path` counts from `src`, with slashes. */
export type Source = { readonly path: string; readonly text: string; readonly program: Program };

/** An import of any kind (`import type`, `export from`, `import()` and types by `import('…')` included). */
export type Import = { readonly from: string; readonly specifier: string };

/** A function or method with a body: the line where it starts, and how many lines it takes. */
type Sized = { readonly path: string; readonly line: number; readonly lines: number };

/** Every TypeScript file of `src`. */
export function readSource(): Source[] {
  return globSync('**/*.ts', { cwd: 'src' })
    .sort()
    .map((path) => {
      const text = readFileSync(join('src', path), 'utf8');
      const { program, errors } = parseSync(path, text);
      if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
      return { path, text, program };
    });
}

/** What a file imports: the path below `src` of its own kind, the name as written of everything else. */
export function importsOf({ path, program }: Source): Import[] {
  const found: string[] = [];
  const add = (node: { source: unknown }) => {
    const source = node.source as { value?: unknown } | null;
    if (typeof source?.value === 'string') found.push(source.value);
  };
  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
  }).visit(program);
  return found.map((written) => ({
    from: path,
    specifier: written.startsWith('.') ? join(dirname(path), written) : written,
  }));
}

/** The functions of a file, those within functions included. */
export function functionsOf({ path, text, program }: Source): Sized[] {
  const found: Sized[] = [];
  const add = (node: { start: number; end: number; body: unknown }) => {
    if (!node.body) return;
    const countLines = (from: number, to: number) => text.slice(from, to).split('\n').length;
    found.push({ path, line: countLines(0, node.start), lines: countLines(node.start, node.end) });
  };
  new Visitor({ FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add }).visit(program);
  return found;
}

/** The types that a file declares, exported or not. */
export function typesOf({ program }: Source): string[] {
  const found: string[] = [];
  const add = (node: { id: { name: string } }) => found.push(node.id.name);
  new Visitor({ TSTypeAliasDeclaration: add, TSInterfaceDeclaration: add }).visit(program);
  return found;
}
