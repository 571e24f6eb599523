import { clock } from "../format.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import type { Commands } from "./commands.ts";
import type { Playback } from "./playback.ts";
import { QualityMenu } from "./quality-menu.tsx";
import { SeekBar } from "./seek-bar.tsx";
import type { StreamState } from "./use-stream.ts";

interface ControlsProps {
  readonly playback: Playback;
  readonly commands: Commands;
  readonly stream: StreamState;
  readonly isFullscreen: boolean;
}

export function Controls({ playback, commands, stream, isFullscreen }: ControlsProps) {
  const { isPaused, atSeconds, durationSeconds } = playback;
  return (
    <div class="controls" role="group" aria-label="Player controls">
      <SeekBar playback={playback} onSeek={commands.seekTo} />
      <div class="controls-row">
        <ControlButton
          label={isPaused ? "Play" : "Pause"}
          keys="Space"
          icon={isPaused ? "play" : "pause"}
          onClick={commands.toggle}
        />
        <Volume playback={playback} commands={commands} />
        <span class="controls-time">
          {clock(atSeconds)} <span class="controls-of">/ {clock(durationSeconds)}</span>
        </span>
        <span class="controls-gap" />
        <QualityMenu stream={stream} />
        <ControlButton
          label={isFullscreen ? "Leave full screen" : "Full screen"}
          keys="f"
          icon={isFullscreen ? "leaveFullscreen" : "fullscreen"}
          onClick={commands.toggleFullscreen}
        />
      </div>
    </div>
  );
}

interface ControlButtonProps {
  readonly label: string;
  readonly keys: string;
  readonly icon: IconName;
  readonly onClick: () => void;
}

function ControlButton({ label, keys, icon, onClick }: ControlButtonProps) {
  return (
    <button
      type="button"
      class="control"
      aria-label={label}
      aria-keyshortcuts={keys}
      title={`${label} (${keys.toLowerCase()})`}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function Volume({ playback, commands }: Pick<ControlsProps, "playback" | "commands">) {
  const { volume, isMuted } = playback;
  const heard = isMuted ? 0 : volume;
  return (
    <span class="volume">
      <ControlButton
        label={isMuted ? "Unmute" : "Mute"}
        keys="m"
        icon={heard === 0 ? "muted" : "volume"}
        onClick={commands.toggleMute}
      />
      <input
        class="volume-slider"
        type="range"
        aria-label="Volume"
        aria-valuetext={`${Math.round(heard * 100)}%`}
        min={0}
        max={1}
        step={0.05}
        value={heard}
        style={{ "--played": `${heard * 100}%` }}
        onInput={({ currentTarget }) => {
          commands.setVolume(Number(currentTarget.value));
        }}
      />
    </span>
  );
}
