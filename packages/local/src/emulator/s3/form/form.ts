import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { invalid, S3Error } from "../error.ts";

/** A form of the kind multipart/form-data, whose file comes behind its fields and is streamed. */
export interface Form {
  /** All fields but the file, lower case. */
  readonly names: readonly string[];
  /** A field by its lower-case name. */
  readonly field: (name: string) => string | undefined;
  readonly file: AsyncIterable<Buffer>;
  readonly fileName: string;
  /** Reads what comes behind the file, which is nothing that counts. Throws when the form breaks off. */
  end(): Promise<void>;
  destroy(): void;
}

const MAX_FIELD_BYTES = 20 * 1024;
const MAX_FIELDS = 100;

/** Reads a form up to its file. Throws an S3Error when there is none. */
export async function readForm(source: AsyncIterable<Buffer>, headers: IncomingHttpHeaders): Promise<Form> {
  const parser = createParser(headers);
  const fields = new Map<string, string>();
  parser.on("field", (name, value) => fields.set(name.toLowerCase(), value));
  const found = new Promise<{ file: Readable; fileName: string }>((resolve, reject) => {
    parser.on("file", (_name, file, fileName) => {
      // A form that breaks off says so before anyone reads its file; whoever reads it then must meet the error.
      file.on("error", (error) => {
        file.destroy(new S3Error("MalformedPOSTRequest", {}, { cause: error }));
      });
      resolve({ file, fileName });
    });
    parser.on("finish", () => {
      reject(invalid("InvalidArgument", "POST requires exactly one file upload per request."));
    });
  });
  const feeding = pipeline(source, parser).catch((error: unknown) => {
    throw new S3Error("MalformedPOSTRequest", {}, { cause: error });
  });
  // Whoever looks at it later gets the error; a form that is given up has no one.
  feeding.catch(() => undefined);
  const { file, fileName } = await Promise.race([found, feeding.then(() => found)]);
  return {
    names: [...fields.keys()],
    field: (name) => fields.get(name),
    file: file as AsyncIterable<Buffer>,
    fileName,
    end: async () => {
      await feeding;
    },
    destroy: () => {
      parser.destroy();
    },
  };
}

function createParser(headers: IncomingHttpHeaders): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": headers["content-type"] ?? "" },
      isPartAFile: (name) => name === "file",
      limits: { fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, files: 1 },
    });
  } catch (error) {
    throw new S3Error("MalformedPOSTRequest", {}, { cause: error });
  }
}
