import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { marked } from "../config/reference.ts";
import { CLAIMS } from "./claims.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** `UPDATE_REFERENCE=1 npx vitest run test/docs` writes the tables anew. */
const update = process.env["UPDATE_REFERENCE"] === "1";

/** The formatter aligns the columns of tables; only the words count here. */
const words = (text: string): string => text.replace(/-{3,}/g, "---").replace(/ +/g, " ").trim();

describe("the tables of what Lunette speaks", () => {
  test.each(CLAIMS)("%s has its table of %s as the code has it", (document, marker, render) => {
    const file = path.join(ROOT, document);
    if (update) writeFileSync(file, marked(readFileSync(file, "utf8"), marker).replace(render()));
    expect(words(marked(readFileSync(file, "utf8"), marker).text)).toBe(words(render()));
  });
});
