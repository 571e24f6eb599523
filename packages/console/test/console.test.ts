import { readFile } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { launch, open } from "./support/browser.ts";
import { startFakeApi, type FakeApi, type FakeApiOptions } from "./support/fake-api.ts";
import { STREAM_SECONDS } from "./support/media.ts";
import { buildStage, type Stage } from "./support/stage.ts";
import { aFailedVideo, aReadyVideo, aVideo } from "./support/videos.ts";

let browser: Browser;
let stage: Stage;

beforeAll(async () => {
  stage = await buildStage();
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await stage.remove();
});

type Scene = Partial<FakeApiOptions> & {
  readonly at?: string;
  readonly viewport?: { width: number; height: number };
};

/** Opens the page. In every test it throws nothing, breaks no rule of its policy and asks nobody but its own origin. */
async function visit({ at = "/", viewport, ...options }: Scene = {}): Promise<{ page: Page; api: FakeApi }> {
  const api = await startFakeApi({ ...stage, ...options });
  const tab = await open(browser, api.url + at, viewport ? { viewport } : {});
  onTestFinished(async () => {
    await tab.close();
    await api.stop();
    expect({ faults: tab.faults, strangers: tab.strangers }).toEqual({ faults: [], strangers: [] });
  });
  return { page: tab.page, api };
}

const cardOf = (page: Page, title: string) => page.getByTestId("video-card").filter({ hasText: title });
const statusOf = (page: Page, title: string) => cardOf(page, title).getByTestId("status");

