import type { XmlObject } from "../../../aws/xml.ts";
import { invalidParameter } from "../error.ts";

const PAGE_SIZE = 100;

/** One page of a list, with a token for the next. */
export function paged(name: string, items: readonly XmlObject[], input: URLSearchParams): XmlObject {
  const token = input.get("NextToken") ?? "0";
  if (!/^\d+$/.test(token)) throw invalidParameter("NextToken");
  const start = Number(token);
  const end = start + PAGE_SIZE;
  return {
    [name]: { member: items.slice(start, end) },
    NextToken: end < items.length ? String(end) : undefined,
  };
}
