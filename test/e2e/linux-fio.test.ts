/** Linux's initiator under verifying fio, and across a killed target. One boot of the guest; the cases are in guest/cases/fio.sh. */
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOST_IN_GUEST } from "../support/guest.ts";
import { describeWithGuest, type GuestCases, runGuestCases } from "../support/guest-cases.ts";
import { LunetteProcess } from "../support/lunette-process.ts";

const BASE = "iqn.2026-11.com.example.e2e";

describeWithGuest("a Linux host runs fio with verification", () => {
  let lunette: LunetteProcess;
  let cases: GuestCases;
  const restartsMs: number[] = [];

  beforeAll(async () => {
    lunette = await LunetteProcess.start(
      ({ folder, port }) => `
[[portal_group]]
tag = 1
name = "guest"
portals = ["127.0.0.1:${port}"]
advertise = ["${HOST_IN_GUEST}:${port}"]

[[volume]]
name = "buffered"
path = "${folder}/buffered.img"
size = "512 MiB"
create = "thin"
io = "buffered"

[[volume]]
name = "direct"
path = "${folder}/direct.img"
size = "512 MiB"
create = "thin"
io = "direct"

[[target]]
name = "fio"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "buffered"
[[target.lun]]
lun = 1
volume = "direct"
`,
    );
    cases = await runGuestCases({
      cases: "fio",
      settings: { PORTAL: `${HOST_IN_GUEST}:${lunette.port}`, TARGET: `${BASE}:fio`, FIO_SECONDS: "30" },
      deadlineSeconds: 300,
      onAsk: async ([verb, ...words]) => {
        if (verb === "kill-and-restart") {
          const start = performance.now();
          await lunette.kill();
          await sleep(Number(words[0]));
          await lunette.run();
          restartsMs.push(performance.now() - start);
          return `after ${Math.round(performance.now() - start)} ms`;
        }
        if (verb === "flip-byte") {
          await flipByte(lunette.volumePath(words[0] as string), Number(words[1]));
          return "done";
        }
        throw new Error(`unknown request ${verb}`);
      },
    });
  });
  afterAll(async () => lunette?.dispose());

  test("it logs in and finds both volumes", () => cases.expectPassed("login-for-fio"));
  test("30 s of mixed 4 to 256 KiB random reads and writes at depth 32 verify on a buffered volume", () =>
    cases.expectPassed("fio-verify-buffered"));
  test("30 s of mixed 4 to 256 KiB random reads and writes at depth 32 verify on a direct volume", () =>
    cases.expectPassed("fio-verify-direct"));
  test("what one session wrote verifies in the next", () => cases.expectPassed("fio-verify-after-another-login"));
  test("a byte changed behind the target's back is noticed, so the runs above could have failed", () =>
    cases.expectPassed("fio-notices-a-wrong-byte"));
  test("a target killed under the load and started again within 10 s costs fio no error and no byte", () => {
    cases.expectPassed("fio-survives-killed-target");
    expect(restartsMs[0]).toBeLessThan(10_000);
  });
  test("everything written before, while and after a direct volume's target was killed is there in the end", () =>
    cases.expectPassed("all-written-around-the-kill-is-there"));
  test("it logs out", () => cases.expectPassed("logout-after-fio"));
  test("every case of the guest is one of the tests above", () => cases.expectNoOthers());
});

async function flipByte(path: string, offset: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, offset);
    byte.writeUInt8(byte.readUInt8(0) ^ 0xff, 0);
    await file.write(byte, 0, 1, offset);
  } finally {
    await file.close();
  }
}
