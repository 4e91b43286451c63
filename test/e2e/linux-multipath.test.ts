/** dm-multipath over two portal groups with ALUA. One boot of the guest; the cases are in guest/cases/multipath.sh. */
import { afterAll, beforeAll, test } from "vitest";
import { HOST_IN_GUEST } from "../support/guest.ts";
import { describeWithGuest, type GuestCases, runGuestCases } from "../support/guest-cases.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { type Cut, TcpSwitch } from "../support/tcp-switch.ts";

describeWithGuest("a Linux host reaches a disk over two paths", () => {
  let lunette: LunetteProcess;
  let cases: GuestCases;
  let switches: TcpSwitch[] = [];

  beforeAll(async () => {
    switches = await Promise.all([TcpSwitch.listen(), TcpSwitch.listen()]);
    const addresses = switches.map(({ port }) => `${HOST_IN_GUEST}:${port}`);
    lunette = await LunetteProcess.start(
      ({ folder, ports }) => `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${ports[0]}"]
advertise = ["${addresses[0]}"]

[[portal_group]]
tag = 2
portals = ["127.0.0.1:${ports[1]}"]
advertise = ["${addresses[1]}"]
access_state = "active/non-optimized"

[[volume]]
name = "disk"
path = "${folder}/disk.img"
size = "64 MiB"
create = "thin"

[[target]]
name = "multipath"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "disk"
`,
      { ports: 2 },
    );
    for (const [index, port] of lunette.ports.entries()) switches[index]?.leadTo(port);
    cases = await runGuestCases({
      cases: "multipath",
      settings: {
        PORTAL: addresses[0] ?? "",
        PORTAL2: addresses[1] ?? "",
        TARGET: "iqn.2026-11.com.example.e2e:multipath",
      },
      deadlineSeconds: 400,
      onAsk: async ([verb, number, how]) => {
        const cable = switches[Number(number) - 1];
        if (cable === undefined) throw new Error(`no path ${number}`);
        if (verb === "cut") cable.cut(how as Cut);
        else if (verb === "mend") cable.mend();
        else throw new Error(`unknown request ${verb}`);
        return "done";
      },
    });
  });
  afterAll(async () => {
    await Promise.all(switches.map((each) => each.close()));
    await lunette?.dispose();
  });

  test("it discovers the first portal group and logs in through it", () => cases.expectPassed("path-through-the-first-group"));
  test("it discovers the second portal group and logs in through it", () =>
    cases.expectPassed("path-through-the-second-group"));
  test("multipathd joins both paths by WWID, in two groups with the priorities of their ALUA states", () =>
    cases.expectPassed("paths-join-by-wwid-with-alua-priorities"));
  test("I/O takes the optimized path only", () => cases.expectPassed("optimized-path-carries-everything"));
  test("verified I/O survives the reset of the first path, and comes back to it", () =>
    cases.expectPassed("io-survives-the-loss-of-the-first-path"));
  test("verified I/O moves when sg_stpg makes the other group the optimized one", () =>
    cases.expectPassed("io-follows-a-state-change"));
  test("verified I/O survives the silence of the second path, and comes back to it", () =>
    cases.expectPassed("io-survives-the-silence-of-the-second-path"));
  test("verified I/O leaves a group that becomes unavailable under it", () =>
    cases.expectPassed("io-leaves-a-group-that-becomes-unavailable"));
  test("a path in standby is known as such and carries nothing", () =>
    cases.expectPassed("group-in-standby-is-kept-as-the-last"));
  test("verified I/O waits while both paths are lost, and goes on with the first that is back", () =>
    cases.expectPassed("io-waits-while-both-paths-are-lost"));
  test("the map and both sessions end", () => cases.expectPassed("map-and-sessions-end"));
  test("every case of the guest is one of the tests above", () => cases.expectNoOthers());
});
