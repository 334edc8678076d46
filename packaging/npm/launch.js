#!/usr/bin/env node
// Starts the program of the package for this platform.
const { spawnSync } = require("child_process");
const platform = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "trackersync.exe" : "trackersync";
let program;
try {
  program = require.resolve(`trackersync-${platform}/bin/${file}`);
} catch {
  console.error(`error: trackersync has no npm package for ${platform}\nsee the README for other ways to install it`);
  process.exit(1);
}
const run = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (run.signal) process.kill(process.pid, run.signal);
process.exit(run.status ?? 1);
