/// <reference path="../../.sst/platform/config.d.ts" />
import { MEDIA_PREFIX, SOURCE_PREFIX, WORK_PREFIX } from "../../packages/core/src/storage/keys";
import { media } from "../storage";

// A link says which bucket it is. What may be done there is said below, where SST would allow everything.
sst.Linkable.wrap(sst.aws.Bucket, ({ name }: sst.aws.Bucket) => ({ properties: { name } }));

const FOLDERS = { source: SOURCE_PREFIX, work: WORK_PREFIX, media: MEDIA_PREFIX };
type Folder = keyof typeof FOLDERS;

const inside = (folders: readonly Folder[]) =>
  folders.map((folder) => $interpolate`${media.arn}/${FOLDERS[folder]}*`);

/**
 * Keys by their beginning; and for who may not list, S3 answers 403 where nothing lies under a key, not the 404 that our
 * code acts upon.
 */
export const list = { actions: ["s3:ListBucket"], resources: [media.arn] };

export const read = (...folders: Folder[]) => ({ actions: ["s3:GetObject"], resources: inside(folders) });

/** Whole objects, and parts of them; presigned URLs for either are signed by the role that may. */
export const write = (...folders: Folder[]) => ({ actions: ["s3:PutObject"], resources: inside(folders) });

export const remove = (...folders: Folder[]) => ({
  actions: ["s3:DeleteObject"],
  resources: inside(folders),
});

export const abortUploads = { actions: ["s3:AbortMultipartUpload"], resources: inside(["source"]) };

export const listUploads = { actions: ["s3:ListBucketMultipartUploads"], resources: [media.arn] };
