/** The table of metrics against what a reactor with sessions says, and against README.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labelsOf, METRICS, PREFIX } from "../../src/metrics/metric-table.ts";
import { OPERATION_KINDS } from "../../src/scsi/lu-counters.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import { blankTaskManagementRequest } from "../../src/wire/pdu/task-management-request.ts";
import { INITIATOR_NAME, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { type Family, sampleOf } from "./exposition.ts";
import { aUnit, type ReactorFixture, startReactor, TARGET } from "./reactor.ts";

const SESSION = { initiator: INITIATOR_NAME, target: TARGET, portal_group: "1" };
const DIGESTS = ["HeaderDigest=CRC32C", "DataDigest=CRC32C"];

let fixture: ReactorFixture;
beforeAll(async () => {
  fixture = await startReactor();
});
afterAll(() => fixture.close());

/** Names of the label sets, without `le`: histograms are looked at by the parser. */
function labelNames({ series }: Family): string[] {
  const sets = new Set(
    series.map(({ labels }) =>
      Object.keys(labels)
        .filter((label) => label !== "le")
        .join(),
    ),
  );
  return [...sets];
}

async function login(fields: readonly string[] = []): Promise<ScriptedInitiator> {
  return ScriptedInitiator.session(fixture.port, TARGET, fields);
}

