import { useEffect } from "preact/hooks";
import { ago } from "../format.ts";
import { factsOf } from "../list/facts.ts";
import { useModel } from "../model.ts";
import { LIST_ADDRESS } from "../route.ts";
import { useAction } from "../ui/action.ts";
import { useNow } from "../ui/clock.ts";
import { Failure } from "../ui/failure.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import { Poster } from "../ui/poster.tsx";
import { StatusMark } from "../ui/status.tsx";
import { VideoActions } from "../ui/video-actions.tsx";
import { VideoProgress } from "../ui/video-progress.tsx";
import type { Video } from "../video.ts";
import { Details } from "./details.tsx";
import { KeyHints } from "./key-hints.tsx";
import { Links } from "./links.tsx";
import { Player } from "./player.tsx";

/** One video with everything that is known of it. */
export function VideoView({ id }: { readonly id: string }) {
  const model = useModel();
  useEffect(() => model.watchVideo(id), [model, id]);
  const video = model.find(id);
  return (
    <main class="page">
      <a class="back" href={LIST_ADDRESS}>
        <Icon name="back" />
        All videos
      </a>
      {video === undefined && (
        <div class="player player-empty skeleton" role="status" aria-label="Loading the video" />
      )}
      {video === null && <Missing />}
      {video && <Loaded video={video} />}
    </main>
  );
}

function Missing() {
  return (
    <section class="empty" data-testid="missing">
      <PageTitle>There is no such video</PageTitle>
      <p>It was deleted, or its address is not complete.</p>
      <a class="button button-primary" href={LIST_ADDRESS}>
        Show all videos
      </a>
    </section>
  );
}

function Loaded({ video }: { readonly video: Video }) {
  return (
    <article class="video" data-testid="video" data-video-id={video.id} data-status={video.status}>
      <div class="video-main">
        <Stage video={video} />
        <Heading video={video} />
      </div>
      <aside class="video-side" aria-label="About this video">
        <Links video={video} />
        <Details video={video} />
      </aside>
    </article>
  );
}

function Stage({ video }: { readonly video: Video }) {
  const url = video.playback.hls;
  if (url !== null) return <Player video={video} url={url} />;
  return (
    <div class="player player-empty">
      <Poster video={video} />
    </div>
  );
}

function Heading({ video }: { readonly video: Video }) {
  const action = useAction();
  const nowMs = useNow();
  const { title, createdAt } = video;
  return (
    <div class="video-head">
      <div class="video-title">
        <PageTitle>
          <bdi>{title}</bdi>
        </PageTitle>
        <VideoActions
          video={video}
          action={action}
          onDeleted={() => {
            location.hash = LIST_ADDRESS;
          }}
        />
      </div>
      <p class="card-meta">
        <StatusMark video={video} />
        <time dateTime={createdAt}>{ago(createdAt, nowMs)}</time>
        <span>{factsOf(video).join(" · ")}</span>
      </p>
      <VideoProgress video={video} />
      <Failure video={video} />
      <Notice text={action.error} />
      {video.playback.hls !== null && <KeyHints />}
    </div>
  );
}
