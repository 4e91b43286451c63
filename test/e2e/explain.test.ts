/**
 * "Why doesn't this host see its disk?", in prepared situations against the daemon as its users run it: `lunette explain` names the true
 * step and the line of the file, and what it says is what a login, and REPORT LUNS after it, really meet.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExplainStep, Explanation, TargetExplanation } from "../../src/access/explain-types.ts";
import { formatPlace } from "../../src/config/config-error.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { keysOf, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { NOT_READY, read, resultOf, testUnitReady, until, write } from "./scripted-target.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const BASE = "iqn.2026-11.com.example.e2e";
const HOSTS = "iqn.2026-11.com.example.hosts";
/** In igroup "rack", which is nested in others. */
const MEMBER = `${HOSTS}:anchorage`;
/** In igroup "second" alone. */
const SECOND = `${HOSTS}:birmingham`;
/** A slip of the keyboard away from SECOND, and in no igroup. */
const SLIP = `${HOSTS}:birmingam`;
const SECRET = "0123456789abcdef";
const STRANGER = `${HOSTS}:zanzibar`;

/** Lines that explain must name end with a comment, which stands for their number. */
const configuration = ({ folder, ports }: Place): string => `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${ports[0]}"]
[[portal_group]]
tag = 2
portals = ["127.0.0.1:${ports[1]}"]
[[auth_group]] # secrets
name = "secrets"
[[auth_group.chap]]
user = "anchorage"
secret = "${SECRET}"
[[igroup]] # rack
name = "rack"
initiators = ["${MEMBER}"]
[[igroup]] # second
name = "second"
initiators = ["${SECOND}"]
[[igroup]]
name = "row"
igroups = ["rack"]
[[igroup]]
name = "hall"
igroups = ["row"]
[[igroup]] # elsewhere
name = "elsewhere"
networks = ["192.0.2.0/24"]
initiators = ["${MEMBER}"]
[[igroup]] # narrow
name = "narrow"
networks = ["198.51.100.0/24"]
igroups = ["rack"]
[[igroup]] # empty
name = "empty"
[[volume]]
name = "disk"
path = "${folder}/disk.img"
size = "8 MiB"
create = "thin"
[[volume]]
name = "other"
path = "${folder}/other.img"
size = "8 MiB"
create = "thin"
[[volume]] # missing
name = "missing"
path = "${folder}/missing.img"
[[volume]] # shelved
name = "shelved"
path = "${folder}/shelved.img"
size = "8 MiB"
create = "thin"
online = false

${target("nested", "hall")}
${lun(0, "disk")}
${target("backyard", "rack", "portal_groups = [2]")}
${lun(0, "disk")}
${target("second-only", "second")}
${lun(0, "disk")}
${target("from-elsewhere", "elsewhere")}
${lun(0, "disk")}
${target("from-narrow", "narrow")}
${lun(0, "disk")}
${target("shared", "any")}
${lun(0, "disk", 'igroups = ["rack"]')}
${lun(1, "other", 'igroups = ["second"]', "# shared's lun 1")}
${target("foreign", "any")}
${lun(3, "other", 'igroups = ["second"]', "# foreign's lun 3")}
${target("switched-off", "rack", "online = false")}
${lun(0, "disk")}
${target("proven", "rack", "", 'auth = "chap"\nauth_group = "secrets"')}
${lun(0, "disk")}
${target("both", "any")}
${access("rack", "both, rack", 'auth = "chap"\nauth_group = "secrets"')}
${lun(0, "disk")}
${target("storage", "any")}
${lun(0, "disk")}
${lun(1, "missing")}
${lun(2, "shelved")}
${target("protected", "any")}
${lun(0, "disk", "read_only = true", "# protected's lun 0")}
${target("moved", "rack", 'redirect = { to = "192.0.2.99:3260" } # moved\'s redirect')}
${lun(0, "disk")}
${target("bare", "any")}
[[target]] # nobody's
name = "nobodys"
${lun(0, "disk")}
${target("for-empty", "empty")}
${lun(0, "disk")}
`;

function target(name: string, igroup: string, more = "", auth?: string): string {
  return `[[target]] # ${name}\nname = "${name}"\n${more}\n${access(igroup, name, auth)}`;
}
function access(igroup: string, whose: string, auth = 'auth = "none"'): string {
  return `[[target.access]] # ${whose}'s access\nigroup = "${igroup}"\n${auth}`;
}
function lun(number: number, volume: string, more = "", comment = ""): string {
  return `[[target.lun]] ${comment}\nlun = ${number}\nvolume = "${volume}"\n${more}`;
}

