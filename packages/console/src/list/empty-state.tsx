import { Icon } from "../ui/icon.tsx";
import { PAGE_TITLE_ID, PageTitle } from "../ui/page-title.tsx";
import { UploadButton } from "./upload-button.tsx";

/** What to do when there is nothing to see yet. */
export function EmptyState() {
  return (
    <section class="empty" data-testid="empty" aria-labelledby={PAGE_TITLE_ID}>
      <span class="empty-picture">
        <Icon name="film" />
      </span>
      <PageTitle>No videos yet</PageTitle>
      <p>
        Drop a video file anywhere on this page, or choose one. It is encoded for every screen and plays here.
      </p>
      <UploadButton label="Choose a video" />
      <p class="empty-api">
        Programs use the API: <a href="/openapi.json">its description</a>.
      </p>
    </section>
  );
}
