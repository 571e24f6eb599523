import type { S3Operation } from "../context.ts";
import { principalOf } from "../context.ts";
import { readAttributes, checksumHeaders } from "../attributes.ts";
import { createFromContent, shownVersion } from "../change.ts";
import { S3Error, invalid } from "../error.ts";
import { readForm } from "../form/form.ts";
import { authenticateForm } from "../form/signature.ts";
import { checkPolicy, type SizeRange } from "../form/policy.ts";
import { readExpectation, receive } from "../receive.ts";
import { reply, replyXml } from "../reply.ts";
import { checkKey } from "../key.ts";
import type { Content, ObjectVersion } from "../types.ts";
import type { Context } from "../context.ts";

/** A browser's form. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
export const postObject: S3Operation = {
  name: "PostObject",
  async run(context) {
    const { core, bucket, request } = context;
    const form = await readForm(context.body().stream, request.headers);
    try {
      const key = checkKey((form.field("key") ?? missing("key")).replace("${filename}", form.fileName));
      const signed = authenticateForm(form, request.verifier);
      const size = signed ? checkPolicy(signed.policy, form, bucket.name, core.clock.now()) : undefined;
      const caller = signed?.caller;
      await context.authorize("s3:PutObject", bucket.name, key, caller);
      const attributes = readAttributes(form.names, form.field);
      const expectation = { ...readExpectation(form.field), ...(size ? { maxBytes: size.maxBytes } : {}) };
      const content = await receive(core, { stream: form.file, trailers: new Map() }, expectation);
      checkSize(context, content, size);
      await form.end();
      const origin = { ...context.origin, principalId: principalOf(caller) };
      const version = createFromContent(
        core,
        { bucket, key, attributes, event: "ObjectCreated:Post", origin },
        content,
      );
      answer(context, form.field, version);
    } finally {
      form.destroy();
    }
  },
};

function checkSize({ core }: Context, content: Content, size: SizeRange | undefined): void {
  if (!size || content.sizeBytes >= size.minBytes) return;
  core.contents.discard(content.segments);
  throw new S3Error("EntityTooSmall", {
    ProposedSize: String(content.sizeBytes),
    MinSizeAllowed: String(size.minBytes),
  });
}

function answer(
  { bucket, response, request }: Context,
  field: (name: string) => string | undefined,
  version: ObjectVersion,
): void {
  const etag = `"${version.etag}"`;
  const Location = `http://${request.headers.host ?? "localhost"}/${bucket.name}/${encodeURIComponent(version.key)}`;
  const headers = {
    etag,
    "x-amz-version-id": shownVersion(bucket, version),
    ...checksumHeaders(version.checksum),
  };
  const redirect = field("success_action_redirect") ?? field("redirect");
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket: bucket.name, key: version.key, etag }))
      target.searchParams.set(name, value);
    reply(response, 303, { ...headers, location: target.href });
    return;
  }
  const status = field("success_action_status");
  if (status === "201") {
    replyXml(
      response,
      "PostResponse",
      { Location, Bucket: bucket.name, Key: version.key, ETag: etag },
      { ...headers, location: Location },
      201,
    );
    return;
  }
  reply(response, status === "200" ? 200 : 204, { ...headers, location: Location });
}

function missing(name: string): never {
  throw invalid(
    "InvalidArgument",
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
  );
}
