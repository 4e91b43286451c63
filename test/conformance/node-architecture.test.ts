/** RFC 7143 13.26 and 9.4: X#NodeArchitecture of a peer changes nothing; this target sends none and keeps the peer's from its log. */
import { expect, it } from "vitest";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { text } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

it("a login with X#NodeArchitecture ends as one without it, and neither makes the target tell its own", async () => {
  const keys = ["MaxBurstLength=65536", "InitialR2T=No"];
  const without = await ScriptedInitiator.connect(target.port);
  const answers = await without.login(DISK, keys);
  const told = await ScriptedInitiator.connect(target.port);
  expect(await told.login(DISK, ["X#NodeArchitecture=Frobnicator/13.7 (unpatched)", ...keys])).toEqual(answers);
  expect(answers.join()).not.toContain("NodeArchitecture");
  await told.settle();
  expect((await text(told, ["SendTargets="])).data.toString()).not.toContain("NodeArchitecture");
  expect((await told.read(0, 1)).status).toBe(0);
  for (const each of [without, told]) each.close();
  await expect.poll(() => target.process.log.filter((line) => line.msg === "session lost").length).toBe(2);
  expect(JSON.stringify(target.process.log)).not.toContain("Frobnicator");
});
