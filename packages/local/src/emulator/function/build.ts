import { createCipheriv, createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
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
 * Builds Node.js functions as `sst deploy` does: a bundle each, the links in a file that the function's key opens, and the
 * files to copy. `links` are the ones the infrastructure gives a function, and no others. Gives what was built by the
 * function's name, below one folder.
 */
export async function buildFunctions(
  specs: readonly FunctionSpec[],
  root: string,
  folder: string,
): Promise<Map<string, Built>> {
  await rm(folder, { recursive: true, force: true });
  await bundle(specs, root, folder);
  for (const spec of specs) await complete(spec, join(folder, spec.functionID));
  return builtFunctions(specs, folder);
}

/** As `buildFunctions`, unless the folder holds what was built from the same: `fingerprint` says what the code is. */
export async function buildChangedFunctions(
  specs: readonly FunctionSpec[],
  root: string,
  folder: string,
  fingerprint: string,
): Promise<Map<string, Built>> {
  const mark = join(folder, "built");
  const wanted = createHash("sha256").update(fingerprint).update(JSON.stringify(specs)).digest("hex");
  if (existsSync(mark) && (await readFile(mark, "utf8")) === wanted) return builtFunctions(specs, folder);
  const built = await buildFunctions(specs, root, folder);
  await writeFile(mark, wanted);
  return built;
}

function builtFunctions(specs: readonly FunctionSpec[], folder: string): Map<string, Built> {
  return new Map(
    specs.map((spec) => [
      spec.functionID,
      { folder: join(folder, spec.functionID), handler: handlerOf(spec) },
    ]),
  );
}

function handlerOf({ bundle: ready, handler }: FunctionSpec): string {
  return ready ? handler : `bundle.${handler.slice(handler.lastIndexOf(".") + 1)}`;
}

/** One run for all of them: most of what they are made of is the same, and is read once. */
async function bundle(specs: readonly FunctionSpec[], root: string, outdir: string): Promise<void> {
  const entryPoints = specs
    .filter((spec) => !spec.bundle)
    .map((spec) => ({ in: entryOf(spec, root), out: `${spec.functionID}/bundle` }));
  if (entryPoints.length === 0) return;
  await build({
    entryPoints,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: "silent",
    absWorkingDir: root,
    external: ["sharp", "pg-native"],
    banner: { js: BANNER },
  });
}

function entryOf(spec: FunctionSpec, root: string): string {
  if (!spec.runtime.startsWith("nodejs")) {
    throw new Error(
      `The function "${spec.functionID}" has the runtime ${spec.runtime}; this machine runs Node.js functions only.`,
    );
  }
  const path = join(root, spec.handler.slice(0, spec.handler.lastIndexOf(".")));
  const entry = EXTENSIONS.map((extension) => path + extension).find((file) => existsSync(file));
  if (entry) return entry;
  throw new Error(
    `The handler "${spec.handler}" of the function "${spec.functionID}" is not there: none of ${EXTENSIONS.join(" ")} fits ${path}.`,
  );
}

async function complete(spec: FunctionSpec, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (spec.bundle) await cp(spec.bundle, folder, { recursive: true });
  await writeFile(join(folder, "resource.enc"), encrypt(JSON.stringify(spec.links), spec.encryptionKey));
  for (const { from, to } of spec.copyFiles) await cp(from, join(folder, to), { recursive: true });
}

/** AES-256-GCM with an empty nonce and the tag at the end, which is what SST's runtime library decrypts. */
function encrypt(text: string, key: string): Buffer {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "base64"), Buffer.alloc(12, 0));
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}
