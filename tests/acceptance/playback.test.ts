import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { launchBrowser, pageWith } from "./support/browser.ts";
import { get, removeUploads, settled, uploadFile, type Video } from "./support/client.ts";
import { clip } from "./support/media.ts";

const baseUrl = inject("baseUrl");
let browser: Browser;
let video: Video;

const WORDS = "1\n00:00:01,000 --> 00:00:09,000\n<i>In</i> the file\n";
const SENT = "WEBVTT\n\n00:01.000 --> 00:09.000\nGesendet\n";

/** A film with a commentary, a second language, and words. */
async function richClip(): Promise<string> {
  const tone = (hertz: number) => ["-f", "lavfi", "-i", `sine=frequency=${hertz}:duration=10`];
  return clip("rich-film.mkv", [
    ...["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=10"],
    ...[...tone(440), ...tone(880), ...tone(220)],
    ...["-f", "srt", "-i", `data:text/plain;base64,${Buffer.from(WORDS).toString("base64")}`],
    ..."-map 0 -map 1 -map 2 -map 3 -map 4 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac".split(
      " ",
    ),
    ..."-metadata:s:a:0 language=eng -metadata:s:a:1 language=eng -metadata:s:a:2 language=deu".split(" "),
    ...["-metadata:s:a:1", `title=The "Director"`, "-metadata:s:s:0", "language=eng"],
    ..."-disposition:a:0 default -disposition:a:1 comment".split(" "),
  ]);
}

beforeAll(async () => {
  browser = await launchBrowser();
  const { id } = await settled(
    baseUrl,
    await uploadFile(baseUrl, await richClip(), { settings: { mp4: true } }),
  );
  const sent = await fetch(`${baseUrl}/videos/${id}/captions/de`, {
    ...{ method: "PUT", body: SENT, headers: { "content-type": "text/vtt" } },
  });
  expect(sent.status).toBe(200);
  video = (await get(`${baseUrl}/videos/${id}`)).body as Video;
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

it("hls.js shows the words of the file and those that were sent, when they are wanted", async () => {
  const page = await pageWith(browser, baseUrl, "hls");
  const shown = await page.evaluate(async (url) => {
    interface Player {
      subtitleTrack: number;
      readonly subtitleTracks: readonly { readonly name: string; readonly lang?: string }[];
      attachMedia(element: HTMLVideoElement): void;
      loadSource(url: string): void;
    }
    const { Hls } = globalThis as unknown as { Hls: new () => Player };
    const element = document.body.appendChild(document.createElement("video"));
    element.muted = true;
    const hls = new Hls();
    hls.loadSource(url);
    hls.attachMedia(element);
    void element.play();
    const seen = () =>
      Array.from(element.textTracks).flatMap(({ mode, activeCues }) =>
        mode === "showing" ? Array.from(activeCues ?? []).map((cue) => (cue as VTTCue).text) : [],
      );
    const until = (isDone: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (isDone()) resolve();
          else requestAnimationFrame(look);
        };
        look();
      });
    await until(() => element.currentTime > 1.5);
    const atFirst = seen();
    const texts: Record<string, string[]> = {};
    for (const [index, { name }] of hls.subtitleTracks.entries()) {
      hls.subtitleTrack = index;
      await until(() => seen().length > 0);
      texts[name] = seen();
      hls.subtitleTrack = -1;
      await until(() => seen().length === 0);
    }
    return { atFirst, texts };
  }, video.playback.hls ?? "");
  expect(shown).toEqual({ atFirst: [], texts: { English: ["<i>In</i> the file"], Deutsch: ["Gesendet"] } });
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
    // As somebody's finger on the bar does: again and again.
    const asking = setInterval(() => iframes?.loadMediaAt(5.5), 200);
    await new Promise((resolve) => {
      element.addEventListener("loadeddata", resolve);
    });
    clearInterval(asking);
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

it("dash.js offers every track of sound with what it is for, words, and the storyboard's pictures", async () => {
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
      setTextTrack(index: number): void;
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
    const texts: string[] = [];
    for (const [index] of player.getTracksFor("text").entries()) {
      player.setTextTrack(index);
      const [track] = await new Promise<TextTrack[]>((resolve) => {
        const look = () => {
          const showing = Array.from(element.textTracks).filter(({ activeCues, mode }) => {
            return mode === "showing" && activeCues?.length;
          });
          if (showing.length > 0) resolve(showing);
          else requestAnimationFrame(look);
        };
        look();
      });
      texts.push(
        ...Array.from(track?.activeCues ?? []).map((cue) => `${track?.language}: ${(cue as VTTCue).text}`),
      );
      player.setTextTrack(-1);
    }
    const tile = await new Promise<Thumbnail | null>((resolve) => {
      player.provideThumbnail(6.5, resolve);
    });
    return {
      tracks: tracks.map(({ labels, roles }) => `${labels[0]?.text} ${roles[0]?.value}`),
      first,
      now: player.getCurrentTrackFor("audio")?.lang,
      texts,
      tile: tile && { ...tile, url: tile.url.split("/").slice(-2).join("/") },
    };
  }, video.playback.dash ?? "");
  expect(played).toMatchObject({
    tracks: ["English main", "The 'Director' commentary", "Deutsch alternate"],
    ...{ first: "English", now: "de" },
    texts: ["de: Gesendet", "en: <i>In</i> the file"],
    // A picture every two seconds: the fourth of the first sheet.
    tile: { url: "storyboard/000.jpg", x: 480, y: 0, width: 160, height: 90 },
  });
  await page.context().close();
});

it("a browser plays the one file of it to its end, without any player", async () => {
  const { playback, mp4SizeBytes } = video;
  const answer = await fetch(playback.mp4 ?? "", { method: "HEAD" });
  expect(answer.headers.get("content-type")).toBe("video/mp4");
  expect(Number(answer.headers.get("content-length"))).toBe(mp4SizeBytes);
  const page = await pageWith(browser, baseUrl, "hls");
  const played = await page.evaluate(async (url) => {
    const element = document.body.appendChild(document.createElement("video"));
    element.muted = true;
    element.src = url;
    await new Promise((resolve) => {
      element.addEventListener("canplay", resolve);
    });
    element.currentTime = 8.5;
    void element.play();
    const ended = await new Promise<string>((resolve) => {
      element.addEventListener("ended", () => {
        resolve("ended");
      });
      element.addEventListener("error", () => {
        resolve(element.error?.message ?? "failed");
      });
    });
    const { webkitAudioDecodedByteCount: heard = 0 } = element as { webkitAudioDecodedByteCount?: number };
    return { ended, seconds: element.duration, width: element.videoWidth, heard: heard > 0 };
  }, playback.mp4 ?? "");
  expect(played).toEqual({ ended: "ended", seconds: 10, width: 640, heard: true });
  await page.context().close();
});