interface Situation {
  readonly what: string;
  readonly initiator: string;
  readonly target: string;
  readonly step: ExplainStep;
  /** Of the login response, class and detail: RFC 7143 11.13.5. Without it the login is admitted. */
  readonly status?: string;
  /** The comment on the line that explain has to name. */
  readonly line: string;
  /** A piece of what is said, or advised. */
  readonly says: string;
  /** What REPORT LUNS tells after the login. */
  readonly luns?: readonly number[];
}

const SITUATIONS: readonly Situation[] = [
  {
    what: "the portal is of another group than the target's",
    ...{ initiator: MEMBER, target: "backyard", step: "portal group", status: "0203h", line: "backyard" },
    says: "the target is reachable through portal group 2",
  },
  {
    what: "its name is in no igroup of the target",
    ...{ initiator: STRANGER, target: "second-only", step: "candidates", status: "0202h", line: "second-only's access" },
    says: `add "${STRANGER}" to initiators of igroup "second"`,
  },
  {
    what: "its name is in another igroup",
    ...{ initiator: MEMBER, target: "second-only", step: "candidates", status: "0202h", line: "second-only's access" },
    says: 'or add a [[target.access]] for igroup "rack"',
  },
  {
    what: "its name was misspelt",
    ...{ initiator: SLIP, target: "second-only", step: "candidates", status: "0202h", line: "second" },
    says: `igroup "second" lists ${SECOND}, which is spelt almost like it`,
  },
  {
    what: "it comes from the wrong network",
    ...{ initiator: MEMBER, target: "from-elsewhere", step: "candidates", status: "0202h", line: "elsewhere" },
    says: 'networks 192.0.2.0/24 of igroup "elsewhere"',
  },
  {
    what: "an igroup two levels down holds it",
    ...{ initiator: MEMBER, target: "nested", step: "view", line: "nested's access", luns: [0] },
    says: '"hall"',
  },
  {
    what: "the igroup around its own has narrower networks",
    ...{ initiator: MEMBER, target: "from-narrow", step: "candidates", status: "0202h", line: "narrow" },
    says: 'networks 198.51.100.0/24 of igroup "narrow"',
  },
  {
    what: "one of the LUNs is another initiator's",
    ...{ initiator: MEMBER, target: "shared", step: "view", line: "shared's access", luns: [0] },
    says: "not LUN 1: volume other",
  },
  {
    what: "every LUN is another initiator's",
    ...{ initiator: MEMBER, target: "foreign", step: "view", line: "foreign's lun 3", luns: [] },
    says: "every map of the target is for others",
  },
  {
    what: "the target is offline",
    ...{ initiator: MEMBER, target: "switched-off", step: "target", status: "0301h", line: "switched-off" },
    says: "set online = true",
  },
  {
    what: "the target has no LUN",
    ...{ initiator: STRANGER, target: "bare", step: "view", line: "bare", luns: [] },
    says: "the target has no LUNs",
  },
  {
    what: "the target has no access entry",
    ...{ initiator: STRANGER, target: "nobodys", step: "candidates", status: "0202h", line: "nobody's" },
    says: "add a [[target.access]]",
  },
  {
    what: "the igroup holds nobody",
    ...{ initiator: MEMBER, target: "for-empty", step: "candidates", status: "0202h", line: "empty" },
    says: 'igroup "empty", for which the target has an access entry',
  },
  {
    what: "the target is redirected",
    ...{ initiator: MEMBER, target: "moved", step: "redirect", status: "0101h", line: "moved's redirect" },
    says: "the login is sent to 192.0.2.99:3260 for now",
  },
  {
    what: "a volume is gone and another is taken offline",
    ...{ initiator: STRANGER, target: "storage", step: "view", line: "storage's access", luns: [0, 1, 2] },
    says: 'volume "missing" is offline',
  },
  {
    what: "the map is read-only",
    ...{ initiator: STRANGER, target: "protected", step: "view", line: "protected's access", luns: [0] },
    says: "read-only by the map",
  },
];