describe("a scrape", () => {
  it("has every metric of the table with its type, help and labels, and no other but those of the process", async () => {
    const initiator = await login();
    await initiator.read(0, 8);
    await (await ScriptedInitiator.connect(fixture.port)).loginRequest([
      `InitiatorName=${INITIATOR_NAME}`,
      "TargetName=iqn.x:y",
    ]);
    initiator.send({
      ...blankTaskManagementRequest(),
      immediate: true,
      function: 5,
      initiatorTaskTag: 99,
      cmdSn: initiator.cmdSn,
      expStatSn: initiator.expStatSn,
    });
    await initiator.expect(TARGET_OPCODE.taskManagementResponse);
    fixture.unit.space = { usedBytes: 1, availableBytes: 2 };
    const families = await fixture.scrape();
    const process = new Set(fixture.metrics.processMetrics);
    const said = [...families.values()].filter(({ name }) => !process.has(name));
    expect(said.map((family) => [family.name, family.type, family.help, ...labelNames(family)])).toEqual(
      METRICS.map((row) => [PREFIX + row.name, row.type, row.help, labelsOf(row).join()]),
    );
    expect([...process].every((name) => name.startsWith(PREFIX))).toBe(true);
    initiator.close();
  });

  it("counts what a session reads, writes and fails, by session and by volume alike", async () => {
    const before = await fixture.scrape();
    const initiator = await login();
    await initiator.write(0, Buffer.alloc(4096, 7));
    await initiator.read(0, 8);
    await initiator.read(0, 16);
    expect((await initiator.read(1 << 30, 1)).status).toBe(2);
    const after = await fixture.scrape();
    const grown = (name: string, labels: Record<string, string>): number =>
      sampleOf(after, PREFIX + name, labels) - sampleOf(before, PREFIX + name, labels);
    const read = { operation: "read" };
    expect(grown("session_bytes_total", { ...SESSION, ...read })).toBe(12288);
    expect(grown("lun_bytes_total", { volume: "disk", ...read })).toBe(12288);
    expect(grown("session_operations_total", { ...SESSION, ...read })).toBe(3);
    expect(grown("session_errors_total", { ...SESSION, ...read })).toBe(1);
    expect(grown("lun_errors_total", { volume: "disk", ...read })).toBe(1);
    expect(grown("session_bytes_total", { ...SESSION, operation: "write" })).toBe(4096);
    expect(grown("session_operation_seconds_total", { ...SESSION, ...read })).toBeGreaterThan(0);
    const ended = OPERATION_KINDS.reduce(
      (sum, kind) => sum + grown("session_operations_total", { ...SESSION, operation: kind }),
      0,
    );
    expect(grown("session_latency_seconds_count", SESSION)).toBe(ended);
    expect(grown("session_logins_total", SESSION)).toBe(1);
    initiator.close();
  });

  it("has the depth of a session and its volume while a write waits for its data, and the R2T that asked for it", async () => {
    const initiator = await login(["InitialR2T=Yes", "ImmediateData=No"]);
    const before = sampleOf(await fixture.scrape(), "lunette_r2ts_total");
    const tag = initiator.command(write10(0, 8), { write: true, expectedDataTransferLength: 4096 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    const during = await fixture.scrape();
    expect(sampleOf(during, "lunette_session_queue_depth", SESSION)).toBe(1);
    expect(sampleOf(during, "lunette_lun_queue_depth")).toBe(1);
    expect(sampleOf(during, "lunette_data_out_held_bytes")).toBeGreaterThan(0);
    expect(sampleOf(during, "lunette_r2ts_total")).toBe(before + 1);
    initiator.dataOut(tag, Buffer.alloc(4096), { final: true }, pdu);
    expect((await initiator.outcome(tag)).status).toBe(0);
    expect(sampleOf(await fixture.scrape(), "lunette_session_queue_depth", SESSION)).toBe(0);
    initiator.close();
  });

  it("tells aborted commands, unit attentions and resets of the volume apart", async () => {
    const before = await fixture.scrape();
    const initiator = await login(["InitialR2T=Yes", "ImmediateData=No"]);
    initiator.command(write10(0, 8), { write: true, expectedDataTransferLength: 4096 });
    await initiator.expect(TARGET_OPCODE.r2t);
    const { cmdSn, expStatSn } = initiator;
    const reset = { ...blankTaskManagementRequest(), immediate: true, function: 5, initiatorTaskTag: 77, cmdSn, expStatSn };
    initiator.send(reset);
    await initiator.expect(TARGET_OPCODE.taskManagementResponse);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(2);
    const after = await fixture.scrape();
    const grown = (name: string): number => sampleOf(after, PREFIX + name) - sampleOf(before, PREFIX + name);
    expect(grown("lun_aborted_commands_total")).toBe(1);
    expect(grown("lun_resets_total")).toBe(1);
    // The one of the login, and the one of the reset.
    expect(grown("lun_unit_attentions_total")).toBe(2);
    expect(sampleOf(after, "lunette_task_management_total", { function: "logicalUnitReset" })).toBeGreaterThan(0);
    initiator.close();
  });

  it("counts a refused login at the target that it names, and one at a target of any other name under none", async () => {
    const before = sampleOf(await fixture.scrape(), "lunette_logins_refused_total", { target: "" });
    for (const name of ["iqn.2026-11.com.example:a", "iqn.2026-11.com.example:b"]) {
      const initiator = await ScriptedInitiator.connect(fixture.port);
      await initiator.loginRequest([`InitiatorName=${INITIATOR_NAME}`, `TargetName=${name}`]);
      initiator.close();
    }
    // Ours, with a TSIH that no session has.
    const initiator = await ScriptedInitiator.connect(fixture.port);
    await initiator.loginRequest([`InitiatorName=${INITIATOR_NAME}`, `TargetName=${TARGET}`], { tsih: 0xfff0 });
    initiator.close();
    const after = await fixture.scrape();
    expect(sampleOf(after, "lunette_logins_refused_total", { target: "" })).toBe(before + 2);
    expect(sampleOf(after, "lunette_logins_refused_total", { target: TARGET })).toBe(1);
    expect(after.get("lunette_logins_refused_total")?.series.length).toBe(2);
  });

  it("counts digest errors by part, and each is an event that names the connection", async () => {
    const initiator = await login(DIGESTS);
    const { cmdSn, expStatSn } = initiator;
    initiator.send({ ...blankNopOut(), immediate: true, initiatorTaskTag: 5, cmdSn, expStatSn }, Buffer.from("data"), {
      spoilDataDigest: true,
    });
    await initiator.expect(TARGET_OPCODE.reject);
    initiator.command(TEST_UNIT_READY, { spoilHeaderDigest: true });
    await initiator.expectClosed();
    const families = await fixture.scrape();
    expect(sampleOf(families, "lunette_digest_errors_total", { part: "data" })).toBe(1);
    expect(sampleOf(families, "lunette_digest_errors_total", { part: "header" })).toBe(1);
    const told = fixture.events.filter(({ kind }) => kind === "digest-error").map(({ details }) => details);
    const where = { initiator: INITIATOR_NAME, target: TARGET, portalGroup: 1, session: initiator.tsih };
    expect(told).toEqual([
      expect.objectContaining({ ...where, reason: expect.stringContaining("received from the initiator: wrong data digest") }),
      expect.objectContaining({
        ...where,
        reason: expect.stringContaining("received from the initiator: wrong header digest"),
      }),
    ]);
    expect(told[0]?.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it("escapes what names may contain", async () => {
    const odd = 'a\\b"c\nd';
    fixture.reactor.units.set(odd, aUnit(odd));
    expect(sampleOf(await fixture.scrape(), "lunette_lun_online", { volume: odd })).toBe(1);
    fixture.reactor.units.delete(odd);
  });

  it("says what became of changes of the configuration", async () => {
    const { configuration } = fixture.source;
    const told: string[] = [];
    const events = configuration.heardIn({ record: (kind) => told.push(kind) });
    events.record("configuration-refused", {});
    expect(sampleOf(await fixture.scrape(), "lunette_config_last_reload_success")).toBe(0);
    events.record("configuration-applied", {});
    events.record("volume-online", {});
    const families = await fixture.scrape();
    expect(sampleOf(families, "lunette_config_last_reload_success")).toBe(1);
    expect(sampleOf(families, "lunette_config_changes_total", { result: "applied" })).toBe(1);
    expect(sampleOf(families, "lunette_config_changes_total", { result: "refused" })).toBe(1);
    expect(sampleOf(families, "lunette_config_last_reload_timestamp_seconds")).toBeCloseTo(Date.now() / 1000, -1);
    expect(told).toEqual(["configuration-refused", "configuration-applied", "volume-online"]);
  });

  it("keeps the failed flushes of a volume that was closed", async () => {
    const unit = aUnit("flushes");
    const { backend } = unit;
    unit.backend = {
      ...backend,
      failedFlushes: 3,
      facts: { ...backend!.facts, readOnly: true },
      close: async () => {},
    } as never;
    fixture.reactor.units.set("flushes", unit);
    await fixture.reactor.closeUnit(unit);
    unit.replaceBackend(backend);
    const families = await fixture.scrape();
    expect(sampleOf(families, "lunette_lun_failed_flushes_total", { volume: "flushes" })).toBe(3);
    unit.replaceBackend(undefined);
    const states = (await fixture.scrape())
      .get("lunette_lun_state")!
      .series.filter(({ labels }) => labels["volume"] === "flushes");
    expect(states.filter(({ value }) => value === 1).map(({ labels }) => labels["state"])).toEqual(["offline"]);
    fixture.reactor.units.delete("flushes");
  });
});

describe("counters", () => {
  it("never fall while sessions come and go, and go on where the last session of an initiator left them", async () => {
    const counters = new Map<string, number>();
    const look = async (): Promise<void> => {
      for (const { type, series, name } of (await fixture.scrape()).values()) {
        if (type === "gauge" || fixture.metrics.processMetrics.includes(name)) continue;
        for (const { name: full, labels, value } of series) {
          const key = `${full} ${JSON.stringify(labels)}`;
          expect(value, key).toBeGreaterThanOrEqual(counters.get(key) ?? 0);
          counters.set(key, value);
        }
      }
    };
    for (let round = 0; round < 4; round += 1) {
      const [a, b] = await Promise.all([login(), login()]);
      await look();
      await Promise.all([a.read(0, 8), b.write(8, Buffer.alloc(512))]);
      await look();
      a.close();
      await expect.poll(async () => sampleOf(await fixture.scrape(), "lunette_sessions")).toBeLessThanOrEqual(1);
      await look();
      b.close();
    }
    await expect.poll(async () => sampleOf(await fixture.scrape(), "lunette_session_live", SESSION)).toBe(0);
    await look();
    expect(fixture.reactor.services.sessions.series.size).toBe(1);
  });
});

describe("README.md", () => {
  const file = new URL("../../src/metrics/README.md", import.meta.url);
  const marks = /(<!-- metrics: begin -->\n)([\s\S]*?)(<!-- metrics: end -->)/;
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const rows = METRICS.map(
    (row) =>
      `| \`${PREFIX}${row.name}\` | ${row.type} | ${labelsOf(row)
        .map((label) => `\`${label}\``)
        .join(", ")} | ${row.unit} | ${cell(row.help)} |`,
  );
  const table = `\n${["| metric | type | labels | unit | meaning |", "|---|---|---|---|---|", ...rows].join("\n")}\n\n`;

  // `UPDATE_REFERENCE=1 npx vitest run test/metrics/metrics.test.ts` writes it anew.
  it("has the table as the code has it", () => {
    if (process.env["UPDATE_REFERENCE"] === "1") {
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace(marks, (_all, begin, _old, end) => begin + table + end),
      );
    }
    const plain = (text: string | undefined): string | undefined =>
      text
        ?.replace(/ +\|/g, " |")
        .replace(/-{3,}/g, "---")
        .replace(/\| ?--- ?(?=\|)/g, "|---");
    expect(plain(marks.exec(readFileSync(file, "utf8"))?.[2])).toBe(plain(table));
  });

  it("says what is true of every row", () => {
    for (const { name, type, unit, help } of METRICS) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      if (unit === "bytes" || unit === "seconds") expect(name, name).toMatch(new RegExp(`_${unit}(_total)?$`));
      expect(help).not.toMatch(/\.$/);
    }
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
  });
});
