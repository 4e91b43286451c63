/** What `configured.objects` of the status says: equal for equal configurations, whoever has made them, and nothing else. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { configuredObjects } from "../../src/control/configured-objects.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { closeStores, openStore, prepareFolder } from "./support/store-fixture.ts";

const folders: string[] = [];
afterEach(async () => {
  await closeStores();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

it("does not tell objects of the file from managed ones, nor show secrets", async () => {
  const folder = await makeTemporaryFolder("configured");
  folders.push(folder);
  const file = await prepareFolder(folder);
  const { ask, running, text } = await openStore(folder);
  const secret = "a secret of twenty bytes";
  await ask("POST", "/config/auth-groups", { name: "g", chap: [{ user: "u", secret }] });
  await ask("POST", "/config/igroups", { name: "b", initiators: ["iqn.2026-11.com.example:b"] });
  await ask("POST", "/config/volumes", { name: "v", size: "1 MiB", create: "thin" });
  const lun = [{ lun: 0, volume: "v" }];
  await ask("POST", "/config/targets", { name: "t", access: [{ igroup: "b", auth: "chap", auth_group: "g" }], lun });
  const made = configuredObjects(running());
  expect(made.map(({ kind, name }) => `${kind} ${name}`)).toContain("target.access iqn.2026-11.com.example:t/b");
  expect(JSON.stringify(made)).not.toMatch(/a secret|"place"|"uuid":"[^"]/);
  // The same by hand, in another order.
  const objects = String(await text())
    .replace(/^\[managed\]\ngeneration = \d+\n/m, "")
    .replace(/\[\[managed\.object\]\][\s\S]*/, "");
  const [node = "", rest = ""] = (await readFile(file, "utf8")).split(/(?=\[\[portal_group)/);
  await writeFile(file, `${node}${objects}\n${rest}`, { mode: 0o600 });
  await rm(join(folder, "state/managed.toml"));
  expect(configuredObjects(loadConfiguration(file).configuration)).toEqual(made);
  await ask("PATCH", "/config/volumes/v", { size: "2 MiB" });
  expect(configuredObjects(running())).not.toEqual(made);
});
