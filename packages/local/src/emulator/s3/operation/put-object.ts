import { checksumHeaders, readAttributes } from "../attributes.ts";
import { createFromContent, shownVersion } from "../change.ts";
import { checkWrite, type WriteCondition } from "../condition.ts";
import type { Context, S3Operation } from "../context.ts";
import { checkDeclaredSize, readExpectation, receive } from "../receive.ts";
import { reply } from "../reply.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: S3Operation = {
  name: "PutObject",
  action: "s3:PutObject",
  async run(context) {
    const { core, response, bucket, key, header, origin } = context;
    const attributes = attributesOf(context);
    const condition = writeCondition(context);
    const expectation = readExpectation(header);
    // What is bound to fail fails before the body is taken; the commit looks again.
    checkWrite(condition, core.objects.latest(bucket.name, key), key);
    const body = context.body();
    checkDeclaredSize(body);
    const content = await receive(core, body, expectation);
    const created = { bucket, key, attributes, condition, event: "ObjectCreated:Put", origin };
    const version = createFromContent(core, created, content);
    reply(response, 200, {
      etag: `"${version.etag}"`,
      "x-amz-version-id": shownVersion(bucket, version),
      ...checksumHeaders(version.checksum),
    });
  },
};

/** What the request's headers say about the object. */
export function attributesOf({ request, header }: Context) {
  const names = [
    ...Object.keys(request.headers),
    ...[...request.query.keys()].map((name) => name.toLowerCase()),
  ];
  return readAttributes(names, header);
}

export function writeCondition({ header }: Context): WriteCondition {
  return { ifMatch: header("if-match"), ifNoneMatch: header("if-none-match") };
}
