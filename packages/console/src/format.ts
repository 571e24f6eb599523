/** Numbers as people read them. Everything here is pure; times are given, never taken. */

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;

/** A position in a video: `0:07`, `12:34`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const hours = Math.floor(whole / SECONDS_PER_HOUR);
  const minutes = Math.floor((whole % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE);
  const parts = hours > 0 ? [hours, pad(minutes)] : [minutes];
  return [...parts, pad(whole % SECONDS_PER_MINUTE)].join(":");
}

/** How long a video is: its last fraction of a second counts as one, so that no video is `0:00` long. */
export function length(seconds: number): string {
  return clock(Math.max(1, Math.round(seconds)));
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

const SIZE_UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A size in decimal units, as file managers show it: `4.2 MB`. */
export function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(1, bytes)) / 3), SIZE_UNITS.length - 1);
  const scaled = bytes / 1000 ** power;
  return `${power > 0 && scaled < 100 ? scaled.toFixed(1) : Math.round(scaled)} ${SIZE_UNITS[power] ?? ""}`;
}

/** A bit rate: `640 kbit/s`, `5.2 Mbit/s`. */
export function bitRate(bitsPerSecond: number): string {
  const kilobits = bitsPerSecond / 1000;
  return kilobits < 1000 ? `${Math.round(kilobits)} kbit/s` : `${(kilobits / 1000).toFixed(1)} Mbit/s`;
}

/** A share of 1, rounded down: only what is finished is 100%. */
export function percent(share: number): string {
  return `${Math.floor(Math.min(Math.max(share, 0), 1) * 100)}%`;
}

/** The time that is left, as coarse as it is known: `8 s left`, `about 2 min left`. */
export function timeLeft(seconds: number): string {
  if (seconds < SECONDS_PER_MINUTE) return `${Math.max(1, Math.ceil(seconds))} s left`;
  if (seconds < SECONDS_PER_HOUR) return `about ${Math.round(seconds / SECONDS_PER_MINUTE)} min left`;
  return `about ${(seconds / SECONDS_PER_HOUR).toFixed(1)} h left`;
}

/** How much faster than playing the work goes: `2.4×`. */
export function speed(factor: number): string {
  return `${factor < 10 ? factor.toFixed(1) : Math.round(factor)}×`;
}

/** `1920 × 1080` */
export function dimensions(width: number, height: number): string {
  return `${width} × ${height}`;
}

/** Frames a second, without zeros that say nothing: `25 fps`, `23.976 fps`. */
export function frameRate(framesPerSecond: number): string {
  return `${Number(framesPerSecond.toFixed(3))} fps`;
}

const AGES = [
  { below: SECONDS_PER_HOUR, unit: "minute", seconds: SECONDS_PER_MINUTE },
  { below: SECONDS_PER_DAY, unit: "hour", seconds: SECONDS_PER_HOUR },
  { below: 7 * SECONDS_PER_DAY, unit: "day", seconds: SECONDS_PER_DAY },
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const calendar = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

/** How long ago something was: `just now`, `5 minutes ago`, `yesterday`, and a date after a week. */
export function ago(at: string, nowMs: number): string {
  const seconds = (nowMs - Date.parse(at)) / 1000;
  if (seconds < SECONDS_PER_MINUTE) return "just now";
  const age = AGES.find(({ below }) => seconds < below);
  return age
    ? relative.format(-Math.floor(seconds / age.seconds), age.unit)
    : calendar.format(Date.parse(at));
}
