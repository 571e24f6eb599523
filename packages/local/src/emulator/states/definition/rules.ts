import { parseResource } from "../arn.ts";
import { isObject } from "../json.ts";
import { type Check, object, oneOf, type Report } from "./check.ts";

/** What a definition is checked against besides the language. */
export interface Rules {
  readonly type: "STANDARD" | "EXPRESS";
  /** The integrations that are there: `ecs:runTask` and whether it has `.sync`. */
  readonly integrations: Readonly<Record<string, { readonly sync: boolean }>>;
}

type Value = Readonly<Record<string, unknown>>;

/** A Task's resource must be one that the interpreter can call. */
export function checkTask(state: Value, at: string, rules: Rules, report: Report): void {
  const { Resource: arn } = state;
  if (typeof arn !== "string") return;
  const here = `${at}/Resource`;
  if (!arn.startsWith("arn:")) {
    report("Value is not a valid resource ARN", here);
    return;
  }
  const resource = parseResource(arn);
  if (resource?.kind === "function") return;
  const known =
    resource && Object.hasOwn(rules.integrations, resource.integration)
      ? rules.integrations[resource.integration]
      : undefined;
  if (!resource || !known || (resource.pattern === "sync" && !known.sync)) {
    const there = Object.entries(rules.integrations).flatMap(([name, { sync }]) =>
      sync ? [name, `${name}.sync`] : [name],
    );
    report(
      `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not ` +
        `available in this region. Known here: ${there.join(", ") || "functions only"}`,
      here,
    );
    return;
  }
  if (!("Arguments" in state)) report(`Arguments field is required for resource ARN: ${arn}`, at);
  if (rules.type === "EXPRESS" && resource.pattern !== "response") {
    const suffix = resource.resource.slice(resource.resource.indexOf("."));
    // The blank at the end is AWS's.
    report(`Express state machine does not support '${suffix}' service integration `, here);
  }
}

/** `States.ALL` stands alone and last, or what follows it would never be looked at. */
export function checkRetriesAndCatches(state: Value, at: string, report: Report): void {
  for (const field of ["Retry", "Catch"]) {
    const entries = state[field];
    if (!Array.isArray(entries)) continue;
    for (const [index, entry] of entries.entries()) {
      const names: unknown = isObject(entry) ? entry.ErrorEquals : undefined;
      if (!Array.isArray(names) || !names.includes("States.ALL")) continue;
      if (names.length > 1 || index < entries.length - 1) {
        report("States.ALL must appear alone and at end of list", `${at}/${field}[${index}]/ErrorEquals`);
      }
    }
  }
}

const inline = object({ fields: { Mode: oneOf("INLINE", "DISTRIBUTED") } });
const distributed = object({
  required: ["ExecutionType"],
  fields: { Mode: oneOf("INLINE", "DISTRIBUTED"), ExecutionType: oneOf("STANDARD", "EXPRESS") },
});

export const checkProcessor: Check = (value, at, report) => {
  const check = isObject(value) && value.Mode === "DISTRIBUTED" ? distributed : inline;
  check(value, at, report);
};

const DISTRIBUTED_FIELDS = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];

/** Readers, batches and writers belong to distributed Maps; these need a STANDARD machine. */
export function checkMap(state: Value, at: string, rules: Rules, report: Report): void {
  const processor = state.ItemProcessor ?? state.Iterator;
  const config = isObject(processor) && isObject(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
  if (config.Mode !== "DISTRIBUTED") {
    for (const name of DISTRIBUTED_FIELDS) {
      if (name in state) report(`Field '${name}' is not supported`, at);
    }
  } else if (rules.type === "EXPRESS") {
    report(
      "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
      `${at}/ItemProcessor/ProcessorConfig/Mode`,
    );
  }
  if (typeof state.Label === "string" && state.Label.length > 40) {
    report(
      `The label '${state.Label}' exceeds the 40-character limit allowed by the service`,
      `${at}/Label`,
      "INVALID_LABEL_NAME",
    );
  }
  checkReader(state.ItemReader, `${at}/ItemReader`, report);
}

function checkReader(reader: unknown, at: string, report: Report): void {
  if (!isObject(reader) || !isObject(reader.ReaderConfig)) return;
  const { InputType, CSVHeaderLocation, CSVHeaders } = reader.ReaderConfig;
  const here = `${at}/ReaderConfig`;
  if (InputType === "CSV" && CSVHeaderLocation === undefined) {
    report("The field 'CSVHeaderLocation' is required", here);
  }
  if (InputType !== "CSV" && CSVHeaderLocation !== undefined) {
    report("Field 'CSVHeaderLocation' is not supported", here);
  }
  if (CSVHeaderLocation === "GIVEN" && CSVHeaders === undefined) {
    report("These fields are required: [CSVHeaders]", here);
  }
}
