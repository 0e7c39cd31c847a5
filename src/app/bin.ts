#!/usr/bin/env node
/** The entry of the installed package: says in words what Node is needed before anything that an older one cannot read. */
const NODE_MAJOR_MIN = 24;

if (Number(process.versions.node.split(".")[0]) < NODE_MAJOR_MIN) {
  process.stderr.write(`stockbridge needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.version}.\n`);
  process.exitCode = 2;
} else {
  await import("./main.ts");
}
