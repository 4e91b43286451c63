import { describe, expect, test } from "vitest";
import { CHANGE_RULES, type ChangeKey } from "../../src/config/change-rules.ts";
import { changeKeyOf, OBJECT_KINDS, type ObjectKind, objectsOf } from "../../src/config/config-objects.ts";
import type { Configuration } from "../../src/config/model.ts";
import { configurationToRun, type Plan, type PlanFacts, planChanges } from "../../src/config/plan.ts";
import { renderPlan } from "../../src/config/plan-text.ts";
import { KINDS } from "../../src/config/schema.ts";
import { FILE, load } from "./in-memory.ts";

const TEXT = `[node]
base_iqn = "iqn.2026-11.com.example"
[limits]
connections = 100
[[portal_group]]
tag = 1
portals = ["192.0.2.1:3260", "[::1]:3260"]
[[auth_group]]
name = "hosts"
[[auth_group.chap]]
user = "u"
secret = "0123456789ab"
[[igroup]]
name = "a"
initiators = ["iqn.2026-11.com.example:a"]
[[volume]]
name = "v0"
path = "/v0"
size = "1 GiB"
[[volume]]
name = "spare"
path = "/spare"
size = "1 GiB"
[[target]]
name = "t"
[[target.access]]
igroup = "a"
auth = "chap"
auth_group = "hosts"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "v0"
`;
const RUNNING = load(TEXT).configuration;
const IQN = "iqn.2026-11.com.example:t";

/** The file with some text replaced; each must be there. */
function edited(...edits: readonly (readonly [string, string])[]): Configuration {
  let text = TEXT;
  for (const [from, to] of edits) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return load(text).configuration;
}
const planOf = (edits: readonly (readonly [string, string])[], facts?: PlanFacts): Plan =>
  planChanges(RUNNING, edited(...edits), facts);
const VOLUME_0 = 'path = "/v0"\nsize = "1 GiB"';
const SPARE = 'path = "/spare"\nsize = "1 GiB"';

describe("the rules of changes", () => {
  const keys = KINDS.flatMap(({ header, fields }) => Object.keys(fields).map((field) => `${header}.${field}`));

  test("have a row for each key of the schema and no other, but for the order of access entries", () => {
    expect(Object.keys(CHANGE_RULES).sort()).toEqual([...keys, "target.access_order"].sort());
  });

  test("hold for fields that a plan compares: each key is a field, part of the identity, or read from a file", () => {
    const everything = load(
      TEXT.replace("tag = 1\nportals", 'tag = 1\nredirect = { to = "192.0.2.9" }\nportals').replace(
        '[[target]]\nname = "t"',
        '[[target]]\nname = "t"\nredirect = { to = "192.0.2.9" }',
      ),
    ).configuration;
    const compared = new Set<string>(
      objectsOf(everything).flatMap(({ kind, fields }) => Object.keys(fields).map((field) => changeKeyOf(kind, field))),
    );
    const identity: readonly ChangeKey[] = [
      "portal_group.tag",
      "auth_group.name",
      "auth_group.chap.user",
      "igroup.name",
      "volume.name",
      "target.iqn",
      "target.access.igroup",
    ];
    const fromFile: readonly ChangeKey[] = ["auth_group.chap.secret_file", "auth_group.chap.mutual_secret_file"];
    expect([...compared, ...identity, ...fromFile].sort()).toEqual(Object.keys(CHANGE_RULES).sort());
  });

  test("say why, each in words", () => {
    for (const { why } of Object.values(CHANGE_RULES)) expect(why).toMatch(/^[a-z].{20,}[^.]$/);
  });
});

