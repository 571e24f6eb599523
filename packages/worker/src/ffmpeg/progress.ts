/** What ffmpeg's `-progress` says four times a second. */
export interface EncodeProgress {
  /** Of the first picture stream; 0 where there is none. */
  readonly frames: number;
  /** How much of the output's time is made. */
  readonly seconds: number;
  /** True in the last report. */
  readonly done: boolean;
}

/** Takes the lines of `-progress` one by one, and calls back once a report is complete. */
export function createProgressReader(onReport: (report: EncodeProgress) => void): (line: string) => void {
  let frames = 0;
  let seconds = 0;
  const fields: Readonly<Record<string, (value: string) => void>> = {
    frame: (value) => {
      frames = toCount(value) ?? frames;
    },
    out_time_us: (value) => {
      seconds = (toCount(value) ?? seconds * 1e6) / 1e6;
    },
    progress: (value) => {
      onReport({ frames, seconds, done: value.trim() === "end" });
    },
  };
  return (line) => {
    const separator = line.indexOf("=");
    if (separator > 0) fields[line.slice(0, separator)]?.(line.slice(separator + 1));
  };
}

function toCount(text: string): number | undefined {
  const count = Number(text);
  return Number.isInteger(count) && count >= 0 ? count : undefined;
}
