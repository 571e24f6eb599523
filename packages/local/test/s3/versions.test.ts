import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { BUCKET as Bucket, type Rig, startBucket } from "./bucket.ts";

const put = async ({ client }: Rig, Key: string, Body: string) =>
  (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
const read = async ({ client }: Rig, Key: string, VersionId?: string) => {
  const input = { Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) };
  return (await client.send(new GetObjectCommand(input))).Body?.transformToString();
};

test("every version of an object can be read, and the last one is the object", async () => {
  await using rig = await startBucket({ versioning: "Enabled" });
  const first = await put(rig, "a", "1");
  const second = await put(rig, "a", "2");
  expect(new Set([first, second, undefined]).size).toBe(3);
  expect([await read(rig, "a"), await read(rig, "a", first), await read(rig, "a", second)]).toEqual([
    "2",
    "1",
    "2",
  ]);
  expect((await rig.client.send(new HeadObjectCommand({ Bucket, Key: "a" }))).VersionId).toBe(second);
  expect((await rig.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
});

test("deleting hides an object behind a marker, and deleting the marker brings it back", async () => {
  await using rig = await startBucket({ versioning: "Enabled" });
  const version = await put(rig, "a", "1");
  const marker = await rig.client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) as string });
  await expect(read(rig, "a")).rejects.toMatchObject({
    name: "NoSuchKey",
    $response: { headers: { "x-amz-delete-marker": "true", "x-amz-version-id": marker.VersionId } },
  });
  await expect(read(rig, "a", marker.VersionId)).rejects.toMatchObject({ name: "MethodNotAllowed" });
  expect((await rig.client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  expect(await read(rig, "a", version)).toBe("1");
  await rig.client.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId: marker.VersionId }));
  expect(await read(rig, "a")).toBe("1");
});

test("a deleted version is gone for good, and the one before takes its place", async () => {
  await using rig = await startBucket({ versioning: "Enabled" });
  await put(rig, "a", "1");
  const second = await put(rig, "a", "2");
  const Objects = [{ Key: "a", VersionId: second }];
  const { Deleted } = await rig.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Deleted).toEqual(Objects);
  expect(await read(rig, "a")).toBe("1");
  await expect(read(rig, "a", second)).rejects.toMatchObject({ name: "NoSuchVersion" });
});

test.each([1, 2, 3, 10])(
  "pages of %i list every version and marker once, the newest of a key first",
  async (MaxKeys) => {
    await using rig = await startBucket({ versioning: "Enabled" });
    const expected: unknown[] = [];
    for (const Key of ["a", "b"]) {
      const ids = [await put(rig, Key, "1"), await put(rig, Key, "2")];
      ids.push((await rig.client.send(new DeleteObjectCommand({ Bucket, Key }))).VersionId);
      ids.push(await put(rig, Key, "3"));
      expected.push(...ids.reverse().map((id, index) => [Key, id, index === 0, index === 1]));
    }
    const listed: unknown[][] = [];
    let markers = {};
    for (let more = true; more;) {
      const page = await rig.client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys, ...markers }));
      for (const [isMarker, items] of [
        [false, page.Versions],
        [true, page.DeleteMarkers],
      ] as const) {
        listed.push(
          ...(items ?? []).map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest, isMarker]),
        );
      }
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      more = page.IsTruncated ?? false;
    }
    // The answer has versions and markers apart; their order within a page is known only of each kind.
    const byKind = (items: unknown[]) =>
      [...items].sort((a, b) => Number((a as boolean[])[3]) - Number((b as boolean[])[3]));
    expect(byKind(listed)).toEqual(byKind(expected));
  },
);

test("without versioning an object has no version, and one from before is called null", async () => {
  await using rig = await startBucket();
  expect(await put(rig, "a", "1")).toBeUndefined();
  await rig.s3.putBucket({ name: Bucket, versioning: "Enabled" });
  await put(rig, "a", "2");
  expect(await read(rig, "a", "null")).toBe("1");
  await rig.s3.putBucket({ name: Bucket, versioning: "Suspended" });
  await put(rig, "a", "3");
  expect([await read(rig, "a"), await read(rig, "a", "null")]).toEqual(["3", "3"]);
  const { Versions } = await rig.client.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId === "null", IsLatest])).toEqual([
    [true, true],
    [false, false],
  ]);
});
