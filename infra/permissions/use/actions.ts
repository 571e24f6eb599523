/** What an action is done to: found among the links of whoever does it. */
export type Target = "objects" | "bucket" | "secrets" | "machine" | "executions" | "topics" | "anything";

/**
 * What AWS asks for when a command is sent, or a URL for it is signed.
 *
 * Each row is from the command's page in AWS's reference ("Permissions"), where the name is not already the action's:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html and its neighbours. Whoever reads objects may list
 * the bucket: otherwise S3 answers 403 where nothing is, and our code acts upon 404.
 */
const COMMANDS: Readonly<Record<string, readonly (readonly [action: string, target: Target])[]>> = {
  GetObjectCommand: [
    ["s3:GetObject", "objects"],
    ["s3:ListBucket", "bucket"],
  ],
  HeadObjectCommand: [
    ["s3:GetObject", "objects"],
    ["s3:ListBucket", "bucket"],
  ],
  PutObjectCommand: [["s3:PutObject", "objects"]],
  CreateMultipartUploadCommand: [["s3:PutObject", "objects"]],
  UploadPartCommand: [["s3:PutObject", "objects"]],
  CompleteMultipartUploadCommand: [["s3:PutObject", "objects"]],
  AbortMultipartUploadCommand: [["s3:AbortMultipartUpload", "objects"]],
  DeleteObjectsCommand: [["s3:DeleteObject", "objects"]],
  paginateListObjectsV2: [["s3:ListBucket", "bucket"]],
  ListMultipartUploadsCommand: [["s3:ListBucketMultipartUploads", "bucket"]],
  // lib-storage: a PUT, or an upload in parts that it aborts when it fails.
  Upload: [
    ["s3:PutObject", "objects"],
    ["s3:AbortMultipartUpload", "objects"],
  ],
  GetSecretValueCommand: [["secretsmanager:GetSecretValue", "secrets"]],
  StartExecutionCommand: [["states:StartExecution", "machine"]],
  StopExecutionCommand: [["states:StopExecution", "executions"]],
  DescribeExecutionCommand: [["states:DescribeExecution", "executions"]],
  PublishCommand: [["sns:Publish", "topics"]],
  PutTraceSegmentsCommand: [["xray:PutTraceSegments", "anything"]],
};

/** Names of the SDK that ask for nothing by themselves. `getSignedUrl` signs a command, which is named beside it. */
const SILENT =
  /^(getSignedUrl|\w+Client|\w*Exception|NoSuch\w+|NotFound|Execution(AlreadyExists|DoesNotExist))$/;

/** Every action in the table, for whoever checks that it exists. */
export const KNOWN_ACTIONS = [
  ...new Set(Object.values(COMMANDS).flatMap((rows) => rows.map(([action]) => action))),
];

/** What names of the SDK ask for. One that is unknown is an error: it may ask for anything. */
export function actionsOf(
  names: ReadonlySet<string>,
): { readonly action: string; readonly target: Target }[] {
  return [...names]
    .filter((name) => !SILENT.test(name))
    .flatMap((name) => {
      const rows = COMMANDS[name];
      if (!rows)
        throw new Error(`Say in infra/permissions/use/actions.ts what "${name}" of the AWS SDK asks for.`);
      return rows.map(([action, target]) => ({ action, target }));
    });
}
