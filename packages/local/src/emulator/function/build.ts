import { createCipheriv } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { FunctionSpec } from "../../synth/graph.ts";

/** What SST puts in front of every bundle: packages in CommonJS clothing expect these names. */
const BANNER = [
  `import { createRequire as topLevelCreateRequire } from "module";`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url";`,
  `const __filename = topLevelFileUrlToPath(import.meta.url);`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));`,
].join("\n");

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

export interface Built {
  /** The function's folder: what would be its zip. */
  readonly folder: string;
  /** `bundle.handler` */
  readonly handler: string;
}

/**
 * Builds a Node.js function as `sst deploy` does: one bundle, the links in a file that the function's key opens, and the
 * files to copy. `links` are the ones the infrastructure gives this function, and no others.
 */
export async function buildFunction(spec: FunctionSpec, root: string, folder: string): Promise<Built> {
  if (!spec.runtime.startsWith("nodejs"))
    throw new Error(
      `The function "${spec.functionID}" has the runtime ${spec.runtime}; this machine runs Node.js functions only.`,
    );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const handler = spec.bundle
    ? await copyBundle(spec, spec.bundle, folder)
    : await bundle(spec, root, folder);
  await writeFile(join(folder, "resource.enc"), encrypt(JSON.stringify(spec.links), spec.encryptionKey));
  for (const { from, to } of spec.copyFiles) await cp(from, join(folder, to), { recursive: true });
  return { folder, handler };
}

async function copyBundle(spec: FunctionSpec, source: string, folder: string): Promise<string> {
  await cp(source, folder, { recursive: true });
  return spec.handler;
}

async function bundle(spec: FunctionSpec, root: string, folder: string): Promise<string> {
  const dot = spec.handler.lastIndexOf(".");
  const path = join(root, spec.handler.slice(0, dot));
  const entry = EXTENSIONS.map((extension) => path + extension).find((file) => existsSync(file));
  if (!entry)
    throw new Error(
      `The handler "${spec.handler}" of the function "${spec.functionID}" is not there: none of ${EXTENSIONS.join(" ")} fits ${path}.`,
    );
  await build({
    entryPoints: [entry],
    outfile: join(folder, "bundle.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    keepNames: true,
    sourcemap: true,
    logLevel: "silent",
    absWorkingDir: root,
    external: ["sharp", "pg-native"],
    banner: { js: BANNER },
  });
  return `bundle.${spec.handler.slice(dot + 1)}`;
}

/** AES-256-GCM with an empty nonce and the tag at the end, which is what SST's runtime library decrypts. */
function encrypt(text: string, key: string): Buffer {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "base64"), Buffer.alloc(12, 0));
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}
