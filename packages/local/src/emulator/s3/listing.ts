import type { Context } from "./context.ts";
import { encodeKey, successor } from "./encoding.ts";
import { invalid } from "./error.ts";

/** What lists have in common: a prefix, a delimiter that folds keys together, a limit and a place to go on from. */

export const MAX_ITEMS = 1000;

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly limit: number;
  /** Writes keys as the client asked for them. */
  encode(key: string): string;
  readonly encodingType: string | undefined;
}

export function readListRequest({ query }: Context, limitName = "max-keys"): ListRequest {
  const encodingType = query("encoding-type");
  if (encodingType !== undefined && encodingType !== "url") {
    throw invalid("InvalidArgument", "Invalid Encoding Method specified in Request");
  }
  const delimiter = query("delimiter");
  return {
    prefix: query("prefix") ?? "",
    delimiter: delimiter === "" ? undefined : delimiter,
    limit: readLimit(query(limitName), limitName),
    encode: encodingType === "url" ? encodeKey : (key) => key,
    encodingType,
  };
}

/** A limit up to 1,000, which is also the default. */
export function readLimit(text: string | undefined, name: string): number {
  if (text === undefined || text === "") return MAX_ITEMS;
  if (!/^\d+$/.test(text))
    throw invalid("InvalidArgument", `Provided ${name} not an integer or within integer range`);
  return Math.min(Number(text), MAX_ITEMS);
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly commonPrefixes: readonly string[];
  /** The last item or common prefix, behind which the next page starts. Undefined on the last page. */
  readonly last: { readonly key: string; readonly item: Item | undefined } | undefined;
}

/**
 * Collects a page. Keys that share a part up to the delimiter become one entry, and reading goes on behind all of them,
 * so that a folder of a million objects costs one step.
 * @param read yields items in order from a key on, that key included.
 * @param from the first key that may be listed.
 */
export function collectPage<Item extends { readonly key: string }>(
  { prefix, delimiter, limit }: Pick<ListRequest, "prefix" | "delimiter" | "limit">,
  read: (from: string) => Iterator<Item>,
  from: string,
): Page<Item> {
  const items: Item[] = [];
  const commonPrefixes: string[] = [];
  let last: Page<Item>["last"];
  let source = read(laterOf(prefix, from));
  for (let result = source.next(); limit > 0 && !result.done; result = source.next()) {
    const item = result.value;
    if (!item.key.startsWith(prefix)) break;
    if (items.length + commonPrefixes.length === limit) {
      source.return?.();
      return { items, commonPrefixes, last };
    }
    const folded = fold(item.key, prefix, delimiter);
    last = { key: folded ?? item.key, item: folded === undefined ? item : undefined };
    if (folded === undefined) {
      items.push(item);
      continue;
    }
    commonPrefixes.push(folded);
    source.return?.();
    const behind = successor(folded);
    if (behind === undefined) break;
    source = read(behind);
  }
  source.return?.();
  return { items, commonPrefixes, last: undefined };
}

/** The first key behind a marker; behind everything that it folds, when it is a common prefix. */
export function behindMarker(
  { prefix, delimiter }: Pick<ListRequest, "prefix" | "delimiter">,
  marker: string,
): string {
  if (marker === "") return "";
  const isFolded = fold(marker, prefix, delimiter) === marker;
  return (isFolded ? successor(marker) : undefined) ?? `${marker}\0`;
}

/** The part of a key up to the first delimiter behind the prefix, if it has one. */
function fold(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function laterOf(a: string, b: string): string {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0 ? a : b;
}
