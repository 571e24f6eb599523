import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { launchBrowser, pageWith } from "./support/browser.ts";
import { removeUploads, settled, uploadFile } from "./support/client.ts";
import { testClip } from "./support/media.ts";

const baseUrl = inject("baseUrl");
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await removeUploads(baseUrl);
});

it("a DASH player plays the same video past its third second, picture and sound", async () => {
  const id = await uploadFile(baseUrl, await testClip("watch me.mp4", "640x360", "25", 8));
  const { playback } = await settled(baseUrl, id);
  const page = await pageWith(browser, baseUrl, "dash");
  const played = await page.evaluate(async (manifest) => {
    const { dashjs } = globalThis as unknown as { dashjs: { MediaPlayer(): DashPlayer } };
    interface DashPlayer {
      create(): DashPlayer;
      initialize(view: HTMLVideoElement, url: string, autoplay: boolean): void;
      on(event: string, listener: (event: { error: { message: string } }) => void): void;
    }
    const video = document.body.appendChild(document.createElement("video"));
    const player = dashjs.MediaPlayer().create();
    const failed = new Promise<string>((resolve) => {
      player.on("error", ({ error }) => {
        resolve(error.message);
      });
    });
    player.initialize(video, manifest, true);
    const reached = new Promise<string>((resolve) => {
      video.addEventListener("timeupdate", () => {
        if (video.currentTime > 3) resolve("played");
      });
    });
    const outcome = await Promise.race([failed, reached]);
    const { webkitAudioDecodedByteCount: heardBytes = 0 } = video as { webkitAudioDecodedByteCount?: number };
    return { outcome, width: video.videoWidth, seconds: Math.round(video.duration), heard: heardBytes > 0 };
  }, playback.dash ?? "");
  expect(played).toEqual({ outcome: "played", width: expect.any(Number) as number, seconds: 8, heard: true });
  expect(played.width).toBeGreaterThan(0);
  await page.context().close();
}, 120_000);

it("the page shows a video and plays it past its third second", async () => {
  const id = await uploadFile(baseUrl, await testClip("watch me.mp4", "640x360", "25", 8));
  expect((await settled(baseUrl, id)).status).toBe("ready");
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(baseUrl);
  await page
    .getByRole("link", { name: /watch me/ })
    .first()
    .click();
  await page.waitForSelector("video");
  await page.locator("video").evaluate((video: HTMLVideoElement) => video.play());
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 3, undefined, {
    timeout: 60_000,
  });
  expect(errors).toEqual([]);
  expect(page.url()).toContain(id);
  await page.close();
});
