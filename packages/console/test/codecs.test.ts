import { writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { buildManifest } from "@telecine/core/playlist/manifest";
import { buildPlaylists } from "@telecine/core/playlist/playlist";
import { Settings } from "@telecine/core/settings/settings";
import { outputPrefix } from "@telecine/core/storage/keys";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clip } from "../../worker/test/clips.ts";
import { type Harness, withTask } from "../../worker/test/harness.ts";
import { launch } from "./support/browser.ts";
import { fileOf, portOf, serve, stop } from "./support/server.ts";

/** A video in three codecs, of which the browser at hand decodes H.264 and AV1, played by other people's players. */

const modules = join(import.meta.dirname, "../../../node_modules");
const HLS = join(modules, "hls.js/dist/hls.min.js");
const DASH = join(modules, "dashjs/dist/modern/umd/dash.mediaplayer.min.js");

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Runs a test beside a server of the video's files. */
async function published<Result>(use: (url: string) => Promise<Result>): Promise<Result> {
  const settings = Settings.parse({ codecs: ["hevc", "av1"] });
  return withTask(
    await clip("wide.mp4"),
    async (task) => {
      const folder = await publish(task);
      const server: Server = await serve(async ({ url = "/" }) =>
        url === "/"
          ? { status: 200, body: Buffer.from("<!doctype html>"), headers: PAGE }
          : fileOf(folder, url),
      );
      try {
        return await use(`http://127.0.0.1:${portOf(server)}`);
      } finally {
        await stop(server);
      }
    },
    { settings },
  );
}

const PAGE = { "content-type": "text/html" };

async function publish(task: Harness): Promise<string> {
  const result = await task.run();
  if (result.outcome !== "ready") throw new Error(`rejected as ${result.code}`);
  const folder = join(task.bucket.root, outputPrefix(result));
  const { multivariant, media } = buildPlaylists(result.renditions, result.audio);
  for (const { key, text } of [...media, multivariant, buildManifest(result.renditions, result.audio)])
    await writeFile(join(folder, key), text);
  return folder;
}

async function pageAt(url: string, player: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.addScriptTag({ path: player });
  return page;
}

/** The renditions whose segments a page asked for. */
function watched(page: Page): Set<string> {
  const names = new Set<string>();
  page.on("request", (request) => {
    const [, name] = /\/([^/]+)\/\d+\.m4s$/.exec(request.url()) ?? [];
    if (name && !name.startsWith("audio")) names.add(name);
  });
  return names;
}

describe(
  "a video in several codecs is played to its end in one that the browser decodes",
  { timeout: 120_000 },
  () => {
    it("by hls.js, which hides the others", async () => {
      await published(async (url) => {
        const page = await pageAt(url, HLS);
        const names = watched(page);
        const played = await page.evaluate(async () => {
          interface Player {
            readonly levels: readonly { readonly videoCodec: string; readonly height: number }[];
            attachMedia(element: HTMLVideoElement): void;
            loadSource(url: string): void;
            on(
              event: string,
              listener: (event: string, data: { fatal: boolean; details: string }) => void,
            ): void;
          }
          const { Hls } = globalThis as unknown as { Hls: new () => Player };
          const element = document.body.appendChild(document.createElement("video"));
          const hls = new Hls();
          const over = new Promise<void>((resolve, reject) => {
            element.addEventListener("ended", () => {
              resolve();
            });
            hls.on("hlsError", (_event, { fatal, details }) => {
              if (fatal) reject(new Error(details));
            });
          });
          hls.loadSource("master.m3u8");
          hls.attachMedia(element);
          element.muted = true;
          element.playbackRate = 4;
          await element.play();
          await over;
          return {
            codecs: hls.levels.map(({ videoCodec, height }) => `${height} ${videoCodec.slice(0, 4)}`),
            seconds: element.currentTime,
            frames: element.getVideoPlaybackQuality().totalVideoFrames,
          };
        });
        expect(played.codecs.toSorted()).toEqual(["240 av01", "240 avc1", "360 av01", "360 avc1"]);
        expect(played).toMatchObject({ seconds: 6, frames: 150 });
        expect([...names].filter((name) => name.endsWith("-hevc"))).toEqual([]);
        await page.close();
      });
    });

    it("by dash.js, which stays within one set", async () => {
      await published(async (url) => {
        const page = await pageAt(url, DASH);
        const names = watched(page);
        const played = await page.evaluate(async () => {
          interface Player {
            create(): Player;
            initialize(view: HTMLVideoElement, url: string, autoplay: boolean): void;
            on(event: string, listener: (event: { error: { message: string } }) => void): void;
            getTracksFor(type: string): { readonly codec: string }[];
            getCurrentTrackFor(type: string): { readonly codec: string };
          }
          const { dashjs } = globalThis as unknown as { dashjs: { MediaPlayer(): Player } };
          const element = document.body.appendChild(document.createElement("video"));
          element.muted = true;
          const player = dashjs.MediaPlayer().create();
          const over = new Promise<void>((resolve, reject) => {
            element.addEventListener("ended", () => {
              resolve();
            });
            player.on("error", ({ error }) => {
              reject(new Error(error.message));
            });
          });
          player.initialize(element, "manifest.mpd", true);
          element.playbackRate = 4;
          await over;
          return {
            offered: player.getTracksFor("video").map(({ codec }) => codec),
            chosen: player.getCurrentTrackFor("video").codec,
            seconds: element.currentTime,
          };
        });
        expect(played.offered.map((codec) => /"(\w+)\./.exec(codec)?.[1])).toEqual(["avc1", "av01"]);
        expect(played.seconds).toBe(6);
        const suffix = played.chosen.includes("av01") ? "-av1" : "";
        expect([...names].every((name) => name.replace(/^\d+p/, "") === suffix)).toBe(true);
        await page.close();
      });
    });
  },
);
