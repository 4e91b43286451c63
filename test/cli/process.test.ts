import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { withBase } from "../config/in-memory.ts";

const MAIN = path.resolve(import.meta.dirname, "../../dist/main.js");
const folder = mkdtempSync(path.join(tmpdir(), "lunette-main-"));
afterAll(() => rmSync(folder, { recursive: true }));

function lunette(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  if (!existsSync(MAIN)) throw new Error('dist/main.js is missing: run "npm run build"');
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", env: { ...process.env, SHELL: "/bin/bash" } });
}

describe("the built command", () => {
  test("ends with 0 for a valid file and with 1 for an invalid one, each on its own stream", () => {
    const file = path.join(folder, "lunette.toml");
    writeFileSync(file, withBase(""), { mode: 0o600 });
    expect(lunette("check", file)).toMatchObject({ status: 0, stdout: expect.stringContaining("valid"), stderr: "" });
    writeFileSync(file, withBase("[oops]\n"));
    expect(lunette("check", file)).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(`${file}:6:1: unknown table "oops"`),
    });
  });

  test("accepts the demo configuration of the repository", () => {
    expect(lunette("check", path.resolve(import.meta.dirname, "../../config/lunette.toml"))).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  test("prints a completion script for the shell and completes its verbs", () => {
    expect(lunette("completion").stdout).toContain("_lunette_yargs_completions");
    expect(lunette("--get-yargs-completions", "lunette", "").stdout.split("\n")).toEqual(
      expect.arrayContaining(["serve", "check"]),
    );
  });
});
