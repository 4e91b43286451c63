/** The console in Chromium before canned answers (console/support/fake-api.ts): what a real sidecar is hard to make to say. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ConsoleBrowser, goTo, shoot, signIn } from "../console/support/console-browser.ts";
import { type FakeApi, startFakeApi } from "../console/support/fake-api.ts";
import { describeWithTools } from "../support/tools.ts";

describeWithTools(["chromium"], "the console before canned answers", () => {
  let browser: ConsoleBrowser;
  let api: FakeApi;
  /** One page for each key: to load one takes a second. */
  const pages = new Map<string, Page>();

  beforeAll(async () => {
    [browser, api] = await Promise.all([ConsoleBrowser.launch(), startFakeApi()]);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });
  afterEach(() => {
    const complaints = browser.complaints.splice(0);
    expect(complaints).toEqual([]);
  });

  const open = async (key: string): Promise<Page> => {
    const page = pages.get(key) ?? (await browser.open(api.url));
    if (!pages.has(key)) await signIn(page, key);
    pages.set(key, page);
    return page;
  };

  test("a wrong key is refused with title, detail and advice, and no key outlives signing out", async () => {
    const page = await browser.open(api.url);
    await page.getByLabel("API key").fill("lnt_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/No valid key or certificate[\s\S]*no such key[\s\S]*use another key/);
    expect(await page.evaluate("JSON.stringify([sessionStorage.length, localStorage.length, document.cookie])")).toBe(
      '[0,0,""]',
    );
    await shoot(page, "sign-in");
    // Chromium itself says that an answer was 401.
    expect(browser.complaints.splice(0).join()).toContain("401");
    await signIn(page, "lnt_read_key");
    await page.reload();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    await page.context().close();
  });

  test("markup in what the server says is shown as the text that it is", async () => {
    const here = await open("lnt_read_key");
    await goTo(here, "Access");
    await here.getByLabel("Initiator").fill("iqn.1998-01.com.vmware:esx-01");
    await here.getByRole("button", { name: "Explain" }).click();
    await here.getByText("<b>192.0.2.0/24</b> does not hold it").waitFor();
    expect(await here.locator("main b").count()).toBe(0);
  });

  test("the steps of a refused login say which passed, which one refuses, and which are not reached", async () => {
    const here = await open("lnt_read_key");
    await here.goto(`${api.url}/#/access?initiator=iqn.1998-01.com.vmware:esx-01`);
    const steps = here.locator(".walk > li > div:first-child");
    await steps.first().waitFor();
    expect(await steps.allInnerTexts()).toEqual([
      "portal group passed",
      "candidates refused",
      "target not reached",
      "redirect not reached",
      "authentication not reached",
      "view not reached",
    ]);
    expect(await here.locator(".deciding").textContent()).toBe("/etc/lunette/lunette.toml:33:1");
  });

  test("a resize shows the plan of a dry run first, and then is made under the same ETag", async () => {
    const here = await open("lnt_operate_key");
    await goTo(here, "Targets and LUNs");
    await here.getByRole("button", { name: "Resize vm01" }).click();
    const dialog = here.getByRole("dialog");
    await dialog.getByLabel("New size").fill("32 GiB");
    await dialog.getByRole("button", { name: "Show the plan" }).click();
    await dialog.getByText("The console does not shrink").waitFor();
    expect(api.asked.filter(({ method }) => method === "PATCH")).toEqual([]);
    await dialog.getByLabel("New size").fill("128 GiB");
    await dialog.getByRole("button", { name: "Show the plan" }).click();
    await dialog.getByText("size: 64.0 GiB (68719476736) → 128.0 GiB (137438953472)").waitFor();
    await shoot(here, "resize");
    await dialog.getByRole("button", { name: "Apply" }).click();
    await here.getByText("vm01 has its new size.").waitFor();
    await here.getByRole("cell", { name: "128.0 GiB" }).waitFor();
    expect(api.asked.filter(({ method }) => method === "PATCH")).toEqual([
      { method: "PATCH", url: "/v1/volumes/vm01?dry_run=1", body: { size: 2 ** 37 }, ifMatch: '"3"' },
      { method: "PATCH", url: "/v1/volumes/vm01", body: { size: 2 ** 37 }, ifMatch: '"3"' },
    ]);
    // What a hand-written file defines can't be changed here, and the button says where it can.
    const fixed = here.getByRole("button", { name: "Resize archive" });
    expect(await fixed.isDisabled()).toBe(true);
    expect(await fixed.getAttribute("title")).toContain("/etc/lunette/lunette.toml:20:1");
  });

  test("with the role read there is no button that changes something, and it is said why", async () => {
    const here = await open("lnt_read_key");
    await goTo(here, "Targets and LUNs");
    await here.getByText("to change volumes and maps takes operate").waitFor();
    await here.getByRole("cell", { name: "vm01", exact: true }).waitFor();
    expect(await here.locator("main button").count()).toBe(0);
    await here.goto(`${api.url}/#/sessions/7`);
    await here.getByRole("heading", { name: "Agreed at login" }).waitFor();
    expect(await here.locator("main button").count()).toBe(0);
    await goTo(here, "Plan");
    await here.getByText("To apply it takes a key with the role admin.").waitFor();
    expect(await here.getByRole("button", { name: "Apply" }).count()).toBe(0);
  });

  test("an event shows up at once, the filter hides what is less grave, and a cut stream is taken up again without a repetition", async () => {
    const here = await open("lnt_read_key");
    await goTo(here, "Events");
    await here.getByText("volume-offline").waitFor();
    const rows = here.locator("tbody tr");
    const before = await rows.count();
    api.record({ kind: "volume-space-threshold", severity: "warning", details: { volume: "vm01" } });
    await here.getByText("volume-space-threshold").waitFor();
    api.cutStreams();
    await here.getByText("reconnecting").waitFor();
    api.record({ kind: "volume-data-lost", severity: "error", details: { volume: "vm01" } });
    await here.getByText("volume-data-lost").waitFor();
    expect(await rows.count()).toBe(before + 2);
    await here.getByLabel("Severity").selectOption("error");
    await expect.poll(() => rows.allInnerTexts().then((texts) => texts.every((text) => text.includes("error")))).toBe(true);
    expect(await rows.count()).toBe(2);
  });

  test("a hidden tab takes no samples, and goes on when it is looked at again", async () => {
    const here = await open("lnt_read_key");
    const samples = (): number => api.asked.filter(({ url }) => url === "/v1/top").length;
    const setHidden = (hidden: boolean): Promise<unknown> =>
      here.evaluate(`Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event("visibilitychange"))`);
    const others = [...pages].filter(([, each]) => each !== here);
    await Promise.all(others.map(([key, each]) => pages.delete(key) && each.context().close()));
    await setHidden(true);
    // One may have been on its way.
    await here.waitForTimeout(100);
    const before = samples();
    await here.waitForTimeout(1200);
    expect(samples()).toBe(before);
    await setHidden(false);
    await expect.poll(samples, { timeout: 4000 }).toBeGreaterThan(before);
  });

  test("on a phone no view is wider than the screen, in the dark as well", async () => {
    const here = await open("lnt_admin_key");
    await here.setViewportSize({ width: 360, height: 740 });
    await here.emulateMedia({ colorScheme: "dark" });
    for (const view of [
      "volumes",
      "sessions",
      "sessions/7",
      "access?initiator=iqn.1998-01.com.vmware:esx-01",
      "events",
      "plan",
      "overview",
    ]) {
      await here.goto(`${api.url}/#/${view}`);
      await here.locator("main .table-frame, main .plan").first().waitFor();
      const width = await here.evaluate("document.documentElement.scrollWidth");
      expect(width, view).toBeLessThanOrEqual(360);
      // Nor does a table hide columns at its side: each row has become a block.
      const hidden =
        '[...document.querySelectorAll(".table-frame")].filter((each) => each.scrollWidth > each.clientWidth).length';
      expect(await here.evaluate(hidden), view).toBe(0);
    }
    await shoot(here, "phone-dark");
    await here.setViewportSize({ width: 1280, height: 860 });
  });

  test("a view is reached with the keyboard, and the focus goes to its beginning", async () => {
    const here = await open("lnt_read_key");
    await here.goto(`${api.url}/#/events`);
    await here.reload();
    await here.getByRole("heading", { name: "Events" }).waitFor();
    await here.keyboard.press("Tab");
    expect(await here.evaluate("document.activeElement.className")).toBe("skip");
    // Sign out, Overview, Targets and LUNs, Sessions.
    for (let presses = 0; presses < 4; presses++) await here.keyboard.press("Tab");
    await here.keyboard.press("Enter");
    await here.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();
    expect(await here.evaluate("document.activeElement.id")).toBe("main");
    expect(await here.title()).toBe("Sessions · Lunette");
  });

  test("text and ground differ by 4.5 to 1 or more, in both schemes (WCAG 2.2 1.4.3)", async () => {
    const here = await open("lnt_admin_key");
    for (const colorScheme of ["light", "dark"] as const) {
      await here.emulateMedia({ colorScheme });
      await here.goto(`${api.url}/#/access?initiator=iqn.1998-01.com.vmware:esx-01`);
      await here.locator(".walk").waitFor();
      expect(await here.evaluate(LOW_CONTRAST), colorScheme).toEqual([]);
      await goTo(here, "Plan");
      await here.locator(".step").first().waitFor();
      expect(await here.evaluate(LOW_CONTRAST), colorScheme).toEqual([]);
      await goTo(here, "Overview");
      await here.locator(".warnings li").first().waitFor();
      expect(await here.evaluate(LOW_CONTRAST), colorScheme).toEqual([]);
    }
  });
});

/** Runs in the page: the words that are too faint, by the definition of contrast in WCAG 2.2. */
const LOW_CONTRAST = `(() => {
  const channels = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map((each) => { const c = each / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const groundOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === "" || element.closest("button:disabled, noscript")) continue;
    const pair = [luminance(channels(getComputedStyle(element).color)), luminance(groundOf(element))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) faint.push(node.textContent.trim() + " " + contrast.toFixed(2));
  }
  return faint;
})()`;
