import { readFileSync } from "node:fs";
import { sep } from "node:path";
import { build, type Plugin } from "esbuild";

/** The packages that a config shares with SST's platform at run time, as SST's own bundler leaves them out. */
const EXTERNAL = [
  "@pulumi/*",
  "@pulumiverse/*",
  "@sst-provider/*",
  "@aws-sdk/*",
  "undici",
  "esbuild",
  "archiver",
  "glob",
  "vite",
];

/** SST's components are partly CommonJS in ES module clothing and expect these names. */
const COMMONJS_NAMES = `
import { createRequire as topLevelCreateRequire } from "node:module";
const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "node:url";
const __filename = topLevelFileUrlToPath(import.meta.url);
const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));`;

export interface BundleOptions {
  /** The project's root: imports of the code start there. */
  readonly root: string;
  /** SST's unpacked platform folder. */
  readonly platform: string;
  readonly outfile: string;
  readonly banner?: string;
  /** Imports put in front of every file of the app, which is how SST gives it its globals (`aws`, `sst`). */
  readonly globals?: string;
  readonly define?: Record<string, string>;
  readonly inject?: string[];
}

/** Bundles code that imports the app's config into one file, the way `sst deploy` does it. */
export async function bundleConfig(code: string, options: BundleOptions): Promise<void> {
  await build({
    stdin: { contents: code, resolveDir: options.root, sourcefile: "synth.ts", loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    outfile: options.outfile,
    logLevel: "silent",
    nodePaths: [`${options.platform}/node_modules`],
    external: EXTERNAL,
    banner: { js: COMMONJS_NAMES + (options.banner ?? "") },
    define: options.define ?? {},
    inject: options.inject ?? [],
    plugins: options.globals ? [prepend(options.globals)] : [],
  });
}

function prepend(globals: string): Plugin {
  return {
    name: "globals",
    setup(builder) {
      builder.onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, ({ path }) => {
        const source = readFileSync(path, "utf8");
        const ours = path.includes(`${sep}.sst${sep}`) || path.includes(`${sep}node_modules${sep}`);
        return { contents: ours ? source : globals + source, loader: "default" };
      });
    },
  };
}
