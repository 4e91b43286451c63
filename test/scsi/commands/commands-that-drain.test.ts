/** Commands that wait for others to end, at the same time: none waits for itself, and no two wait for each other. */
import { expect, test } from "vitest";
import { Nexus } from "../../../src/scsi/nexus.ts";
import { AccessState } from "../../../src/scsi/unit-condition.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { prList, spc } from "../support/primary-cdbs.ts";
import { KiB, makeUnit, type Running, settle, TARGET_PORT, type UnitUnderTest } from "../support/scsi-harness.ts";

const SET_GROUPS = [0xa4, 0x0a, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0];
const groupTo = (state: AccessState, group: number): Buffer => Buffer.from([0, 0, 0, 0, state, 0, 0, group]);
const standby = (group: number): Buffer => groupTo(AccessState.Standby, group);
const OVERWRITE = [0x48, 0x01, 0, 0, 0, 0, 0, 0, 5, 0];
const ZEROES = Buffer.from([1, 0, 0, 1, 0]);
const swp = Buffer.concat([Buffer.alloc(4), Buffer.from("0a0a02100800000000000000", "hex")]);

/** SANITIZE without IMMED that waits for its record to be durable, and what comes meanwhile. */
async function besideSanitize(second: (unit: UnitUnderTest) => Running): Promise<void> {
  const store = new MemoryStore();
  const unit = makeUnit({ sizeBytes: 64 * KiB, store });
  store.held = true;
  const sanitize = unit.start(OVERWRITE, { dataOut: ZEROES });
  await settle();
  const other = second(unit);
  await settle();
  store.held = false;
  store.complete();
  expect((await other.done).status).toBe(0);
  expect((await sanitize.done).status).toBe(0);
  expect(unit.lu.state.sanitize).toBeUndefined();
  unit.expectIdle();
}

test("SET TARGET PORT GROUPS beside a SANITIZE that begins, for a port of others", () =>
  besideSanitize((unit) => unit.start(SET_GROUPS, { dataOut: standby(2) })));

test("SET TARGET PORT GROUPS beside a SANITIZE that begins, for the port of both", () =>
  besideSanitize((unit) => unit.start(SET_GROUPS, { dataOut: standby(1) })));

test("MODE SELECT of software write protection beside a SANITIZE that begins", () =>
  besideSanitize((unit) => unit.start(spc.modeSelect6(swp.length), { dataOut: swp })));

test("START STOP UNIT that stops, beside a SANITIZE that begins", () => besideSanitize((unit) => unit.start(spc.startStop(0))));

const APTPL = 0x01;
const [REGISTER, RESERVE, PREEMPT_AND_ABORT] = [0x00, 0x01, 0x05];
const EXCLUSIVE_ACCESS = 3;

test.each([
  ["reserves", RESERVE, prList(7n)],
  ["preempts and aborts", PREEMPT_AND_ABORT, prList(7n, 9n)],
])(
  "SET TARGET PORT GROUPS beside a PERSISTENT RESERVE OUT that %s, through the port that becomes unavailable",
  async (_what, action, parameters) => {
    const store = new MemoryStore();
    const unit = makeUnit({ store });
    const other = new Nexus("iqn.2026-01.test:other", "00000000aaaa", {
      ...TARGET_PORT,
      portalGroupTag: 2,
      portName: "iqn.2026-01.test:target,t,0x0002",
    });
    other.attach([{ lun: 0, lu: unit.lu, readOnly: false }]);
    other.luns.get(0)!.attentions.clearAll();
    const register = (key: bigint, nexus: Nexus) => {
      const list = prList(0n, key);
      list[20] = APTPL;
      return unit.run(spc.persistentReserveOut(REGISTER, 0, list.length), { dataOut: list, nexus });
    };
    expect((await register(7n, other)).status).toBe(0);
    expect((await register(9n, unit.nexus)).status).toBe(0);
    store.held = true;
    const reserve = unit.start(spc.persistentReserveOut(action, EXCLUSIVE_ACCESS, parameters.length), {
      dataOut: parameters,
      nexus: other,
    });
    await settle();
    const set = unit.start(SET_GROUPS, { dataOut: groupTo(AccessState.Unavailable, 2) });
    await settle();
    store.held = false;
    store.complete();
    expect((await reserve.done).status).toBe(0);
    const result = await set.done;
    expect(result.aborted || result.status === 0).toBe(true);
    unit.expectIdle();
  },
);
