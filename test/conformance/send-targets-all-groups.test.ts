/** RFC 7143 4.3, C.4: what discovery tells where a portal group is set to tell of all groups, and what it keeps to itself. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { text } from "./requests.ts";

const BASE = "iqn.2026-11.com.example.e2e";

describe("SendTargets=All", () => {
  let lunette: LunetteProcess;
  beforeAll(async () => {
    lunette = await LunetteProcess.start(
      ({ ports }) => `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${ports[0]}"]
discovery = "all"
[[portal_group]]
tag = 2
portals = ["127.0.0.1:${ports[1]}"]
advertise = ["192.0.2.7:3260"]
[[portal_group]]
tag = 3
portals = ["127.0.0.1:${ports[2]}"]
discovery_auth_group = "keys"
[[auth_group]]
name = "keys"
[[auth_group.chap]]
user = "host"
secret = "correct horse battery"
[[target]]
name = "both"
[[target.access]]
igroup = "any"
auth = "none"
[[target]]
name = "second"
portal_groups = [2, 3]
[[target.access]]
igroup = "any"
auth = "none"
`,
      { ports: 3 },
    );
  });
  afterAll(() => lunette?.dispose());

  async function discover(port: number): Promise<string[]> {
    const initiator = await ScriptedInitiator.connect(port);
    await initiator.login(undefined);
    const { data } = await text(initiator, ["SendTargets=All"]);
    initiator.close();
    return data.toString().split("\0").slice(0, -1);
  }

  it("tells every path through every group that asks for the same proof, each with its tag", async () => {
    expect(await discover(lunette.ports[0]!)).toEqual([
      `TargetName=${BASE}:both`,
      `TargetAddress=127.0.0.1:${lunette.ports[0]},1`,
      "TargetAddress=192.0.2.7:3260,2",
      `TargetName=${BASE}:second`,
      "TargetAddress=192.0.2.7:3260,2",
    ]);
  });

  it("tells the portals of one group where that is what the group is set to", async () => {
    expect(await discover(lunette.ports[1]!)).toEqual([
      `TargetName=${BASE}:both`,
      "TargetAddress=192.0.2.7:3260,2",
      `TargetName=${BASE}:second`,
      "TargetAddress=192.0.2.7:3260,2",
    ]);
  });
});
