import { readAll } from "../../../aws/body.ts";
import { findVersion } from "../answer.ts";
import { checkTags } from "../attributes.ts";
import { shownVersion } from "../change.ts";
import type { Context, S3Operation } from "../context.ts";
import { readDocument } from "../document.ts";
import { reply, replyXml } from "../reply.ts";
import type { ObjectVersion } from "../types.ts";

const MAX_BYTES = 64 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const getObjectTagging: S3Operation = {
  name: "GetObjectTagging",
  action: "s3:GetObjectTagging",
  async run(context) {
    const version = taggedVersion(context);
    const Tag = Object.entries(version.attributes.tags).map(([Key, Value]) => ({ Key, Value }));
    replyXml(context.response, "Tagging", { TagSet: { Tag } }, versionHeader(context, version));
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putObjectTagging: S3Operation = {
  name: "PutObjectTagging",
  action: "s3:PutObjectTagging",
  async run(context) {
    const document = readDocument(await readAll(context.body().stream, MAX_BYTES), "Tagging", context);
    const tags = document.all("TagSet").flatMap((set) => set.all("Tag"));
    const pairs = tags.map((tag) => [tag.text("Key") ?? "", tag.text("Value") ?? ""] as const);
    reply(context.response, 200, setTags(context, checkTags(pairs)));
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging: S3Operation = {
  name: "DeleteObjectTagging",
  action: "s3:DeleteObjectTagging",
  async run(context) {
    reply(context.response, 204, setTags(context, {}));
  },
};

function setTags(context: Context, tags: Record<string, string>) {
  const version = taggedVersion(context);
  context.core.database.transaction(() => {
    context.core.objects.setTags(version, tags);
  });
  return versionHeader(context, version);
}

function taggedVersion({ core, bucket, key, query }: Context): ObjectVersion {
  return findVersion(core, { bucket: bucket.name, key, versionId: query("versionId") });
}

function versionHeader({ bucket }: Context, version: ObjectVersion) {
  return { "x-amz-version-id": shownVersion(bucket, version) };
}
