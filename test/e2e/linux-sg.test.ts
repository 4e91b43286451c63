/** SCSI commands as sg3_utils sends them from Linux. One boot of the guest; the cases are in guest/cases/sg.sh. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { afterAll, beforeAll, test } from "vitest";
import { HOST_IN_GUEST } from "../support/guest.ts";
import { describeWithGuest, type GuestCases, runGuestCases } from "../support/guest-cases.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { allocatedSectors } from "../support/temporary-folder.ts";

const FIRST = "iqn.2026-11.com.example.guest:linux";
const SECOND = "iqn.2026-11.com.example.guest:second";
/** Volumes in the order of their LUNs, and who sees them. The one that is sanitized is large enough to look on. */
const VOLUMES = [
  { name: "main", size: "64 MiB", igroups: `["first", "second"]` },
  { name: "copy", size: "64 MiB", igroups: `["first"]` },
  { name: "erase", size: "512 MiB", igroups: `["first"]` },
  { name: "hidden", size: "64 MiB", igroups: `["second"]` },
] as const;

/** Two passes over the volume that is sanitized take six seconds: the guest may be slow to look. */
const PACE = '[limits]\nsanitize_bytes_per_second = "160 MiB"';

/** What sg_opcodes has to list: operation codes, with their service actions. Typed from SPC-4 table D.2 and SBC-3 table 32. */
const OPCODES = [
  ...["00", "03", "08", "0a", "12", "15", "16", "17", "1a", "1b", "25", "28", "2a", "2e", "2f", "34", "35", "3b", "3c"],
  ...["41", "42", "48,1", "48,2", "48,1f", "4c", "4d", "55", "56", "57", "5a", "5e,0", "5e,1", "5e,2", "5e,3"],
  ...["5f,0", "5f,1", "5f,2", "5f,3", "5f,4", "5f,5", "5f,6", "5f,7", "7f,9", "7f,a", "7f,b", "7f,c", "7f,d"],
  ...["83,0", "83,1", "84,0", "84,3", "84,4", "84,5", "88", "89", "8a", "8b", "8e", "8f", "90", "91", "93", "9c"],
  ...["9e,10", "9e,12", "a0", "a3,5", "a3,a", "a3,c", "a3,d", "a3,f", "a4,6", "a4,a", "a4,f", "a8", "aa", "ae", "af", "b7"],
] as const;

const VPD_PAGES = ["00", "80", "83", "85", "86", "87", "88", "8f", "b0", "b1", "b2", "b3"] as const;
/** As sg_modes names them. */
const MODE_PAGES = ["Caching", "Control", "Informational_exceptions_control"] as const;
const LOG_PAGES = ["00", "02", "03", "0c", "2f"] as const;

const target = `
[[igroup]]
name = "first"
initiators = ["${FIRST}"]
[[igroup]]
name = "second"
initiators = ["${SECOND}"]
[[target]]
name = "sg"
[[target.access]]
igroup = "first"
auth = "none"
[[target.access]]
igroup = "second"
auth = "none"
${VOLUMES.map(({ name, igroups }, lun) => `[[target.lun]]\nlun = ${lun}\nvolume = "${name}"\nigroups = ${igroups}\n`).join("")}`;

function portalGroup(tag: number, port: number | undefined, state: string): string {
  return `[[portal_group]]
tag = ${tag}
portals = ["127.0.0.1:${port}"]
advertise = ["${HOST_IN_GUEST}:${port}"]
access_state = "${state}"
`;
}

function configuration({ folder, ports }: Place): string {
  const volumes = VOLUMES.map(
    ({ name, size }) => `[[volume]]\nname = "${name}"\npath = "${folder}/${name}.img"\nsize = "${size}"\ncreate = "thin"\n`,
  );
  const groups = [portalGroup(1, ports[0], "active/optimized"), portalGroup(2, ports[1], "active/non-optimized")];
  return [PACE, ...groups, ...volumes, target].join("\n");
}

