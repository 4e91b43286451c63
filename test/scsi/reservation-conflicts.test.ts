/**
 * Which commands pass which persistent reservation: SPC-4 5.13.1 (tables 65 and 66) and SBC-4 4.17 (table 13), typed again from there
 * and held against every command of the command table. A command that has no row here fails: look it up in the standard and add it.
 */
import { describe, expect, it } from "vitest";
import type { CommandDescriptor } from "../../src/scsi/command.ts";
import { COMMAND_TABLE, IndexedCommandTable } from "../../src/scsi/command-table.ts";
import type { LuState } from "../../src/scsi/logical-unit.ts";
import type { Nexus } from "../../src/scsi/nexus.ts";
import { NO_RESERVATION, portPairOf, type ReservationType } from "../../src/scsi/reservations.ts";
import { moveList, prList, transportId } from "./support/primary-cdbs.ts";
import { makeUnit, type Result } from "./support/scsi-harness.ts";

const CONFLICT = 0x18;

/**
 * The columns of the tables, A for allowed and C for conflict: from any I_T nexus that does not hold a Write Exclusive, then an Exclusive Access
 * reservation; from a registered one under any type with registrants; from one that is not registered under Write Exclusive, then
 * under Exclusive Access with registrants.
 */
type Row = "AAAAA" | "ACAAC" | "CCACC";
const ALWAYS: Row = "AAAAA";
const READS: Row = "ACAAC";
const WRITES: Row = "CCACC";

/** By the standard's name: without the length of the CDB, and without the service action where the whole command has one row. */
const ROWS: Readonly<Record<string, Row>> = {
  // SPC-4 table 65.
  "COPY OPERATION ABORT": WRITES,
  "EXTENDED COPY": WRITES,
  INQUIRY: ALWAYS,
  "LOG SELECT": WRITES,
  "LOG SENSE": ALWAYS,
  "MODE SELECT": WRITES,
  "MODE SENSE": READS,
  "PERSISTENT RESERVE IN": ALWAYS,
  "READ BUFFER": READS,
  "RECEIVE COPY DATA": ALWAYS,
  "RECEIVE COPY OPERATING PARAMETERS": ALWAYS,
  "RECEIVE COPY FAILURE DETAILS": ALWAYS,
  "RECEIVE COPY STATUS": ALWAYS,
  "REPORT IDENTIFYING INFORMATION": ALWAYS,
  "REPORT LUNS": ALWAYS,
  "REPORT SUPPORTED OPERATION CODES": READS,
  "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS": READS,
  "REPORT TARGET PORT GROUPS": ALWAYS,
  "REPORT TIMESTAMP": ALWAYS,
  "REQUEST SENSE": ALWAYS,
  "SET IDENTIFYING INFORMATION": WRITES,
  "SET TARGET PORT GROUPS": WRITES,
  "SET TIMESTAMP": WRITES,
  "TEST UNIT READY": ALWAYS,
  "WRITE BUFFER": WRITES,
  // SBC-4 table 13.
  "COMPARE AND WRITE": WRITES,
  "GET LBA STATUS": READS,
  ORWRITE: WRITES,
  "PRE-FETCH": READS,
  READ: READS,
  "READ CAPACITY": ALWAYS,
  "READ DEFECT DATA": READS,
  "REPORT REFERRALS": ALWAYS,
  SANITIZE: WRITES,
  "SYNCHRONIZE CACHE": WRITES,
  UNMAP: WRITES,
  VERIFY: READS,
  WRITE: WRITES,
  "WRITE AND VERIFY": WRITES,
  "WRITE ATOMIC": WRITES,
  "WRITE SAME": WRITES,
};

