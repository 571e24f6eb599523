import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

/** A browser that plays without being touched. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
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
}

const modules = join(import.meta.dirname, "../../../node_modules");

/** Other people's players, as a page would load them. */
const PLAYERS = {
  dash: join(modules, "dashjs/dist/modern/umd/dash.mediaplayer.min.js"),
  hls: join(modules, "hls.js/dist/hls.min.js"),
} as const;

/** A page of the app's own origin with a player in it, and nothing else. */
export async function pageWith(
  browser: Browser,
  baseUrl: string,
  player: keyof typeof PLAYERS,
): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${baseUrl}/health`);
  await page.addScriptTag({ path: PLAYERS[player] });
  return page;
}
