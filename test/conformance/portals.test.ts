/**
 * RFC 7143 3.1 and appendix C: portals of both families, wildcards, several groups, and which addresses discovery tells.
 * Group 1 is all of IPv4 and IPv6, group 2 advertises an address of its own, group 3 has a target to itself.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankTextRequest } from "../../src/wire/pdu/text-request.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { keysOf, ScriptedInitiator, textOf } from "../support/scripted-initiator.ts";

const BASE = "iqn.2026-11.com.example.e2e";
let lunette: LunetteProcess;

beforeAll(async () => {
  lunette = await LunetteProcess.start(
    ({ folder, ports }) => `
[[portal_group]]
tag = 1
portals = ["0.0.0.0:${ports[0]}", "[::]:${ports[0]}"]
[[portal_group]]
tag = 2
portals = ["127.0.0.1:${ports[1]}"]
advertise = ["192.0.2.10:3260", "[2001:db8::10]:3260"]
[[portal_group]]
tag = 3
portals = ["[::1]:${ports[2]}", "127.0.0.1:${ports[2]}"]

[[volume]]
name = "v"
path = "${folder}/v.img"
size = "8 MiB"
create = "thin"

[[target]]
name = "everywhere"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "v"
[[target]]
name = "third"
portal_groups = [3]
[[target.access]]
igroup = "any"
auth = "none"
`,
    { ports: 3 },
  );
});
afterAll(async () => lunette?.dispose());

/** What SendTargets=All tells somebody who came to this address. */
async function discover(port: number, host: string): Promise<string[]> {
  const initiator = await ScriptedInitiator.connect(port, host);
  await initiator.login(undefined);
  const { cmdSn, expStatSn } = initiator;
  const fields = { immediate: true, final: true, initiatorTaskTag: initiator.nextTag(), targetTransferTag: RESERVED_TAG };
  initiator.send({ ...blankTextRequest(), ...fields, cmdSn, expStatSn }, textOf(["SendTargets=All"]));
  const { data } = await initiator.expect(TARGET_OPCODE.textResponse);
  initiator.close();
  return keysOf(data);
}

/** Status class and detail of a login to a target. */
async function loginStatus(port: number, host: string, target: string): Promise<number> {
  const initiator = await ScriptedInitiator.connect(port, host);
  const keys = [`InitiatorName=${BASE}:tester`, `TargetName=${BASE}:${target}`, "SessionType=Normal", "AuthMethod=None"];
  const { pdu } = await initiator.loginRequest(keys, { currentStage: 0, nextStage: 1, transit: true });
  initiator.close();
  return (pdu.statusClass << 8) | pdu.statusDetail;
}

describe("a wildcard portal", () => {
  it("serves IPv4, and tells the IPv4 address that the asker came to", async () => {
    expect(await discover(lunette.ports[0]!, "127.0.0.1")).toEqual([
      `TargetName=${BASE}:everywhere`,
      `TargetAddress=127.0.0.1:${lunette.ports[0]},1`,
    ]);
  });

  it("serves IPv6, and tells the IPv6 address in brackets", async () => {
    expect(await discover(lunette.ports[0]!, "::1")).toEqual([
      `TargetName=${BASE}:everywhere`,
      `TargetAddress=[::1]:${lunette.ports[0]},1`,
    ]);
  });
});

describe("portal groups", () => {
  it("advertise what the configuration says instead of what they listen on", async () => {
    expect(await discover(lunette.ports[1]!, "127.0.0.1")).toEqual([
      `TargetName=${BASE}:everywhere`,
      "TargetAddress=192.0.2.10:3260,2",
      "TargetAddress=[2001:db8::10]:3260,2",
    ]);
  });

  it("tell all their own portals and none of another group's", async () => {
    const told = await discover(lunette.ports[2]!, "127.0.0.1");
    const addresses = [`TargetAddress=[::1]:${lunette.ports[2]},3`, `TargetAddress=127.0.0.1:${lunette.ports[2]},3`];
    expect(told).toEqual([`TargetName=${BASE}:everywhere`, ...addresses, `TargetName=${BASE}:third`, ...addresses]);
  });

  it("admit to the targets that they are given: elsewhere such a target is not found (0203h)", async () => {
    expect(await loginStatus(lunette.ports[2]!, "::1", "third")).toBe(0);
    expect(await loginStatus(lunette.ports[0]!, "127.0.0.1", "third")).toBe(0x0203);
    expect(await loginStatus(lunette.ports[0]!, "::1", "everywhere")).toBe(0);
  });
});
