import { percent } from "../format.ts";

interface ProgressBarProps {
  /** What advances, for those who cannot see it. */
  readonly label: string;
  /** From 0 to 1; null while nobody knows. */
  readonly value: number | null;
}

export function ProgressBar({ label, value }: ProgressBarProps) {
  const known =
    value === null ? {} : { "aria-valuenow": Math.floor(value * 100), "aria-valuetext": percent(value) };
  return (
    <div class="bar" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...known}>
      <div
        class={value === null ? "bar-fill bar-unknown" : "bar-fill"}
        style={{ transform: value === null ? "none" : `scaleX(${value})` }}
      />
    </div>
  );
}
