/** The text of managed.toml: it reads back as the document it was made from, and everything in it has the place that the loader was told. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Report } from "../../src/config/config-error.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { readTomlSource } from "../../src/config/toml-source.ts";
import { applyEdit, documentOf, EMPTY_DOCUMENT, type ManagedDocument } from "../../src/managed/document.ts";
import { documentSource, pathOfPlace, renderDocument, renderFault } from "../../src/managed/render.ts";
import { BASE, FILE, inMemory } from "../config/in-memory.ts";

const MANAGED = "/var/lib/lunette/managed.toml";
const NOW = new Date("2026-11-21T10:00:00Z");

const put = (document: ManagedDocument, table: string, raw: Record<string, unknown>): ManagedDocument =>
  applyEdit(document, { table, index: undefined, raw }, NOW);

function example(): ManagedDocument {
  let document = put(EMPTY_DOCUMENT, "volume", { name: "a", path: "/a", size: 1_048_576 });
  document = put(document, "volume", { name: "b", path: "/b" });
  document = put(document, "limits", { connections: 10 });
  document = put(document, "auth_group", { name: "g", chap: [{ user: "u", secret: 'quotes " and \\ and [[target.lun]]' }] });
  return put(document, "target", {
    name: "t",
    redirect: { to: "192.0.2.1:3260" },
    access: [{ igroup: "any", auth: "none" }],
    lun: [
      { lun: 0, volume: "a" },
      { lun: 1, volume: "b", igroups: ["any"] },
    ],
  });
}

describe("the text of a document", () => {
  it("is read by the loader as the same document", () => {
    const document = example();
    const loaded = loadConfiguration(FILE, inMemory({ [FILE]: BASE, [MANAGED]: renderDocument(document) }));
    expect(documentOf(loaded)).toEqual(document);
    expect(loaded.configuration.targets[0]?.luns).toHaveLength(2);
  });

  it("has the places that its source tells", () => {
    const document = example();
    const told = documentSource(document, MANAGED);
    const read = readTomlSource(MANAGED, renderDocument(document), new Report())!;
    for (const path of [
      ["volume", 0],
      ["volume", 1, "path"],
      ["limits"],
      ["limits", "connections"],
      ["auth_group", 0, "chap", 0, "secret"],
      ["target", 0, "redirect", "to"],
      ["target", 0, "access", 0],
      ["target", 0, "lun", 1],
      ["target", 0, "lun", 1, "igroups", 0],
    ]) {
      expect([path, told.valuePlace(path)]).toEqual([path, read.valuePlace(path)]);
      expect(pathOfPlace(told.valuePlace(path))).toEqual(path);
    }
    expect(told.keyPlace(["target", 0, "name"])).toEqual(read.keyPlace(["target", 0, "name"]));
  });

  it("holds any text that Unicode has", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(renderFault("volume", { name: text, path: text })).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  });
});

describe("an edit", () => {
  it("keeps the identity of what it replaces, and shares all the rest", () => {
    const before = example();
    const after = applyEdit(
      before,
      { table: "volume", index: 0, raw: { name: "a", path: "/other" } },
      new Date(NOW.getTime() + 1000),
    );
    expect(after.generation).toBe(before.generation + 1);
    expect(after.objects.get("volume a")).toMatchObject({
      uuid: before.objects.get("volume a")?.uuid,
      created: NOW.toISOString(),
      updated: "2026-11-21T10:00:01.000Z",
      generation: after.generation,
    });
    expect(after.tables["target"]).toBe(before.tables["target"]);
    const removed = applyEdit(after, { table: "limits", index: 0, raw: undefined }, NOW);
    expect(removed.tables["limits"]).toBeUndefined();
    expect(removed.objects.has("limits limits")).toBe(false);
  });
});

describe("the head of the managed file", () => {
  const errors = (files: Record<string, string>): string => {
    try {
      loadConfiguration(FILE, inMemory(files));
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  it("is refused in the hand-written file", () => {
    expect(errors({ [FILE]: `${BASE}[managed]\ngeneration = 1\n` })).toMatch(
      /lunette\.toml:6:1: \[managed\] belongs to managed\.toml/,
    );
  });
  it("is checked with the place of what is wrong", () => {
    const text = '[managed]\ngeneration = -1\n[[managed.object]]\nkind = "volume"\nid = "a"\nuuid = "none"\ngeneration = 1\n';
    expect(errors({ [FILE]: BASE, [MANAGED]: text })).toMatch(/managed\.toml:2:14: generation = -1/);
    expect(errors({ [FILE]: BASE, [MANAGED]: text })).toMatch(/managed\.toml:6:8: uuid = "none": must be a UUID/);
    expect(errors({ [FILE]: BASE, [MANAGED]: text })).toMatch(/managed\.toml:3:1: .*has no created/);
  });
});
