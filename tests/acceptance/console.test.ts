import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { settled, uploadFile } from "./support/client.ts";
import { testClip } from "./support/media.ts";

const baseUrl = inject("baseUrl");
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
});
afterAll(() => browser.close());

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