/** Commands whose row depends on what their CDB says: SBC-4 table 13. */
const VARIANTS: readonly (readonly [string, readonly number[], Row])[] = [
  ["PREVENT ALLOW MEDIUM REMOVAL", [0x1e, 0, 0, 0, 0, 0], ALWAYS],
  ["PREVENT ALLOW MEDIUM REMOVAL", [0x1e, 0, 0, 0, 1, 0], WRITES],
  ["START STOP UNIT", [0x1b, 0, 0, 0, 1, 0], ALWAYS],
  ["START STOP UNIT", [0x1b, 0, 0, 0, 0, 0], WRITES],
];

const KEY = { holder: 1n, registered: 2n } as const;
type Who = "holder" | "registered" | "unregistered";

/** SPC-4 table 66: from a registered nexus that does not hold the reservation, and from one that is not registered. */
const SERVICE_ACTIONS: Readonly<Record<string, readonly [registered: "A" | "C", unregistered: "A" | "C"]>> = {
  CLEAR: ["A", "C"],
  PREEMPT: ["A", "C"],
  "PREEMPT AND ABORT": ["A", "C"],
  REGISTER: ["A", "A"],
  "REGISTER AND IGNORE EXISTING KEY": ["A", "A"],
  "REGISTER AND MOVE": ["C", "C"],
  RELEASE: ["A", "C"],
  "REPLACE LOST RESERVATION": ["A", "C"],
  RESERVE: ["C", "C"],
};

const TYPES: readonly ReservationType[] = [1, 3, 5, 6, 7, 8];
const WHO: readonly Who[] = ["holder", "registered", "unregistered"];
const allHold = (type: number): boolean => type >= 7;
const isExclusiveAccess = (type: number): boolean => type === 3 || type === 6 || type === 8;

function cell(row: Row, type: ReservationType, who: Who): "A" | "C" {
  if (who === "holder" || (who === "registered" && allHold(type))) return "A";
  const column = type < 5 ? 0 : who === "registered" ? 2 : 3;
  return row[column === 2 ? 2 : column + (isExclusiveAccess(type) ? 1 : 0)] as "A" | "C";
}

/** The bare CDB of a command: its codes and nothing else. Whether it is any good is asked after the reservation. */
function bare({ opcode, serviceAction, usage }: CommandDescriptor): number[] {
  const cdb = new Array<number>(usage.length).fill(0);
  cdb[0] = opcode;
  if (opcode === 0x7f) {
    cdb[7] = usage[7]!;
    cdb[8] = usage[8]!;
    cdb[9] = usage[9]!;
  } else if (serviceAction !== undefined) cdb[1] = serviceAction;
  return cdb;
}

const baseName = (name: string): string =>
  name
    .split(" / ")[0]!
    .replace(/\((\d+|LID1|LID4)\)$/, "")
    .trim();

/** Every command, whether a unit as plain as the test's has it or not. */
const commandsOfAnyUnit = new IndexedCommandTable(COMMAND_TABLE.all.map(({ available: _unasked, ...command }) => command));

function setUp() {
  const unit = makeUnit({ commands: commandsOfAnyUnit });
  const nexuses: Record<Who, Nexus> = {
    holder: unit.nexus,
    registered: unit.anotherNexus("iqn.2026-01.test:registered"),
    unregistered: unit.anotherNexus("iqn.2026-01.test:stranger"),
  };
  const fresh = unit.lu.state;
  const reserved = (type: ReservationType): LuState => ({
    ...fresh,
    reservations: {
      ...NO_RESERVATION,
      registrants: [
        { ...portPairOf(nexuses.holder), key: KEY.holder },
        { ...portPairOf(nexuses.registered), key: KEY.registered },
      ],
      reservation: { type, holder: allHold(type) ? undefined : portPairOf(nexuses.holder) },
    },
  });
  const run = async (type: ReservationType, who: Who, cdb: readonly number[], dataOut?: Buffer): Promise<Result> => {
    unit.lu.publish(reserved(type));
    for (const nexus of Object.values(nexuses)) nexus.luns.get(0)!.attentions.clearAll();
    return unit.run(cdb, { nexus: nexuses[who], ...(dataOut && { dataOut }) });
  };
  return { unit, run };
}

