/** What README.md says is run as it is printed there, one block after the other, as a newcomer does. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "../support/lunette-process.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { describeWithTools } from "../support/tools.ts";

const fromHere = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const README = readFileSync(fromHere("README.md"), "utf8");

/** The blocks of a language below a heading, in order. */
function blocks(heading: string, language: string): string[] {
  const section = README.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`README.md has no section "${heading}"`);
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, text]) => text as string);
}

/** Finds the one daemon of this machine without being told where, as in the examples: the one of the service. */
const WRAPPER = `#!/bin/sh
case "$*" in *--config*|check*) ;; *) set -- "$@" --config lunette.toml ;; esac
exec "${process.execPath}" "${fromHere("dist/main.js")}" "$@"
`;

describeWithTools(["curl"], "README.md", () => {
  let folder: string;
  let serving: ChildProcess;
  let environment: NodeJS.ProcessEnv;
  let apiPort: number;

  /** Every command of it has to succeed. */
  function bash(script: string): string {
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd: folder,
      env: environment,
      encoding: "utf8",
      timeout: 30_000,
    });
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    return stdout;
  }

  beforeAll(async () => {
    folder = await makeTemporaryFolder("readme");
    const [port, metrics, api] = (await freePorts(3)) as [number, number, number];
    apiPort = api;
    const [file = ""] = blocks("Export a disk in two minutes", "toml");
    expect(file).toContain("0.0.0.0:3260");
    const ours = `\n[metrics]\nlisten = "127.0.0.1:${metrics}"\n[api]\nlisten = "127.0.0.1:${api}"\n`;
    writeFileSync(join(folder, "lunette.toml"), file.replace("0.0.0.0:3260", `127.0.0.1:${port}`) + ours);
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/lunette"), WRAPPER, { mode: 0o755 });
    environment = { ...process.env, PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter), NO_COLOR: "1" };
  });
  afterAll(async () => {
    if (serving?.exitCode === null) {
      const exited = once(serving, "exit");
      serving.kill("SIGTERM");
      expect((await exited)[0]).toBe(0);
    }
    await rm(folder, { recursive: true });
  });

  test("a disk is exported in two minutes, with nothing but a folder of one's own", async () => {
    const [, commands = "", looking = ""] = blocks("Export a disk in two minutes", "sh");
    const [check = "", serve = ""] = commands.split("\n");
    expect(bash(check)).toContain("1 target, 1 LUN, 1 volume");
    serving = spawn("bash", ["-c", `exec ${serve}`], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: serving.stdout as NodeJS.ReadableStream })) {
      if (line.includes('"ready"')) break;
    }
    serving.stdout?.resume();
    const said = bash(looking);
    expect(said).toContain("1 target, 1 volume");
    expect(said).toMatch(/admitted[\s\S]*LUN 0/);
  });

  test("the verbs make a target with a disk beside it, and the disk grows", () => {
    const [verbs = ""] = blocks("The command line", "sh");
    expect(bash(verbs).split("\n").at(-2)).toBe('resized volume "vm01" to 20 GiB');
    expect(bash("lunette explain iqn.2026-11.com.example:web1")).toMatch(/LUN 0\b.*vm01/);
  });

  test("the API does so with curl and a key, and what it has made is there for the command line", () => {
    const [calls = ""] = blocks("The REST API and the console", "sh");
    const answers = bash(`${calls.replaceAll("9870", String(apiPort))}\nkill %1\nwait %1`);
    expect(answers).toContain('"iqn.2026-11.com.example.san1:db"');
    const volumes = JSON.parse(bash("lunette volume list --json")).items as { id: string; size: number }[];
    expect(volumes.map(({ id, size }) => [id, size])).toEqual([
      ["data", 10 * 2 ** 30],
      ["vm01", 20 * 2 ** 30],
      ["db", 10 * 2 ** 30],
    ]);
    expect(bash("lunette target list")).not.toContain(":db");
    expect(bash("lunette api-key list")).toMatch(/^me +admin/m);
  });
});
