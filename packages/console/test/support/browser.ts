import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: ARGS });
}

export interface Opened {
  readonly page: Page;
  /** Errors that the page threw, and what its security policy refused. A good test ends with none. */
  readonly faults: string[];
  /** Addresses that the page asked for outside of its own origin. */
  readonly strangers: string[];
  close(): Promise<void>;
}

/** A tab of its own, with everything noted that must not happen. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  // Shorter than a test may take, so that a failure says what it waited for.
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults: string[] = [];
  const strangers: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => {
    if (message.type() === "error" && /policy|trusted/i.test(message.text())) faults.push(message.text());
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "blob:" && protocol !== "data:" && origin !== new URL(url).origin)
      strangers.push(request.url());
  });
  await page.goto(url);
  return { page, faults, strangers, close: () => closeContext(context) };
}

async function closeContext(context: BrowserContext): Promise<void> {
  await context.close();
}