const outcome = ({ status }: Result): "A" | "C" => (status === CONFLICT ? "C" : "A");

const special = new Set(["PERSISTENT RESERVE OUT", "RESERVE", "RELEASE", ...VARIANTS.map(([name]) => name)]);
const commands = COMMAND_TABLE.all.map((command) => [command.name, command] as const);

describe("a persistent reservation", () => {
  it.each(commands)("meets %s as the standard's table says", async (name, command) => {
    const base = baseName(name);
    if (special.has(base)) return;
    const row = ROWS[base];
    expect(row, `${base} has no row in this test's table`).toBeDefined();
    const { unit, run } = setUp();
    const cdb = bare(command);
    for (const type of TYPES) {
      for (const who of WHO) {
        expect([name, type, who, outcome(await run(type, who, cdb))]).toEqual([name, type, who, cell(row!, type, who)]);
      }
    }
    unit.expectIdle();
  });

  it.each(VARIANTS)("meets %s with CDB %j as the standard's table says", async (name, cdb, row) => {
    expect(COMMAND_TABLE.all.some((command) => command.name === name)).toBe(true);
    const { run } = setUp();
    for (const type of TYPES) {
      for (const who of WHO) expect([type, who, outcome(await run(type, who, cdb))]).toEqual([type, who, cell(row, type, who)]);
    }
  });

  const actions = COMMAND_TABLE.all.filter(({ opcode }) => opcode === 0x5f);
  it.each(actions.map((command) => [command.name.split(" / ")[1]!, command] as const))(
    "meets PERSISTENT RESERVE OUT / %s as table 66 says",
    async (name, { serviceAction }) => {
      const expected = SERVICE_ACTIONS[name];
      expect(expected, `${name} has no row in this test's table`).toBeDefined();
      const { run } = setUp();
      for (const type of TYPES) {
        for (const who of ["registered", "unregistered"] as const) {
          // Whoever is registered holds an all registrants reservation: there is no other holder to meet.
          if (who === "registered" && allHold(type)) continue;
          const key = who === "registered" && name !== "REPLACE LOST RESERVATION" ? KEY.registered : 0n;
          const list =
            name === "REGISTER AND MOVE"
              ? moveList(key, 5n, 0, 1, transportId("iqn.2026-01.test:far,i,0x0000000000ff"))
              : prList(key, name.startsWith("PREEMPT") ? KEY.holder : 3n);
          const cdb = [0x5f, serviceAction!, type, 0, 0, 0, 0, 0, list.length, 0];
          const result = outcome(await run(type, who, cdb, list));
          expect([type, who, result]).toEqual([type, who, expected![who === "registered" ? 0 : 1]]);
        }
      }
    },
  );

  it.each([
    ["RESERVE(6)", [0x16, 0, 0, 0, 0, 0]],
    ["RESERVE(10)", [0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["RELEASE(6)", [0x17, 0, 0, 0, 0, 0]],
    ["RELEASE(10)", [0x57, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ] as const)(
    "meets %s with GOOD and no effect where it lets the nexus in, else with a conflict (5.13.3)",
    async (_name, cdb) => {
      const { unit, run } = setUp();
      for (const type of TYPES) {
        for (const who of WHO) {
          const letIn = who === "holder" || (who === "registered" && type >= 5);
          expect([type, who, outcome(await run(type, who, cdb))]).toEqual([type, who, letIn ? "A" : "C"]);
          expect(unit.lu.state.reservations).toMatchObject({ legacy: undefined, reservation: { type } });
        }
      }
    },
  );

  it("is met by every command of the command table in one of these tests", () => {
    const tested = [...Object.keys(ROWS), ...special];
    expect(COMMAND_TABLE.all.map(({ name }) => baseName(name)).filter((name) => !tested.includes(name))).toEqual([]);
  });
});
