/** Chromium before the console, with an eye on what must never happen: errors, violations of the content security policy, requests elsewhere. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Screenshots of the last run, ignored by git. */
const SHOTS = fileURLToPath(new URL("../../../.cache/console/", import.meta.url));
const CHROMIUM = "/usr/bin/chromium";
/** Runs in the page. */
const REPORT_VIOLATIONS = `document.addEventListener("securitypolicyviolation",
  (event) => console.error("violated " + event.violatedDirective + ": " + event.blockedURI));`;
/** For one step of a page. */
const STEP_MS = 8_000;

export class ConsoleBrowser {
  readonly #browser: Browser;
  /** What must not happen, in words. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<ConsoleBrowser> {
    // Tests run as root, whom Chromium's own sandbox refuses.
    return new ConsoleBrowser(await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"], headless: true }));
  }

  /** A page of a session of its own at `url`. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    context.setDefaultTimeout(STEP_MS);
    const page = await context.newPage();
    const complain = (what: string): void => void this.complaints.push(what);
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complain(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complain(`error: ${error.stack ?? error.message}`));
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) complain(`request to ${request.url()}`);
    });
    await page.addInitScript({ content: REPORT_VIOLATIONS });
    await page.goto(url);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
}

/** By the bar of views, as people go. */
export async function goTo(page: Page, view: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name: view, exact: true }).click();
  await page.locator("nav a[aria-current=page]", { hasText: view }).waitFor();
}

export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png`, fullPage: true });
}

/** The latest figure of a line of a chart, and how many points it has. */
export async function chartFigure(page: Page, chart: string, line: string): Promise<{ text: string; points: number }> {
  const output = page.locator("figure", { hasText: chart }).locator(".legend-line", { hasText: line }).locator("output");
  return { text: (await output.textContent()) ?? "", points: Number(await output.getAttribute("data-points")) };
}

/** A number that the canvas of a chart gives: another picture gives another one. */
export async function chartPicture(page: Page, chart: string): Promise<string> {
  return page
    .locator("figure", { hasText: chart })
    .locator("canvas")
    .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
}
