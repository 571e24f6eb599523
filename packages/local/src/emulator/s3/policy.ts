import { decide, type PolicyDocument, statementsOf } from "../../aws/policy.ts";

/** A bucket policy's document, as far as it says what anonymous requests may do. */
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

function isEveryone(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null || !("AWS" in principal)) return false;
  return [principal.AWS].flat().includes("*");
}
