/** `lunette explain` and `lunette plan` against the daemon as its users run it. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Explanation, TargetExplanation } from "../../src/access/explain-types.ts";
import type { PlanAnswer } from "../../src/control/questions.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { configuration, TARGET } from "./scripted-target.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const CLOSED = "iqn.2026-11.com.example.e2e:closed";
const SECRET = "0123456789abcdef";

let lunette: LunetteProcess;
let file: string;
let written: string;

beforeAll(async () => {
  lunette = await LunetteProcess.start((place) => {
    const volumes = [
      { name: "vm01", path: join(place.folder, "vm01.img"), lines: 'size = "8 MiB"\ncreate = "thin"' },
      { name: "gone", path: join(place.folder, "nowhere.img") },
    ];
    return `${configuration(place, volumes)}
[[igroup]]
name = "others"
initiators = ["iqn.2026-11.com.example:another"]
[[target]]
name = "closed"
[[target.access]]
igroup = "others"
auth = "none"
[[target.lun]]
lun = 0
volume = "vm01"
`;
  });
  file = join(lunette.folder, "lunette.toml");
  written = readFileSync(file, "utf8");
}, 40_000);
afterAll(() => lunette?.dispose());
afterEach(() => write(written));

const write = (text: string): void => writeFileSync(file, text, { mode: 0o600 });
/** `file:line:column` of the first line that is `text` after the line that is `behind`. */
function placeOf(text: string, behind = ""): string {
  const lines = written.split("\n");
  return `${file}:${lines.indexOf(text, behind === "" ? 0 : lines.indexOf(behind)) + 1}:1`;
}

function cli(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [COMMAND, ...args, "--socket", join(lunette.folder, "control.sock")], {
    encoding: "utf8",
  });
}

function explained(iqn: string, ...args: string[]): TargetExplanation {
  const { status, stdout, stderr } = cli("explain", INITIATOR_NAME, ...args, "--json");
  expect([status, stderr]).toEqual([0, ""]);
  const found = (JSON.parse(stdout) as Explanation).targets.find((target) => target.iqn === iqn);
  return found as TargetExplanation;
}

describe("explain", () => {
  it("says that an initiator outside the igroup is refused at the candidates, with the line of the entry and what to do", async () => {
    const initiator = await ScriptedInitiator.connect(lunette.port);
    const { pdu } = await initiator.loginRequest([
      `InitiatorName=${INITIATOR_NAME}`,
      `TargetName=${CLOSED}`,
      "SessionType=Normal",
    ]);
    initiator.close();
    const { verdict, failures } = explained(CLOSED);
    expect(verdict).toMatchObject({ kind: "refused", step: "candidates", status: "0202h", reason: "no-candidate" });
    expect([pdu.statusClass, pdu.statusDetail]).toEqual([2, 2]);
    expect(failures).toMatchObject([{ kind: "other", targetIqn: CLOSED }]);
    const { status, stdout } = cli("explain", INITIATOR_NAME, "127.0.0.1", "--portal-group", "1");
    expect(status).toBe(0);
    expect(stdout).toContain(
      `target ${CLOSED} (${placeOf("[[target]]", 'name = "others"')}): refused at step "candidates" (0202h)`,
    );
    expect(stdout).toContain(`they are for igroup "others" (${placeOf("[[target.access]]", 'name = "closed"')})`);
    expect(stdout).toMatch(/next: add ".*" to initiators of igroup "others" at /);
  });

  it("says for the portal group that is not there that it is not", () => {
    expect(explained(TARGET, "--portal-group", "2").verdict).toMatchObject({ step: "portal group", status: "0203h" });
  });

  it("tells the session that is there, the volume that is not, and the unit that a host has stopped", async () => {
    const initiator = await ScriptedInitiator.session(lunette.port, TARGET);
    try {
      await initiator.settle();
      const before = explained(TARGET, "127.0.0.1");
      expect(before.sessions).toMatchObject([{ initiatorName: INITIATOR_NAME, address: "127.0.0.1", targetIqn: TARGET }]);
      expect(before.luns.map(({ problems }) => problems.map(({ what }) => what))).toEqual([
        [],
        [expect.stringContaining('volume "gone" is offline')],
      ]);
      // START STOP UNIT with START=0.
      expect((await initiator.run([0x1b, 0, 0, 0, 0, 0])).status).toBe(0);
      expect(explained(TARGET).luns[0]?.problems).toMatchObject([{ what: "a host has stopped it" }]);
      expect((await initiator.run([0x1b, 0, 0, 0, 1, 0])).status).toBe(0);
    } finally {
      initiator.close();
    }
  });

  it("with --offline answers from the file, and says that the daemon was not asked", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [COMMAND, "explain", INITIATOR_NAME, "--offline", "--config", file],
      { encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining("The daemon was not asked")]);
    expect(stdout).toContain('refused at step "candidates"');
  });
});

