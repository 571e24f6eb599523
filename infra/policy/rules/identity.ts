import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { all, beside, by, each, weighing } from "../checks.ts";
import { is, listOf, set, stringsOf, that } from "../conditions.ts";
import { allows, conditionKeys, isAnyone, permissions, type Placed, statementsAt } from "../read/iam.ts";
import type { Rule, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";
import { UNSCOPED_ACTIONS } from "../waivers.ts";

const { key, policy, role, rolePolicy, rolePolicyAttachment, secret, secretRotation } = TYPE;

/** P72 and P75-P78: secrets, keys, roles. */
export const IDENTITY: readonly Rule[] = [
  {
    id: "P72",
    title: "Secrets can be brought back for a week, are changed four times a year, under a key of our own",
    gate: "B",
    stages: "permanent",
    sources: [
      ...["CKV2_AWS_57", "CKV_AWS_304", "CKV_AWS_149"],
      ...["SMG4", "SecretsManager.1", "SecretsManager.4", "own"],
    ],
    resources: [secret],
    check: all(
      each(secret, {
        recoveryWindowInDays: that("7 or more", (days) => days === undefined || Number(days) >= 7),
      }),
      weighing(
        "W",
        all(
          each(secret, { kmsKeyId: set }),
          beside(secret, secretRotation, by("secretId"), {
            "rotationRules.automaticallyAfterDays": that(
              "90 or fewer",
              (days) => typeof days === "number" && days <= 90,
            ),
          }),
        ),
      ),
    ),
  },
  {
    id: "P75",
    title: "Keys change every year, and admit nobody without a condition",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_7", "CKV_AWS_33", "CKV2_AWS_64", "KMS5", "KMS.4", "AWS-0065"],
    resources: [key],
    check: all(each(key, { policy: set }), ({ graph }) => ofType(graph, key).flatMap(weakKey)),
  },
  {
    id: "P76",
    title: "Roles are allowed single actions on single resources",
    gate: "B",
    stages: "all",
    sources: [
      ...["CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288", "CKV_AWS_289"],
      ...["CKV_AWS_290", "CKV_AWS_355", "IAM5", "IAM.1", "IAM.21", "KMS.2", "AWS-0345"],
    ],
    resources: [role, rolePolicy, policy],
    check: ({ graph }) => permissions(graph).flatMap(tooWide),
  },
  {
    id: "P77",
    title: "Roles are taken by services alone, and only on behalf of this account",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_60", "CKV_AWS_61", "pw iam_role_cross_service_confused_deputy_prevention"],
    resources: [role],
    check: ({ graph }) =>
      ofType(graph, role)
        .flatMap((resource) => statementsAt(resource, "assumeRolePolicy"))
        .flatMap(trustsStrangers),
  },
  {
    id: "P78",
    title: "Roles have no policy that AWS writes and changes",
    gate: "X",
    stages: "all",
    sources: ["IAM4"],
    resources: [role, rolePolicyAttachment],
    check: ({ graph }) => managed(graph),
  },
];

function weakKey(resource: Resource): Violation[] {
  const symmetric = (resource.inputs.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";
  const { enableKeyRotation } = resource.inputs;
  const open = statementsAt(resource, "policy").filter(
    ({ statement }) =>
      allows(statement) && statement.principals.some(isAnyone) && conditionKeys(statement).length === 0,
  );
  return [
    ...(symmetric && !is(true).holds(enableKeyRotation)
      ? [{ resource, property: "enableKeyRotation", found: enableKeyRotation, expected: "true" }]
      : []),
    ...open.map(({ property }) => ({
      resource,
      property,
      found: "Allow to *",
      expected: "named principals",
    })),
  ];
}

function tooWide({ resource, property, statement }: Placed): Violation[] {
  if (!allows(statement)) return [];
  const wide = (found: string, expected: string): Violation => ({ resource, property, found, expected });
  if (statement.inverted) return [wide("NotAction or NotResource", "actions and resources by their names")];
  const wildcards = statement.actions.filter((action) => action === "*" || action.endsWith(":*"));
  const anywhere = statement.resources.filter((arn) => /^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:\*)$/.test(arn));
  const restrictable = statement.actions.filter((action) => !UNSCOPED_ACTIONS.includes(action));
  return [
    ...(wildcards.length > 0 ? [wide(wildcards.join(), "single actions")] : []),
    ...(anywhere.length > 0 && restrictable.length > 0
      ? [wide(`${restrictable.join()} on ${anywhere.join()}`, "the ARNs that it is for")]
      : []),
  ];
}

function trustsStrangers({ resource, property, statement }: Placed): Violation[] {
  if (!allows(statement)) return [];
  const keys = conditionKeys(statement);
  const others = statement.principals.filter(({ kind }) => kind !== "Service");
  const wrong = (field: string, found: string | undefined, expected: string): Violation => ({
    resource,
    property: `${property}.${field}`,
    found,
    expected,
  });
  return [
    ...others.map(({ kind, value }) => wrong("Principal", `${kind} ${value}`, "services alone")),
    ...(keys.includes("aws:sourceaccount") || keys.includes("aws:sourcearn")
      ? []
      : [wrong("Condition", keys.join() || undefined, "a condition on aws:SourceAccount")]),
  ];
}

const AWS_OWNED = /^arn:[^:]+:iam::aws:policy\//;

function managed(graph: Graph): Violation[] {
  const attached: [Resource, string, unknown][] = [
    ...ofType(graph, role).flatMap((owner) =>
      listOf(owner.inputs.managedPolicyArns).map((arn): [Resource, string, unknown] => [
        owner,
        "managedPolicyArns",
        arn,
      ]),
    ),
    ...ofType(graph, rolePolicyAttachment).map((attachment): [Resource, string, unknown] => [
      attachment,
      "policyArn",
      attachment.inputs.policyArn,
    ]),
  ];
  return attached.flatMap(([resource, property, arn]) =>
    stringsOf(arn)
      .filter((text) => AWS_OWNED.test(text))
      .map((text) => ({
        resource,
        property: `${property}.${text.replace(AWS_OWNED, "")}`,
        found: text,
        expected: "a policy of our own",
      })),
  );
}
