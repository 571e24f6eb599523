import { clock } from "../format.ts";
import type { Playback } from "./playback.ts";

interface SeekBarProps {
  readonly playback: Playback;
  readonly onSeek: (seconds: number) => void;
}

/** Where the video is, how far it is loaded, and the way to another place. */
export function SeekBar({ playback, onSeek }: SeekBarProps) {
  const { atSeconds, durationSeconds, bufferedSeconds } = playback;
  const share = (seconds: number) => (durationSeconds > 0 ? `${(seconds / durationSeconds) * 100}%` : "0%");
  return (
    <input
      class="seek"
      type="range"
      data-seek
      aria-label="Seek"
      aria-valuetext={`${clock(atSeconds)} of ${clock(durationSeconds)}`}
      min={0}
      max={durationSeconds}
      step={0.01}
      value={atSeconds}
      style={{ "--played": share(atSeconds), "--buffered": share(bufferedSeconds) }}
      onInput={({ currentTarget }) => {
        onSeek(Number(currentTarget.value));
      }}
    />
  );
}
