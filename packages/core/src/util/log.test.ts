import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What a process writes that runs a few lines with the logger. */
async function logged(script: string): Promise<Record<string, unknown>[]> {
  const url = new URL("./log.ts", import.meta.url).href;
  const source = `import { log, withLog } from ${JSON.stringify(url)}; ${script}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source], {
    env: { ...process.env, LOG_LEVEL: "info" },
  });
  const lines = stdout.trim().split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a line is one JSON object, with what is known of the work it belongs to", async () => {
  const script = `
    await withLog({ requestId: "r1" }, () => withLog({ videoId: "v1" }, async () => {
      await Promise.resolve();
      log.info({ n: 1 }, "first\\nline");
    }));
    log.info("outside");
    log.debug("too fine");
  `;
  const lines = await logged(script);
  expect(lines).toMatchObject([
    { level: "info", service: "telecine", requestId: "r1", videoId: "v1", n: 1, msg: "first\nline" },
    { level: "info", msg: "outside" },
  ]);
  expect(lines[1]).not.toHaveProperty("requestId");
});

test("passwords and tokens are left out, wherever they lie", async () => {
  const script = `log.info({ password: "hunter2", secret: { authToken: "hunter2", password: "hunter2", username: "u" } });`;
  const text = JSON.stringify(await logged(script));
  expect(text).toContain('"username":"u"');
  expect(text).not.toContain("hunter2");
});
