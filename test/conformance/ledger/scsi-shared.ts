// Conditions of commands by which hosts share units: reservations of either kind, and third-party copies (SPC-4, SPC-2).

import type { Condition } from "./rule.ts";
import { proof } from "./rule.ts";
import { commandTests, of, scsiTests } from "./scsi-rows.ts";

const persistent = commandTests("persistent-reserve");
const aptpl = commandTests("persistent-through-power-loss");
const machine = scsiTests("persistent-reservation");
const conflicts = scsiTests("reservation-conflicts");
const copies = commandTests("extended-copy");
const receive = commandTests("receive-copy");
const lists = (test: string, row?: string) => proof("test/scsi/third-party-copy/parameter-list.test.ts", test, row);
const durable = (test: string) => proof("test/e2e/durable-state.test.ts", test);

const OUT = "PERSISTENT RESERVE OUT /";
const IN = "PERSISTENT RESERVE IN /";

const PERSISTENT: readonly Condition[] = [
  ...of(`${IN} READ KEYS`, [
    ["the keys, with PRGENERATION", persistent("reads keys with the generation")],
    ["PRGENERATION passes 32 bits: begins anew", machine("count generations in 32 bits")],
    ["another service action: 24h/00h at it", persistent("has no other service action"), "SPC-4 6.15"],
  ]),
  ...of(`${IN} READ RESERVATION`, [
    ["the holder's key, scope and type; all registrants: key 0", persistent("reads the reservation; the key of an all")],
  ]),
  ...of(`${IN} REPORT CAPABILITIES`, [
    ["all six types, PTPL_C, PTPL_A", persistent("reports its capabilities: all six types")],
  ]),
  ...of(`${IN} READ FULL STATUS`, [
    ["each registration with its TransportID", persistent("reads the full status with TransportIDs")],
  ]),
  ...of(`${OUT} REGISTER`, [
    [
      "the right key: registered, changed, unregistered; a wrong one: conflict",
      persistent("wants key zero from a nexus that is not"),
    ],
    ["the nexus is lost: still registered when it is back", persistent("survives logout: the same initiator port")],
    ["ALL_TG_PT: through every port", persistent("registers every port with ALL_TG_PT")],
    [
      "ALL_TG_PT, and a port has another key: conflict, none changes",
      machine("conflicts where one of the ports has another key"),
    ],
    [
      "SPEC_I_PT: named ports, or a device by all its ports",
      persistent("registers named ports, and a device by all its ports"),
    ],
    [
      "SPEC_I_PT names a port that is registered: 26h/00h, nobody is",
      persistent("refuses the list that names a registered port"),
    ],
    [
      "SPEC_I_PT from who is registered: refused; nothing to register: ignored",
      machine("is ignored where there is nothing to register"),
    ],
    ["SPEC_I_PT with ALL_TG_PT: through every port", persistent("registers named ports through every target port")],
    [
      "more registrations than there is room for: 55h/04h, none",
      persistent("keeps the number of registrants within its bound, all or"),
    ],
    ["the length of TransportIDs lies: 1Ah/00h", persistent("refuses a list length that lies")],
    [
      "the holder unregisters: the reservation ends; 2Ah/04h where shared",
      persistent("ends with the registration of the holder"),
    ],
    ["APTPL of the last one counts", machine("is that of the last registering that did something")],
    ["APTPL 1: GOOD when saved, nobody meets it before", aptpl("gives GOOD when the state is saved")],
    ["APTPL 1 and it can't be saved: HARDWARE ERROR, no effect", aptpl("fails the command that can't be saved")],
    [
      "APTPL 1 and power is lost: registrations and reservation are there",
      durable("a reservation with APTPL keeps others out"),
    ],
    ["APTPL 0 and power is lost: neither is", durable("registrations without APTPL end with the process")],
    ["PRGENERATION does not count a command that fails", aptpl("leaves PRGENERATION uncounted when the command fails")],
  ]),
  ...of(`${OUT} REGISTER AND IGNORE EXISTING KEY`, [
    ["whatever the key: registered, changed, unregistered", persistent("ignores the old key where it is asked to")],
    ["SPEC_I_PT: 26h/00h at the bit", persistent("refuses reserved flags, SPEC_I_PT elsewhere")],
  ]),
  ...of(`${OUT} RESERVE`, [
    [
      "not registered, wrong key, second holder, other type: conflict; again: GOOD",
      persistent("conflicts for strangers, wrong keys"),
    ],
    ["another scope or type: 24h/00h at it", persistent("refuses a scope or a type that is none")],
    ["what it forbids is on its way: GOOD when that has ended", persistent("waits until what it forbids has ended")],
    [
      "a command it forbids waits for memory: that one gets the conflict",
      persistent("is not held up by a command of another nexus"),
    ],
    ["another nexus's command meets it as the table of each standard says", conflicts("meets %s as the standard's table says")],
    ["any history of three nexuses: as the model", machine("follow the model whatever three nexuses do")],
  ]),
  ...of(`${OUT} RELEASE`, [
    ["another type: 26h/04h; not the holder: GOOD, nothing", persistent("conflicts for strangers, wrong keys")],
    ["access had been shared: 2Ah/04h to the registrants", persistent("tells registrants of a release only where")],
  ]),
  ...of(`${OUT} CLEAR`, [
    ["reservation and registrations end; 2Ah/03h to the others", persistent("clears everything and tells the others")],
  ]),
  ...of(`${OUT} PREEMPT`, [
    ["the holder's key: taken over; 2Ah/05h to who is removed", persistent("takes a reservation over")],
    ["another key: removed, the reservation stays", persistent("removes registrations and leaves the reservation")],
    ["key 0: 26h/00h, all registrants: the others; unknown: conflict", persistent("refuses zero and keys that nobody has")],
    ["its own key: another type, 2Ah/04h to the others", persistent("lets the holder change its type with its own key")],
  ]),
  ...of(`${OUT} PREEMPT AND ABORT`, [
    ["tasks of the preempted end before its own GOOD", persistent("aborts what the preempted had begun")],
    ["after GOOD no byte of the preempted lands", persistent("lets no byte of the preempted land after its GOOD")],
    ["the same over real connections", durable("after PREEMPT AND ABORT's GOOD no byte")],
    ["its own key: its own tasks end, it stays registered", machine("names for PREEMPT AND ABORT every nexus with the key")],
    ["two of each other at the same time: both end", persistent("ends two commands that preempt themselves")],
  ]),
  ...of(`${OUT} REGISTER AND MOVE`, [
    [
      "the named port is registered and holds; UNREG: the giver is not any more",
      persistent("hands the reservation to a named port"),
    ],
    ["not the holder, or all registrants: conflict or 24h/00h", persistent("is for the one holder only")],
    [
      "itself, key 0, an unknown port, a device, trailing bytes: 26h/00h",
      persistent("refuses itself, key zero, unknown ports"),
    ],
    ["no room: 55h/04h", persistent("keeps the number of registrants within its bound, unless")],
  ]),
  ...of(`${OUT} REPLACE LOST RESERVATION`, [
    [
      "information is lost: one registrant, the holder; PRGENERATION 0",
      aptpl("takes REPLACE LOST RESERVATION, which begins anew"),
    ],
    ["lost: others meet DATA PROTECT 44h/01h", aptpl("refuses %s: DATA PROTECT where it can be replaced")],
    ["nothing is lost: 26h/04h, or a conflict", machine("is an invalid release where nothing is lost")],
    ["a key, or no new key: refused", machine("wants key zero and a new key")],
    ["the replacement can't be saved: still lost", aptpl("is lost still where the replacement can't be saved")],
  ]),
];

