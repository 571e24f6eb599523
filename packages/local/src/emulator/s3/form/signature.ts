import { AwsError, type Caller } from "../../../aws/service.ts";
import type { Verifier } from "../../../aws/authenticate.ts";
import {
  MalformedAuthorizationError,
  readCredential,
  sameSignature,
  sign,
  signingKey,
} from "../../../aws/sigv4.ts";
import { invalid } from "../error.ts";
import type { Form } from "./form.ts";

/** Who signed a form's policy; undefined for a form without one. Throws when the signature is wrong. */
export function authenticateForm(
  { field }: Pick<Form, "field">,
  verifier: Verifier,
): { caller: Caller; policy: string } | undefined {
  const policy = field("policy");
  if (policy === undefined) return undefined;
  const { accessKeyId, ...scope } = credentialOf(field("x-amz-credential"));
  const found = verifier.credentials.find(accessKeyId);
  if (!found) {
    throw new AwsError(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      { statusCode: 403 },
    );
  }
  if (scope.region !== verifier.region || scope.service !== "s3") {
    throw invalid("InvalidArgument", `The credential must be for the service s3 in ${verifier.region}.`);
  }
  const expected = sign(signingKey(found.secretAccessKey, scope), policy);
  if (!sameSignature(expected, field("x-amz-signature") ?? "")) {
    const message = "The request signature we calculated does not match the signature you provided.";
    throw new AwsError("SignatureDoesNotMatch", message, { statusCode: 403 });
  }
  return { caller: found.caller, policy };
}

function credentialOf(text: string | undefined) {
  try {
    return readCredential(text);
  } catch (error) {
    if (error instanceof MalformedAuthorizationError) throw invalid("InvalidArgument", error.message, error);
    throw error;
  }
}
