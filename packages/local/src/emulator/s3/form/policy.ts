import { z } from "zod";
import { invalid, S3Error } from "../error.ts";
import type { Form } from "./form.ts";

/** What a form may hold. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */

const Policy = z.object({
  expiration: z.string(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal("content-length-range"), z.coerce.number(), z.coerce.number()]),
      z.tuple([z.enum(["eq", "starts-with"]), z.string(), z.string()]),
      z.record(z.string(), z.string()),
    ]),
  ),
});

export interface SizeRange {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** Fields that no condition needs to speak of. */
const FREE = new Set(["policy", "x-amz-signature", "file", "bucket"]);

/** Throws AccessDenied when the form is not what its policy allows. Returns the sizes that the policy allows. */
export function checkPolicy(
  encoded: string,
  { names, field }: Pick<Form, "names" | "field">,
  bucket: string,
  now: number,
): SizeRange | undefined {
  const { expiration, conditions } = readPolicy(encoded);
  const expiresAt = Date.parse(expiration);
  if (Number.isNaN(expiresAt) || expiresAt <= now) throw refused("Policy expired.");
  let size: SizeRange | undefined;
  const covered = new Set<string>();
  for (const condition of conditions) {
    for (const { operator, name, value } of normalize(condition)) {
      covered.add(name);
      const actual = name === "bucket" ? bucket : (field(name) ?? "");
      const holds = operator === "eq" ? actual === value : actual.startsWith(value);
      if (!holds) throw refused(`Policy Condition failed: ["${operator}", "$${name}", "${value}"]`);
    }
    if (Array.isArray(condition) && condition[0] === "content-length-range") {
      size = { minBytes: condition[1], maxBytes: condition[2] };
    }
  }
  const extra = names.filter(
    (name) => !covered.has(name) && !FREE.has(name) && !name.startsWith("x-ignore-"),
  );
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(", ")}`);
  return size;
}

function readPolicy(encoded: string): z.infer<typeof Policy> {
  try {
    return Policy.parse(JSON.parse(Buffer.from(encoded, "base64").toString()));
  } catch (error) {
    throw invalid("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.", error);
  }
}

type Condition = z.infer<typeof Policy>["conditions"][number];

function normalize(condition: Condition): { operator: "eq" | "starts-with"; name: string; value: string }[] {
  if (!Array.isArray(condition)) {
    return Object.entries(condition).map(([name, value]) => ({
      operator: "eq",
      name: name.toLowerCase(),
      value,
    }));
  }
  if (condition[0] === "content-length-range") return [];
  return [
    { operator: condition[0], name: condition[1].replace(/^\$/, "").toLowerCase(), value: condition[2] },
  ];
}

function refused(reason: string): S3Error {
  return new S3Error("AccessDenied", {}, { message: `Invalid according to Policy: ${reason}` });
}
