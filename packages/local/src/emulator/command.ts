import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Question } from "../synth/protocol.ts";

export const COMMAND = "command:local:Command";

/** Commands that a deployment runs on the deployer's machine, such as the build of a static site: run here as well. */
export async function runCommand(
  { name, inputs }: Pick<Question, "name" | "inputs">,
  root: string,
): Promise<Record<string, unknown>> {
  const { create, dir, environment } = inputs as {
    create?: string;
    dir?: string;
    environment?: Record<string, string>;
  };
  if (!create) return {};
  try {
    const { stdout, stderr } = await promisify(execFile)("/bin/sh", ["-c", create], {
      cwd: dir ?? root,
      env: { ...process.env, ...environment },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { stdout, stderr };
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `\`${create}\` of "${name}" failed.\n${[stdout, stderr].filter(Boolean).join("\n").trim()}`,
      { cause: error },
    );
  }
}
