/** Filesystems, trim and many LUNs with Linux's initiator. One boot of the guest; the cases are in guest/cases/filesystem.sh. */
import { afterAll, beforeAll, test } from "vitest";
import { HOST_IN_GUEST } from "../support/guest.ts";
import { describeWithGuest, type GuestCases, runGuestCases } from "../support/guest-cases.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { allocatedSectors } from "../support/temporary-folder.ts";

const BASE = "iqn.2026-11.com.example.e2e";
const MANY_LUNS = Array.from({ length: 64 }, (_, lun) => lun);

function volume(folder: string, name: string, size: string): string {
  return `[[volume]]\nname = "${name}"\npath = "${folder}/${name}.img"\nsize = "${size}"\ncreate = "thin"\n`;
}

function target(name: string, volumes: readonly string[]): string {
  const luns = volumes.map((volumeName, lun) => `[[target.lun]]\nlun = ${lun}\nvolume = "${volumeName}"\n`);
  return `[[target]]\nname = "${name}"\n[[target.access]]\nigroup = "any"\nauth = "none"\n${luns.join("")}`;
}

describeWithGuest("a Linux host puts filesystems on its disks", () => {
  let lunette: LunetteProcess;
  let cases: GuestCases;

  beforeAll(async () => {
    lunette = await LunetteProcess.start(({ folder, port }) =>
      [
        `[[portal_group]]\ntag = 1\nname = "guest"\nportals = ["127.0.0.1:${port}"]\nadvertise = ["${HOST_IN_GUEST}:${port}"]\n`,
        ...["ext4", "xfs", "scratch"].map((name) => volume(folder, name, "512 MiB")),
        ...MANY_LUNS.map((lun) => volume(folder, `many${lun}`, "8 MiB")),
        target("filesystems", ["ext4", "xfs", "scratch"]),
        target(
          "many",
          MANY_LUNS.map((lun) => `many${lun}`),
        ),
      ].join("\n"),
    );
    cases = await runGuestCases({
      cases: "filesystem",
      settings: { PORTAL: `${HOST_IN_GUEST}:${lunette.port}`, TARGET: `${BASE}:filesystems`, MANY: `${BASE}:many` },
      deadlineSeconds: 240,
      onAsk: async ([verb, name = ""]) => {
        if (verb !== "blocks") throw new Error(`unknown request ${verb}`);
        return String(await allocatedSectors(lunette.volumePath(name)));
      },
    });
  });
  afterAll(async () => lunette?.dispose());

  test("it logs in and finds its three volumes", () => cases.expectPassed("login-for-filesystems"));
  test("ext4 is made, mounted, filled, copied, unmounted, and e2fsck finds no fault", () =>
    cases.expectPassed("ext4-made-filled-and-clean"));
  test("XFS is made, mounted, filled, copied, unmounted, and xfs_repair finds no fault", () =>
    cases.expectPassed("xfs-made-filled-and-clean"));
  test("it logs out and in again", () => cases.expectPassed("another-login"));
  test("every checksum on ext4 is equal after another login", () =>
    cases.expectPassed("ext4-checksums-equal-after-another-login"));
  test("every checksum on XFS is equal after another login", () =>
    cases.expectPassed("xfs-checksums-equal-after-another-login"));
  test("fstrim on ext4 shrinks the backing file and nothing else is lost", () =>
    cases.expectPassed("fstrim-on-ext4-shrinks-the-file"));
  test("fstrim on XFS shrinks the backing file and nothing else is lost", () =>
    cases.expectPassed("fstrim-on-xfs-shrinks-the-file"));
  test("blkdiscard shrinks the backing file, what was discarded reads as zeros, and the rest is as it was", () =>
    cases.expectPassed("blkdiscard-shrinks-the-file"));
  test("it logs out", () => cases.expectPassed("logout-after-filesystems"));
  test("a target of 64 LUNs gives 64 disks, each with a WWID of its own", () =>
    cases.expectPassed("luns-64-scan-with-own-wwids"));
  test("every case of the guest is one of the tests above", () => cases.expectNoOthers());
});
