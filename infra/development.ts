/// <reference path="../.sst/platform/config.d.ts" />

/** What `sst dev` runs beside the functions and the worker. A deployment knows nothing of it. */
if ($dev) {
  new sst.x.DevCommand("Services", {
    dev: { title: "PostgreSQL and Redis", command: "npm run services", autostart: true },
  });
}

/**
 * How the worker runs outside of a container. SST 3.19.3 starts it, once for each task in the cloud, with the environment
 * of the container there, whose PATH knows neither Node.js 24 nor a Mac's ffmpeg: under `sst dev` it brings its own.
 */
export const workerCommand = {
  command: `${$dev ? `env PATH=${quote(developersPath())} ` : ""}node src/main.ts`,
  directory: "packages/worker",
};

function developersPath(): string {
  const pinned = `${$cli.paths.root}/node_modules/node-${process.platform}-${process.arch}/bin`;
  return `${pinned}:${process.env.PATH ?? ""}`;
}

/** As one word of the shell: SST takes the command apart by the shell's rules. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
