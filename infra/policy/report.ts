import { type Finding, type Inspection, standing } from "./inspect.ts";
import type { Gate, Rule } from "./rule.ts";
import { shortType } from "./types.ts";
import type { Waiver } from "./waivers.ts";

const HEADINGS: readonly (readonly [Gate, string])[] = [
  ["B", "Blocks"],
  ["X", "Expected to be broken, and without a waiver"],
  ["W", "Warns"],
];

/** Whether a stage may be deployed as it is: nothing blocks, and every waiver has its finding and every X its waiver. */
export function mayDeploy(inspection: Inspection): boolean {
  const { stale } = inspection;
  return stale.length === 0 && standing(inspection, "B").length + standing(inspection, "X").length === 0;
}

/** The report for people: what is broken, where, and what should be there. */
export function toText(inspection: Inspection): string {
  const { stage, permanent, verdicts, findings, stale } = inspection;
  const broken = verdicts.filter(({ findings: own }) => own.some(({ waiver }) => !waiver)).length;
  const waived = findings.filter(({ waiver }) => waiver);
  return [
    `Stage ${stage} (${permanent ? "permanent" : "removable"}): ${verdicts.length} rules, ${broken} broken, ${waived.length} findings waived.`,
    ...HEADINGS.flatMap(([gate, heading]) => section(heading, standing(inspection, gate))),
    ...waivedSection(waived),
    ...staleSection(stale),
    mayDeploy(inspection) ? "Nothing blocks this stage." : "This stage must not be deployed as it is.",
  ].join("\n");
}

/** The same for programs. */
export function toJson(inspection: Inspection): string {
  const { stage, permanent, verdicts, findings, stale } = inspection;
  const rules = verdicts.map(({ rule: { id, title, gate, stages, sources }, subjects, findings: own }) => ({
    ...{ id, title, gate, stages, sources, subjects },
    kept: own.every(({ waiver }) => waiver),
  }));
  return JSON.stringify(
    {
      ...{ stage, permanent, mayDeploy: mayDeploy(inspection), rules },
      findings: findings.map(({ waiver, ...finding }) => ({
        ...finding,
        waiver: waiver ? { reason: waiver.reason, until: waiver.until } : null,
      })),
      stale: stale.map((waiver) => describeWaiver(waiver)),
    },
    null,
    2,
  );
}

/** One line on a rule, for `--rules`. */
export function describeRule({ id, gate, stages, title, sources }: Rule): string {
  return `${id}  ${gate}  ${stages.padEnd(9)}  ${title} [${sources.join(" ")}]`;
}

function section(heading: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const rules = Map.groupBy(findings, ({ rule }) => rule);
  return ["", `${heading}: ${findings.length}`, ...[...rules.values()].flatMap(ruleLines)];
}

function ruleLines(findings: readonly Finding[]): string[] {
  const [first] = findings;
  if (!first) return [];
  return [
    `  ${first.rule}  ${first.title} [${first.sources.join(" ")}]`,
    ...findings.flatMap(({ resource: { type, name }, property, found, expected }) => [
      `       ${shortType(type)} ${name}: ${property}`,
      `         found ${found === null ? "nothing" : JSON.stringify(found)}, expected ${expected}`,
    ]),
  ];
}

function waivedSection(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const waivers = Map.groupBy(findings, ({ waiver }) => waiver);
  return [
    "",
    `Waived: ${findings.length}`,
    ...[...waivers].flatMap(([waiver, own]) =>
      waiver
        ? [
            `  ${waiver.rule}  ${own.map(({ resource, property }) => `${resource.name} ${property}`).join(", ")}`,
            `       ${waiver.reason} Until ${waiver.until}.`,
          ]
        : [],
    ),
  ];
}

function staleSection(stale: readonly Waiver[]): string[] {
  if (stale.length === 0) return [];
  return [
    "",
    "Waivers that match nothing: remove them",
    ...stale.map((waiver) => `  ${describeWaiver(waiver)}`),
    "",
  ];
}

const describeWaiver = ({ rule, resource, property }: Waiver) =>
  `${rule} on ${resource.source}${property ? ` ${property.source}` : ""}`;
