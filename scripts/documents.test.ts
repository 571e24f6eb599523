import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { routes } from "../packages/functions/src/api/routes.ts";

const root = join(import.meta.dirname, "..");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "packages/local/FEATURES.md",
  ...["docs", "docs/decisions"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];
const read = (file: string) => readFileSync(join(root, file), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
const all = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, found]) => found ?? "");

/** Commands of npm itself, not of this repository. */
const NPM_OWN = ["ci", "install", "run"];

describe.each(documents)("%s", (file) => {
  const text = read(file);

  it("links to files that exist", () => {
    const links = all(/\]\(([^)\s]+)\)/g, text).filter((link) => !/^(https?:|#|mailto:)/.test(link));
    const missing = links.filter((link) => !existsSync(join(root, dirname(file), link.replace(/#.*/, ""))));
    expect(missing).toEqual([]);
  });

  it("names only commands that there are", () => {
    const named = all(/(?:^|`)npm (?:run )?([a-z][\w:-]*)/gm, text);
    expect(named.filter((name) => !(name in scripts) && !NPM_OWN.includes(name))).toEqual([]);
  });
});

describe("README.md", () => {
  const text = read("README.md");

  it("begins with what Telecine is, a picture, and two commands", () => {
    const [title, sentence, picture, commands] = text.split(/\n\n/);
    expect(title).toBe("# Telecine");
    expect(sentence).toMatch(/^Telecine is /);
    expect(picture).toMatch(/^!\[.+\]\(.+\)$/);
    expect(all(/^(npm \w+)/gm, commands ?? "")).toEqual(["npm start", "npm test"]);
  });

  it("is short enough to be read", () => {
    expect(text.split("\n").length).toBeLessThanOrEqual(150);
  });

  it("calls addresses that the API has", () => {
    const known = routes.map(({ path }) => path.replace(/\{\w+\}/g, "*"));
    const called = all(/localhost:3000(\/[^\s'"]*)/g, text).map((path) => path.replace(/vid_…/, "*"));
    expect(called.length).toBeGreaterThan(2);
    expect(called.filter((path) => !known.includes(path))).toEqual([]);
  });
});
