import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { IDLE } from "../assumptions.ts";
import type { Charge } from "./charge.ts";
import { functionPrice, memoryGb } from "../functions.ts";

const DAYS_PER_MONTH = 365 / 12;
const MINUTES = { minute: 1, hour: 60, day: 24 * 60 } as const;

/** What the functions of a schedule cost each month; the schedule itself is free. */
export function scheduleCharges(rule: Resource, graph: Graph): Charge[] {
  const { scheduleExpression: expression } = rule.inputs;
  if (typeof expression !== "string") return [];
  const runs = runsPerMonth(expression);
  return ofType(graph, "aws:cloudwatch/eventTarget:EventTarget")
    .filter(({ inputs }) => inputs.rule === rule.id)
    .flatMap(({ inputs }) => functionsOf(graph, inputs.arn))
    .flatMap((fn): Charge[] => [
      { group: "Schedules", item: "Run of a scheduled function", price: "lambdaRequest", units: runs },
      {
        group: "Schedules",
        item: "Seconds of scheduled functions",
        price: functionPrice(fn),
        units: runs * IDLE.scheduledSeconds.value * memoryGb(fn),
      },
    ]);
}

function functionsOf(graph: Graph, arn: unknown): Resource[] {
  return ofType(graph, "aws:lambda/function:Function").filter(({ outputs }) => outputs.arn === arn);
}

/**
 * How often a schedule of EventBridge fires in a month: `rate(5 minutes)`, `cron(0 3 * * ? *)`. Throws for a form of cron that
 * it does not know.
 */
export function runsPerMonth(expression: string): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate)
    return (DAYS_PER_MONTH * MINUTES.day) / (Number(rate[1]) * MINUTES[rate[2] as keyof typeof MINUTES]);
  const fields = /^cron\((\S+) (\S+) (\S+) \* (\S+) \*\)$/.exec(expression);
  if (!fields)
    throw new Error(`How often "${expression}" fires is not known: teach infra/cost/charges/schedule.ts.`);
  const [, minute = "", hour = "", day = "", weekday = ""] = fields;
  return times(minute, 60) * times(hour, 24) * daysPerMonth(day, weekday);
}

function daysPerMonth(day: string, weekday: string): number {
  if (/^[*?]$/.test(day))
    return /^[*?]$/.test(weekday) ? DAYS_PER_MONTH : (DAYS_PER_MONTH / 7) * times(weekday, 7);
  return times(day, DAYS_PER_MONTH);
}

/** How many values of a cron field match, of `all`. */
function times(field: string, all: number): number {
  if (field === "*") return all;
  const every = /^(?:\*|\d+)\/(\d+)$/.exec(field);
  if (every) return all / Number(every[1]);
  return field.split(",").length;
}
