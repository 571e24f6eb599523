import type { IncomingMessage, Server } from "node:http";
import { aSource, aSummary } from "./metadata.ts";
import { bodyOf, fileOf, portOf, serve, stop, type Answer } from "./server.ts";
import { aVideo, type VideoJson } from "./videos.ts";

export interface FakeApiOptions {
  readonly page: string;
  readonly media: string;
  readonly videos?: readonly VideoJson[];
  /** Answers with parts of this size instead of one PUT. */
  readonly partSizeBytes?: number;
  readonly pageSize?: number;
}

/** The whole origin: the page, an API that a test writes, the media and the storage that uploads go to. */
export interface FakeApi {
  readonly url: string;
  /** Newest first, as the API lists them. A test changes it as the pipeline would. */
  videos: VideoJson[];
  /** `POST /videos/…` and the like, in the order they came. */
  readonly requests: string[];
  /** What the storage was given: by part, or as `whole`. */
  readonly stored: Map<string, Buffer>;
  /** Playlists that change, by their names: they stand before those of the media. */
  readonly playlists: Map<string, string>;
  /** When set, every request of the API gets this answer. */
  refusal: Answer | null;
  /** When set, the storage answers a PUT only after this. */
  storageGate: Promise<unknown> | null;
  change(id: string, changes: Partial<VideoJson>): void;
  /** Nobody answers any more. */
  goDown(): Promise<void>;
  /** Somebody answers again, at the same address. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFakeApi(options: FakeApiOptions): Promise<FakeApi> {
  let server: Server | null = null;
  const api: FakeApi = {
    url: "",
    videos: [...(options.videos ?? [])],
    requests: [],
    stored: new Map(),
    playlists: new Map(),
    refusal: null,
    storageGate: null,
    change: (id, changes) => {
      api.videos = api.videos.map((video) => (video.id === id ? { ...video, ...changes } : video));
    },
    goDown: async () => {
      if (server) await stop(server);
      server = null;
    },
    comeBack: async () => {
      server = await serve((request) => answer(api, options, request), Number(new URL(api.url).port));
    },
    stop: () => api.goDown(),
  };
  server = await serve((request) => answer(api, options, request));
  return Object.assign(api, { url: `http://127.0.0.1:${portOf(server)}` });
}

async function answer(api: FakeApi, options: FakeApiOptions, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? "/", api.url);
  const { pathname } = url;
  if (pathname.startsWith("/storage/")) return store(api, pathname, request);
  if (pathname.startsWith("/media/")) return mediaOf(api, options, pathname.split("/").slice(4).join("/"));
  if (!/^\/(videos|metadata)\b/.test(pathname))
    return fileOf(options.page, pathname === "/" ? "index.html" : pathname);
  if (api.refusal) return api.refusal;
  api.requests.push(`${request.method ?? ""} ${pathname}`);
  const [, noun, id, ...verb] = pathname.split("/");
  if (noun === "metadata") return metadataOf(api, id ?? "");
  if (id === undefined)
    return request.method === "POST" ? create(api, options, request) : list(api, options, url);
  return act(api, id, `${request.method ?? ""} ${verb.join("/")}`.trim(), request);
}

async function mediaOf({ playlists }: FakeApi, { media }: FakeApiOptions, name: string): Promise<Answer> {
  const text = playlists.get(name);
  if (text === undefined) return fileOf(media, name);
  const headers = { "content-type": "application/vnd.apple.mpegurl", "cache-control": "public, max-age=1" };
  return { status: 200, body: Buffer.from(text), headers };
}

function list(api: FakeApi, { pageSize }: FakeApiOptions, url: URL): Answer {
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const to = from + (pageSize ?? Number(url.searchParams.get("limit")));
  const nextCursor = to < api.videos.length ? String(to) : null;
  return { status: 200, body: { data: api.videos.slice(from, to), nextCursor } };
}

async function create(api: FakeApi, options: FakeApiOptions, request: IncomingMessage): Promise<Answer> {
  const input = JSON.parse((await bodyOf(request)).toString()) as { fileName: string; sizeBytes: number };
  const video = aVideo({
    phase: "uploading",
    title: input.fileName,
    fileName: input.fileName,
    sizeBytes: input.sizeBytes,
  });
  api.videos = [video, ...api.videos];
  const { partSizeBytes } = options;
  const upload =
    partSizeBytes === undefined ? whole(api, video.id) : parts(api, video.id, input.sizeBytes, partSizeBytes);
  return { status: 201, body: { ...video, upload } };
}

function whole(api: FakeApi, id: string): object {
  return {
    method: "PUT",
    url: `${api.url}/storage/${id}/whole`,
    headers: { "x-test": "yes" },
    expiresAt: "2026-11-24T12:00:00Z",
  };
}

/** Only the first part's address: the others have to be asked for. */
function parts(api: FakeApi, id: string, sizeBytes: number, partSizeBytes: number): object {
  return {
    uploadId: "upload",
    partSizeBytes,
    parts: sizeBytes > 0 ? [{ partNumber: 1, url: `${api.url}/storage/${id}/1` }] : [],
    completeUrl: `http://telecine.test/videos/${id}/upload/complete`,
    expiresAt: "2026-11-24T12:00:00Z",
  };
}

async function store(api: FakeApi, path: string, request: IncomingMessage): Promise<Answer> {
  const body = await bodyOf(request);
  await api.storageGate;
  const [, , id = "", part = ""] = path.split("/");
  api.stored.set(part, body);
  if (part === "whole") api.change(id, { phase: "queued" });
  return { status: 200, headers: { etag: `"etag-${part}"`, "access-control-expose-headers": "ETag" } };
}

async function act(api: FakeApi, id: string, action: string, request: IncomingMessage): Promise<Answer> {
  const video = api.videos.find((known) => known.id === id);
  if (!video)
    return {
      status: 404,
      body: { title: "Not Found", detail: "There is no such video.", code: "video_not_found" },
    };
  const actions: Readonly<Record<string, () => Answer | Promise<Answer>>> = {
    GET: () => ({ status: 200, body: video }),
    DELETE: () => {
      api.videos = api.videos.filter((known) => known.id !== id);
      return { status: 204 };
    },
    "POST cancel": () => {
      api.change(id, { status: "canceled", phase: "done", progress: null });
      return { status: 200, body: api.videos.find((known) => known.id === id) };
    },
    "POST retry": () => {
      api.change(id, {
        status: "waiting",
        phase: "queued",
        error: null,
        progress: 0,
        attempt: video.attempt + 1,
      });
      return { status: 202, body: api.videos.find((known) => known.id === id) };
    },
    "POST upload/parts": async () => {
      const { partNumbers } = JSON.parse((await bodyOf(request)).toString()) as { partNumbers: number[] };
      const urls = partNumbers.map((partNumber) => ({
        partNumber,
        url: `${api.url}/storage/${id}/${partNumber}`,
      }));
      return { status: 200, body: { parts: urls, expiresAt: "2026-11-24T12:00:00Z" } };
    },
    "POST upload/complete": async () => {
      api.stored.set("complete", await bodyOf(request));
      api.change(id, { phase: "queued" });
      return { status: 204 };
    },
  };
  const run = actions[action];
  return run ? run() : { status: 404, body: { detail: `No ${action}.` } };
}

function metadataOf(api: FakeApi, id: string): Answer {
  const video = api.videos.find((known) => known.id === id);
  if (!video) return { status: 404, body: { detail: "There is no such video." } };
  const { title, fileName, status, renditions, createdAt, updatedAt } = video;
  const source = video.durationSeconds === null ? null : aSource;
  const common = { id, title, fileName, status, renditions, createdAt, updatedAt, droppedRungs: [] };
  return { status: 200, body: { ...common, ...aSummary(source), source } };
}
