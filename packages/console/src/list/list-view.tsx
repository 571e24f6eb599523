import { useEffect } from "preact/hooks";
import type { Library } from "../library.ts";
import { useModel } from "../model.ts";
import { useAction } from "../ui/action.ts";
import { useNow } from "../ui/clock.ts";
import { Notice } from "../ui/notice.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import type { Upload } from "../upload/upload.ts";
import type { Video } from "../video.ts";
import { Card } from "./card.tsx";
import { EmptyState } from "./empty-state.tsx";
import { Skeletons } from "./skeletons.tsx";
import { UploadButton } from "./upload-button.tsx";
import { UploadCard } from "./upload-card.tsx";

export function ListView() {
  const model = useModel();
  const library = model.library.value;
  const uploads = model.uploads.uploads.value;
  useEffect(() => model.watchList(), [model]);
  const isEmpty = library?.videos.length === 0 && uploads.length === 0;
  return (
    <main class="page">
      {isEmpty ? <EmptyState /> : <Head />}
      {library === null && <Skeletons />}
      {!isEmpty && <Grid videos={library?.videos ?? []} uploads={uploads} />}
      <More library={library} />
    </main>
  );
}

function Head() {
  return (
    <div class="page-head">
      <PageTitle>Videos</PageTitle>
      <UploadButton label="Upload" />
    </div>
  );
}

interface GridProps {
  readonly videos: readonly Video[];
  readonly uploads: readonly Upload[];
}

/** A file on its way stands where its video will be, so that nothing jumps when it has arrived. */
function Grid({ videos, uploads }: GridProps) {
  const nowMs = useNow();
  const byVideo = new Map(uploads.map((upload) => [upload.videoId, upload]));
  const unborn = uploads.filter(({ videoId }) => videoId === null);
  return (
    <ul class="grid" data-testid="video-list" aria-label="Videos">
      {unborn.toReversed().map((upload) => (
        <li key={upload.key}>
          <UploadCard upload={upload} />
        </li>
      ))}
      {videos.map((video) => {
        const upload = video.phase === "uploading" ? byVideo.get(video.id) : undefined;
        return (
          <li key={video.id}>
            {upload ? <UploadCard upload={upload} /> : <Card video={video} nowMs={nowMs} />}
          </li>
        );
      })}
    </ul>
  );
}

function More({ library }: { readonly library: Library | null }) {
  const model = useModel();
  const action = useAction();
  if (!library?.nextCursor) return null;
  return (
    <div class="more">
      <Notice text={action.error} />
      <button
        type="button"
        class="button"
        aria-disabled={action.isBusy}
        onClick={() => {
          action.run(() => model.loadMore());
        }}
      >
        {action.isBusy ? "Loading…" : "Load more"}
      </button>
    </div>
  );
}
