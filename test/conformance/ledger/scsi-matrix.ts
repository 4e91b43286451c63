// Conditions that are alike for many commands: each column is one condition, and a command has it or not. The tests of a column run every
// command that has it, from lists typed again from the standards.

import type { CommandDescriptor } from "../../../src/scsi/command.ts";
import { COMMAND_TABLE } from "../../../src/scsi/command-table.ts";
import { proof, type Standing } from "./rule.ts";

export interface Column {
  /** Stands in the matrix. */
  readonly letter: string;
  readonly clause: string;
  /** What is the case, and what the device server answers. */
  readonly condition: string;
  readonly proof: Standing;
  readonly applies: (command: CommandDescriptor) => boolean;
}

const CONDITIONS = "test/scsi/command-conditions.test.ts";
const always = (): boolean => true;
const needsMedium = ({ needsMedium: needs }: CommandDescriptor): boolean => needs === true;

/** Commands with a logical block address: those that the test of column G lists. */
const HAS_LBA =
  /^(COMPARE AND WRITE|GET LBA STATUS|ORWRITE|PRE-FETCH|READ\(|REPORT REFERRALS|SYNCHRONIZE|VERIFY|WRITE AND|WRITE ATOMIC|WRITE SAME|WRITE\()/;
const HAS_ALLOCATION_LENGTH =
  /^(GET LBA|INQUIRY|LOG SENSE|MODE SENSE|PERSISTENT RESERVE IN|READ CAPACITY\(16|REPORT (IDENT|LUNS|REFER|SUPPORT|TARGET|TIME)|REQUEST SENSE)/;

export const COLUMNS: readonly Column[] = [
  {
    letter: "A",
    clause: "SAM-5 5.11",
    condition: "nothing is mapped at the LUN: ILLEGAL REQUEST 25h/00h, or the answer for such a LUN",
    proof: [proof(CONDITIONS, "%s is refused: logical unit not supported"), proof(CONDITIONS, "%s answers")],
    applies: always,
  },
  {
    letter: "B",
    clause: "SAM-5 5.14",
    condition: "a unit attention is pending: it is reported once, or the command runs all the same",
    proof: [proof(CONDITIONS, "%s reports it, once"), proof(CONDITIONS, "%s runs all the same")],
    applies: always,
  },
  {
    letter: "C",
    clause: "SPC-4 4.3.3",
    condition: "a reserved or unsupported bit of the CDB is set: ILLEGAL REQUEST 24h/00h with a pointer to it",
    proof: [proof(CONDITIONS, "%s refuses each one, and points at it")],
    applies: always,
  },
  {
    letter: "D",
    clause: "SPC-4 5.13, SBC-4 4.17",
    condition: "somebody else's persistent reservation of each type, registered or not: conflict or not, by the tables",
    proof: [proof("test/scsi/reservation-conflicts.test.ts", "meets %s as the standard's table says")],
    applies: always,
  },
  {
    letter: "E",
    clause: "SPC-4 5.15.2.4",
    condition: "the port is in state active/non-optimized, standby, unavailable or transitioning",
    proof: [
      proof("test/scsi/commands/target-port-groups.test.ts", "%s runs or is refused as the standard says"),
      proof(CONDITIONS, "%s is answered as through an optimized one"),
    ],
    applies: always,
  },
  {
    letter: "F",
    clause: "SBC-3 4.4",
    condition: "the unit is stopped, without a medium, or offline: NOT READY 04h/02h, 3Ah/00h, 04h/00h",
    proof: [proof(CONDITIONS, "%s is refused for that"), proof(CONDITIONS, "%s is not refused for that")],
    applies: needsMedium,
  },
  {
    letter: "G",
    clause: "SBC-3 4.5",
    condition: "the LBA lies beyond the end: ILLEGAL REQUEST 21h/00h",
    proof: [proof(CONDITIONS, "%s is refused: logical block address out of range")],
    applies: ({ name }) => HAS_LBA.test(name),
  },
  {
    letter: "H",
    clause: "SBC-3 4.12",
    condition: "the medium is write protected: DATA PROTECT 27h/00h",
    proof: [proof(CONDITIONS, "%s is refused: write protected")],
    applies: ({ writesMedium }) => writesMedium === true,
  },
  {
    letter: "I",
    clause: "SPC-4 4.2.5.6",
    condition: "ALLOCATION LENGTH cuts the data, from 0 bytes on, and changes none of them",
    proof: [proof(CONDITIONS, "%s cuts its data at it and changes no byte before")],
    applies: ({ name }) => HAS_ALLOCATION_LENGTH.test(name),
  },
];

/** The letters of each command's conditions. */
export const MATRIX: readonly { readonly command: CommandDescriptor; readonly columns: readonly Column[] }[] =
  COMMAND_TABLE.all.map((command) => ({ command, columns: COLUMNS.filter(({ applies }) => applies(command)) }));
