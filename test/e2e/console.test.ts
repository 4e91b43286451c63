/**
 * The console in Chromium as its users have it: the daemon, `lunette api` and a host that reads and writes. Screenshots of each view are left in
 * .cache/console/.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ConsoleBrowser, chartFigure, chartPicture, goTo, shoot, signIn } from "../console/support/console-browser.ts";
import { ask } from "../support/control.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { describeWithTools } from "../support/tools.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const TARGET = "iqn.2026-11.com.example.e2e:disks";
const STRANGER = "iqn.2026-11.com.example:stranger";
const BLOCK = 512;
const PAUSE_MS = 5;
/** Samples come every second. */
const POLL = { timeout: 8_000 };

const configuration =
  (size: string, more = "") =>
  ({ folder, ports: [port] }: Place): string =>
    `
[[portal_group]]
tag = 1
name = "front"
portals = ["127.0.0.1:${port}"]
[[igroup]]
name = "hosts"
initiators = ["${INITIATOR_NAME}"]
[[volume]]
name = "one"
path = "${folder}/one.img"
size = "${size}"
create = "thin"
[[target]]
name = "disks"
[[target.access]]
igroup = "hosts"
auth = "none"
[[target.lun]]
lun = 0
volume = "one"
${more}`;

/** Reads and writes, some hundred times a second, until `stop` is called. */
function work(initiator: ScriptedInitiator): { stop(): Promise<void> } {
  let going = true;
  const run = async (): Promise<void> => {
    const data = Buffer.alloc(8 * BLOCK, "lunette");
    for (let lba = 0; going; lba = (lba + 8) % 1024) {
      await initiator.write(lba, data);
      await initiator.read(lba, 8);
      await sleep(PAUSE_MS);
    }
  };
  const done = run();
  // Whoever stops it is told of a failure.
  done.catch(() => {});
  return {
    stop: () => {
      going = false;
      return done;
    },
  };
}

