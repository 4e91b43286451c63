/**
 * RFC 7143 11.13.5 and 13.8: a login to what has moved is answered with status class 1 and TargetAddress, before the initiator has
 * proved its name. Group 1 sends everybody to group 2, which serves; the target "moved" is elsewhere for good.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LunetteProcess } from "../support/lunette-process.ts";
import { INITIATOR_NAME, keysOf, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { text } from "./requests.ts";

const BASE = "iqn.2026-11.com.example.e2e";
const MEMBER = "iqn.2026-11.com.example:member";
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

[[auth_group]]
name = "keys"
[[auth_group.chap]]
user = "host"
secret = "correct horse battery"
[[igroup]]
name = "members"
initiators = ["${MEMBER}"]

[[volume]]
name = "v"
path = "${folder}/v.img"
size = "8 MiB"
create = "thin"

[[target]]
name = "disk"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "v"

[[target]]
name = "locked"
[[target.access]]
igroup = "any"
auth = "chap"
auth_group = "keys"

[[target]]
name = "moved"
[target.redirect]
to = "[2001:db8::11]:3261"
permanent = true
[[target.access]]
igroup = "members"
auth = "none"
`,
    { ports: 2 },
  );
});
afterAll(async () => lunette?.dispose());

/** The answer to the first login request; the connection's end is waited for unless the login goes on. */
async function answerTo(
  port: number,
  keys: readonly string[],
  initiatorName = INITIATOR_NAME,
  fields: Parameters<ScriptedInitiator["loginRequest"]>[1] = { currentStage: 0, nextStage: 1 },
) {
  const initiator = await ScriptedInitiator.connect(port);
  const { pdu, data } = await initiator.loginRequest([`InitiatorName=${initiatorName}`, ...keys], fields);
  if (pdu.statusClass !== 0) expect(await initiator.expectClosed()).toEqual([]);
  initiator.close();
  return { pdu, status: (pdu.statusClass << 8) | pdu.statusDetail, keys: keysOf(data) };
}

describe("a portal group that redirects", () => {
  it("answers a normal login with 0101h and the address without a portal group tag, and closes", async () => {
    const { pdu, status, keys } = await answerTo(lunette.ports[0]!, [`TargetName=${BASE}:disk`, "AuthMethod=None"]);
    expect(status).toBe(0x0101);
    expect(keys).toEqual([`TargetAddress=127.0.0.1:${lunette.ports[1]}`]);
    expect([pdu.transit, pdu.continues, pdu.tsih]).toEqual([false, false, 0]);
  });

  it("answers so in the operational stage as well, and on the first request, where the target asks for CHAP", async () => {
    const operational = { currentStage: 1, nextStage: 3 };
    expect((await answerTo(lunette.ports[0]!, [`TargetName=${BASE}:disk`], INITIATOR_NAME, operational)).status).toBe(0x0101);
    expect((await answerTo(lunette.ports[0]!, [`TargetName=${BASE}:locked`, "AuthMethod=CHAP"])).status).toBe(0x0101);
  });

  it("serves discovery, which tells the portals that are there", async () => {
    const initiator = await ScriptedInitiator.connect(lunette.ports[0]!);
    await initiator.login(undefined);
    const { data } = await text(initiator, ["SendTargets=All"]);
    expect(keysOf(data)).toContain(`TargetAddress=127.0.0.1:${lunette.ports[0]},1`);
    initiator.close();
  });

  it("sends to a portal that lets the same login in", async () => {
    const { keys } = await answerTo(lunette.ports[0]!, [`TargetName=${BASE}:disk`]);
    const port = Number(/:(\d+)$/.exec(keys[0] ?? "")?.[1]);
    const initiator = await ScriptedInitiator.session(port, `${BASE}:disk`);
    expect((await initiator.read(0, 1)).status).toBe(0);
    initiator.close();
  });
});

describe("a target that redirects", () => {
  it("answers 0102h with its own address in every portal group, IPv6 in brackets", async () => {
    for (const port of lunette.ports) {
      const { status, keys } = await answerTo(port, [`TargetName=${BASE}:moved`], MEMBER);
      expect(status).toBe(0x0102);
      expect(keys).toEqual(["TargetAddress=[2001:db8::11]:3261"]);
    }
  });

  it("tells its address to nobody whom it would not let in (0202h), and a name that is not there is not found (0203h)", async () => {
    for (const port of lunette.ports) {
      expect(await answerTo(port, [`TargetName=${BASE}:moved`])).toMatchObject({ status: 0x0202, keys: [] });
      expect(await answerTo(port, [`TargetName=${BASE}:nowhere`])).toMatchObject({ status: 0x0203, keys: [] });
    }
  });
});
