/** Situations in which a host does not see its disk: each names the step at which it ends, and the line that says so. */
import { describe, expect, test } from "vitest";
import { explain } from "../../src/access/explain.ts";
import { renderExplain } from "../../src/access/explain-text.ts";
import type { ExplainFacts, ExplainQuestion, TargetExplanation } from "../../src/access/explain-types.ts";
import type { Place } from "../../src/config/model.ts";
import { FILE, load } from "../config/in-memory.ts";

const TEXT = `[node]
base_iqn = "iqn.2026-11.com.example"
[[portal_group]]
tag = 1
portals = ["192.0.2.10:3260"]
[[portal_group]]
tag = 2
portals = ["198.51.100.10:3260"]
access_state = "standby"
[[auth_group]]
name = "esx"
[[auth_group.chap]]
user = "esx-a"
secret = "0123456789ab"
[[igroup]]
name = "a"
initiators = ["iqn.1998-01.com.vmware:esx-a"]
networks = ["192.0.2.0/24"]
[[igroup]]
name = "b"
initiators = ["iqn.1998-01.com.vmware:esx-b"]
[[igroup]]
name = "rack"
igroups = ["a", "b"]
[[igroup]]
name = "site"
igroups = ["rack"]
[[igroup]]
name = "new"
[[volume]]
name = "v0"
path = "/v0"
[[volume]]
name = "v1"
path = "/v1"
read_only = true
[[target]]
name = "store"
portal_groups = [1]
[[target.access]]
igroup = "site"
auth = "chap"
auth_group = "esx"
[[target.lun]]
lun = 0
volume = "v0"
[[target.lun]]
lun = 1
volume = "v1"
igroups = ["b"]
[[target]]
name = "empty"
[[target.access]]
igroup = "new"
auth = "none"
[[target]]
name = "bare"
[[target.access]]
igroup = "any"
auth = "none"
[[target]]
name = "moved"
redirect = { to = "192.0.2.99:3260", permanent = true }
[[target.access]]
igroup = "any"
auth = "none"
[[target]]
name = "both"
[[target.access]]
igroup = "b"
auth = "none"
[[target.lun]]
lun = 0
volume = "v0"
`;
const { configuration } = load(TEXT);
const A = "iqn.1998-01.com.vmware:esx-a";
const B = "iqn.1998-01.com.vmware:esx-b";
const AT_HOME = { address: "192.0.2.7", portalGroupTag: 1 };

/** The line on which the nth `header` of the file stands. */
function line(header: string, nth = 1): Place {
  const lines = TEXT.split("\n");
  const found = lines.flatMap((text, index) => (text === header ? [index + 1] : []));
  return { file: FILE, line: found[nth - 1]!, column: expect.any(Number) as number };
}
const igroupLine = (name: string): Place => {
  const at = TEXT.split("\n").findIndex((text, index, all) => text === "[[igroup]]" && all[index + 1] === `name = "${name}"`);
  return { file: FILE, line: at + 1, column: expect.any(Number) as number };
};

function about(short: string, question: ExplainQuestion, facts?: ExplainFacts): TargetExplanation {
  const explanation = explain(configuration, question, facts);
  return explanation.targets.find(({ name }) => name === short)!;
}

