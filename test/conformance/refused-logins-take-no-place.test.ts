import { expect, it } from "vitest";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("connections = 20");
it("refused logins that linger don't take the place of sessions", async () => {
  const all: ScriptedInitiator[] = [];
  for (let n = 0; n < 25; n++) {
    const initiator = await ScriptedInitiator.connect(target.port);
    initiator.socket.allowHalfOpen = true;
    initiator.sendLogin(["InitiatorName=iqn.2026-11.com.example:x", "TargetName=iqn.2026-11.com.example.e2e:nothing"]);
    initiator.socket.pause();
    all.push(initiator);
  }
  await new Promise((r) => setTimeout(r, 100));
  const initiator = await ScriptedInitiator.session(target.port, DISK);
  expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
  for (const each of [...all, initiator]) each.close();
});
