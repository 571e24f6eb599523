import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { buildFunctions } from "sst-local/emulator/function/build";
import { root } from "../../scripts/lib/folders.ts";
import type { Usage } from "../lib/usage.ts";
import type { StepAnswer, StepCall } from "./step-host.ts";

const NAMES = ["inspect", "preview", "publish"] as const;
type StepName = (typeof NAMES)[number];

/** The workflow's functions, and what a call of them takes. */
export interface Steps {
  run(name: StepName, event: object): Promise<Usage & { readonly result: unknown }>;
}

/** Builds them below a folder and starts the process that they run in, which ends with this one. */
export async function startSteps(folder: string): Promise<Steps> {
  const specs = NAMES.map((name) => ({
    ...{
      functionID: name,
      handler: `packages/functions/src/workflow/${name}.handler`,
      runtime: "nodejs24.x",
    },
    ...{
      links: {},
      encryptionKey: randomBytes(32).toString("base64"),
      copyFiles: [],
      properties: {},
      dev: false,
    },
  }));
  const built = await buildFunctions(specs, root, join(folder, "functions"));
  const child = fork(new URL("./step-host.ts", import.meta.url), [], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The process of the functions ended with ${String(code)}.`);
  });
  ended.catch(() => undefined); // whoever waits for an answer is told
  child.unref();
  child.channel?.unref();
  return {
    async run(name, event) {
      const answered = once(child, "message");
      child.channel?.ref();
      child.send({ file: join(built.get(name)?.folder ?? "", "bundle.mjs"), event } satisfies StepCall);
      const [answer] = (await Promise.race([answered, ended])) as [StepAnswer];
      child.channel?.unref();
      if ("error" in answer) throw new Error(`The step ${name} failed: ${answer.error}`);
      return answer;
    },
  };
}
