/** What is told and written down when a change fails at the worst moment. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { REAL_DISK } from "../../src/common/atomic-file.ts";
import { ControlError } from "../../src/control/control-error.ts";
import { CreatedMark } from "../../src/control/created-mark.ts";
import { managedObjects, replayAudit } from "../support/audit-replay.ts";
import { recordingLog } from "../support/control.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { closeStores, openStore, prepareFolder } from "./support/store-fixture.ts";

let folder: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder("failed");
  await prepareFolder(folder);
});
afterEach(async () => {
  await closeStores();
  await rm(folder, { recursive: true });
});

it("a file that is the new one already, and can't be put back, is not told to be unchanged", async () => {
  let renamed = false;
  const rename: typeof REAL_DISK.rename = async (from, to) => {
    if (renamed) throw new Error("EROFS");
    renamed = true;
    await REAL_DISK.rename(from, to);
  };
  // The folder can't be made durable behind the rename, and then nothing can be written any more.
  const open = ((file: string, ...how: never[]) =>
    renamed ? Promise.reject(new Error("EIO")) : REAL_DISK.open(file, ...how)) as typeof REAL_DISK.open;
  const rm: typeof REAL_DISK.rm = () => Promise.reject(new Error("EROFS"));
  const fixture = await openStore(folder, { disk: { open, rename, rm } });
  const { json, status } = await fixture.ask("PUT", "/config/igroups/a", {});
  expect([status, json.error.type]).toEqual([500, "store-failed"]);
  expect(json.error.message).toContain("holds the change all the same, which counts at the next start");
  expect((await fixture.ask("GET", "/config/igroups/a")).status).toBe(404);
});

it("a change that a defect has met in the middle is in the log as one that counts, because it is stored", async () => {
  let defect = true;
  const fixture = await openStore(folder, {
    failAfterCommit: () => (defect ? new ControlError("internal-error", "applied in part") : undefined),
  });
  const { json, status } = await fixture.ask("PUT", "/config/igroups/a", {});
  expect([status, json.error.type]).toEqual([500, "internal-error"]);
  defect = false;
  expect((await fixture.ask("PUT", "/config/igroups/b", {})).json.generation).toBe(2);
  const { entries } = await fixture.audit.read(0);
  expect(entries).toMatchObject([
    { outcome: "applied", generation: 1, error: "internal-error", id: "a" },
    { outcome: "applied", generation: 2, id: "b" },
  ]);
  const again = await openStore(folder);
  expect(Object.entries(replayAudit(entries))).toEqual(managedObjects(again.store.view.everything()));
});

it("a volume whose file could not be deleted is gone, and that its file is there is told", async () => {
  const fixture = await openStore(folder);
  const path = join(folder, "state/volumes/v.img");
  await fixture.ask("PUT", "/config/volumes/v", { size: "1 MiB", create: "thin" });
  const mark = new CreatedMark(join(folder, "state"), { name: "v", path, create: "thin" });
  mark.refuseToBeginAnew();
  await mark.note(recordingLog().log);
  // What can't be removed as a file is.
  await mkdir(join(path, "inside"), { recursive: true });
  const { status, json } = await fixture.ask("DELETE", "/config/volumes/v?delete_file=1");
  expect([status, json.file_kept]).toEqual([200, expect.stringContaining("v.img")]);
  expect((await fixture.ask("GET", "/config/volumes/v")).status).toBe(404);
});

it("a managed.toml that is gone is not taken for an empty one by a reload", async () => {
  const fixture = await openStore(folder);
  await fixture.ask("PUT", "/config/igroups/a", {});
  const text = String(await fixture.text());
  await rm(join(folder, "state/managed.toml"));
  const reload = { force: false, actor: "test" };
  await expect(fixture.store.reload(reload)).rejects.toThrow(/managed\.toml is gone.*put it back/);
  expect((await fixture.ask("GET", "/config/igroups/a")).status).toBe(200);
  await writeFile(join(folder, "state/managed.toml"), text);
  expect((await fixture.store.reload(reload)).plan.steps).toEqual([]);
});
