import { XMLParser } from "fast-xml-parser";

/** What an element can hold. An array repeats the element; undefined leaves it out. */
export type XmlValue = string | number | boolean | undefined | XmlObject | readonly XmlValue[];

export interface XmlObject {
  readonly [name: string]: XmlValue;
}

/** An XML document. The namespace stands on its root. */
export function writeXml(root: string, content: XmlValue, namespace?: string): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${escapeXml(namespace)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${writeContent(content)}</${root}>`;
}

function writeElement(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (Array.isArray(value))
    return (value as readonly XmlValue[]).map((item) => writeElement(name, item)).join("");
  return `<${name}>${writeContent(value)}</${name}>`;
}

function writeContent(value: XmlValue): string {
  if (typeof value !== "object") return value === undefined ? "" : escapeXml(String(value));
  return Object.entries(value as XmlObject)
    .map(([name, item]) => writeElement(name, item))
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters leave as references: S3 keys may hold them, and a bare CR would be read back as LF. */
function escapeXml(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- they are what is escaped
    /[&<>"\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g,
    (char) => ENTITIES[char] ?? `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  removeNSPrefix: true,
  // The parser's own ceilings are for documents with a DTD; 10,000 quoted ETags of one upload already exceed them.
  processEntities: { enabled: true, maxTotalExpansions: Infinity, maxExpandedLength: Infinity },
});

/** An element read from a document: its text, or its children. */
export interface XmlElement {
  /** The text of a child; undefined when there is none. */
  text(name: string): string | undefined;
  /** Every child of this name. */
  all(name: string): XmlElement[];
  readonly value: string;
}

const FORBIDDEN_REFERENCE = /&#(0*([0-8]|1[124-9]|2\d|3[01])|x0*([0-8bcef]|1[0-9a-f]));/i;

/** The document's root, which must have this name. Throws a SyntaxError otherwise. */
export function readXml(text: string, root: string): XmlElement {
  // Entities of a document type could be anything; AWS's own documents have none.
  if (/<!DOCTYPE/i.test(text)) throw new SyntaxError("The XML must have no document type.");
  // The parser drops references that XML 1.0 does not allow; another key than the one meant would be left.
  if (FORBIDDEN_REFERENCE.test(text)) throw new SyntaxError("The XML refers to a control character.");
  // The parser forgives what is left open, such as a document that was cut off.
  if (!new RegExp(`</(\\w+:)?${root}\\s*>\\s*$`).test(text))
    throw new SyntaxError(`The XML does not end with ${root}.`);
  const document = parse(text)[root];
  if (document === undefined) throw new SyntaxError(`The XML has no element ${root}.`);
  return element(document);
}

function parse(text: string): Record<string, unknown> {
  try {
    return parser.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new SyntaxError("The XML is not well-formed.", { cause: error });
  }
}

function element(node: unknown): XmlElement {
  const children = (name: string): unknown[] => {
    const child =
      typeof node === "object" && node !== null ? (node as Record<string, unknown>)[name] : undefined;
    if (child === undefined) return [];
    return Array.isArray(child) ? child : [child];
  };
  return {
    text: (name) => children(name).map(textOf)[0],
    all: (name) => children(name).map(element),
    value: textOf(node),
  };
}

function textOf(node: unknown): string {
  if (typeof node === "string") return node;
  if (typeof node !== "object" || node === null) return "";
  const text = (node as Record<string, unknown>)["#text"];
  return typeof text === "string" ? text : "";
}
