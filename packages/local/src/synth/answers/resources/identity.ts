import { arn, letters, physicalName, text, uuid } from "../context.ts";
import { type Answerer, configures, global, named, plain } from "./builders.ts";

/** Roles, secrets and keys. */
export const IDENTITY: Readonly<Record<string, Answerer>> = {
  "aws:iam/role:Role": (role) => {
    const name = physicalName(role);
    const path = typeof role.inputs.path === "string" ? role.inputs.path : "/";
    return {
      id: name,
      attributes: {
        name,
        arn: `arn:aws:iam::${role.accountId}:role${path}${name}`,
        uniqueId: `AROA${letters(role, 17).toUpperCase()}`,
      },
    };
  },
  "aws:iam/policy:Policy": global("iam", "policy/", physicalName, (policy) => ({
    name: physicalName(policy),
  })),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": plain("attachment"),
  "aws:secretsmanager/secret:Secret": (secret) => {
    const name = physicalName(secret);
    const value = arn(secret, "secretsmanager", `secret:${name}-${letters(secret, 6)}`);
    return { id: value, attributes: { name, arn: value } };
  },
  "aws:secretsmanager/secretVersion:SecretVersion": (version) => {
    const versionId = uuid(version);
    return {
      id: `${text(version, "secretId")}|${versionId}`,
      attributes: { arn: version.inputs.secretId, versionId },
    };
  },
  "aws:iam/rolePolicy:RolePolicy": (policy) => ({
    id: `${text(policy, "role")}:${physicalName(policy)}`,
    attributes: { name: physicalName(policy) },
  }),
  "aws:secretsmanager/secretPolicy:SecretPolicy": configures("secretArn"),
  "aws:secretsmanager/secretRotation:SecretRotation": configures("secretId"),
  "aws:kms/key:Key": (key) => {
    const keyId = uuid(key);
    return { id: keyId, attributes: { keyId, arn: arn(key, "kms", `key/${keyId}`) } };
  },
  "aws:kms/alias:Alias": named("kms", ""),
};
