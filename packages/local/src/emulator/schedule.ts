import { type Graph, ofType } from "../synth/graph.ts";
import type { Emulator, Machine } from "./emulator.ts";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** EventBridge rules with a rate: their targets, functions, are invoked that often. */
export const schedule: Emulator = {
  label: "schedules",
  types: [RULE, TARGET],
  async start(graph, machine) {
    const timers: NodeJS.Timeout[] = [];
    return {
      ready: async () => {
        for (const { functionArn, everyMs, input } of schedulesOf(graph, machine)) {
          const invoke = () =>
            void machine.services
              .get("functions")
              .invokeAsync(functionArn, input())
              .catch((error: unknown) => {
                machine.log({ level: "error", source: "schedule", message: (error as Error).message });
              });
          timers.push(setInterval(invoke, everyMs));
        }
      },
      stop: async () => {
        for (const timer of timers) clearInterval(timer);
      },
    };
  },
};

function schedulesOf(graph: Graph, machine: Machine) {
  return ofType(graph, RULE).map((rule) => {
    const targets = ofType(graph, TARGET).filter(({ inputs }) => inputs.rule === rule.outputs.name);
    const [target] = targets;
    if (!target || targets.length > 1)
      throw new Error(
        `The rule "${rule.name}" has ${targets.length} targets; this machine invokes exactly one function.`,
      );
    return {
      functionArn: target.inputs.arn as string,
      everyMs: rateOf(rule.name, rule.inputs.scheduleExpression),
      input: () =>
        (target.inputs.input as string | undefined) ?? eventOf(rule.outputs.arn as string, machine),
    };
  });
}

function rateOf(name: string, expression: unknown): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(expression)) ?? [];
  if (!count || !unit)
    throw new Error(
      `The rule "${name}" has the schedule ${String(expression)}; this machine knows rate(…) only.`,
    );
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

function eventOf(ruleArn: string, { accountId, region }: Machine): string {
  return JSON.stringify({
    version: "0",
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: new Date().toISOString(),
    region,
    resources: [ruleArn],
    detail: {},
  });
}
