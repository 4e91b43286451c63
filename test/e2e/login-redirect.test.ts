/** libiscsi follows a login redirect from one portal to another (RFC 7143 11.13.5). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { describeWithTools } from "../support/tools.ts";

const TARGET = "iqn.2026-11.com.example.e2e:disk";

describeWithTools(["iscsi-inq"], "libiscsi's iscsi-inq", () => {
  let lunette: LunetteProcess;

  beforeAll(async () => {
    lunette = await LunetteProcess.start(
      ({ folder, ports }) => `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${ports[0]}"]
redirect = { to = "127.0.0.1:${ports[1]}" }
[[portal_group]]
tag = 2
portals = ["127.0.0.1:${ports[1]}"]
[[volume]]
name = "v"
path = "${folder}/v.img"
size = "8 MiB"
create = "thin"
serial = "FOLLOWED"
[[target]]
name = "disk"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "v"
`,
      { ports: 2 },
    );
  });
  afterAll(async () => lunette?.dispose());

  test("comes to the portal group that serves and reads the serial number there", async () => {
    const url = `iscsi://127.0.0.1:${lunette.ports[0]}/${TARGET}/0`;
    const result = await runCommand("iscsi-inq", ["-e", "1", "-c", "128", url]);
    expect(result).toMatchObject({ code: 0 });
    expect(result.output).toContain("Unit Serial Number:[FOLLOWED]");
    const portals = (message: string) => lunette.log.filter(({ msg }) => msg === message).map(({ portal }) => portal);
    expect(portals("login redirected")).toEqual([`127.0.0.1:${lunette.ports[0]}`]);
    expect(portals("session logged in")).toEqual([`127.0.0.1:${lunette.ports[1]}`]);
  });
});
