import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Graph } from "../synth/graph.ts";
import { fingerprint } from "./fingerprint.ts";
import { graphOf, type GraphSource } from "./graph-cache.ts";
import { openState } from "./state.ts";

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "project-"));
  write(".sst/platform/version", "3.19.3");
  write("sst.config.ts", "export default process.env.DOMAIN;");
  write("packages/app/src/main.ts", "1");
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("the fingerprint of a project", () => {
  it("is the same while nothing changes, whatever happens to what is made or unmentioned", () => {
    const before = fingerprint(root, { DOMAIN: "a", OTHER: "1" });
    write("node_modules/x/index.js", "1");
    write("packages/app/dist/index.html", "1");
    expect(fingerprint(root, { DOMAIN: "a", OTHER: "2" })).toBe(before);
  });

  it.each([
    [
      "a file's contents",
      () => {
        write("packages/app/src/main.ts", "12");
      },
      {},
    ],
    [
      "a new file",
      () => {
        write("infra/new.ts", "");
      },
      {},
    ],
    ["a variable that the config mentions", () => undefined, { DOMAIN: "b" }],
    [
      "SST's platform",
      () => {
        write(".sst/platform/version", "3.20.0");
      },
      {},
    ],
  ])("changes with %s", (_what, change, more) => {
    const before = fingerprint(root, { DOMAIN: "a" });
    change();
    expect(fingerprint(root, { DOMAIN: "a", ...more })).not.toBe(before);
  });
});

describe("the kept graph", () => {
  const type = "aws:rds/instance:Instance";
  const graph = {
    resources: [{ type, name: "Db", inputs: {}, outputs: { port: 5432 } }],
  } as unknown as Graph;
  const source = (more: Partial<GraphSource> & { made: string[] }): GraphSource => ({
    state: openState(join(root, ".local")),
    fingerprint: "same",
    completions: { [type]: async () => ({ port: 5432 }) },
    commands: new Set(),
    make: async () => {
      more.made.push("made");
      return graph;
    },
    ...more,
  });

  it("is used again while its project and its addresses are the same, and made again otherwise", async () => {
    const made: string[] = [];
    await graphOf(source({ made }));
    expect(await graphOf(source({ made }))).toEqual(graph);
    expect(made).toHaveLength(1);
    await graphOf(source({ made, fingerprint: "other" }));
    expect(made).toHaveLength(2);
    await graphOf(
      source({ made, fingerprint: "other", completions: { [type]: async () => ({ port: 5433 }) } }),
    );
    expect(made).toHaveLength(3);
  });
});
