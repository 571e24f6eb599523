import { arn, hex, physicalName, text, uuid } from "../context.ts";
import { type Answerer, configures, named } from "./builders.ts";

/** Logs, alarms, firewalls, backups and budgets. */
export const OPERATIONS: Readonly<Record<string, Answerer>> = {
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": (filter) => ({ id: physicalName(filter) }),
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": configures("policyName"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named("cloudwatch", "alarm:"),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": named("cloudwatch", "alarm:", "alarmName"),
  "aws:cloudwatch/dashboard:Dashboard": (dashboard) => {
    const name = text(dashboard, "dashboardName");
    return {
      id: name,
      attributes: { dashboardArn: `arn:aws:cloudwatch::${dashboard.accountId}:dashboard/${name}` },
    };
  },
  "aws:wafv2/webAcl:WebAcl": (acl) => {
    const id = uuid(acl);
    const scope = acl.inputs.scope === "CLOUDFRONT" ? "global" : "regional";
    return {
      id,
      attributes: { arn: arn(acl, "wafv2", `${scope}/webacl/${physicalName(acl)}/${id}`), capacity: 1000 },
    };
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": (association) => ({
    id: `${text(association, "webAclArn")},${text(association, "resourceArn")}`,
  }),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": configures("resourceArn"),
  "aws:backup/vault:Vault": named("backup", "backup-vault:"),
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": configures("backupVaultName"),
  "aws:backup/plan:Plan": (plan) => {
    const id = uuid(plan);
    return { id, attributes: { arn: arn(plan, "backup", `backup-plan:${id}`), version: hex(plan, 12) } };
  },
  "aws:backup/selection:Selection": (selection) => ({ id: uuid(selection) }),
  "aws:budgets/budget:Budget": (budget) => {
    const name = physicalName(budget);
    return {
      id: `${budget.accountId}:${name}`,
      attributes: { name, arn: `arn:aws:budgets::${budget.accountId}:budget/${name}` },
    };
  },
};
