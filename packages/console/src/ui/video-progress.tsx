import { percent, speed, timeLeft } from "../format.ts";
import { isSettled, type Video } from "../video.ts";
import { phaseWords } from "../words.ts";
import { ProgressBar } from "./progress-bar.tsx";

/** How far the work on a video is, in a bar and in words. Nothing once it has ended. */
export function VideoProgress({ video }: { readonly video: Video }) {
  if (isSettled(video)) return null;
  const { status, phase, progress, etaSeconds } = video;
  const begun = status !== "waiting" && progress !== null;
  const facts = [
    video.speed !== null && video.speed > 0 ? speed(video.speed) : null,
    etaSeconds !== null ? timeLeft(etaSeconds) : null,
  ].filter((fact) => fact !== null);
  return (
    <div class="progress">
      <ProgressBar
        label={`Progress of ${video.title}`}
        value={begun ? progress : phase === "uploading" ? 0 : null}
      />
      <p class="progress-words">
        <span data-testid="phase">{phaseWords(phase)}</span>
        {facts.length > 0 && <span class="progress-facts">{facts.join(" · ")}</span>}
        {begun && <span class="progress-percent">{percent(progress)}</span>}
      </p>
    </div>
  );
}
