// Conditions of the commands of SPC-4 that are neither about reservations nor about copies, and of the pages that they return.

import type { Condition } from "./rule.ts";
import { commandTests, of, scsiTests } from "./scsi-rows.ts";

const inquiry = commandTests("inquiry");
const luns = commandTests("report-luns");
const modes = commandTests("mode-pages");
const logSelect = commandTests("log-select");
const management = commandTests("management");
const removable = commandTests("removable-medium");
const echo = commandTests("echo-buffer");
const identifying = commandTests("identifying-information");
const timestamp = commandTests("timestamp");
const groups = commandTests("target-port-groups");
const sanitize = commandTests("sanitize");
const receive = commandTests("receive-copy");
const thresholds = scsiTests("provisioning-threshold");
const limits = scsiTests("block-limits");

const IDENTITY: readonly Condition[] = [
  ...of("INQUIRY", [
    ["standard data: SPC-4, iSCSI, third-party copy, ALUA", inquiry("returns 96 bytes of standard data"), "SPC-4 6.4.2"],
    ["ALLOCATION LENGTH cuts, ADDITIONAL LENGTH stays", inquiry("cuts the data at the allocation length")],
    ["a pending unit attention is neither reported nor cleared", inquiry("reports a pending unit attention neither")],
    ["PAGE CODE without EVPD, CMDDT, a page that is not there: 24h/00h", inquiry("refuses a page code without EVPD")],
    ["nothing is mapped: PERIPHERAL QUALIFIER 001b or 011b", inquiry("answers where nothing is mapped")],
    ["a removable unit sets RMB, another does not", removable("says so in INQUIRY, and another does not"), "SPC-4 6.4.2"],
    [
      "page 00h: exactly the pages that can be read, ascending",
      inquiry("lists exactly the pages that can be read"),
      "SPC-4 7.8.19",
    ],
    ["page 80h: the serial number", inquiry("has the serial number (80h)"), "SPC-4 7.8.18"],
    ["page 83h: NAA, T10, UUID, port, group and name designators", inquiry("has NAA, T10, UUID, port, group"), "SPC-4 7.8.6"],
    ["a VPD page that is cut keeps its PAGE LENGTH", inquiry("keeps the true page length when it is cut")],
    ["page 85h: no address of its own", inquiry("has no management address of its own (85h)"), "SPC-4 7.8.8"],
    ["page 86h: task attributes and a volatile cache", inquiry("claims simple, ordered and head of queue"), "SPC-4 7.8.7"],
    ["page 87h: mode pages are shared", inquiry("shares all mode pages among the nexuses (87h)"), "SPC-4 7.8.9"],
    ["page 88h: every port with its group", inquiry("names every port of the target"), "SPC-4 7.8.15"],
    ["page 8Fh: the mandatory descriptors", receive("page 8Fh has the mandatory descriptors"), "SPC-4 7.8.17"],
    ["page 8Fh names the copy commands that there are", receive("page 8Fh names the commands that there are"), "SPC-4 7.8.17"],
    ["page B0h: true limits, in blocks", limits("counts are in logical blocks"), "SBC-3 6.6.3"],
    ["page B0h of a volume that is not thin: no unmapping", limits("a volume that is not thin promises"), "SBC-3 6.6.3"],
    ["page B0h: a limit above 32 bits is FFFFFFFFh", limits("a field of 32 bits does not overflow"), "SBC-3 6.6.3"],
    ["page B1h: the medium does not rotate", inquiry("calls the medium non-rotating"), "SBC-3 6.6.2"],
    ["page B2h: thin, unmapped by every means, zeroes", inquiry("says thin, with unmap by every means"), "SBC-3 6.6.4"],
    ["page B2h: the exponent of a threshold set", thresholds("B2h gives the exponent of a threshold set"), "SBC-3 6.6.4"],
    ["page B3h: one user data segment", inquiry("has one user data segment (B3h)"), "SBC-3 6.6.7"],
    ["names stay the same for ever", scsiTests("identity")("gives the same names for ever"), "SPC-4 7.8.6"],
    ["no two volumes share a name", scsiTests("identity")("never gives one name to two volumes"), "SPC-4 7.8.6"],
  ]),
  ...of("REPORT LUNS", [
    ["SELECT REPORT 00h and 02h: the view, ascending", luns("lists the view ascending, peripheral form up to 255")],
    ["well known or administrative units only: an empty list", luns("knows no well known and no administrative units")],
    ["ALLOCATION LENGTH below 16: 24h/00h at it", luns("refuses an allocation length below 16")],
    ["3Fh/0Eh pending: cleared, and no other attention is", luns("clears the attention that asked for it and no other")],
  ]),
  ...of("REQUEST SENSE", [
    ["an attention is pending: returned with GOOD, and cleared", luns("returns a pending unit attention with GOOD")],
    ["DESC: descriptor format", luns("uses descriptor format when DESC says so")],
    ["nothing is mapped: GOOD with 25h/00h", luns("says where no unit is mapped that there is none, with GOOD")],
    ["ALLOCATION LENGTH cuts", luns("cuts at the allocation length")],
    ["the unit is stopped: GOOD with 04h/02h", management("stops after a flush, keeps the medium")],
    ["a sanitize operation runs: GOOD with its progress", sanitize("with IMMED ends at once and goes on")],
  ]),
];

