import { build } from "esbuild";
import ts from "typescript";

const root = `${import.meta.dirname}/../../..`;

/** What a program's code asks of the world outside: found in its bundle, so without the branches that it cannot reach. */
export interface Use {
  /** Names of `@aws-sdk` packages that the code refers to: `GetObjectCommand`, `paginateListObjectsV2`. */
  readonly sdk: ReadonlySet<string>;
  /** The links that it reads: `Media`, of `Resource.Media`. */
  readonly links: ReadonlySet<string>;
}

const uses = new Map<string, Promise<Use>>();

/** @param entry a module of the repository, and what of it is run: an export, or the module itself. */
export function useOf(entry: { readonly file: string; readonly export?: string }): Promise<Use> {
  const key = JSON.stringify(entry);
  const use = uses.get(key) ?? bundleOf(entry).then(read);
  uses.set(key, use);
  return use;
}

/** The code as it would be deployed, all but the SDKs, whose names it is about. */
async function bundleOf(entry: { readonly file: string; readonly export?: string }): Promise<string> {
  const from = JSON.stringify(`./${entry.file}`);
  const contents =
    entry.export === undefined ? `import ${from};` : `export { ${entry.export} } from ${from};`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    external: ["@aws-sdk/*", "sst"],
    logLevel: "error",
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error(`Nothing came of bundling ${entry.file}.`);
  return bundle.text;
}

function read(bundle: string): Use {
  const source = ts.createSourceFile("bundle.mjs", bundle, ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS);
  const imported = importsOf(source);
  const use = { sdk: new Set<string>(), links: new Set<string>() };
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) return;
    const link =
      ts.isPropertyAccessExpression(node) && imported.get(nameOf(node.expression)) === "sst:Resource";
    if (link) {
      use.links.add(node.name.text);
      return;
    }
    const name = imported.get(nameOf(node));
    if (name === "sst:Resource")
      throw new Error(`A link is read by a name that is made up: ${node.getText(source)}`);
    if (name !== undefined) use.sdk.add(name);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return use;
}

/** Local names of what comes from the SDKs, and of SST's `Resource`. A whole namespace would hide what is used of it. */
function importsOf(source: ts.SourceFile): Map<string, string> {
  const names = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const from = statement.moduleSpecifier.text;
    if (!from.startsWith("@aws-sdk/") && from !== "sst") continue;
    const bindings = statement.importClause?.namedBindings;
    if (statement.importClause?.name || (bindings && ts.isNamespaceImport(bindings)))
      throw new Error(`Import what you use of "${from}" by its name, so that it can be seen.`);
    for (const { name, propertyName } of bindings?.elements ?? [])
      names.set(name.text, `${from === "sst" ? "sst:" : ""}${(propertyName ?? name).text}`);
  }
  return names;
}

const nameOf = (node: ts.Node) => (ts.isIdentifier(node) ? node.text : "");