/** Playwright waits by itself for what it is asked to find; this waits for what it is not. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(condition, { timeout: 15_000, interval: 50 }).toBe(true);
}

async function timeOf(page: Page): Promise<number> {
  return page.locator("video").evaluate((video: HTMLVideoElement) => video.currentTime);
}

describe("the list", () => {
  it("tells what to do when there is nothing in it, and fills by itself", async () => {
    const { page, api } = await visit();
    await page.getByRole("heading", { name: "No videos yet" }).waitFor();
    await page.getByRole("button", { name: "Choose a video" }).waitFor();
    api.videos = [aVideo({ title: "First" })];
    await cardOf(page, "First").waitFor({ timeout: 7000 });
  });

  it("follows a video from the queue to the picture", async () => {
    const waiting = aVideo({ title: "Bunny" });
    const { page, api } = await visit({ videos: [waiting] });
    await cardOf(page, "Bunny").getByText("In the queue").waitFor();
    api.change(waiting.id, {
      status: "processing",
      phase: "encoding",
      progress: 0.437,
      speed: 2.14,
      etaSeconds: 11.2,
    });
    const card = cardOf(page, "Bunny");
    await card.getByText("43%").waitFor();
    await card.getByText("2.1× · 12 s left").waitFor();
    expect(
      await card.getByRole("progressbar", { name: "Progress of Bunny" }).getAttribute("aria-valuenow"),
    ).toBe("43");
    const { id, title } = waiting;
    api.change(id, aReadyVideo({ id, title }));
    await card.getByRole("link", { name: "Play Bunny" }).waitFor();
    await until(() => card.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth === 640));
    expect(await statusOf(page, "Bunny").innerText()).toBe("Ready");
    expect(await page.getByTestId("announcer").innerText()).toBe("Bunny: Ready.");
    expect(await card.getByRole("list", { name: "Renditions" }).innerText()).toMatch(/360p\s+240p/);
  });

  it("changes what has changed and touches nothing else", async () => {
    const moving = aVideo({ title: "Moving", status: "processing", phase: "encoding", progress: 0.1 });
    const { page, api } = await visit({ videos: [moving, aReadyVideo({ title: "Still" })] });
    await cardOf(page, "Still").waitFor();
    await page.evaluate(() => {
      const touched: string[] = [];
      new MutationObserver((records) => {
        const places = records.map(({ target }) =>
          target instanceof Element ? target : target.parentElement,
        );
        touched.push(
          ...places.map((place) => place?.closest("article")?.innerText ?? "outside of every card"),
        );
      }).observe(document.querySelector("[data-testid=video-list]") ?? document, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
      Object.assign(window, { touched });
    });
    for (const progress of [0.2, 0.3]) {
      api.change(moving.id, { progress });
      await cardOf(page, "Moving")
        .getByText(`${progress * 100}%`)
        .waitFor();
    }
    const touched = await page.evaluate(() => (window as unknown as { touched: string[] }).touched);
    expect(touched.length).toBeGreaterThan(0);
    expect(touched.filter((text) => !text.includes("Moving"))).toEqual([]);
  });

  it("loads more from where the page ends", async () => {
    const videos = Array.from({ length: 5 }, (_, index) => aReadyVideo({ title: `Number ${index}` }));
    const { page } = await visit({ videos, pageSize: 2 });
    const more = page.getByRole("button", { name: "Load more" });
    await more.click();
    await cardOf(page, "Number 3").waitFor();
    await more.click();
    await cardOf(page, "Number 4").waitFor();
    await more.waitFor({ state: "detached" });
    expect(await page.getByTestId("video-card").count()).toBe(5);
  });

  it("shows titles and tags as text, however hostile they are", async () => {
    const title = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>&amp;`;
    const hostile = aReadyVideo({ title });
    const { page, api } = await visit({ videos: [hostile] });
    expect(await page.getByTestId("video-card").getByRole("heading").innerText()).toBe(title);
    await page.getByTestId("play").click();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe(title);
    await page.getByText("<b>artist</b>").waitFor();
    await page.getByText("<script>document.title = 'owned'</script>").waitFor();
    expect(await page.title()).toBe(`${title} · Telecine`);
    expect(await page.locator("main img:not(.poster), main script, main b").count()).toBe(0);
    expect(api.requests.filter((request) => request.endsWith("/x"))).toEqual([]);
  });
});

describe("actions", () => {
  it("cancel what is under way", async () => {
    const { page, api } = await visit({
      videos: [aVideo({ title: "Long", status: "processing", phase: "encoding" })],
    });
    await page.getByRole("button", { name: "Cancel Long" }).click();
    await cardOf(page, "Long").getByText("Canceled").waitFor();
    expect(api.requests.filter((request) => request.startsWith("POST"))).toEqual([
      `POST /videos/${api.videos[0]?.id ?? ""}/cancel`,
    ]);
  });

  it("show why a video failed, and try it again", async () => {
    const { page, api } = await visit({ videos: [aFailedVideo({ title: "Broken" })] });
    const card = cardOf(page, "Broken");
    await card.getByText("The video could not be encoded. Try again.").waitFor();
    await card.getByText("processing_failed").waitFor();
    await page.getByRole("button", { name: "Retry Broken" }).click();
    await card.getByText("Waiting").waitFor();
    expect(await card.getByTestId("failure").count()).toBe(0);
    expect(api.videos[0]?.attempt).toBe(2);
  });

  it("ask before they delete, and a key pressed too often deletes nothing", async () => {
    const { page, api } = await visit({
      videos: [aReadyVideo({ title: "Dear" }), aReadyVideo({ title: "Other" })],
    });
    const remove = page.getByRole("button", { name: "Delete Dear" });
    await remove.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Delete this video?" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await remove.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(api.videos).toHaveLength(2);

    await remove.click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await cardOf(page, "Dear").waitFor({ state: "detached" });
    expect(api.videos.map(({ title }) => title)).toEqual(["Other"]);
    expect(await page.getByTestId("announcer").innerText()).toBe("Dear was deleted.");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  });

  it("that the API refuses say why, where they were asked for", async () => {
    const { page, api } = await visit({ videos: [aFailedVideo({ title: "Gone" })] });
    await cardOf(page, "Gone").waitFor();
    const detail = "The source is not in the bucket. Create a new video for it.";
    api.refusal = { status: 409, body: { title: "Conflict", status: 409, code: "source_missing", detail } };
    await page.getByRole("button", { name: "Retry Gone" }).click();
    await cardOf(page, "Gone").getByRole("alert").getByText(detail).waitFor();
    api.refusal = null;
  });
});

describe("uploads", () => {
  const file = (name: string, content: string) => ({
    name,
    mimeType: "video/mp4",
    buffer: Buffer.from(content),
  });

  it("send every file that was chosen, show their progress, and hand over to the pipeline", async () => {
    const { page, api } = await visit();
    const gate = Promise.withResolvers<undefined>();
    api.storageGate = gate.promise;
    await page.getByTestId("file-input").setInputFiles([file("one.mp4", "1111"), file("two.mp4", "22")]);
    await page
      .getByTestId("upload-card")
      .filter({ hasText: "one.mp4" })
      .getByText("4 bytes of 4 bytes")
      .waitFor();
    await page
      .getByTestId("upload-card")
      .filter({ hasText: "two.mp4" })
      .getByText("2 bytes of 2 bytes")
      .waitFor();
    gate.resolve(undefined);
    await cardOf(page, "one.mp4").getByText("In the queue").waitFor();
    await cardOf(page, "two.mp4").getByText("In the queue").waitFor();
    expect(await page.getByTestId("upload-card").count()).toBe(0);
    expect(api.requests.filter((request) => request === "POST /videos")).toHaveLength(2);
  });

  it("go in parts when the API says so, and keep every byte", async () => {
    const { page, api } = await visit({ partSizeBytes: 4 });
    await page.getByTestId("file-input").setInputFiles([file("parts.mp4", "0123456789")]);
    await cardOf(page, "parts.mp4").getByText("In the queue").waitFor();
    const stored = ["1", "2", "3"].map((part) => api.stored.get(part)?.toString());
    expect(stored).toEqual(["0123", "4567", "89"]);
    expect(JSON.parse(api.stored.get("complete")?.toString() ?? "")).toEqual({
      parts: [1, 2, 3].map((partNumber) => ({ partNumber, etag: `"etag-${partNumber}"` })),
    });
  });

  it("can be dropped anywhere on the page", async () => {
    const { page, api } = await visit({ videos: [aReadyVideo({ title: "There" })] });
    await cardOf(page, "There").waitFor();
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["abc"], "dropped.mp4", { type: "video/mp4" }));
      return transfer;
    });
    await page.dispatchEvent("body", "dragover", { dataTransfer: data });
    await page.getByText("Drop to upload").waitFor();
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
    await cardOf(page, "dropped.mp4").getByText("In the queue").waitFor();
    expect(api.stored.get("whole")?.toString()).toBe("abc");
    expect(await page.getByTestId("drop-zone").count()).toBe(0);
  });

  it("can be canceled, and leave nothing behind", async () => {
    const { page, api } = await visit();
    const gate = Promise.withResolvers<undefined>();
    api.storageGate = gate.promise;
    await page.getByTestId("file-input").setInputFiles([file("oops.mp4", "1111")]);
    await page.getByRole("button", { name: "Cancel the upload of oops.mp4" }).click();
    await page.getByRole("heading", { name: "No videos yet" }).waitFor();
    await until(() => api.videos.length === 0);
    gate.resolve(undefined);
  });
});

describe("an outage", () => {
  it("is told, takes nothing off the screen, and ends by itself", async () => {
    const { page, api } = await visit({
      videos: [aVideo({ title: "Kept", status: "processing", phase: "encoding" })],
    });
    await cardOf(page, "Kept").waitFor();
    await api.goDown();
    await page.getByRole("alert").getByText("The API cannot be reached.").waitFor();
    expect(await cardOf(page, "Kept").count()).toBe(1);
    await api.comeBack();
    await page.getByTestId("outage").waitFor({ state: "detached", timeout: 20_000 });
    api.change(api.videos[0]?.id ?? "", { phase: "publishing", progress: 0.9 });
    await cardOf(page, "Kept").getByText("Publishing").waitFor();
  });

  it("of the database reads as the API explains it, and ends with a press of the button", async () => {
    const detail = "The database does not answer. Try again in a moment.";
    const { page, api } = await visit({ videos: [aVideo({ title: "Kept" })] });
    await cardOf(page, "Kept").waitFor();
    const headers = { "retry-after": "600" };
    api.refusal = { status: 503, body: { title: "Service Unavailable", detail }, headers };
    await page.getByTestId("outage").getByText(detail).waitFor();
    api.refusal = null;
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByTestId("outage").waitFor({ state: "detached" });
  });

  it("at the very start shows what is wrong instead of an empty list", async () => {
    const { page, api } = await visit({ at: "/favicon.svg" });
    api.refusal = {
      status: 429,
      body: { title: "Too Many Requests", detail: "Slow down." },
      headers: { "retry-after": "1" },
    };
    await page.goto(api.url);
    await page.getByTestId("outage").getByText("Slow down.").waitFor();
    expect(await page.getByTestId("empty").count()).toBe(0);
    api.refusal = null;
    await page.getByTestId("empty").waitFor();
  });
});

/** The playlists of the stream as they are while it is made: with some of its segments, and no word of an end. */
async function growing(media: string, segments: number): Promise<[string, string][]> {
  const playlists: [string, string][] = [];
  for (const name of ["0.m3u8", "1.m3u8", "2.m3u8"]) {
    const text = await readFile(join(media, name), "utf8");
    const [head = "", ...parts] = text.split("#EXTINF");
    const open = head.replace("VOD", "EVENT\n#EXT-X-START:TIME-OFFSET=0,PRECISE=YES");
    const listed = parts.slice(0, segments).map((part) => part.replace("#EXT-X-ENDLIST\n", ""));
    playlists.push([name, [open, ...listed].join("#EXTINF")]);
  }
  return playlists;
}