const PAGES: readonly Condition[] = [
  ...of("MODE SENSE(6)", [
    ["page 3Fh: all pages ascending behind header and block descriptor", modes("returns all pages ascending")],
    ["subpage FFh: with the subpages", modes("adds the subpages for subpage FFh")],
    ["PC 01b: a mask of what can be changed", modes("masks what can be changed"), "SPC-4 6.11.1"],
    ["PC 10b: what is configured, whatever is current", modes("gives the configured values as defaults")],
    ["PC 11b: 39h/00h", modes("saves nothing")],
    ["a page or subpage that is not there: 24h/00h at it", modes("points at the page or the subpage that is not there")],
    ["a read-only mapping: WP is 1", modes("sets WP for a read-only mapping"), "SBC-3 6.5.1"],
    ["ALLOCATION LENGTH cuts, MODE DATA LENGTH stays", modes("keeps MODE DATA LENGTH when it is cut")],
    ["page 1Ch/02h has the thresholds of a thin unit", thresholds("mode page 1Ch/02h has both thresholds"), "SBC-3 6.5.9"],
  ]),
  ...of("MODE SENSE(10)", [
    ["the header has eight bytes, LLBAA the long descriptor", modes("has the 8-byte header, and the long block descriptor")],
  ]),
  ...of("MODE SELECT(6)", [
    ["WCE to 0: GOOD when older writes are stable; 2Ah/01h to the others", modes("turns the write cache off only when")],
    ["WCE to 0 and the flush fails: 03h/00h, WCE is still 1", modes("leaves the write cache on when the flush fails")],
    ["WCE to 1 against the configuration: 26h/00h at the bit", modes("does not turn on a write cache")],
    ["a read-only mapping: 27h/00h", modes("of a nexus that may only read changes nothing")],
    ["an empty list, or the current block descriptor: GOOD", modes("takes an empty list, and the current block descriptor")],
    ["DPOFUA and WP as they were told: GOOD", modes("takes back the DPOFUA and WP that MODE SENSE gave")],
    ["an unknown page: 26h/00h at it", modes("refuses %s, pointing at it", '"an unknown page"')],
    [
      "what is not changeable differs: 26h/00h at it",
      modes("refuses %s, pointing at it", "a page that can't be changed there"),
    ],
    ["another block length or capacity: 26h/00h at it", modes("refuses %s, pointing at it", '"another block length"')],
    ["SP, or PF 0 before a list: 24h/00h at the bit", modes("refuses SP, and PF=0 before a list")],
    ["a logical unit reset: back to the defaults", modes("is undone by a reset")],
  ]),
  ...of("MODE SELECT(10)", [
    ["SWP to 1: GOOD when what was being written is stable", modes("protects the medium only when"), "SBC-3 4.12"],
    ["D_SENSE and SWP take effect", modes("switches sense format and write protection"), "SPC-4 7.5.8"],
  ]),
  ...of("LOG SENSE", [
    ["page 00h, and its subpage FFh: the pages that there are", management("lists its pages, and subpages for FFh")],
    ["pages 02h, 03h, 06h count", logSelect("count what was moved, what the medium failed"), "SPC-4 7.3.13, 7.3.15, 7.3.21"],
    ["PC 10b and 11b: defaults of 0, no thresholds", logSelect("have default values of 0, and no thresholds")],
    ["PARAMETER POINTER: from that parameter on", management("begins with the parameter that the pointer names")],
    ["page 0Ch: what is left and what is used", thresholds("log page 0Ch counts what is left"), "SBC-3 6.4.4"],
    ["page 0Ch and storage that can't be asked: an error", thresholds("log page 0Ch answers the storage's error")],
    ["page 2Fh: no informational exception", management("has no informational exception to report"), "SPC-4 7.3.10"],
    ["unknown page, subpage, pointer beyond the end, SP, PPC: 24h/00h", management("refuses unknown pages, subpages")],
  ]),
  ...of("LOG SELECT", [
    ["PCR: all counters are 0; 2Ah/02h to the others", logSelect("with PCR sets every counter to 0")],
    ["PCR with a page: its counters only", logSelect("resets the counters of one page only")],
    ["a list: counters are set, and count on", logSelect("sets the counters that a list names")],
    [
      "an unknown page or parameter: 26h/00h, nothing is set",
      logSelect("refuses %s, pointing at it", "a page that isn't there"),
    ],
    ["parameters out of order: 26h/00h, nothing is set", logSelect("refuses %s, pointing at it", "parameters out of order")],
    ["PCR with a list: 24h/00h at PCR", logSelect("refuses %s", "PCR with a list")],
    ["SP: 24h/00h at the bit", logSelect("refuses %s", '"saving"')],
  ]),
];

