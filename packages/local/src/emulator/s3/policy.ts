import { decide, type PolicyDocument, statementsOf } from "../../aws/policy.ts";

/** A bucket policy's document, as far as it says what anonymous requests and AWS's services may do. */
export type BucketPolicy = PolicyDocument;

/**
 * Whether a policy lets an unsigned request do something.
 * @param action as in a policy, `s3:GetObject`.
 * @param resource the ARN of the bucket or object.
 */
export function allowsAnonymous(policy: BucketPolicy | undefined, action: string, resource: string): boolean {
  const statements = policy ? statementsOf(policy).filter(({ Principal }) => isEveryone(Principal)) : [];
  return decide(statements, { action, resource }) === "allowed";
}

/**
 * Whether a policy lets a service of AWS do something on behalf of one of its resources, as CloudFront reads for a
 * distribution. A service has no policies of its own: what the bucket's does not allow is not allowed.
 * @param sourceArn the resource's ARN, for example the distribution's.
 */
export function allowsService(
  policy: BucketPolicy | undefined,
  sourceArn: string,
  action: string,
  resource: string,
): boolean {
  const [, , service = "", , account = ""] = sourceArn.split(":");
  const principal = `${service}.amazonaws.com`;
  const statements = (policy ? statementsOf(policy) : []).filter(
    ({ Principal }) => isEveryone(Principal) || isService(Principal, principal),
  );
  const keys = { "aws:sourcearn": sourceArn, "aws:sourceaccount": account };
  return decide(statements, { action, resource, keys }) === "allowed";
}

function isService(principal: unknown, name: string): boolean {
  if (typeof principal !== "object" || principal === null || !("Service" in principal)) return false;
  return [principal.Service].flat().includes(name);
}

function isEveryone(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null || !("AWS" in principal)) return false;
  return [principal.AWS].flat().includes("*");
}
