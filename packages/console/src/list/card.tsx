import { useId } from "preact/hooks";
import { ago, length } from "../format.ts";
import { videoAddress } from "../route.ts";
import { useAction } from "../ui/action.ts";
import { Failure } from "../ui/failure.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { focusPageTitle } from "../ui/page-title.tsx";
import { Poster } from "../ui/poster.tsx";
import { StatusMark } from "../ui/status.tsx";
import { VideoActions } from "../ui/video-actions.tsx";
import { VideoProgress } from "../ui/video-progress.tsx";
import type { Video } from "../video.ts";
import { factsOf } from "./facts.ts";

interface CardProps {
  readonly video: Video;
  readonly nowMs: number;
}

/** One video of the list. The whole card opens it; the buttons lie above. */
export function Card({ video, nowMs }: CardProps) {
  const action = useAction();
  const titleId = useId();
  const { id, title, status, createdAt } = video;
  return (
    <article
      class="card"
      data-testid="video-card"
      data-video-id={id}
      data-status={status}
      aria-labelledby={titleId}
    >
      <OpenLink video={video} />
      <div class="card-body">
        <h2 id={titleId} class="card-title" title={title}>
          <bdi>{title}</bdi>
        </h2>
        <p class="card-meta">
          <StatusMark video={video} />
          <time dateTime={createdAt}>{ago(createdAt, nowMs)}</time>
        </p>
        <VideoProgress video={video} />
        <Failure video={video} />
        <Facts video={video} />
        <Notice text={action.error} />
        <div class="card-foot">
          <Rungs video={video} />
          <VideoActions video={video} action={action} onDeleted={focusPageTitle} />
        </div>
      </div>
    </article>
  );
}

function OpenLink({ video }: { readonly video: Video }) {
  const { id, title, durationSeconds } = video;
  const isPlayable = video.playback.hls !== null;
  return (
    <a class="card-open" href={videoAddress(id)} data-testid={isPlayable ? "play" : "open"}>
      <span class="unseen">{isPlayable ? `Play ${title}` : `Details of ${title}`} </span>
      <span class="card-picture">
        <Poster video={video} />
        {isPlayable && (
          <span class="card-play">
            <Icon name="play" />
          </span>
        )}
        {durationSeconds !== null && <span class="card-length">{length(durationSeconds)}</span>}
      </span>
    </a>
  );
}

function Facts({ video }: { readonly video: Video }) {
  const facts = factsOf(video);
  return facts.length > 0 ? <p class="card-facts">{facts.join(" · ")}</p> : null;
}

function Rungs({ video }: { readonly video: Video }) {
  if (video.renditions.length === 0) return <span />;
  return (
    <ul class="rungs" aria-label="Renditions">
      {video.renditions.map(({ name }) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  );
}