describe("a plan", () => {
  test("between two readings of one file has no step", () => {
    expect(planChanges(RUNNING, load(TEXT).configuration)).toEqual({ steps: [], refusals: [], restarts: [] });
  });

  test("finds no change in a comment that moves every line", () => {
    expect(planChanges(RUNNING, load(`# a comment\n${TEXT}`).configuration).steps).toEqual([]);
  });

  test("tells that a secret changed, and not what it is", () => {
    const plan = planOf([["0123456789ab", "ba9876543210"]]);
    expect(plan.steps).toMatchObject([
      {
        action: "change",
        kind: "auth_group.chap",
        name: "hosts/u",
        of: "hosts",
        fields: [{ field: "secret", from: "***", to: "***", how: "live" }],
        place: { file: FILE, line: 10 },
      },
    ]);
    expect(JSON.stringify(plan) + renderPlan(plan)).not.toMatch(/0123456789ab|ba9876543210/);
  });

  test("grows a mapped volume while it is seen", () => {
    const plan = planOf([[VOLUME_0, 'path = "/v0"\nsize = "2 GiB"']]);
    expect(plan.refusals).toEqual([]);
    expect(plan.steps).toMatchObject([
      {
        kind: "volume",
        name: "v0",
        fields: [{ field: "size", from: 2 ** 30, to: 2 ** 31, how: "live" }],
        effect: "grows to 2 GiB; hosts that see it are told (2Ah/09h)",
      },
    ]);
  });

  test("refuses to shrink a mapped volume unless it is forced, and shrinks one that nobody maps", () => {
    const shrink = [[VOLUME_0, 'path = "/v0"\nsize = "512 MiB"']] as const;
    expect(planOf(shrink).refusals).toMatchObject([
      { kind: "volume", name: "v0", field: "size", forcible: true, place: { file: FILE, line: 16 } },
    ]);
    expect(planOf(shrink, { force: true }).refusals).toEqual([]);
    expect(planOf(shrink, { force: true }).steps[0]?.effect).toContain("what is behind the new end is lost");
    expect(planOf([[SPARE, 'path = "/spare"\nsize = "512 MiB"']]).refusals).toEqual([]);
    // The map goes in the same plan, but its hosts have not agreed to lose the data.
    const unmapped = '[[target.lun]]\nlun = 0\nvolume = "v0"\n';
    expect(planOf([...shrink, [unmapped, ""]]).refusals).toHaveLength(1);
  });

  test("compares a size that is written with the one that the volume has, where none was written", () => {
    const running = edited([VOLUME_0, 'path = "/v0"']);
    const shrink = planChanges(running, RUNNING, { volumeSizes: new Map([["v0", 2 ** 31]]) });
    expect(shrink.refusals).toMatchObject([{ name: "v0", field: "size" }]);
    const grow = planChanges(running, RUNNING, { volumeSizes: new Map([["v0", 2 ** 20]]) });
    expect(grow.refusals).toEqual([]);
    expect(grow.steps[0]?.effect).toContain("grows to 1 GiB");
    expect(planChanges(RUNNING, running).steps[0]?.effect).toBe("it keeps the size that it has");
  });

  test("puts off until a restart what hosts could not bear, and does the rest of the step", () => {
    const wanted = edited([
      VOLUME_0,
      'path = "/moved"\nsize = "2 GiB"\nblock_size = 4096\nwrite_cache = false\nproduct = "OTHER"',
    ]);
    const plan = planChanges(RUNNING, wanted);
    expect(plan.restarts.map(({ name, field }) => [name, field])).toEqual([
      ["v0", "path"],
      ["v0", "block_size"],
      ["v0", "product"],
    ]);
    expect(plan.steps[0]?.fields.map(({ field, how }) => [field, how])).toEqual([
      ["path", "restart"],
      ["size", "live"],
      ["block_size", "restart"],
      ["write_cache", "live"],
      ["product", "restart"],
    ]);
    const [volume] = configurationToRun(RUNNING, wanted, plan).volumes;
    expect(volume).toMatchObject({
      path: "/v0",
      sizeBytes: 2 ** 31,
      blockSize: 512,
      writeCache: false,
      product: "VIRTUAL-DISK",
    });
  });

  test("needs no restart to move a volume that nobody sees", () => {
    const plan = planOf([[SPARE, 'path = "/moved"\nsize = "1 GiB"\nblock_size = 4096']]);
    expect(plan.restarts).toEqual([]);
    expect(plan.steps[0]?.fields.map(({ how }) => how)).toEqual(["live", "live"]);
    const mapped = [[VOLUME_0, 'path = "/moved"\nsize = "1 GiB"']] as const;
    expect(planOf(mapped).restarts).toHaveLength(1);
    expect(planOf(mapped, { seenVolumes: new Set() }).restarts).toEqual([]);
    // Its last map goes first.
    expect(planOf([...mapped, ['[[target.lun]]\nlun = 0\nvolume = "v0"\n', ""]]).restarts).toEqual([]);
  });

  test("refuses to give a volume the file that another one holds until a restart", () => {
    const plan = planOf([
      [VOLUME_0, 'path = "/moved"\nsize = "1 GiB"'],
      [SPARE, 'path = "/v0"\nsize = "1 GiB"'],
    ]);
    expect(plan.refusals).toMatchObject([{ name: "spare", field: "path", forcible: false }]);
    expect(plan.refusals[0]?.why).toContain('belongs to volume "v0" until Lunette restarts');
  });

  test("keeps what the node and the bounds need a restart for, and takes the rest", () => {
    const wanted = edited(
      ["[limits]\nconnections = 100", '[limits]\nconnections = 200\nring_entries = 64\nbuffer_bytes = "64 MiB"'],
      ["[node]\n", '[node]\nstate_dir = "/elsewhere"\nlog_level = "debug"\nuuid = "7d0ad5a5-57a3-4cf4-9f4b-6c2ecb0a5d0e"\n'],
    );
    const plan = planChanges(RUNNING, wanted);
    expect(plan.restarts.map(({ kind, field }) => `${kind} ${field}`)).toEqual([
      "node uuid",
      "node state_dir",
      "limits buffer_bytes",
      "limits ring_entries",
    ]);
    const run = configurationToRun(RUNNING, wanted, plan);
    expect(run.node).toEqual({ ...RUNNING.node, logLevel: "debug" });
    expect(run.limits).toEqual({ ...RUNNING.limits, connections: 200 });
    expect(planChanges(run, wanted).steps.flatMap(({ fields }) => fields.map(({ how }) => how))).toEqual(
      Array(4).fill("restart"),
    );
  });

  test("takes the file of a volume that goes only after it is gone, and maps it after that", () => {
    const plan = planOf([
      ['name = "v0"\npath', 'name = "renamed"\npath'],
      ['volume = "v0"', 'volume = "renamed"'],
    ]);
    expect(plan.steps.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      "remove volume v0",
      "add volume renamed",
      `change target.lun ${IQN}/LUN 0 for every igroup`,
    ]);
    expect(plan.refusals).toEqual([]);
  });

  test("moves a portal from one group to another without closing it", () => {
    const plan = planOf([
      [
        'portals = ["192.0.2.1:3260", "[::1]:3260"]',
        'portals = ["192.0.2.1:3260"]\n[[portal_group]]\ntag = 2\nportals = ["[::1]:3260"]',
      ],
    ]);
    expect(plan.steps.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      "add portal_group 2",
      `change target ${IQN}`,
      "change portal [::1]:3260",
    ]);
    expect(plan.steps[2]?.fields).toEqual([{ field: "portal_group", from: 1, to: 2, how: "live" }]);
  });

  test("tells when access entries change places, and where a new one stands", () => {
    const any = '[[target.access]]\nigroup = "any"\nauth = "none"\n';
    const first = '[[target.access]]\nigroup = "a"';
    const turned = planOf([
      [any, ""],
      [first, any + first],
    ]);
    expect(turned.steps).toMatchObject([
      { action: "change", kind: "target", fields: [{ field: "access_order", from: ["a", "any"], to: ["any", "a"] }] },
    ]);
    const added = planOf([
      ['[[volume]]\nname = "v0"', '[[igroup]]\nname = "b"\n[[volume]]\nname = "v0"'],
      [first, `[[target.access]]\nigroup = "b"\nauth = "none"\n${first}`],
    ]);
    expect(added.steps.map(({ kind, position }) => [kind, position])).toEqual([
      ["igroup", undefined],
      ["target.access", 1],
    ]);
  });

  test("has an order for each action on each kind that comes and goes", () => {
    const empty: Configuration = {
      ...RUNNING,
      portalGroups: [],
      authGroups: [],
      igroups: [],
      volumes: [],
      targets: [],
    };
    const steps = [...planChanges(empty, RUNNING).steps, ...planChanges(RUNNING, empty).steps];
    const met = new Set<ObjectKind>(steps.map(({ kind }) => kind));
    const always: readonly ObjectKind[] = ["node", "metrics", "api", "limits", "portal_group.redirect", "target.redirect"];
    expect([...met, ...always].sort()).toEqual([...OBJECT_KINDS].sort());
    for (const { effect } of steps) expect(effect).not.toBe("");
  });
});

