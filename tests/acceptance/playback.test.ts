import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { launchBrowser, pageWith } from "./support/browser.ts";
import { removeUploads, settled, uploadFile, type Video } from "./support/client.ts";
import { clip } from "./support/media.ts";

const baseUrl = inject("baseUrl");
let browser: Browser;
let video: Video;

/** A film with a commentary and a second language. */
async function richClip(): Promise<string> {
  const tone = (hertz: number) => ["-f", "lavfi", "-i", `sine=frequency=${hertz}:duration=10`];
  return clip("rich.mkv", [
    ...[
      "-f",
      "lavfi",
      "-i",
      "testsrc2=size=640x360:rate=25:duration=10",
      ...tone(440),
      ...tone(880),
      ...tone(220),
    ],
    ..."-map 0 -map 1 -map 2 -map 3 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac".split(" "),
    ..."-metadata:s:a:0 language=eng -metadata:s:a:1 language=eng -metadata:s:a:2 language=deu".split(" "),
    ...[
      "-metadata:s:a:1",
      `title=The "Director"`,
      ..."-disposition:a:0 default -disposition:a:1 comment".split(" "),
    ],
  ]);
}

beforeAll(async () => {
  browser = await launchBrowser();
  video = await settled(baseUrl, await uploadFile(baseUrl, await richClip()));
});
afterAll(async () => {
  await browser.close();
  await removeUploads(baseUrl);
});

it("hls.js offers every track of sound by its name, and plays on in another", async () => {
  const page = await pageWith(browser, baseUrl, "hls");
  const played = await page.evaluate(async (url) => {
    interface Player {
      audioTrack: number;
      readonly audioTracks: readonly { readonly name: string; readonly lang?: string }[];
      attachMedia(element: HTMLVideoElement): void;
      loadSource(url: string): void;
      on(event: string, listener: (event: string, data: { fatal: boolean; details: string }) => void): void;
    }
    const { Hls } = globalThis as unknown as { Hls: new () => Player };
    const element = document.body.appendChild(document.createElement("video"));
    const hls = new Hls();
    const failed = new Promise<never>((_, reject) => {
      hls.on("hlsError", (_event, { fatal, details }) => {
        if (fatal) reject(new Error(details));
      });
    });
    const past = (seconds: number) =>
      new Promise<void>((resolve) => {
        element.addEventListener("timeupdate", () => {
          if (element.currentTime > seconds) resolve();
        });
      });
    hls.loadSource(url);
    hls.attachMedia(element);
    element.muted = true;
    void element.play();
    await Promise.race([past(1), failed]);
    const first = hls.audioTrack;
    const switched = new Promise((resolve) => {
      hls.on("hlsAudioTrackSwitched", resolve);
    });
    hls.audioTrack = 2;
    await Promise.race([switched, failed]);
    await Promise.race([past(4), failed]);
    const { webkitAudioDecodedByteCount: heard = 0 } = element as { webkitAudioDecodedByteCount?: number };
    const names = hls.audioTracks.map(({ name, lang }) => `${name} ${lang}`);
    return { names, first, now: hls.audioTrack, heard: heard > 0 };
  }, video.playback.hls ?? "");
  expect(played).toEqual({
    names: ["English en", "The 'Director' en", "Deutsch de"],
    ...{ first: 0, now: 2, heard: true },
  });
  await page.context().close();
});

it("hls.js shows single pictures of it by their bytes alone", async () => {
  const page = await pageWith(browser, baseUrl, "hls");
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith(".m4s")) asked.push(request.headers().range ?? "whole");
  });
  const shown = await page.evaluate(async (url) => {
    interface IframePlayer {
      attachMedia(element: HTMLVideoElement): void;
      loadMediaAt(seconds: number): void;
    }
    interface Player {
      createIFramePlayer(): IframePlayer | null;
      loadSource(url: string): void;
      on(event: string, listener: () => void): void;
    }
    const { Hls } = globalThis as unknown as { Hls: new () => Player };
    const hls = new Hls();
    const parsed = new Promise<void>((resolve) => {
      hls.on("hlsManifestParsed", resolve);
    });
    hls.loadSource(url);
    await parsed;
    const iframes = hls.createIFramePlayer();
    const element = document.body.appendChild(document.createElement("video"));
    iframes?.attachMedia(element);
    iframes?.loadMediaAt(5.5);
    await new Promise((resolve) => {
      element.addEventListener("loadeddata", resolve);
    });
    return { width: element.videoWidth, seconds: element.currentTime };
  }, video.playback.hls ?? "");
  expect(shown.width).toBeGreaterThan(0);
  // The segment of 4 to 8 seconds.
  expect(shown.seconds).toBeGreaterThanOrEqual(4);
  expect(shown.seconds).toBeLessThan(8);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((range) => /^bytes=\d+-\d+$/.test(range))).toBe(true);
  await page.context().close();
});

it("dash.js offers every track of sound with what it is for, and the storyboard's pictures", async () => {
  const page = await pageWith(browser, baseUrl, "dash");
  const played = await page.evaluate(async (url) => {
    interface Track {
      readonly lang: string;
      readonly labels: readonly { readonly text: string }[];
      readonly roles: readonly { readonly value: string }[];
    }
    interface Thumbnail {
      readonly url: string;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
    interface Player {
      create(): Player;
      initialize(view: HTMLVideoElement, url: string, autoplay: boolean): void;
      on(event: string, listener: (event: { error: { message: string } }) => void): void;
      getTracksFor(type: string): Track[];
      getCurrentTrackFor(type: string): Track | null;
      setCurrentTrack(track: Track): void;
      provideThumbnail(seconds: number, callback: (thumbnail: Thumbnail | null) => void): void;
    }
    const { dashjs } = globalThis as unknown as { dashjs: { MediaPlayer(): Player } };
    const element = document.body.appendChild(document.createElement("video"));
    element.muted = true;
    const player = dashjs.MediaPlayer().create();
    const failed = new Promise<never>((_, reject) => {
      player.on("error", ({ error }) => {
        reject(new Error(error.message));
      });
    });
    const past = (seconds: number) =>
      new Promise<void>((resolve) => {
        element.addEventListener("timeupdate", () => {
          if (element.currentTime > seconds) resolve();
        });
      });
    player.initialize(element, url, true);
    await Promise.race([past(1), failed]);
    const tracks = player.getTracksFor("audio");
    const first = player.getCurrentTrackFor("audio")?.labels[0]?.text;
    const german = tracks.find(({ lang }) => lang === "de");
    if (german) player.setCurrentTrack(german);
    await Promise.race([past(5), failed]);
    const tile = await new Promise<Thumbnail | null>((resolve) => {
      player.provideThumbnail(6.5, resolve);
    });
    return {
      tracks: tracks.map(({ labels, roles }) => `${labels[0]?.text} ${roles[0]?.value}`),
      first,
      now: player.getCurrentTrackFor("audio")?.lang,
      tile: tile && { ...tile, url: tile.url.split("/").slice(-2).join("/") },
    };
  }, video.playback.dash ?? "");
  expect(played).toMatchObject({
    tracks: ["English main", "The 'Director' commentary", "Deutsch alternate"],
    ...{ first: "English", now: "de" },
    // A picture every two seconds: the fourth of the first sheet.
    tile: { url: "storyboard/000.jpg", x: 480, y: 0, width: 160, height: 90 },
  });
  await page.context().close();
});
