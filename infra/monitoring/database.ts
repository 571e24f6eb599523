/// <reference path="../../.sst/platform/config.d.ts" />
import { createAlarm, type Metric } from "../alarm";
import { database } from "../database";
import { sizes } from "../stage";

const GIB = 1024 ** 3;
const { memoryGiB } = sizes.database;

export const rds = (name: string, statistic: Metric["statistic"] = "Average"): Metric => ({
  namespace: "AWS/RDS",
  name,
  dimensions: { DBInstanceIdentifier: database.id },
  statistic,
});

createAlarm("DatabaseCpu", {
  says: "PostgreSQL has been busy for a quarter of an hour.",
  metric: rds("CPUUtilization"),
  // Waiting time grows as 1 / (1 - load): at 80 % a query takes five times as long as on an idle machine, at 90 % ten
  // times. And t4g earns credits for 20 % of each core only; what goes beyond is billed at $0.075 a core and hour.
  when: { atLeast: 80 },
  minutes: 5,
  of: [3, 3],
  missing: "breaching",
});

createAlarm("DatabaseStorage", {
  says: "PostgreSQL's disk is nearly full and has not grown by itself.",
  everywhere: true,
  metric: rds("FreeStorageSpace", "Minimum"),
  // RDS grows a disk that has had less than 10 % free for five minutes: 10 GiB of the 100 it begins with. Below 8 GiB it
  // has not done so: because it grew less than six hours ago, or because it has reached its limit of 500.
  when: { below: 8 * GIB },
  minutes: 5,
  of: [2, 2],
  missing: "breaching",
});

createAlarm("DatabaseConnections", {
  says: "PostgreSQL is about to refuse connections.",
  metric: rds("DatabaseConnections", "Maximum"),
  when: { atLeast: mostConnections() },
  minutes: 1,
  of: [5, 5],
  missing: "notBreaching",
});

createAlarm("DatabaseMemory", {
  says: "PostgreSQL's machine is running out of memory.",
  metric: rds("FreeableMemory", "Minimum"),
  // A sixteenth of the memory. What is freeable includes the cache of files, so a healthy instance has a quarter or more;
  // below this it begins to swap.
  when: { below: (memoryGiB * GIB) / 16 },
  minutes: 5,
  of: [3, 3],
  missing: "notBreaching",
});

/**
 * RDS sets max_connections to the memory in bytes / 9,531,392, of the memory that its own agents leave: 450 by the
 * formula for 4 GiB and about 400 in truth; 112 and about 80 for 1 GiB. So 60 % of the formula is two thirds to four
 * fifths of what there is. What the app may open lies far below: one connection a function, 100 API functions at most.
 */
function mostConnections(): number {
  return Math.floor((0.6 * memoryGiB * GIB) / 9_531_392);
}
