import { readAll } from "../../../aws/body.ts";
import { AwsError } from "../../../aws/service.ts";
import type { XmlElement, XmlObject } from "../../../aws/xml.ts";
import { deleteObject } from "../change.ts";
import type { Context, S3Operation } from "../context.ts";
import { S3Error } from "../error.ts";
import { readDocument } from "../document.ts";
import { replyXml } from "../reply.ts";

const MAX_KEYS = 1000;
const MAX_BYTES = 2 * 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: S3Operation = {
  name: "DeleteObjects",
  async run(context) {
    const document = readDocument(await readAll(context.body().stream, MAX_BYTES), "Delete", context);
    const objects = document.all("Object");
    if (objects.length === 0 || objects.length > MAX_KEYS) throw new S3Error("MalformedXML");
    const isQuiet = document.text("Quiet") === "true";
    const deleted: XmlObject[] = [];
    const failed: XmlObject[] = [];
    for (const object of objects) {
      const result = await removeOne(context, object);
      if ("Code" in result) failed.push(result);
      else if (!isQuiet) deleted.push(result);
    }
    replyXml(context.response, "DeleteResult", { Deleted: deleted, Error: failed });
  },
};

async function removeOne(context: Context, object: XmlElement): Promise<XmlObject> {
  const { core, bucket, origin } = context;
  const key = object.text("Key");
  const versionId = object.text("VersionId");
  if (key === undefined || key === "") throw new S3Error("MalformedXML");
  try {
    await context.authorize(
      versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
      bucket.name,
      key,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Key: key, VersionId: versionId, Code: error.code, Message: error.message };
  }
  const deletion = deleteObject(core, bucket, key, versionId, origin);
  const marker = deletion.isDeleteMarker
    ? { DeleteMarker: true, DeleteMarkerVersionId: deletion.versionId }
    : {};
  return { Key: key, VersionId: versionId, ...marker };
}