describe("plan", () => {
  it("ends with 0 while the file says what runs", () =>
    expect(cli("plan")).toMatchObject({ status: 0, stdout: "nothing to do\n" }));

  it("ends with 2 when the file has gained a target, and changes nothing", () => {
    write(`${written}\n[[target]]\nname = "more"\n`);
    const { status, stdout } = cli("plan");
    expect(status).toBe(2);
    expect(stdout).toContain(`add target iqn.2026-11.com.example.e2e:more (${file}:`);
    expect(stdout).toContain("1 to add, 0 to change, 0 to remove");
    expect(JSON.parse(cli("targets", "--json").stdout).targets).toHaveLength(2);
  });

  it("names the live session that a change ends", async () => {
    const initiator = await ScriptedInitiator.session(lunette.port, TARGET);
    write(written.replace('igroup = "any"', 'igroup = "others"'));
    const { stdout } = cli("plan");
    const { sessions } = JSON.parse(cli("plan", "--json").stdout) as PlanAnswer;
    initiator.close();
    expect(stdout).toContain(`session of ${INITIATOR_NAME} at 127.0.0.1 to ${TARGET}: ends`);
    expect(sessions).toMatchObject([{ outcome: "ends" }]);
  });

  it("shows no secret", () => {
    write(`${written}\n[[auth_group]]\nname = "x"\n[[auth_group.chap]]\nuser = "u"\nsecret = "${SECRET}"\n`);
    const json = cli("plan", "--json");
    expect(json.status).toBe(2);
    expect(json.stdout + cli("plan").stdout).not.toContain(SECRET);
  });

  it("ends with 1 for a file that is not valid, and names each line", () => {
    write(written.replace('igroup = "others"\nauth', 'igroup = "other"\nauth').replace('volume = "gone"', 'volume = "gon"'));
    const { status, stdout, stderr } = cli("plan");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/lunette\.toml:\d+:\d+: .*"gon"/);
    expect(stderr).toMatch(/lunette\.toml:\d+:\d+: .*"other"/);
    expect(stderr).toContain("2 errors: correct the file");
    write(`${written}\n[[target`);
    expect(cli("plan").status).toBe(1);
    expect(JSON.parse(cli("status", "--json").stdout).running.state).toBe("serving");
  });

  it("FILE tells what that file would change, with the same exit codes, whatever stands in the daemon's own", () => {
    write("not read");
    const next = join(lunette.folder, "next.toml");
    const plan = (text: string): ReturnType<typeof cli> => {
      writeFileSync(next, text, { mode: 0o600 });
      return cli("plan", next);
    };
    expect(plan(written)).toMatchObject({ status: 0, stdout: "nothing to do\n" });
    const changed = plan(`${written}\n[[target]]\nname = "more"\n`);
    expect(changed).toMatchObject({ status: 2, stdout: expect.stringContaining(`e2e:more (${next}:`) });
    const refused = plan(written.replace('size = "8 MiB"', 'size = "4 MiB"'));
    expect(refused).toMatchObject({ status: 1, stdout: expect.stringContaining("refused") });
    const invalid = plan(written.replace('volume = "gone"', 'volume = "gon"'));
    expect([invalid.status, invalid.stdout]).toEqual([1, ""]);
    expect(invalid.stderr).toMatch(/next\.toml:\d+:\d+: .*"gon"/);
    expect(cli("plan", join(lunette.folder, "none.toml"))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("none.toml can't be read"),
    });
    expect(JSON.parse(cli("targets", "--json").stdout).targets).toHaveLength(2);
  });
});