test("a plan for people has the same lines each time", () => {
  const plan = planOf([
    [VOLUME_0, 'path = "/v0"\nsize = "2 GiB"\nblock_size = 4096'],
    [SPARE, 'path = "/spare"\nsize = "1 GiB"\nproduct = "OTHER"'],
    ['[[target.access]]\nigroup = "any"\nauth = "none"\n', ""],
    ["connections = 100", 'connections = 101\nheld_bytes = "1 MiB"'],
  ]);
  const session = { initiatorName: "iqn.x:z", address: "192.0.2.9", targetIqn: IQN, portalGroupTag: 1 };
  const lines = renderPlan(plan, [{ session, outcome: "ends", why: "nobody holds it", steps: [0] }]).split("\n");
  expect(lines).toEqual([
    `remove target.access ${IQN}/any (${FILE}:30:1)`,
    "    sessions of initiators that are in no access entry any more end",
    `    session of iqn.x:z at 192.0.2.9 to ${IQN}: ends, nobody holds it`,
    "change limits connections",
    "    connections: 100 -> 101",
    `    ${CHANGE_RULES["limits.connections"].why}`,
    "change limits held_bytes",
    "    held_bytes: 4 MiB -> 1 MiB",
    `    ${CHANGE_RULES["limits.held_bytes"].why}`,
    `change volume v0 (${FILE}:17:1)`,
    "    size: 1 GiB -> 2 GiB",
    "    block_size: 512 -> 4096 (after a restart)",
    `    grows to 2 GiB; hosts that see it are told (2Ah/09h); block_size needs a restart: ${CHANGE_RULES["volume.block_size"].why}`,
    `change volume spare (${FILE}:22:1)`,
    '    product: "VIRTUAL-DISK" -> "OTHER"',
    "    no session sees it, so it is closed and opened anew",
    `needs a restart: block_size of volume v0 (${FILE}:17:1): ${CHANGE_RULES["volume.block_size"].why}`,
    "0 to add, 4 to change, 1 to remove; of 1 session 1 ends, 0 told, 0 not touched; 1 after a restart",
  ]);
  expect(renderPlan({ steps: [], refusals: [], restarts: [] })).toBe("nothing to do");
});