describe("explain, of what a host meets", () => {
  let lunette: LunetteProcess;
  let file: string;
  let lines: readonly string[];
  /** By initiator: the answer, and the same for people, whom a login through portal group 1 from 127.0.0.1 concerns. */
  const answers = new Map<string, { readonly json: Explanation; readonly text: string }>();

  beforeAll(async () => {
    lunette = await LunetteProcess.start(configuration, { ports: 2 });
    file = join(lunette.folder, "lunette.toml");
    lines = readFileSync(file, "utf8").split("\n");
    for (const initiator of [MEMBER, STRANGER, SLIP]) answers.set(initiator, ask(initiator));
  }, 60_000);
  afterAll(() => lunette?.dispose());

  function ask(initiator: string): { readonly json: Explanation; readonly text: string } {
    const words = ["explain", initiator, "127.0.0.1", "--portal-group", "1", "--socket", join(lunette.folder, "control.sock")];
    const [text, json] = [[], ["--json"]].map((more) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...words, ...more], { encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
      return stdout;
    });
    return { json: JSON.parse(json!) as Explanation, text: text! };
  }
  const targetOf = ({ targets }: Explanation, name: string): TargetExplanation =>
    targets.find(({ iqn }) => iqn === `${BASE}:${name}`)!;
  /** What is said for people of this target. */
  const paragraph = (text: string, name: string): string =>
    text.split("\n\n").find((each) => each.startsWith(`target ${BASE}:${name} `))!;
  /** The line that ends with this comment. */
  function lineOf(comment: string): number {
    const found = lines.flatMap((line, index) => (line.trimEnd().endsWith(`# ${comment}`) ? [index + 1] : []));
    expect(found, comment).toHaveLength(1);
    return found[0]!;
  }
  async function login(initiator: string, name: string): Promise<{ status: string; host: ScriptedInitiator }> {
    const host = await ScriptedInitiator.connect(lunette.port);
    const { pdu } = await host.loginRequest([`InitiatorName=${initiator}`, `TargetName=${BASE}:${name}`]);
    return { status: `0${pdu.statusClass}0${pdu.statusDetail}h`, host };
  }
  /** A login to the target "proven" with SHA-256 (RFC 7143 12.1.3) and this secret; status class and detail. */
  async function prove(secret: string): Promise<[number, number]> {
    const host = await ScriptedInitiator.connect(lunette.port);
    const stage = { transit: false, currentStage: 0, nextStage: 0 };
    await host.loginRequest([`InitiatorName=${MEMBER}`, `TargetName=${BASE}:proven`, "AuthMethod=CHAP"], stage);
    const asked = new Map(
      keysOf((await host.loginRequest(["CHAP_A=7"], stage)).data).map((key) => key.split("=") as [string, string]),
    );
    const [id, challenge] = [Number(asked.get("CHAP_I")), Buffer.from(asked.get("CHAP_C")!.slice(2), "hex")];
    const response = createHash("sha256").update(Buffer.of(id)).update(secret).update(challenge).digest("hex");
    const answer = [`CHAP_N=anchorage`, `CHAP_R=0x${response}`];
    const { pdu } = await host.loginRequest(answer, { transit: true, currentStage: 0, nextStage: 1 });
    if (pdu.statusClass === 0) await host.loginRequest([]);
    host.close();
    return [pdu.statusClass, pdu.statusDetail];
  }
  /** REPORT LUNS of single-level numbers (SPC-4 6.33). */
  async function reportLuns(host: ScriptedInitiator): Promise<number[]> {
    const { data } = await host.run([0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], { read: true, expectedDataTransferLength: 256 });
    return Array.from({ length: data.readUInt32BE(0) / 8 }, (_, index) => data.readUInt16BE(8 + 8 * index));
  }

  it.each(SITUATIONS)("says so, with step and line, when $what", async (situation) => {
    const { initiator, target: name, step, status, line, says, luns } = situation;
    const { json, text } = answers.get(initiator)!;
    const { verdict, luns: seen } = targetOf(json, name);
    const kind = status === undefined ? "admitted" : step === "redirect" ? "redirected" : "refused";
    expect(verdict).toMatchObject({ kind, step, place: { file, line: lineOf(line) } });
    expect(verdict.status).toBe(status);
    const told = paragraph(text, name);
    expect(told.split("\n")[0]).toContain(status === undefined ? ": admitted" : `: ${kind} at step "${step}" (${status})`);
    expect(told).toContain(`(${formatPlace(verdict.place!)})`);
    expect(told).toContain(says);

    const { status: met, host } = await login(initiator, name);
    expect(met).toBe(status ?? "0000h");
    if (luns !== undefined) {
      expect(seen.map(({ lun: number }) => number)).toEqual(luns);
      expect(await reportLuns(host)).toEqual(luns);
    }
    host.close();
  });

  it("says by which igroups a nested one admits, and which map is another initiator's", () => {
    const { json, text } = answers.get(MEMBER)!;
    expect(targetOf(json, "nested").luns).toMatchObject([{ lun: 0, via: ["hall", "row", "rack"] }]);
    expect(paragraph(text, "nested")).toContain(`hall -> row -> rack (${file}:${lineOf("rack")}:1) [decides]`);
    expect(targetOf(json, "shared").hidden).toMatchObject([
      { lun: 1, volume: "other", place: { line: lineOf("shared's lun 1") } },
    ]);
  });

  it("says of each LUN what keeps it from being used, and a host meets it", async () => {
    const { json } = answers.get(STRANGER)!;
    const problems = targetOf(json, "storage").luns.map(({ problems: list }) =>
      list.map(({ what, next }) => `${what}; ${next}`),
    );
    expect(problems).toEqual([
      [],
      [expect.stringContaining(`(${file}:${lineOf("missing")}:1)`)],
      [expect.stringContaining(`(${file}:${lineOf("shelved")}:1)`)],
    ]);
    expect(targetOf(json, "protected").luns[0]?.readOnly).toMatchObject({
      because: "map",
      place: { line: lineOf("protected's lun 0") },
    });
    const storage = await login(STRANGER, "storage");
    await storage.host.settle();
    const answersOf = async (number: number): Promise<string> =>
      (
        await until(
          () => testUnitReady(storage.host, number),
          (answer) => !answer.startsWith("6/"),
          2_000,
        )
      ).at(-1)!;
    expect(await answersOf(1)).toMatch(NOT_READY);
    // What was taken offline on purpose needs somebody to bring it back (SPC-4 table 56: MANUAL INTERVENTION REQUIRED).
    expect(await answersOf(2)).toBe("2/04/03");
    storage.host.close();
    const guarded = await login(STRANGER, "protected");
    await guarded.host.settle();
    expect(resultOf(await read(guarded.host, 0, 512))).toBe("good");
    expect(await write(guarded.host, 0, Buffer.alloc(512))).toBe("7/27/00");
    guarded.host.close();
  });

  it("says that a named igroup beats any: who is in it has to prove itself, and nobody else", async () => {
    const of = (initiator: string) => targetOf(answers.get(initiator)!.json, "both");
    expect(of(MEMBER)).toMatchObject({ authentication: { kind: "chap", place: { line: lineOf("both, rack's access") } } });
    expect(of(MEMBER).candidates.map(({ igroup, outcome, chosen }) => [igroup, outcome, chosen])).toEqual([
      ["any", "holds", false],
      ["rack", "holds", true],
    ]);
    expect(of(STRANGER)).toMatchObject({ authentication: { kind: "none", place: { line: lineOf("both's access") } } });
    const [member, stranger] = [await login(MEMBER, "both"), await login(STRANGER, "both")];
    expect([member.status, stranger.status]).toEqual(["0201h", "0000h"]);
    for (const { host } of [member, stranger]) host.close();
  });

  it("says that the secret was wrong lately, with the line of the auth group, and no more once a login has succeeded", async () => {
    expect(targetOf(answers.get(MEMBER)!.json, "proven").verdict).toMatchObject({ kind: "admitted", step: "view" });
    expect(await prove("another secret here")).toEqual([2, 1]);
    const { json, text } = ask(MEMBER);
    const { verdict, failures } = targetOf(json, "proven");
    expect(verdict).toMatchObject({ kind: "admitted", step: "authentication", place: { file, line: lineOf("secrets") } });
    expect(failures).toMatchObject([{ kind: "authentication", address: expect.stringMatching(/^127\.0\.0\.1:/) }]);
    expect(paragraph(text, "proven")).toMatch(/it failed to prove itself \d+ s ago from 127\.0\.0\.1:\d+: /);
    expect(paragraph(text, "proven")).toContain(`(${file}:${lineOf("secrets")}:1)`);
    expect(text).not.toContain(SECRET);
    expect(await prove(SECRET)).toEqual([0, 0]);
    expect(targetOf(ask(MEMBER).json, "proven").verdict).toMatchObject({ kind: "admitted", step: "view" });
  });

  it("says of a target that does not exist that it was asked for", async () => {
    const { status, host } = await login(SLIP, "neverwas");
    host.close();
    expect(status).toBe("0203h");
    const { json, text } = ask(SLIP);
    expect(json.failures).toMatchObject([{ targetIqn: `${BASE}:neverwas`, reason: expect.any(String) }]);
    expect(text).toContain(`asking for ${BASE}:neverwas, which is no target here, it failed`);
  });
});