describeWithGuest("a Linux host sends SCSI commands with sg3_utils", () => {
  let lunette: LunetteProcess;
  let cases: GuestCases;

  beforeAll(async () => {
    lunette = await LunetteProcess.start(configuration, { ports: 2 });
    cases = await runGuestCases({
      cases: "sg",
      settings: {
        PORTAL: `${HOST_IN_GUEST}:${lunette.ports[0]}`,
        PORTAL2: `${HOST_IN_GUEST}:${lunette.ports[1]}`,
        TARGET: "iqn.2026-11.com.example.e2e:sg",
        SECOND,
        OPCODES: OPCODES.join(" "),
        VPD_PAGES: VPD_PAGES.join(" "),
        MODE_PAGES: MODE_PAGES.join(" "),
        LOG_PAGES: LOG_PAGES.join(" "),
      },
      deadlineSeconds: 400,
      onAsk: (words) => answer(lunette, words),
    });
  });
  afterAll(async () => lunette?.dispose());

  test("it logs in through two portal groups, and as another initiator", () =>
    cases.expectPassed("login-twice-and-as-another"));
  test("sg_opcodes lists every command, and shows one with its timeouts", () => cases.expectPassed("sg-opcodes"));
  test("sg_vpd -a decodes every page, and both paths have the kernel's WWID", () => cases.expectPassed("sg-vpd"));
  test("sg_modes -a decodes every page: current, changeable and default values", () => cases.expectPassed("sg-modes"));
  test("sg_logs -a decodes every page and subpage", () => cases.expectPassed("sg-logs"));
  test("the error counter pages count every byte written and read", () => cases.expectPassed("sg-logs-count-bytes"));
  test("sg_luns lists what each initiator sees", () => cases.expectPassed("sg-luns"));
  test("sg_write_same of 10, 16 and 32 bytes repeats its block and touches nothing around", () =>
    cases.expectPassed("sg-write-same-repeats-its-block"));
  test("sg_write_same without a data-out buffer writes zeros", () =>
    cases.expectPassed("sg-write-same-without-a-block-writes-zeros"));
  test("sg_write_same --unmap deallocates", () => cases.expectPassed("sg-write-same-unmaps"));
  test("sg_write_same of no block, of too many, and beyond the end is refused", () =>
    cases.expectPassed("sg-write-same-refusals"));
  test("sg_unmap of two ranges deallocates them, they read as zeros, and the file shrinks by exactly them", () =>
    cases.expectPassed("sg-unmap-deallocates"));
  test("sg_get_lba_status lists the extents one by one", () => cases.expectPassed("sg-get-lba-status"));
  test("sg_compare_and_write writes when equal, and else names the first byte that differs and writes nothing", () =>
    cases.expectPassed("sg-compare-and-write"));
  test("sg_xcopy sent to the source leaves equal checksums, in the guest and in the file", () =>
    cases.expectPassed("sg-xcopy-sent-to-the-source"));
  test("sg_xcopy sent to the destination leaves equal checksums, in the guest and in the file", () =>
    cases.expectPassed("sg-xcopy-sent-to-the-destination"));
  test("sg_copy_results --params tells what a copy may use", () => cases.expectPassed("sg-copy-results"));
  test("sg_xcopy never reaches a LUN that its own initiator does not see", () => cases.expectPassed("sg-xcopy-stays-in-view"));
  test("sg_dd leaves equal checksums, and its --verify tells equal from unequal", () => cases.expectPassed("sg-dd-and-verify"));
  test("sg_ident sets a name that other initiators are told of, and that outlives SIGKILL", () =>
    cases.expectPassed("sg-ident-outlives-a-kill"));
  test("sg_timestamp sets a clock that runs on, and other initiators are told", () => cases.expectPassed("sg-timestamp"));
  test("sg_rtpg reports each state that sg_stpg sets, and commands are answered by it", () =>
    cases.expectPassed("sg-rtpg-and-stpg"));
  test("sg_reset at every level leaves every session alive, with a unit attention where the target was reset", () =>
    cases.expectPassed("sg-reset-at-every-level"));
  test("sg_sanitize --overwrite shows growing progress, refuses commands meanwhile, and leaves nothing but its pattern", () =>
    cases.expectPassed("sg-sanitize-overwrites-with-progress"));
  test("sg_sanitize without IMMED ends when all is overwritten, and crypto erase is refused", () =>
    cases.expectPassed("sg-sanitize-that-waits"));
  test("it logs out", () => cases.expectPassed("logout-from-all"));
  test("every case of the guest is one of the tests above", () => cases.expectNoOthers());
});

/** What the guest asks the host for. */
async function answer(lunette: LunetteProcess, [verb, ...words]: readonly string[]): Promise<string> {
  const path = lunette.volumePath(words[0] ?? "");
  switch (verb) {
    case "kill-and-restart":
      await lunette.kill();
      await lunette.run();
      return "done";
    case "blocks":
      return String(await allocatedSectors(path));
    case "sum": {
      const hash = createHash("sha256");
      await readChunks(path, Number(words[1]), Number(words[2]), (chunk) => hash.update(chunk));
      return hash.digest("hex");
    }
    case "only-pattern": {
      const pattern = Buffer.from(words[1] ?? "", "hex");
      let only = true;
      await readChunks(path, 0, Number.POSITIVE_INFINITY, (chunk) => {
        only &&= chunk.equals(Buffer.alloc(chunk.length, pattern));
      });
      return only ? "yes" : "no";
    }
    default:
      throw new Error(`unknown request ${verb}`);
  }
}

/** Reads `length` bytes of a volume's file, or all of it, in chunks whose length is a multiple of a pattern's. */
async function readChunks(path: string, offset: number, length: number, onChunk: (chunk: Buffer) => void): Promise<void> {
  const file = await open(path, "r");
  try {
    const stream = file.createReadStream({
      start: offset,
      end: offset + length - 1,
      highWaterMark: 1024 * 1024,
      autoClose: false,
    });
    for await (const chunk of stream) onChunk(chunk as Buffer);
  } finally {
    await file.close();
  }
}
