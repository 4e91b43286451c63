import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type FileFacts, realFiles } from "../../src/config/file-facts.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { configurationReference, limitsReference, marked } from "./reference.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const README = path.join(ROOT, "README.md");

/** `UPDATE_REFERENCE=1 npx vitest run test/config/reference.test.ts` writes the tables anew. */
const update = process.env["UPDATE_REFERENCE"] === "1";

/** The formatter aligns the columns of tables; only the words count here. */
const withoutPadding = (table: string): string =>
  table
    .replace(/ +\|/g, " |")
    .replace(/-{3,}/g, "---")
    .replace(/\| ?--- ?(?=\|)/g, "|---")
    .trim();

describe("README.md", () => {
  test.each([
    ["configuration", configurationReference],
    ["limits", limitsReference],
  ])("has the %s table as the code has it", (name, render) => {
    const document = readFileSync(README, "utf8");
    if (update) writeFileSync(README, marked(document, name).replace(render()));
    expect(withoutPadding(marked(readFileSync(README, "utf8"), name).text)).toBe(withoutPadding(render()));
  });
});

describe("the examples", () => {
  const folder = path.join(ROOT, "config/examples");
  const files = [
    path.join(ROOT, "config/lunette.toml"),
    ...readdirSync(folder)
      .filter((name) => name.endsWith(".toml"))
      .map((name) => path.join(folder, name)),
  ];
  // Secrets of the examples stand in files that only exist where they are used.
  const facts: FileFacts = {
    ...realFiles,
    withOpen: (file, use) => {
      if (!file.startsWith("/etc/lunette/secrets/")) return realFiles.withOpen(file, use);
      const text = `secret of ${path.basename(file)}`;
      return use({ kind: "file", owner: 0, mode: 0o600, sizeBytes: text.length, text: () => text });
    },
  };

  test.each(files.map((file) => path.relative(ROOT, file)))("%s is valid without a warning", (file) => {
    expect(loadConfiguration(path.join(ROOT, file), facts).warnings).toEqual([]);
  });
});
