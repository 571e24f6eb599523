import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { DropZone } from "./list/drop-zone.tsx";
import { ListView } from "./list/list-view.tsx";
import { useModel } from "./model.ts";
import { VideoView } from "./player/video-view.tsx";
import { LIST_ADDRESS, type Route } from "./route.ts";
import { Banner } from "./ui/banner.tsx";
import { Brand } from "./ui/brand.tsx";
import { focusPageTitle } from "./ui/page-title.tsx";
import { useRoute } from "./use-route.ts";

export function App() {
  const route = useRoute();
  useDocumentTitle(route);
  useViewFocus(route);
  useLeaveWarning();
  return (
    <>
      <header class="top">
        <a class="top-brand" href={LIST_ADDRESS} aria-label="Telecine: all videos">
          <Brand />
          Telecine
        </a>
        <nav class="top-links" aria-label="For programs">
          <a href="/openapi.json">API</a>
          <a href="/health">Health</a>
        </nav>
      </header>
      <Banner />
      {route.name === "list" ? <ListView /> : <VideoView key={route.id} id={route.id} />}
      <DropZone />
      <Announcer />
    </>
  );
}

/** Says what changed, to those who cannot see it. */
function Announcer() {
  const { announcement } = useModel();
  return (
    <p class="unseen" role="status" aria-live="polite" data-testid="announcer">
      {announcement.value}
    </p>
  );
}

function useDocumentTitle(route: Route): void {
  const model = useModel();
  const title = route.name === "video" ? model.find(route.id)?.title : undefined;
  useEffect(() => {
    document.title = title === undefined ? "Telecine" : `${title} · Telecine`;
  }, [title]);
}

/** A view that replaces another one takes the focus; on the way back the list is where it was left. */
function useViewFocus(route: Route): void {
  const before = useRef<Route | null>(null);
  const scrolled = useRef(0);
  useLayoutEffect(() => {
    const from = before.current;
    before.current = route;
    if (from === null) return;
    if (route.name === "video") {
      window.scrollTo(0, 0);
      focusPageTitle();
      return;
    }
    window.scrollTo(0, scrolled.current);
    if (from.name === "video" && !focusCard(from.id)) focusPageTitle();
  }, [route]);
  useLayoutEffect(() => {
    if (route.name !== "list") return;
    const note = () => {
      scrolled.current = window.scrollY;
    };
    window.addEventListener("scroll", note, { passive: true });
    return () => {
      window.removeEventListener("scroll", note);
    };
  }, [route]);
}

function focusCard(id: string): boolean {
  const link = document.querySelector<HTMLElement>(`[data-video-id="${CSS.escape(id)}"] .card-open`);
  link?.focus({ preventScroll: true });
  return link !== null;
}

/** Uploads live in this tab: leaving it would end them. */
function useLeaveWarning(): void {
  const { uploads } = useModel().uploads;
  const isBusy = uploads.value.some(
    ({ stage }) => stage === "queued" || stage === "creating" || stage === "sending",
  );
  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
    };
  }, [isBusy]);
}
