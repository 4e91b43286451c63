/** RFC 7143 7.4.2.1: discovery sessions of one initiator port at different network portals are independent of each other. */
import { expect, it } from "vitest";
import { LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { text } from "./requests.ts";

it("discovery sessions with one ISID at two portals of one group leave each other alone, and one more at either takes one's place", async () => {
  const lunette = await LunetteProcess.start(
    ({ ports }) => `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${ports[0]}", "127.0.0.1:${ports[1]}"]
`,
    { ports: 2 },
  );
  try {
    const at = async (port: number, isid?: number): Promise<ScriptedInitiator> => {
      const initiator = await ScriptedInitiator.connect(port);
      if (isid !== undefined) initiator.isid = isid;
      await initiator.login(undefined);
      return initiator;
    };
    const [one = 0, two = 0] = lunette.ports;
    const first = await at(one);
    const second = await at(two, first.isid);
    for (const each of [first, second]) expect((await text(each, ["SendTargets=All"])).pdu.final).toBe(true);
    const third = await at(two, first.isid);
    await second.expectClosed();
    for (const each of [first, third]) expect((await text(each, ["SendTargets=All"])).pdu.final).toBe(true);
    first.close();
    third.close();
  } finally {
    await lunette.dispose();
  }
});