describe("explain says of", () => {
  test("a portal of another group that the login ends at the portal group, and names the portals that would do", () => {
    const { verdict } = about("store", { initiatorName: A, address: "192.0.2.7", portalGroupTag: 2 });
    expect(verdict).toMatchObject({ kind: "refused", step: "portal group", status: "0203h", place: line("[[target]]") });
    expect(verdict.detail).toContain("portal group 1 (192.0.2.10:3260)");
    expect(verdict.next).toContain("add 2 to portal_groups");
  });

  test("a portal group that there is not, which ones there are", () => {
    const { verdict } = about("store", { initiatorName: A, portalGroupTag: 7 });
    expect(verdict).toMatchObject({ step: "portal group", detail: "there is no portal group 7" });
    expect(verdict.next).toContain("1, 2");
  });

  test("a name in no igroup of the target that it ends at the candidates, and where to add it", () => {
    const { verdict } = about("both", { initiatorName: A, ...AT_HOME });
    expect(verdict).toMatchObject({
      kind: "refused",
      step: "candidates",
      status: "0202h",
      place: line("[[target.access]]", 5),
    });
    expect(verdict.next).toContain(`initiators of igroup "b" at ${FILE}:${igroupLine("b").line}`);
    expect(verdict.next).toContain('a [[target.access]] for igroup "a", which holds it');
  });

  test("a wrong network the igroup whose networks do not hold the address, although another one was named", () => {
    const { verdict, candidates } = about("store", { initiatorName: A, address: "203.0.113.5", portalGroupTag: 1 });
    expect(verdict).toMatchObject({ kind: "refused", step: "candidates", status: "0202h", place: igroupLine("a") });
    expect(verdict.detail).toContain("igroup site -> rack -> a");
    expect(verdict.detail).toContain("192.0.2.0/24");
    expect(verdict.detail).toContain("203.0.113.5");
    expect(candidates).toMatchObject([{ igroup: "site", outcome: "wrong address", chosen: false }]);
  });

  test("a nested igroup the whole way from the entry to the igroup that lists the name", () => {
    const { verdict, candidates, luns } = about("store", { initiatorName: A, ...AT_HOME });
    expect(verdict).toMatchObject({ kind: "admitted", step: "view", place: line("[[target.access]]") });
    expect(candidates[0]?.paths).toMatchObject([{ chain: ["site", "rack", "a"], place: igroupLine("a"), fits: true }]);
    expect(luns).toMatchObject([{ lun: 0, volume: "v0", via: ["site", "rack", "a"], place: line("[[target.lun]]") }]);
  });

  test("a LUN of another initiator for whom it is, and at which line", () => {
    const { hidden } = about("store", { initiatorName: A, ...AT_HOME });
    expect(hidden).toMatchObject([{ lun: 1, volume: "v1", place: line("[[target.lun]]", 2) }]);
    expect(hidden[0]?.why).toBe('it is mapped for igroup "b", which does not list the initiator');
    expect(hidden[0]?.next).toContain(`add "a" to igroups of LUN 1 at ${FILE}:${line("[[target.lun]]", 2).line}`);
  });

  test("an offline target that it is refused for now, after it would have been admitted", () => {
    const offlineTargets = new Map([["iqn.2026-11.com.example:store", "taken offline by an operator"]]);
    const { verdict } = about("store", { initiatorName: A, ...AT_HOME }, { offlineTargets });
    expect(verdict).toMatchObject({ kind: "refused", step: "target", reason: "target-offline", status: "0301h" });
    const stranger = about("store", { initiatorName: "iqn.2026-11.com.example:z", ...AT_HOME }, { offlineTargets });
    expect(stranger.verdict).toMatchObject({ step: "candidates", status: "0202h" });
  });

  test("an offline volume that the LUN is there and why it is not ready", () => {
    const SANITIZING = { what: "a sanitize operation is in progress", next: "wait until it has ended" };
    const volumes = new Map([["v0", { offline: "ENOENT: /v0", conditions: [SANITIZING] }]]);
    const { verdict, luns } = about("store", { initiatorName: A, ...AT_HOME }, { volumes });
    expect(luns[0]?.problems.map(({ what }) => what)).toEqual([
      'volume "v0" is offline: ENOENT: /v0',
      "a sanitize operation is in progress",
    ]);
    expect(luns[0]?.volumePlace).toEqual(line("[[volume]]"));
    expect(verdict.next).toContain("LUN 0: look at /v0");
  });

  test("a bad secret lately that it ends at the authentication, at the line of the auth group, until a session is there", () => {
    const failure = {
      kind: "authentication" as const,
      initiatorName: A.toUpperCase(),
      targetIqn: "iqn.2026-11.com.example:store",
      address: "192.0.2.7",
      reason: "the response of user esx-a is wrong",
      secondsAgo: 12,
    };
    const { verdict, failures, authentication } = about("store", { initiatorName: A, ...AT_HOME }, { failures: [failure] });
    expect(verdict).toMatchObject({ kind: "admitted", step: "authentication", place: line("[[auth_group]]") });
    expect(verdict.detail).toContain("12 s ago");
    expect(verdict.next).toContain("compare user and secret");
    expect(failures).toHaveLength(1);
    expect(authentication).toMatchObject({ kind: "chap", authGroup: { name: "esx", users: ["esx-a"] } });
    expect(about("store", { initiatorName: B, ...AT_HOME }, { failures: [failure] }).failures).toEqual([]);
    const sessions = [{ initiatorName: A, targetIqn: failure.targetIqn, address: "192.0.2.7", portalGroupTag: 1 }];
    const now = about("store", { initiatorName: A, ...AT_HOME }, { failures: [failure], sessions });
    expect(now.verdict.step).toBe("view");
    expect(now.sessions).toEqual(sessions);
  });

  test("a connection that ended for a digest where to look", () => {
    const failure = {
      kind: "digest" as const,
      initiatorName: A,
      targetIqn: "iqn.2026-11.com.example:store",
      address: undefined,
      reason: "wrong header digest",
      secondsAgo: 3,
    };
    expect(about("store", { initiatorName: A, ...AT_HOME }, { failures: [failure] }).verdict.next).toContain("network cards");
  });

  test("a name that differs in case that the two are one, and admits it", () => {
    const explanation = explain(configuration, { initiatorName: A.toUpperCase(), ...AT_HOME });
    expect(explanation.initiator).toMatchObject({ written: A.toUpperCase(), name: A });
    expect(explanation.targets[0]?.verdict.kind).toBe("admitted");
    expect(renderExplain(explanation)).toContain("names are compared in lower case");
  });

  test("a slip of the keyboard the name that is listed, and where", () => {
    const explanation = explain(configuration, { initiatorName: "iqn.1998-01.com.vmware:exs-b", ...AT_HOME });
    expect(explanation.initiator.nearest).toEqual({ name: B, igroup: "b", place: igroupLine("b") });
    expect(explanation.targets[0]?.verdict).toMatchObject({ kind: "refused", step: "candidates", place: igroupLine("b") });
    expect(explanation.targets[0]?.verdict.detail).toContain(B);
  });

  test("a name far from every listed one no name at all, and of one listed elsewhere neither", () => {
    expect(explain(configuration, { initiatorName: "iqn.2020-01.org.other:host9" }).initiator.nearest).toBeUndefined();
    expect(explain(configuration, { initiatorName: A }).initiator.nearest).toBeUndefined();
  });

  test("a name that is no iSCSI name what would be one", () => {
    const { initiator } = explain(configuration, { initiatorName: "esx-a" });
    expect(initiator.fault).toContain("an iSCSI name");
  });

  test("an igroup without initiators its line, and what to write there", () => {
    const { verdict } = about("empty", { initiatorName: A, ...AT_HOME });
    expect(verdict).toMatchObject({ kind: "refused", step: "candidates", place: igroupLine("new") });
    expect(verdict.next).toContain(`initiators = ["${A}"]`);
  });

  test("a target without LUNs that it may log in and sees no disk", () => {
    const { verdict, authentication } = about("bare", { initiatorName: A, ...AT_HOME });
    expect(verdict).toMatchObject({ kind: "admitted", step: "view", place: line("[[target]]", 3) });
    expect(verdict.detail).toContain("sees no disk");
    expect(authentication).toEqual({ kind: "none", place: line("[[target.access]]", 3) });
  });

  test("a redirect where it is sent, and the line that says so", () => {
    const { verdict, redirects } = about("moved", { initiatorName: A, ...AT_HOME });
    expect(verdict).toMatchObject({ kind: "redirected", step: "redirect", status: "0102h" });
    expect(verdict.place).toMatchObject({ file: FILE, line: line("[[target]]", 4).line + 2 });
    expect(redirects).toMatchObject([{ to: "192.0.2.99:3260", permanent: true, portalGroupTag: undefined }]);
  });

  test("a read-only volume that the volume is it, and of a standby group that it does not serve", () => {
    const { luns } = about("store", { initiatorName: B, address: "192.0.2.7" });
    expect(luns[1]).toMatchObject({ lun: 1, readOnly: { because: "volume", place: line("[[volume]]", 2) }, problems: [] });
    const standby = about("both", { initiatorName: B, portalGroupTag: 2 });
    expect(standby.luns[0]?.problems[0]?.what).toBe("portal group 2 is standby for it");
    const volumes = new Map([["v0", { accessStates: new Map([[2, "active/optimized"]]) }]]);
    expect(about("both", { initiatorName: B, portalGroupTag: 2 }, { volumes }).luns[0]?.problems).toEqual([]);
  });

  test("an address that was not said on which networks it depends", () => {
    const { verdict, candidates } = about("store", { initiatorName: A });
    expect(verdict).toMatchObject({ kind: "admitted", condition: 'from an address in 192.0.2.0/24 (igroup "a")' });
    expect(candidates[0]?.outcome).toBe("depends");
    expect(about("both", { initiatorName: B }).verdict.condition).toBeUndefined();
  });
});

