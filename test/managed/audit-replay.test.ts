/** Whatever is asked, in whatever order: the audit log tells the stored state, and the file on disk is that state. */
import { rm } from "node:fs/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { managedObjects, replayAudit } from "../support/audit-replay.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { closeStores, openStore, prepareFolder } from "./support/store-fixture.ts";

const name = fc.constantFrom("a", "b", "by-hand");
const volume = fc.record(
  { name, size: fc.constantFrom(1_048_576, "2 MiB", "some"), create: fc.constant("thin") },
  { requiredKeys: ["size"] },
);
const change = fc.oneof(
  fc.record({
    method: fc.constant("POST" as const),
    path: fc.constant("/config/igroups"),
    body: fc.record({ name, os_type: fc.constantFrom("linux", "vmware", "beos") }),
  }),
  fc.record({
    method: fc.constantFrom("PUT" as const, "PATCH" as const),
    path: name.map((each) => `/config/igroups/${each}`),
    body: fc.record({
      initiators: fc.constantFrom(["iqn.2026-11.com.example:x"], []),
      igroups: fc.constantFrom(["a"], ["b"], []),
    }),
  }),
  fc.record({
    method: fc.constantFrom("PUT" as const, "PATCH" as const),
    path: name.map((each) => `/config/volumes/${each}`),
    body: volume,
  }),
  fc.record({ method: fc.constant("POST" as const), path: fc.constant("/config/volumes"), body: volume }),
  fc.record({
    method: fc.constantFrom("PUT" as const),
    path: name.map((each) => `/config/targets/${each}`),
    body: fc.record({
      access: name.map((igroup) => [{ igroup, auth: "none" }]),
      lun: name.map((volume) => [{ lun: 0, volume }]),
    }),
  }),
  fc.record({
    method: fc.constant("PUT" as const),
    path: name.chain((target) => fc.constantFrom(`/config/targets/${target}/luns/1`, `/config/targets/${target}/luns/2@a`)),
    body: fc.record({ volume: name, read_only: fc.boolean() }),
  }),
  fc.record({
    method: fc.constantFrom("PUT" as const, "DELETE" as const),
    path: name.map((each) => `/config/igroups/${each}/initiators/iqn.2026-11.com.example:y`),
    body: fc.constant({}),
  }),
  fc.record({
    method: fc.constant("PATCH" as const),
    path: fc.constant("/config/limits"),
    body: fc.record({ connections: fc.constantFrom(10, 20, -1, null) }),
  }),
  fc.record({
    method: fc.constant("DELETE" as const),
    path: fc
      .constantFrom("igroups", "volumes", "targets")
      .chain((collection) => name.map((each) => `/config/${collection}/${each}`))
      .chain((each) => fc.constantFrom(each, "/config/limits")),
    body: fc.constant({}),
  }),
);

it("replays to the stored state, and a start finds the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 25 }), async (changes) => {
      const folder = await makeTemporaryFolder("audit");
      try {
        await prepareFolder(folder);
        const fixture = await openStore(folder);
        let applied = 0;
        for (const { method, path, body } of changes) {
          const before = fixture.store.view.document.generation;
          const { status, json } = await fixture.ask(method, path, body);
          const { generation } = fixture.store.view.document;
          // An error has changed nothing, and a success says what is stored now.
          if (status >= 400) expect(generation).toBe(before);
          else expect(json.generation).toBe(generation);
          applied += generation - before;
        }
        const { entries } = await fixture.audit.read(0);
        const stored = fixture.store.view.everything();
        expect(Object.entries(replayAudit(entries))).toEqual(expect.arrayContaining(managedObjects(stored)));
        expect(entries.filter(({ outcome }) => outcome === "applied")).toHaveLength(applied);
        const again = await openStore(folder);
        expect(again.store.view.everything()).toEqual(stored);
      } finally {
        await closeStores();
        await rm(folder, { recursive: true });
      }
    }),
    { numRuns: 12 },
  );
});
