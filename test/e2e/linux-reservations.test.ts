/** Persistent reservations between two initiators of Linux. One boot of the guest; the cases are in guest/cases/reservations.sh. */
import { afterAll, beforeAll, test } from "vitest";
import { HOST_IN_GUEST } from "../support/guest.ts";
import { describeWithGuest, type GuestCases, runGuestCases } from "../support/guest-cases.ts";
import { LunetteProcess } from "../support/lunette-process.ts";

/** Type of reservation, as sg3_utils names it, and the case of the guest. */
const TYPES = [
  "write-exclusive",
  "exclusive-access",
  "write-exclusive-registrants-only",
  "exclusive-access-registrants-only",
  "write-exclusive-all-registrants",
  "exclusive-access-all-registrants",
] as const;

describeWithGuest("two initiators of Linux reserve a disk", () => {
  let lunette: LunetteProcess;
  let cases: GuestCases;

  beforeAll(async () => {
    lunette = await LunetteProcess.start(
      ({ folder, port }) => `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${port}"]
advertise = ["${HOST_IN_GUEST}:${port}"]

[[volume]]
name = "shared"
path = "${folder}/shared.img"
size = "64 MiB"
create = "thin"

[[target]]
name = "cluster"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "shared"
`,
    );
    cases = await runGuestCases({
      cases: "reservations",
      settings: {
        PORTAL: `${HOST_IN_GUEST}:${lunette.port}`,
        TARGET: "iqn.2026-11.com.example.e2e:cluster",
        SECOND: "iqn.2026-11.com.example.guest:second",
      },
      deadlineSeconds: 400,
      onAsk: async ([verb]) => {
        if (verb !== "kill-and-restart") throw new Error(`unknown request ${verb}`);
        await lunette.kill();
        await lunette.run();
        return "done";
      },
    });
  });
  afterAll(async () => lunette?.dispose());

  test("both log in", () => cases.expectPassed("two-initiators-log-in"));
  test("keys are registered, replaced and refused, and each success counts in the generation", () =>
    cases.expectPassed("register-and-read-keys"));
  test("every capability and all six types are reported", () => cases.expectPassed("report-capabilities"));
  test.each(TYPES)("%s, held by each in turn, lets the other one do what its table says, registered and not", (type) =>
    cases.expectPassed(type),
  );
  test("release opens the disk, tells the other registrants, and is only for the holder", () => cases.expectPassed("release"));
  test("preempt takes reservation and registration away, both ways", () => cases.expectPassed("preempt"));
  test("after preempt and abort nothing arrives of what the other one was writing", () =>
    cases.expectPassed("preempt-and-abort"));
  test("clear by any registrant ends everything and tells the others", () => cases.expectPassed("clear"));
  test("register and move hands the reservation to the other initiator", () => cases.expectPassed("register-and-move"));
  test("one initiator registers the other", () => cases.expectPassed("register-for-the-other"));
  test("with APTPL, keys and reservation outlive SIGKILL and still count", () => cases.expectPassed("aptpl-outlives-sigkill"));
  test("without APTPL, SIGKILL forgets them", () => cases.expectPassed("without-aptpl-a-kill-forgets"));
  test("both log out", () => cases.expectPassed("both-log-out"));
  test("every case of the guest is one of the tests above", () => cases.expectNoOthers());
});
