import { spawn } from "node:child_process";

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and gives what it said, whatever its exit code. Rejects when it cannot be started. */
export function tell(command: string, args: readonly string[], stdin = ""): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output.stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output.stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, ...output });
    });
    child.stdin.on("error", () => undefined); // a program that ended before it read is seen by its exit
    child.stdin.end(stdin);
  });
}

/** The same, for a program that must succeed. Rejects with the end of what it said. */
export async function run(command: string, args: readonly string[], stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await tell(command, args, stdin);
  if (code === 0) return stdout;
  const said = `${stdout}${stderr}`.trim().split("\n").slice(-25).join("\n");
  throw new Error(`\`${[command, ...args].join(" ").slice(0, 200)}\` failed with code ${code}:\n${said}`);
}