describeWithTools(["chromium"], "the console of a running node", () => {
  let lunette: LunetteProcess;
  let sidecar: ChildProcess;
  let browser: ConsoleBrowser;
  let initiator: ScriptedInitiator;
  let url: string;
  /** Signed in as admin. */
  let page: Page;
  let key: string;

  const api = async (method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: await answer.json() };
  };

  beforeAll(async () => {
    lunette = await LunetteProcess.start(configuration("16 MiB"), { ports: 2 });
    const port = lunette.ports[1];
    url = `http://127.0.0.1:${port}`;
    const socket = join(lunette.folder, "control.sock");
    [browser] = await Promise.all([ConsoleBrowser.launch(), startSidecar(socket, `127.0.0.1:${port}`)]);
    const made = await ask(socket, "/v1/api-keys", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "admin-key", role: "admin" }),
    });
    key = made.json.key;
    initiator = await ScriptedInitiator.session(lunette.port, TARGET);
    page = await browser.open(url);
    await signIn(page, key);
  });

  async function startSidecar(socket: string, listen: string): Promise<void> {
    sidecar = spawn(process.execPath, [COMMAND, "api", "--socket", socket, "--listen", listen, "--log-format", "json"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: sidecar.stdout as NodeJS.ReadableStream })) {
      if (line.includes('"ready"')) return void sidecar.stdout?.resume();
    }
    throw new Error("lunette api ended instead of being ready");
  }

  afterAll(async () => {
    await browser?.close();
    initiator?.close();
    if (sidecar !== undefined && sidecar.exitCode === null) {
      const exited = once(sidecar, "exit");
      sidecar.kill("SIGTERM");
      expect((await exited)[0]).toBe(0);
    }
    await lunette?.dispose();
  });
  afterEach(() => {
    expect(browser.complaints.splice(0)).toEqual([]);
  });

  test("the page may run what lies beside it and nothing else", async () => {
    const policy = (await fetch(url)).headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/(default|script)-src 'self'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    const said = await page.evaluate(`new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), { once: true });
      document.body.append(Object.assign(document.createElement("script"), { textContent: "window.evil = true" }));
    })`);
    expect(said).toBe("script-src-elem");
    expect(await page.evaluate("window.evil")).toBeUndefined();
    // Chromium says so itself, and so does our own listener.
    expect(browser.complaints.splice(0).join()).toContain("script-src");
  });

  test("the page is five files: whoever reloads it stays far from the bound of anonymous requests", async () => {
    const files = 'performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)';
    const loaded = ((await page.evaluate(files)) as string[]).filter((name) => !name.startsWith("/v1/"));
    expect(loaded.filter((name) => name !== "/favicon.svg").toSorted()).toEqual(["/console.css", "/console.js", "/uplot.css"]);
  });

  test("the overview shows the node, and a login that was refused a moment ago", async () => {
    const stranger = await ScriptedInitiator.connect(lunette.port);
    await stranger.loginRequest([`InitiatorName=${STRANGER}`, `TargetName=${TARGET}`]);
    stranger.close();
    const warning = page.locator(".warnings li", { hasText: STRANGER });
    await warning.getByRole("link", { name: "explain" }).waitFor();
    const facts = page.getByLabel("Node");
    await facts.getByText(`process ${lunette.pid}`).waitFor();
    expect(await facts.textContent()).toContain(join(lunette.folder, "lunette.toml"));
  });

  test("the charts of a session move while its host reads and writes, and fall back when it stops", async () => {
    await goTo(page, "Sessions");
    const row = page.getByRole("row", { name: new RegExp(INITIATOR_NAME) });
    await row.getByRole("link").click();
    await page.getByRole("heading", { name: "Agreed at login", exact: true }).waitFor();
    const figure = (chart: string, line: string) => chartFigure(page, chart, line);
    await expect.poll(async () => (await figure("Throughput", "write")).text, POLL).toBe("0 B/s");
    const idle = await chartPicture(page, "Throughput");
    const before = await figure("Throughput", "write");

    const host = work(initiator);
    try {
      await expect.poll(async () => (await figure("Throughput", "write")).text, POLL).toMatch(/[1-9].* [KM]iB\/s/);
      await expect.poll(async () => (await figure("Commands", "per second")).text, POLL).not.toBe("0");
      await expect.poll(async () => (await figure("Latency", "write")).text, POLL).toMatch(/^\d.* (µs|ms)$/);
      await expect
        .poll(async () => (await figure("Throughput", "write")).points - before.points, POLL)
        .toBeGreaterThanOrEqual(2);
      expect(await chartPicture(page, "Throughput")).not.toBe(idle);
      await shoot(page, "session");
    } finally {
      await host.stop();
    }
    await expect.poll(async () => (await figure("Throughput", "write")).text, POLL).toBe("0 B/s");
    expect((await figure("Latency", "write")).text).toBe("–");
  });

  test("explain leads from the refused login to the step and the line of the file that decide", async () => {
    await goTo(page, "Overview");
    await shoot(page, "overview");
    await page.locator(".warnings li", { hasText: STRANGER }).getByRole("link", { name: "explain" }).click();
    const verdict = page.getByLabel(`Target ${TARGET}`);
    await verdict.locator(".badge", { hasText: "refused" }).first().waitFor();
    expect(await page.getByLabel("Initiator", { exact: true }).inputValue()).toBe(STRANGER);
    expect(await verdict.textContent()).toContain("lunette.toml:");
    expect(await verdict.locator(".walk > li").count()).toBe(6);
    await shoot(page, "explain");
    // The host that is listed is let in, and sees its disk.
    await page.getByLabel("Initiator", { exact: true }).fill(INITIATOR_NAME);
    await page.getByRole("button", { name: "Explain" }).click();
    await verdict.locator(".badge", { hasText: "admitted" }).waitFor();
    expect(await verdict.textContent()).toContain("LUN 0: volume one");
  });

  test("a change of the file is a plan, is applied, and is gone from the plan", async () => {
    await goTo(page, "Plan");
    await page.getByText("Nothing to do").waitFor();
    expect(await page.getByRole("button", { name: "Apply …" }).isDisabled()).toBe(true);
    await lunette.reconfigure(configuration("32 MiB"));
    await page.getByRole("button", { name: "Read again" }).click();
    const step = page.locator(".step", { hasText: "volume one" });
    await step.getByText("size: 16.0 MiB (16777216) → 32.0 MiB (33554432)").waitFor();
    // The host is told of it, and the plan says so.
    expect(await step.textContent()).toContain(INITIATOR_NAME);
    await shoot(page, "plan");
    await page.getByRole("button", { name: "Apply …" }).click();
    await page.getByRole("dialog").getByText("no session ends").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
    await page.getByText("The plan is applied.").waitFor();
    await page.getByText("Nothing to do").waitFor();
    await goTo(page, "Targets and LUNs");
    await page.getByRole("cell", { name: "32.0 MiB" }).waitFor();
    await shoot(page, "volumes");
  });

  test("a file that can't be used is shown with its line, and can't be applied", async () => {
    await lunette.reconfigure(configuration("32 MiB", "[[volume]]\nname = 5\n"));
    await goTo(page, "Plan");
    const alert = page.getByRole("alert");
    await alert.getByText("lunette.toml:").waitFor();
    expect(await page.getByRole("button", { name: "Apply …" }).isDisabled()).toBe(true);
    await lunette.reconfigure(configuration("32 MiB"));
    await page.getByRole("button", { name: "Read again" }).click();
    await page.getByText("Nothing to do").waitFor();
    // Chromium itself says that an answer was 422.
    expect(browser.complaints.splice(0).join()).toContain("422");
  });

  test("a volume of its own is resized, taken offline, mapped and unmapped, each after its plan", async () => {
    expect((await api("POST", "/v1/volumes", { name: "vm02", size: "8 MiB", create: "thin" })).status).toBe(201);
    const target = { name: "spare", portal_groups: [1], access: [{ igroup: "hosts", auth: "none" }] };
    expect((await api("POST", "/v1/targets", target)).status).toBe(201);
    await goTo(page, "Sessions");
    await goTo(page, "Targets and LUNs");
    const dialog = page.getByRole("dialog");
    const apply = async (said: string): Promise<void> => {
      await dialog.getByRole("button", { name: "Show the plan" }).click();
      await dialog.getByRole("button", { name: "Apply" }).click();
      await page.getByRole("status").getByText(said).waitFor();
    };
    await page.getByRole("button", { name: "Resize vm02" }).click();
    await dialog.getByLabel("New size").fill("24 MiB");
    await apply("vm02 has its new size.");
    await page.getByRole("row", { name: /vm02/ }).getByRole("cell", { name: "24.0 MiB" }).waitFor();
    await page.getByRole("button", { name: "Offline vm02" }).click();
    await apply("vm02 is offline.");
    await page.getByRole("button", { name: "Online vm02" }).click();
    await apply("vm02 is online.");
    await page.getByRole("button", { name: "Map a volume to spare" }).click();
    await dialog.getByLabel("Volume").selectOption("vm02");
    await apply("vm02 is LUN 0 of spare.");
    await page.getByRole("button", { name: "Unmap LUN 0 of spare" }).click();
    await apply("LUN 0 is unmapped.");
    await expect.poll(() => page.getByRole("button", { name: "Unmap LUN 0 of spare" }).count()).toBe(0);
  });

  test("a session that is kicked is gone, and the events say who has done it", async () => {
    await goTo(page, "Sessions");
    await page
      .getByRole("row", { name: new RegExp(INITIATOR_NAME) })
      .getByRole("link")
      .click();
    await page.getByRole("button", { name: "Kick …" }).click();
    await page.getByLabel("Reason").fill("maintenance of the shelf");
    await page.getByRole("dialog").getByRole("button", { name: "Kick" }).click();
    await page.getByText("was asked to log out").waitFor();
    await goTo(page, "Events");
    await page.getByRole("row", { name: /session-ended.*maintenance of the shelf/ }).waitFor();
    await shoot(page, "events");
  });
});