/** The list of all sizes, and of the smaller one alone. */
async function sizesOf(media: string): Promise<{ all: string; small: string }> {
  const all = await readFile(join(media, "master.m3u8"), "utf8");
  const small = all.replace(/#EXT-X-STREAM-INF:[^\n]*640x360[^\n]*\n0\.m3u8\n/, "");
  expect(small).not.toBe(all);
  return { all, small };
}

describe("the player", () => {
  it("plays past the third second, and offers every size", async () => {
    const { page } = await visit({ videos: [aReadyVideo({ title: "Bunny" })] });
    await page.getByRole("link", { name: "Play Bunny" }).click();
    await until(async () => (await timeOf(page)) > 3);
    const options = await page.getByRole("combobox", { name: "Quality" }).locator("option").allInnerTexts();
    expect(options.slice(1)).toEqual(["360p", "240p"]);
    expect(options[0]).toMatch(/^Auto \(\d+p\)$/);
    const heard = await page
      .locator("video")
      .evaluate(
        (video) => (video as unknown as { webkitAudioDecodedByteCount: number }).webkitAudioDecodedByteCount,
      );
    expect(heard).toBeGreaterThan(0);
  });

  it("changes the size to what is chosen", async () => {
    const { page } = await visit({ videos: [aReadyVideo({ title: "Bunny" })] });
    await page.getByRole("link", { name: "Play Bunny" }).click();
    const height = () => page.locator("video").evaluate((video: HTMLVideoElement) => video.videoHeight);
    await until(async () => (await height()) > 0);
    await page.getByRole("combobox", { name: "Quality" }).selectOption({ label: "240p" });
    await until(async () => (await height()) === 240);
  });

  it("obeys the keyboard", async () => {
    const video = aReadyVideo({ title: "Bunny" });
    const { page } = await visit({ videos: [video] });
    await page.getByRole("link", { name: "Play Bunny" }).click();
    const state = () =>
      page.locator("video").evaluate((element: HTMLVideoElement) => ({
        paused: element.paused,
        muted: element.muted,
        volume: element.volume,
        full: document.fullscreenElement !== null,
      }));
    await until(async () => (await timeOf(page)) > 0);
    await page.keyboard.press("Space");
    await until(async () => (await state()).paused);
    await page.keyboard.press("ArrowLeft");
    await until(async () => (await timeOf(page)) === 0);
    await page.keyboard.press("ArrowRight");
    await until(async () => (await timeOf(page)) === 5);
    await page.keyboard.press("ArrowRight");
    await until(async () => Math.abs((await timeOf(page)) - STREAM_SECONDS) < 0.2);
    await page.keyboard.press("m");
    await until(async () => (await state()).muted);
    await page.keyboard.press("m");
    await page.keyboard.press("ArrowDown");
    await until(async () => Math.abs((await state()).volume - 0.9) < 0.001 && !(await state()).muted);
    await page.keyboard.press("f");
    await until(async () => (await state()).full);
    await page.keyboard.press("f");
    await until(async () => !(await state()).full);
  });

  it("seeks with its slider as it does with the page's arrows", async () => {
    const { page } = await visit({ videos: [aReadyVideo({ title: "Bunny" })] });
    await page.getByRole("link", { name: "Play Bunny" }).click();
    await until(async () => (await timeOf(page)) > 0);
    await page.keyboard.press("Space");
    const slider = page.getByRole("slider", { name: "Seek" });
    await slider.fill("2");
    await until(async () => (await timeOf(page)) === 2);
    await slider.press("ArrowRight");
    await until(async () => (await timeOf(page)) === 7);
    expect(await slider.getAttribute("aria-valuetext")).toBe("0:07 of 0:08");
  });

  it("has an address: a link opens it, and back returns to the place in the list", async () => {
    const video = aReadyVideo({ title: "Bunny" });
    const { page, api } = await visit({ videos: [video], at: `/#/videos/${video.id}` });
    await page.getByRole("heading", { level: 1, name: "Bunny" }).waitFor();
    await page.getByRole("link", { name: "All videos", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Videos" }).waitFor();
    await page.getByRole("link", { name: "Play Bunny" }).click();
    expect(page.url()).toBe(`${api.url}/#/videos/${video.id}`);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Bunny");
    await page.goBack();
    const link = page.getByRole("link", { name: "Play Bunny" });
    await until(() => link.evaluate((element) => element === document.activeElement));
  });

  it("waits for a person where the browser wants one to ask for sound", async () => {
    const video = aReadyVideo({ title: "Bunny" });
    const { page, api } = await visit({ videos: [video], at: "/favicon.svg" });
    // Everything that looks into the page counts as a person's gesture to the browser, so nothing does until the click.
    const loaded = page.waitForResponse(/0_000\.m4s$/);
    await page.goto(`${api.url}/#/videos/${video.id}`);
    await loaded;
    await page.mouse.click(440, 358);
    await until(async () => (await timeOf(page)) > 0);
    expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(1);
    expect(await page.getByRole("button", { name: "Play the video" }).count()).toBe(0);
  });

  it("begins by itself when the video becomes ready, and shows progress until then", async () => {
    const video = aVideo({ title: "Soon", status: "processing", phase: "storing", progress: 0.95 });
    const { page, api } = await visit({ videos: [video], at: `/#/videos/${video.id}` });
    await page.getByText("Saving the segments").waitFor();
    const { id, title } = video;
    api.change(id, aReadyVideo({ id, title }));
    await page.locator("video").waitFor();
    await page.getByText("mov,mp4,m4a,3gp,3g2,mj2").waitFor();
    expect(await page.getByLabel("HLS stream", { exact: true }).inputValue()).toBe(
      "http://telecine.test/media/vid/1/master.m3u8",
    );
  });

  it("says that a stream is gone, and opens it when it is back", async () => {
    const playback = { hls: "http://telecine.test/media/vid/1/nowhere.m3u8", dash: null, mp4: null };
    const video = aReadyVideo({ title: "Lost", playback });
    const { page, api } = await visit({ videos: [video], at: `/#/videos/${video.id}` });
    await page.getByTestId("player-failure").getByText("could not be loaded").waitFor({ timeout: 20_000 });
    api.change(video.id, {
      playback: { hls: "http://telecine.test/media/vid/1/master.m3u8", dash: null, mp4: null },
    });
    await page.getByTestId("player-failure").waitFor({ state: "detached" });
    await until(() => page.locator("video").evaluate((element: HTMLVideoElement) => element.readyState >= 2));
  });

  describe("of a video that is being made", () => {
    /** Its list, and a way to change its playlists: so many of its segments, and of its sizes the smaller one or all. */
    async function grow() {
      const playback = { hls: "http://telecine.test/media/vid/1/growing.m3u8", dash: null, mp4: null };
      const video = aReadyVideo({ title: "Growing", status: "playable", phase: "encoding", playback });
      const { page, api } = await visit({ videos: [video] });
      const sizes = await sizesOf(stage.media);
      const show = async (segments: number, which: "all" | "small") => {
        for (const [name, text] of await growing(stage.media, segments)) api.playlists.set(name, text);
        api.playlists.set("growing.m3u8", sizes[which]);
      };
      return { page, show };
    }

    it.each(["plays", "is paused"])(
      "takes up the sizes that come to its first one, and %s on where it is",
      async (state) => {
        const { page, show } = await grow();
        await show(4, "small");
        const qualities = () =>
          page.getByRole("combobox", { name: "Quality" }).locator("option").allInnerTexts();
        await page.getByRole("link", { name: "Play Growing" }).click();
        await until(async () => (await timeOf(page)) > 1);
        expect(await qualities()).not.toContain("360p");
        if (state === "is paused") await page.keyboard.press("k");
        const before = await timeOf(page);
        await show(4, "all");
        await until(async () => (await qualities()).includes("360p"));
        await until(() =>
          page
            .locator("video")
            .evaluate((element: HTMLVideoElement) => element.readyState >= 3 && !element.seeking),
        );
        // Browsers keep times in whole microseconds.
        expect(await timeOf(page)).toBeGreaterThan(before - 0.001);
        const isPaused = () => page.locator("video").evaluate((element: HTMLVideoElement) => element.paused);
        expect(await isPaused()).toBe(state === "is paused");
        if (state === "plays") await until(async () => (await timeOf(page)) > before + 1);
      },
    );

    it("waits at the end of what there is, and goes on from there", async () => {
      const { page, show } = await grow();
      await show(1, "small");
      await page.getByRole("link", { name: "Play Growing" }).click();
      await until(async () => (await timeOf(page)) > 1.3);
      await show(2, "all");
      await until(async () => (await timeOf(page)) > 3.5);
      await page.getByRole("status", { name: "Loading" }).waitFor();
      const before = await timeOf(page);
      await show(4, "all");
      await until(async () => (await timeOf(page)) > before + 1);
      expect(await timeOf(page)).toBeLessThan(before + 2);
    });
  });

  it("does not exist for a video that does not exist", async () => {
    const { page } = await visit({ at: "/#/videos/vid_nowhere" });
    await page.getByRole("heading", { name: "There is no such video" }).waitFor();
    await page.getByRole("link", { name: "Show all videos" }).click();
    await page.getByTestId("empty").waitFor();
  });
});

describe("everybody", () => {
  const videos = () => [
    aVideo({
      title: "Moving",
      status: "processing",
      phase: "encoding",
      progress: 0.4,
      speed: 2,
      etaSeconds: 9,
    }),
    aReadyVideo({ title: "Ready" }),
    aFailedVideo({ title: "Failed" }),
    aVideo({ title: "Canceled", status: "canceled", phase: "done", progress: null }),
  ];

  /** Rules that a machine can check; contrast in the scheme that the browser is in. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }

  it.each(["light", "dark"] as const)("can read and use the page in the %s scheme", async (colorScheme) => {
    const { page } = await visit({ videos: videos() });
    await page.emulateMedia({ colorScheme });
    await cardOf(page, "Ready").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Play Ready" }).click();
    await page.getByRole("region", { name: "Renditions" }).waitFor();
    await page.getByText("Tags of the file").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("can use it on a screen of 360 pixels without scrolling sideways", async () => {
    const title = "a_very_long_name_without_any_place_to_break_it_".repeat(4);
    const video = aReadyVideo({ title });
    const { page } = await visit({ videos: [video, ...videos()], viewport: { width: 360, height: 740 } });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await cardOf(page, "Failed").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByTestId("play").first().click();
    await page.getByText("Tags of the file").waitFor();
    await page.getByRole("combobox", { name: "Quality" }).waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    const full = await page.getByRole("button", { name: "Full screen" }).boundingBox();
    expect((full?.x ?? 999) + (full?.width ?? 0)).toBeLessThanOrEqual(360);
  });
});
