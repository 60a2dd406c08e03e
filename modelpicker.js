#!/usr/bin/env node
/**
 * The door to the command line, in plain JavaScript: older versions of Node cannot read what stands behind it, and would say
 * "Unknown file extension". Node 24 comes with the packages for development; after `npm install --omit=dev` the machine's own runs.
 */
const needed = 24;
const found = process.versions.node;
if (Number(found.split('.')[0]) < needed) {
  console.error(
    `Model Picker needs Node ${needed} or newer, and this is Node ${found}. Install a newer one from nodejs.org, or run "npm install" without --omit=dev, which brings it along.`,
  );
  process.exitCode = 1;
} else await import('./src/cli.ts');
