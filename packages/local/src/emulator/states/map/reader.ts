import { parse } from "csv-parse/sync";
import { bounded } from "../bounded.ts";
import type { ItemReader, ReaderConfig } from "../definition/types.ts";
import type { Engine } from "../engine.ts";
import { ITEM_READER_FAILED } from "../error.ts";
import { type CallContext, TaskError } from "../integration.ts";
import { isObject, type Json, type JsonObject, toJson } from "../json.ts";
import { type Bindings, evaluateField, evaluateTemplate } from "../query/template.ts";

/** Items of a distributed Map that are read from S3: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export async function readItems(
  reader: ItemReader,
  bindings: Bindings,
  engine: Engine,
  context: CallContext,
): Promise<readonly Json[]> {
  const { ReaderConfig: config = {} } = reader;
  const max =
    config.MaxItems === undefined
      ? 0
      : await evaluateField("number", config.MaxItems, "ItemReader/ReaderConfig/MaxItems", bindings);
  const parameters = await evaluateTemplate(reader.Arguments ?? {}, "ItemReader/Arguments", bindings);
  const listing = reader.Resource.endsWith(":listObjectsV2");
  const items = await failingAsReader(() =>
    listing ? listObjects(engine, parameters, context) : readObject(engine, parameters, config, context),
  );
  return max > 0 ? items.slice(0, max) : items;
}

/** Whatever goes wrong with the data or with S3 has one name. */
async function failingAsReader<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TaskError) || error.error === ITEM_READER_FAILED) throw error;
    throw new TaskError(ITEM_READER_FAILED, error.causeText ?? error.error, { cause: error });
  }
}

const unreadable = (cause: string, options?: ErrorOptions) =>
  new TaskError(ITEM_READER_FAILED, cause, options);

/** The integration of an S3 action, registered as the optimised one or as the SDK's. */
export function callS3(
  engine: Engine,
  action: string,
  parameters: Json,
  context: CallContext,
): Promise<unknown> {
  const integration = engine.integrations[`s3:${action}`] ?? engine.integrations[`aws-sdk:s3:${action}`];
  if (!integration) throw unreadable(`No integration is registered for s3:${action}.`);
  const call = (signal: AbortSignal) => integration.call(parameters, { ...context, signal });
  const stuck = () => {
    engine.log({
      level: "warn",
      message: `s3:${action} was told to end and goes on`,
      executionArn: context.executionArn,
    });
  };
  return bounded(call, { clock: engine.clock, deadline: undefined, signal: context.signal, stuck });
}

async function listObjects(engine: Engine, parameters: Json, context: CallContext): Promise<Json[]> {
  const items: Json[] = [];
  let token: unknown;
  do {
    const page = {
      ...(parameters as JsonObject),
      ...(typeof token === "string" ? { ContinuationToken: token } : {}),
    };
    const answer = await callS3(engine, "listObjectsV2", page, context);
    if (!isObject(answer)) throw unreadable("S3 listed no objects.");
    if (Array.isArray(answer.Contents)) items.push(...answer.Contents.map(toJson));
    token = answer.NextContinuationToken;
  } while (typeof token === "string");
  return items;
}

async function readObject(
  engine: Engine,
  parameters: Json,
  config: ReaderConfig,
  context: CallContext,
): Promise<readonly Json[]> {
  const answer = await callS3(engine, "getObject", parameters, context);
  const body: unknown = isObject(answer) ? answer.Body : undefined;
  const text = body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : body;
  if (typeof text !== "string") throw unreadable("The object's content is no text.");
  return FORMATS[config.InputType ?? "JSON"](text, config);
}

const FORMATS: Readonly<
  Record<NonNullable<ReaderConfig["InputType"]>, (text: string, config: ReaderConfig) => readonly Json[]>
> = {
  JSON: (text, { ItemsPointer = "" }) => {
    const items = pointTo(parseJson(text), ItemsPointer);
    if (!Array.isArray(items)) throw unreadable("Attempting to map over non-iterable node.");
    return items as readonly Json[];
  },
  JSONL: (text) =>
    text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(parseJson),
  CSV: readCsv,
};

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw unreadable(`The object's content is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** RFC 6901. */
function pointTo(value: Json, pointer: string): Json | undefined {
  const names = pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce<Json | undefined>((at, name) => {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    return (at as JsonObject)[name];
  }, value);
}

const DELIMITERS = { COMMA: ",", PIPE: "|", SEMICOLON: ";", SPACE: " ", TAB: "\t" };

/** Values stay text. A short row has empty values at its end, a long one loses what has no header. */
function readCsv(
  text: string,
  { CSVHeaderLocation, CSVHeaders = [], CSVDelimiter = "COMMA" }: ReaderConfig,
): Json[] {
  const rows = parse(text, {
    bom: true,
    delimiter: DELIMITERS[CSVDelimiter],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const headers = CSVHeaderLocation === "FIRST_ROW" ? (rows.shift() ?? []) : CSVHeaders;
  if (new Set(headers).size < headers.length) throw unreadable("CSV headers cannot contain duplicates.");
  return rows.map((row) => Object.fromEntries(headers.map((header, index) => [header, row[index] ?? ""])));
}
