import { createHash } from "node:crypto";
import { readXml, type XmlElement } from "../../aws/xml.ts";
import type { Context } from "./context.ts";
import { S3Error } from "./error.ts";
import { readExpectation } from "./receive.ts";

/** Reads an XML body, whose root must have this name. Throws MalformedXML, and BadDigest when its checksum is wrong. */
export function readDocument(body: Buffer, root: string, { header }: Context): XmlElement {
  const { md5 } = readExpectation(header);
  if (md5 !== undefined && createHash("md5").update(body).digest("hex") !== md5)
    throw new S3Error("BadDigest");
  try {
    return readXml(body.toString("utf8"), root);
  } catch (error) {
    if (error instanceof SyntaxError) throw new S3Error("MalformedXML", {}, { cause: error });
    throw error;
  }
}