const RESERVES = ["RESERVE(6)", "RESERVE(10)"];
const RELEASES = ["RELEASE(6)", "RELEASE(10)"];

const SPC_2: readonly Condition[] = [
  ...of(
    [...RESERVES, ...RELEASES],
    [
      [
        "the two of one size act for the other; others' RELEASE: GOOD, nothing",
        persistent("keeps everybody else out but for the few"),
      ],
      [
        "a persistent reservation: GOOD without effect for who it lets in",
        conflicts("meets %s with GOOD and no effect where it lets"),
      ],
    ],
  ),
  ...of(RESERVES, [
    ["others meet RESERVATION CONFLICT but for the commands of SPC-2", persistent("keeps everybody else out but for the few")],
    ["nexus loss, logical unit reset: it ends", persistent("ends with the nexus and with a reset")],
    ["PERSISTENT RESERVE IN and OUT conflict, the holder's too", persistent("makes persistent reservation commands conflict")],
    ["initiators have registered: conflict", persistent("conflicts where initiators have registered")],
    ["third party, extent, parameter list: 24h/00h", persistent("takes no third party, no extent and no parameter list")],
  ]),
];

const COPIES: readonly Condition[] = [
  ...of("EXTENDED COPY(LID1)", [
    ["the blocks of the segment are copied and no others", copies("moves the blocks of the segment and no others")],
    ["source and destination are one unit, CSCD descriptor ID FFFFh", copies("works within one unit")],
    ["the blocks overlap: as read before written", copies("of blocks that overlap %s arrives as if")],
    [
      "any segments, blocks of 512 and 4096 bytes: as the standard says",
      commandTests("extended-copy-oracle")("any segments over units"),
    ],
    ["the destination has WCE 0: durable before its status", copies("is durable before its status")],
    ["no list, or no segments: GOOD", copies("without a parameter list, or without segments")],
    ["a unit that the nexus does not see: 0Dh/02h", copies("is one that the nexus does not see, though it is there")],
    [
      "a CSCD descriptor ID that is none: COPY ABORTED 08h/04h or 0Dh/02h at it",
      copies("CSCD descriptor ID %i is refused with %s"),
    ],
    ["a segment passes the end: nothing moves", copies("when a later segment passes the end of the %s")],
    ["a residue that nothing takes: 26h/0Ah, nothing moves", copies("when a segment does not fit into whole blocks")],
    ["the source fails: its sense, and how much is left", copies("at the source is told with its sense")],
    ["the destination has no space: its sense", copies("at the destination for want of space is told as that")],
    ["the destination is mapped read-only: nothing is written", copies("because the destination is mapped read-only")],
    [
      "the destination is reserved by another: nothing is written",
      copies("because another initiator has reserved the destination"),
    ],
    ["a reservation comes meanwhile: it ends at the next piece", copies("at the unit of the command ends it with a conflict")],
    ["ABORT TASK: no byte is written after its answer", copies("ABORT TASK")],
    ["reset of the destination: no byte is written after", copies("a reset of the destination, which the command is told")],
    ["17 CSCD descriptors: 26h/06h", lists("%s is refused", '"17 CSCD descriptors"')],
    ["65 segment descriptors: 26h/08h", lists("%s is refused", '"65 segment descriptors"')],
    ["an unknown CSCD descriptor type: 26h/07h", lists("%s is refused", '"a Fibre Channel CSCD descriptor"')],
    ["an unknown segment descriptor type: 26h/09h", lists("%s is refused", '"a segment for streams"')],
    ["inline data: 26h/0Bh", lists("%s is refused", '"inline data"')],
    ["its list identifier is in use: 00h/16h, or 26h/00h at it", copies("of a copy that runs can't be used for another one")],
    ["too many copies of a nexus: TASK SET FULL", copies("bound how many copies one nexus has at a unit")],
  ]),
  ...of("EXTENDED COPY(LID4)", [
    ["descriptor IDs begin with 1", copies("with long list identifiers descriptor IDs begin with 1")],
    ["IMMED: GOOD, and the copy goes on", copies("a copy goes on after its command has ended")],
    ["IMMED, and a reset, the end of the session, or an abort: it ends", copies("a %s ends it, and nothing is written after")],
    ["IMMED with G_SENSE or without an identifier: 24h/00h", copies("it can't be had together with G_SENSE")],
    ["G_SENSE: GOOD with sense data", copies("answers GOOD with sense data where the host asks")],
    ["another header: 26h/00h at it", lists("%s is refused", '"another length of the header"')],
  ]),
  ...of("COPY OPERATION ABORT", [
    ["the copy ends, and no byte is written after GOOD", copies("COPY OPERATION ABORT, and the copy's own command")],
    ["the copy has ended already: 24h/00h at the identifier", copies("of a copy that has ended does nothing")],
  ]),
  ...of("RECEIVE COPY STATUS(LID1)", [
    ["how a copy came out, once", receive("tells how a copy came out, once")],
    ["a copy that runs: how far it is", receive("tells of a copy that runs how far it is")],
    ["LIST ID USAGE 11b: 24h/00h", receive("knows nothing of a copy whose host wanted none of that")],
    ["another nexus's copy: 24h/00h", receive("knows nothing of another nexus's copy")],
    ["a reset of the unit: forgotten", receive("knows nothing after a reset of the unit")],
  ]),
  ...of("RECEIVE COPY STATUS(LID4)", [
    ["as often as it is asked", receive("tells as often as it is asked")],
    [
      "a failure in the background: its sense data",
      receive("has the sense data of a failure, and of a copy in the background"),
    ],
    ["terminated: TASK ABORTED", receive("tells of one that was terminated")],
  ]),
  ...of("RECEIVE COPY FAILURE DETAILS(LID1)", [
    ["the sense data, until told as a whole", receive("has the sense data of the failure, until it has been told")],
    ["success, running, LID4: 24h/00h", receive("says nothing of a copy that succeeded")],
    ["ALLOCATION LENGTH 0: discarded", receive("is discarded with an allocation length of zero")],
  ]),
  ...of("RECEIVE COPY OPERATING PARAMETERS", [
    ["the limits", receive("RECEIVE COPY OPERATING PARAMETERS has the limits")],
    ["VPD page 8Fh says the same", receive("page 8Fh and the operating parameters agree")],
  ]),
];

export const SHARING_CONDITIONS: readonly Condition[] = [...PERSISTENT, ...SPC_2, ...COPIES];