const MANAGEMENT: readonly Condition[] = [
  ...of("READ BUFFER(10)", [
    ["echo buffer: what was written, as often as it is read", echo("returns what was written, as often as it is read")],
    ["echo buffer that nobody has written: 2Ch/00h", echo("that nobody has written is a command sequence error")],
    ["echo buffer descriptor: its capacity, EBOS", echo("the echo buffer has its capacity")],
    ["descriptor: no data buffer", echo("there is no data buffer, whatever its id")],
    ["any other mode: 24h/00h at MODE", echo("every other mode is refused with a pointer at MODE")],
  ]),
  ...of("WRITE BUFFER", [
    ["echo buffer: each nexus's own", echo("is each nexus's own")],
    ["BUFFER ID and BUFFER OFFSET are ignored", echo("ignores BUFFER ID and BUFFER OFFSET")],
    ["longer than the capacity: 24h/00h at the length", echo("takes its capacity (limits.echo_buffer_bytes)")],
    ["less data than the CDB says: 1Ah/00h, the buffer stays", echo("stays as it was when fewer bytes come")],
    ["any other mode: 24h/00h at MODE", echo("every other mode is refused with a pointer at MODE")],
  ]),
  ...of("REPORT IDENTIFYING INFORMATION", [
    ["nothing was set: empty", identifying("is empty at first")],
    ["each type as it was set, the length not cut", identifying("comes back as it was set, each type by itself")],
    ["INFORMATION TYPE 7Fh: the types with their maximum", identifying("tells which types there are")],
  ]),
  ...of("SET IDENTIFYING INFORMATION", [
    ["longer than the type may be: 24h/00h at the length", identifying("takes as much as it says and refuses one byte more")],
    ["an unknown type, text that is no text: refused", identifying("refuses types that are none")],
    ["GOOD: saved, survives a reset, 3Fh/05h to the others", identifying("is saved before GOOD, survives a reset")],
    ["it can't be saved: HARDWARE ERROR, it stays as it was", identifying("stays as it was where it can't be saved")],
    ["a read-only mapping: 27h/00h", identifying("is not set by who may not write")],
  ]),
  ...of("REPORT TIMESTAMP", [
    ["never set: milliseconds since power on", timestamp("counts milliseconds from power on until it is set")],
    ["set: counts on, and says who set it", timestamp("counts on from where it was set")],
    ["logical unit reset, nexus loss: it goes on", timestamp("survives a logical unit reset")],
    ["hard reset: zero", timestamp("is zero again after a hard reset")],
  ]),
  ...of("SET TIMESTAMP", [
    ["2Ah/10h to every other nexus", timestamp("tells every other nexus when it is set")],
    ["an empty list: GOOD, no change and no attention", timestamp("stays as it is with an empty list")],
    ["high byte above F0h, reserved bytes: 26h/00h; other lengths: 1Ah/00h", timestamp("takes F0h as its high order byte")],
  ]),
  ...of("REPORT SUPPORTED OPERATION CODES", [
    ["all commands, with timeouts for RCTD", management("lists what the table has")],
    ["one command: its usage map", management("describes one command by its usage map")],
    ["the usage map is the one CDBs are checked against", management("gives for every command the very usage map")],
    ["an unknown command: SUPPORT 001b", management("says of what is not there that it is not there")],
    ["what this unit can't do is left out", management("leaves out what this unit can't do")],
    ["REPORTING OPTIONS that don't fit: 24h/00h at them", management("refuses options that don't fit the operation code")],
  ]),
  ...of("REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", [
    ["the functions, with REPD; a length below 4: 24h/00h", management("has abort task, abort task set, clear task set")],
  ]),
  ...of("REPORT TARGET PORT GROUPS", [
    ["every group, either format; another format: 24h/00h", management("has a group per portal group, active and optimized")],
    ["states that were set, and who set them", groups("changes the states it names, says who changed them")],
  ]),
  ...of("SET TARGET PORT GROUPS", [
    ["the states change; 2Ah/06h to every other nexus", groups("changes the states it names, says who changed them")],
    ["the same states, or none: GOOD, nobody is told", groups("does nothing and tells nobody")],
    ["an unknown state or group: 26h/00h, nothing changes", groups("refuses %s, pointing at it, and changes nothing")],
    ["a list cut within a descriptor: 1Ah/00h", groups("refuses a list that is cut within a descriptor")],
    ["a read-only mapping: 67h/0Ah", groups("is not for a host that sees the unit read-only")],
    ["GOOD: no write runs through an inaccessible port", groups("answers when no write runs any more")],
  ]),
  ...of(
    ["REPORT SUPPORTED OPERATION CODES", "SET TIMESTAMP"],
    [
      [
        "other service actions of the operation code: 24h/00h at it",
        management("refuses other service actions of A3h and A4h"),
      ],
    ],
  ),
];

export const PRIMARY_CONDITIONS: readonly Condition[] = [...IDENTITY, ...PAGES, ...MANAGEMENT];
