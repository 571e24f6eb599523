/**
 * An instant as Step Functions accepts it: ISO 8601 with a capital T and an offset, to the nanosecond. Milliseconds since the
 * epoch, or undefined if the text is no such instant.
 */
export function parseInstant(text: string): number | undefined {
  const parts = INSTANT.exec(text)?.groups;
  if (!parts) return undefined;
  const { date = "", time = "", fraction = "", offset = "" } = parts;
  // A second of 60 and a day past the month's last pass the pattern; a date that comes back changed never existed.
  const asUtc = new Date(`${date}T${time}Z`);
  if (Number.isNaN(asUtc.getTime()) || !asUtc.toISOString().startsWith(`${date}T${time}`)) return undefined;
  const instant = Date.parse(`${date}T${time}.${fraction.padEnd(3, "0").slice(0, 3)}${offset}`);
  return Number.isNaN(instant) ? undefined : instant;
}

const INSTANT =
  /^(?<date>\d{4}-\d{2}-\d{2})T(?<time>\d{2}:\d{2}:\d{2})(?:\.(?<fraction>\d{1,9}))?(?<offset>Z|[+-]\d{2}:\d{2})$/;
