/// <reference path="../.sst/platform/config.d.ts" />
import { alertEmails } from "./emails";
import { isPermanent } from "./stage";

/**
 * US dollars a month. The default is about twice what production costs before its first video (NAT, endpoints, database,
 * cache: `npm run cost -- --stage production`), so that a quiet month says nothing.
 */
const limit = readLimit(process.env.TELECINE_MONTHLY_BUDGET_USD ?? "1000");

/**
 * The whole account's bill, not one stage's: traffic and some taxes carry no tag, and a budget by tag sees nothing until
 * somebody activates the tag for billing. So it stands once, in production. It costs nothing; it only tells, and stops
 * nothing.
 */
if (isPermanent) {
  new aws.budgets.Budget("Budget", {
    name: `${$app.name}-${$app.stage}`,
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: limit,
    limitUnit: "USD",
    notifications:
      alertEmails.length === 0
        ? []
        : [
            // 80 % spent leaves a few days to look; the forecast tells of a flood in the first week.
            notify("ACTUAL", 80),
            notify("ACTUAL", 100),
            notify("FORECASTED", 100),
          ],
  });
}

function notify(notificationType: "ACTUAL" | "FORECASTED", threshold: number) {
  return {
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    comparisonOperator: "GREATER_THAN",
    // A budget tells at most ten addresses.
    subscriberEmailAddresses: alertEmails.slice(0, 10),
  };
}

function readLimit(text: string): string {
  if (/^\d+(\.\d{1,2})?$/.test(text) && Number(text) > 0) return text;
  throw new Error(`TELECINE_MONTHLY_BUDGET_USD is "${text}": give a number of US dollars, such as 1500.`);
}
