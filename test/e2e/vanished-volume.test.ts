/** A volume that Lunette has created and that is gone at a later start is not made anew: hosts would see their disk blank. */
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";

const TARGET = "iqn.2026-11.com.example.e2e:kept";
let lunette: LunetteProcess | undefined;
afterEach(async () => lunette?.dispose());

it("is offline, says why, comes back with its file, and begins anew only when its mark is deleted", async () => {
  lunette = await LunetteProcess.start(
    ({ folder, port }) => `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${port}"]
[[volume]]
name = "kept"
path = "${folder}/kept.img"
size = "8 MiB"
create = "thin"
[[target]]
name = "kept"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "kept"
`,
  );
  const { folder } = lunette;
  const path = join(folder, "kept.img");
  const data = Buffer.alloc(4096, 0x6b);
  /** What a host reads from the first blocks, or the sense key it gets after its unit attention. */
  const readOrSense = async () => {
    const initiator = await ScriptedInitiator.connect(lunette!.port);
    await initiator.login(TARGET);
    await initiator.run(TEST_UNIT_READY);
    const { status, data: read, sense } = await initiator.read(0, 8);
    initiator.close();
    return status === 0 ? read : (sense[2] ?? 0) & 0x0f;
  };
  const writer = await ScriptedInitiator.session(lunette.port, TARGET);
  expect((await writer.write(0, data)).status).toBe(0);
  writer.close();
  await lunette.terminate();

  renameSync(path, `${path}.elsewhere`);
  await lunette.run();
  expect(await readOrSense(), "NOT READY").toBe(2);
  expect(existsSync(path)).toBe(false);
  expect(lunette.logText()).toMatch(
    /was there before and is gone\. Is its filesystem mounted\? To begin with an empty volume, delete /,
  );
  await lunette.terminate();

  renameSync(`${path}.elsewhere`, path);
  await lunette.run();
  expect(await readOrSense()).toEqual(data);
  await lunette.terminate();

  rmSync(path);
  const marks = join(folder, "state", "created");
  for (const name of readdirSync(marks)) rmSync(join(marks, name));
  await lunette.run();
  expect(await readOrSense()).toEqual(Buffer.alloc(4096));
}, 60_000);