test("the text says all of it, and what to do, without a secret", () => {
  const text = renderExplain(explain(configuration, { initiatorName: A, ...AT_HOME }));
  expect(text).not.toContain("0123456789ab");
  expect(text.split("\n").slice(0, 12)).toEqual([
    `initiator ${A}, from 192.0.2.7, through portal group 1`,
    `  in igroup a (${FILE}:15:1)`,
    `  in igroup rack -> a (${FILE}:15:1)`,
    `  in igroup site -> rack -> a (${FILE}:15:1)`,
    "",
    `target iqn.2026-11.com.example:store (${FILE}:37:1): admitted`,
    "  portal groups: 1 (192.0.2.10:3260)",
    `  entry for "site" (${FILE}:40:1) holds it: site -> rack -> a (${FILE}:15:1), 192.0.2.0/24 holds the address [decides]`,
    `  authentication: chap with auth group "esx" (${FILE}:10:1), sha3-256, sha256, sha1, md5, user esx-a`,
    `  LUN 0: volume v0, through site -> rack -> a (${FILE}:44:1)`,
    `  not LUN 1: volume v1 (${FILE}:47:1), it is mapped for igroup "b", which does not list the initiator; next: add "a" to igroups of LUN 1 at ${FILE}:47:1`,
    `  it may log in and sees 1 LUN (${FILE}:40:1)`,
  ]);
});
