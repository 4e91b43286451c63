// RFC 7143 chapter 11, "iSCSI PDU Formats": the fields that a target sets or checks, one PDU after the other.

import { inFolder, proof, type Rule } from "./rule.ts";

const AHS = "test/wire/ahs.test.ts";
const FRAMER = "test/wire/framer.test.ts";
const GOLDEN = "test/wire/pdu/golden.test.ts";
const MACHINE = "test/iscsi/login/login-machine.test.ts";
const NEGOTIATION = "test/iscsi/login/negotiation.test.ts";
const ROUND_TRIP = "test/wire/pdu/round-trip.test.ts";

const LEVEL_0 =
  "Data and status are retransmitted at ErrorRecoveryLevel 1 and above only; the negotiation always ends at 0 (13.20).";
const LEVEL_2 = "Allegiance is reassigned at ErrorRecoveryLevel 2 only; the negotiation always ends at 0 (13.20).";
const NO_BIDIRECTIONAL = "No command of this target transfers data both ways: such an operation code is invalid (11.7.3).";

const GENERAL: readonly Rule[] = [
  {
    clause: "11",
    id: "pdu-reserved-sent-as-zero",
    must: "The target sends every reserved bit and field as zero, in every kind of PDU.",
    proof: [
      inFolder("reserved-fields", "has nothing in what its format leaves reserved, whatever its kind"),
      inFolder("async-logout-request", "asks every connection on that connection"),
      proof(GOLDEN, "%s is encoded and decoded byte for byte"),
    ],
  },
  {
    clause: "11",
    id: "pdu-meaningless-fields-zero",
    must: "The target leaves fields zero that have no meaning in the PDU at hand, such as the StatSN of Data-In without status.",
    proof: [inFolder("reserved-fields", "leaves fields zero that have no meaning in it")],
  },
  {
    clause: "11",
    id: "pdu-reserved-ignored",
    must: "The target ignores reserved bits and fields of what it receives.",
    proof: [
      inFolder("reserved-fields", "of a Login Request"),
      inFolder("reserved-fields", "of a SCSI Command and of Data-Out"),
      inFolder("reserved-fields", "of NOP-Out, of a task management function, of Text and of Logout"),
      proof(ROUND_TRIP, "ignores the reserved bits of a header it decodes"),
    ],
  },
  {
    clause: "11",
    id: "pdu-reserved-codes-reported",
    must: "The target reports a reserved code in a field that is defined as a protocol error and does nothing on its account.",
    proof: [
      inFolder("reserved-codes", "task attribute %i"),
      inFolder("reserved-codes", "logout reason %i"),
      inFolder("reserved-codes", "SNACK type %i"),
      inFolder("reserved-codes", "operation code %i"),
      inFolder("extended-cdb", "in a segment that %s is rejected", "has an unknown type"),
      proof(MACHINE, "with %s is refused", "stage 2"),
    ],
  },
  {
    clause: "11",
    id: "pdu-big-endian",
    must: "Both sides put numbers of more than one byte into a PDU with the most significant byte first.",
    proof: [proof(GOLDEN, "%s is encoded and decoded byte for byte"), proof(GOLDEN, "11.3 SCSI Command carries a READ(10)")],
  },
  {
    clause: "11.1",
    id: "pdu-padding-sent",
    must: "The target pads each segment to a multiple of four bytes, which the segment's length does not count.",
    proof: [inFolder("reserved-fields", "with %i bytes of data is padded with zeroes to a multiple of four")],
  },
  {
    clause: "11.1",
    id: "pdu-padding-received",
    must: "The target takes padding off what it receives: the next PDU begins behind it, and none of it is data.",
    proof: [
      proof(FRAMER, "delivers the same PDUs wherever the stream is split in two"),
      inFolder("nop", "with %i bytes comes back with the same bytes"),
    ],
  },
];

const HEADERS: readonly Rule[] = [
  {
    clause: "11.2.1",
    id: "bhs-48-bytes",
    must: "Every header begins with a basic header segment of 48 bytes, the fields that PDUs share at the same place in it.",
    proof: [
      proof(ROUND_TRIP, "encodes into exactly 48 bytes whatever was in them"),
      proof(GOLDEN, "%s is encoded and decoded"),
    ],
  },
  {
    clause: "11.2.1.1",
    id: "bhs-immediate-bit",
    must: "The target takes a request with the I bit for immediate delivery.",
    proof: [inFolder("immediate", "runs although the window has a gap"), inFolder("immediate", "runs without using a CmdSN")],
  },
  {
    clause: "11.2.1.2",
    id: "bhs-target-opcodes-only",
    must: "The target uses the operation codes of targets only.",
    proof: [
      inFolder("reserved-fields", "has nothing in what its format leaves reserved, whatever its kind"),
      proof(ROUND_TRIP, "cover every operation code of RFC 7143 exactly once"),
    ],
  },
  {
    clause: "11.2.1.2",
    id: "bhs-foreign-opcodes",
    must: "The target rejects operation codes that are reserved, unknown or a target's own.",
    proof: [
      inFolder("reserved-codes", "operation code %i, which no initiator has: command not supported"),
      inFolder("reject-reasons", "answers an unknown operation code with command not supported and the header"),
    ],
  },
  {
    clause: "11.2.1.5",
    id: "bhs-no-ahs-sent",
    must: "TotalAHSLength is 0 in what the target sends, because none of its PDUs has additional headers.",
    proof: [inFolder("reserved-fields", "has nothing in what its format leaves reserved, whatever its kind")],
  },
  {
    clause: "11.2.1.5",
    id: "bhs-ahs-length-words",
    must: "The target reads TotalAHSLength as a number of four-byte words, padding included, and finds the data behind them.",
    proof: [
      inFolder("limit-text", "additional header segments of ahs_bytes, as many as TotalAHSLength can say"),
      proof(FRAMER, "delivers the same PDUs byte by byte"),
    ],
  },
  {
    clause: "11.2.1.6",
    id: "bhs-data-length-zero",
    must: "DataSegmentLength is 0 in a PDU of the target that has no data segment.",
    proof: [
      inFolder("r2t-fields", "asks for at most MaxBurstLength"),
      inFolder("logout-ends-tasks", "is answered with its tag and without data, and the target closes first"),
      inFolder("sense-data", "with GOOD has no data segment"),
    ],
  },
  {
    clause: "11.2.1.6",
    id: "bhs-data-length-without-padding",
    must: "DataSegmentLength counts the bytes of the data segment without padding.",
    proof: [inFolder("reserved-fields", "with %i bytes of data is padded with zeroes to a multiple of four")],
  },
  {
    clause: "11.2.1.7",
    id: "bhs-lun-format",
    must: "The target reads and writes the LUN field in the format of SAM: eight bytes, the first in byte 8 of the header.",
    proof: [
      proof("test/wire/lun.test.ts", "use peripheral device addressing up to 255 and flat space addressing from 256"),
      proof("test/wire/lun.test.ts", "are read back as the number that was written"),
      inFolder("r2t-fields", "has a transfer tag of its own"),
    ],
  },
  {
    clause: "11.2.1.8",
    id: "bhs-task-tag-returned",
    must: "The target puts the initiator's task tag into every PDU that belongs to the task.",
    proof: [
      inFolder("connection-allegiance", "two connections that use the same tags at the same time"),
      inFolder("nop-in-fields", "that answers has the task tag of the NOP-Out and no transfer tag"),
      inFolder("logout-ends-tasks", "is answered with its tag and without data"),
    ],
  },
  {
    clause: "11.2.2.1",
    id: "ahs-types",
    must: "The target takes additional headers of type 1 and 2 for what they are; every other type is reserved.",
    proof: [
      proof(AHS, "are read byte for byte as in figures 11.2.2.3 and 11.2.2.4"),
      inFolder("extended-cdb", "in a segment that %s is rejected", "has an unknown type"),
    ],
  },
  {
    clause: "11.2.2.2",
    id: "ahs-length-checked",
    must: "The target reads AHSLength as the number of bytes behind AHSType, without padding, and refuses one that reaches beyond TotalAHSLength.",
    proof: [proof(AHS, "are refused with %s"), proof(AHS, "never read beyond their room, whatever the bytes")],
  },
  {
    clause: "11.2.2.3",
    id: "ahs-extended-cdb",
    must: "The target appends an extended CDB segment to the 16 bytes of the header; one for a CDB that needs none is an error.",
    proof: [
      proof(AHS, "give back the part of a CDB beyond 16 bytes"),
      proof(AHS, "are refused with %s"),
      inFolder("extended-cdb", "carries READ(32) and WRITE(32)"),
    ],
  },
  {
    clause: "11.2.2.4",
    id: "ahs-bidirectional-read-length",
    must: "The target reads the expected read length of a bidirectional command from its additional header.",
    proof: [proof(AHS, "give back the part of a CDB beyond 16 bytes, and the bidirectional read length")],
  },
  {
    clause: "11.2.3",
    id: "digest-header-coverage",
    must: "The header digest covers the basic and all additional header segments.",
    proof: [
      proof(FRAMER, "says where a flipped bit was, or that it was in bytes without a digest"),
      inFolder("reject-fields", "carries additional header segments too, without digests"),
    ],
  },
  {
    clause: "11.2.3",
    id: "digest-data-coverage",
    must: "The data digest covers the data segment with its padding, and a PDU without data has none.",
    proof: [
      inFolder("digest-every-pdu", "with %s every kind of PDU that the target sends has it"),
      proof(FRAMER, "says where a flipped bit was, or that it was in bytes without a digest"),
    ],
  },
  {
    clause: "11.2.4",
    id: "data-segment-within-limit",
    must: "The target sends no data segment that is longer than the initiator's MaxRecvDataSegmentLength.",
    proof: [
      inFolder("data-in-order", "comes in order, within the bounds that the initiator set"),
      inFolder("text-exchange", "goes on with C and without F when it does not fit"),
      inFolder("nop-in-fields", "returns the first bytes of a ping that is larger than what the initiator takes"),
      inFolder("reject-fields", "is no longer than what the initiator takes"),
    ],
  },
];

const COMMAND_AND_RESPONSE: readonly Rule[] = [
  {
    clause: "11.3.1",
    id: "command-f-and-w-clear",
    must: "The target treats a command with neither F nor W as an error: data is announced that can't come.",
    proof: [inFolder("sense-data", "and UNEXPECTED UNSOLICITED DATA when the F bit announces data of a command that reads")],
  },
  {
    clause: "11.3.1",
    id: "command-f-set-no-unsolicited-data",
    must: "With the F bit in a write the target expects nothing more unasked, and asks for the rest by R2T.",
    proof: [inFolder("unsolicited-data", "may end before the first burst is full")],
  },
  {
    clause: "11.3.4",
    id: "command-residuals-told",
    must: "At the end of a transfer the target tells by residual counts how many bytes were processed.",
    proof: [inFolder("residual-counts", "say underflow when the command returns less than expected")],
  },
  {
    clause: "11.3.5",
    id: "command-long-cdb",
    must: "The target takes a CDB of more than 16 bytes from the header and its extended CDB segment.",
    proof: [inFolder("extended-cdb", "carries READ(32) and WRITE(32)")],
  },
  {
    clause: "11.3.6",
    id: "command-immediate-data",
    must: "The target takes the data segment of a command for immediate data, by the rules for unsolicited data.",
    proof: [
      inFolder("unsolicited-data", "of the first burst needs no R2T, the rest does"),
      inFolder("unsolicited-data", "beyond FirstBurstLength is refused"),
    ],
  },
  {
    clause: "11.4.1",
    id: "response-residual-bits-exclusive",
    must: "At most one of O and U is set in a response, and at most one of o and u.",
    proof: [
      inFolder("residual-counts", "say underflow when the command returns less than expected"),
      inFolder("residual-counts", "say overflow when the command has more than expected"),
      inFolder("reserved-fields", "leaves fields zero that have no meaning in it"),
    ],
  },
  {
    clause: "11.4.1",
    id: "response-bits-of-failed-delivery",
    must: "In a response other than Command Completed at Target the residual bits are 0.",
    proof: {
      notApplicable:
        "The target answers no command with Target Failure: a defect of its own is a SCSI status, HARDWARE ERROR (11.4.3).",
    },
  },
  {
    clause: "11.4.2",
    id: "response-waits-for-data",
    must: "When a write fails, the target waits for the F bit of all data that is on its way before it sends the response.",
    proof: [
      inFolder("wait-for-data", "is answered when every run that was asked for has ended, and asks for no more"),
      inFolder("wait-for-data", "waits for the F bit of the very run in which the error was"),
      inFolder("wait-for-data", "is answered when its unsolicited data has ended"),
    ],
  },
  {
    clause: "11.4.3",
    id: "response-code",
    must: "The response code is 0 when the command completed at the target, and only then the status has a meaning.",
    proof: [
      inFolder("sense-data", "with CHECK CONDITION has SenseLength and exactly that much sense data"),
      inFolder("sense-data", "with GOOD has no data segment"),
    ],
  },
  {
    clause: "11.4.4",
    id: "response-snack-tag",
    must: "The SNACK Tag of a response is that of the last R-Data SNACK for its command, and otherwise 0.",
    proof: [inFolder("reserved-fields", "leaves fields zero that have no meaning in it")],
  },
  {
    clause: "11.4.5.1",
    id: "response-residual-valid",
    must: "The residual count is valid when O or U is set, and reserved otherwise.",
    proof: [
      inFolder("residual-counts", "say nothing when the lengths agree"),
      inFolder("reserved-fields", "leaves fields zero that have no meaning in it"),
    ],
  },
  {
    clause: "11.4.5.2",
    id: "response-overflow",
    must: "When a command wants more bytes than expected, the target sets O and the count to the difference, and sends no more than expected.",
    proof: [
      inFolder("residual-counts", "say overflow when the command has more than expected, and send no more"),
      inFolder("r2t-fields", "asks for no more than the initiator has, when the command wants more"),
    ],
  },
  {
    clause: "11.4.5.2",
    id: "response-underflow",
    must: "When a command wants fewer bytes than expected, the target sets U and the count to the difference, in both directions.",
    proof: [
      inFolder("residual-counts", "say underflow when the command returns less than expected"),
      inFolder("residual-counts", "say underflow for a write that takes less than is offered, and write only that"),
    ],
  },
  {
    clause: "11.4.5.2",
    id: "response-no-residual",
    must: "When a command wants what is expected, neither O nor U is set.",
    proof: [inFolder("residual-counts", "say nothing when the lengths agree")],
  },
  {
    clause: "11.4.5.3",
    id: "response-allocation-length",
    must: "What the allocation length of a CDB cuts off, as in REPORT LUNS, is no overflow.",
    proof: [
      inFolder("allocation-length", "whose allocation length and expected length %s"),
      inFolder("allocation-length", "whose allocation length cuts its data at 20 bytes, where %s"),
    ],
  },
  {
    clause: "11.4.6",
    id: "response-bidirectional-residual",
    must: "The bidirectional read residual count is valid when o or u is set.",
    proof: { notApplicable: NO_BIDIRECTIONAL },
  },
  {
    clause: "11.4.7",
    id: "response-autosense",
    must: "The target has autosense on: a response with CHECK CONDITION has sense data in its data segment.",
    proof: [inFolder("sense-data", "with CHECK CONDITION has SenseLength and exactly that much sense data")],
  },
  {
    clause: "11.4.7.1",
    id: "response-sense-length",
    must: "A data segment that is not empty begins with the length of the sense data, which follows.",
    proof: [inFolder("sense-data", "with CHECK CONDITION has SenseLength and exactly that much sense data")],
  },
  {
    clause: "11.4.7.2",
    id: "sense-unexpected-unsolicited-data",
    must: "Unsolicited data that was ruled out ends its command with ABORTED COMMAND, 0Ch/0Ch.",
    proof: [
      inFolder("sense-data", "and UNEXPECTED UNSOLICITED DATA when immediate data comes that was ruled out"),
      inFolder("sense-data", "and UNEXPECTED UNSOLICITED DATA when Data-Out is announced that was ruled out"),
    ],
  },
  {
    clause: "11.4.7.2",
    id: "sense-incorrect-amount",
    must: "Data that is less or more than its R2T asked for ends its command with ABORTED COMMAND, 0Ch/0Dh.",
    proof: [inFolder("sense-data", "and INCORRECT AMOUNT OF DATA when %s comes")],
  },
  {
    clause: "11.4.7.2",
    id: "sense-digest-error",
    must: "Data with a wrong digest ends its command with ABORTED COMMAND, 47h/05h.",
    proof: [inFolder("sense-data", "and PROTOCOL SERVICE CRC ERROR, after a Reject, when its data has a wrong digest")],
  },
  {
    clause: "11.4.7.2",
    id: "sense-snack-rejected",
    must: "A SNACK that is refused for a command ends it with ABORTED COMMAND, 11h/13h.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "11.4.8",
    id: "response-exp-data-sn",
    must: "ExpDataSN is 0 in the response of a command that has sent no Data-In.",
    proof: [inFolder("r2t-fields", "has ExpDataSN 0: no Data-In was sent")],
  },
  {
    clause: "11.4.9",
    id: "response-stat-sn",
    must: "StatSN grows by one with every response or status of a connection.",
    proof: [
      inFolder(
        "status-numbering",
        "a ping, a status with data and without, Text, Reject, task management and Logout count one each",
      ),
    ],
  },
  {
    clause: "11.4.9",
    id: "response-stat-sn-of-retransmission",
    must: "A response that is sent again has the StatSN that it had the first time.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "11.4.10",
    id: "response-exp-cmd-sn",
    must: "ExpCmdSN tells the initiator which commands have been received, in every PDU that has the field.",
    proof: [
      inFolder("response-acknowledges", "in %s comes with an ExpCmdSN behind its command"),
      inFolder("response-acknowledges", "is preceded by R2Ts that acknowledge the write"),
    ],
  },
  {
    clause: "11.4.10",
    id: "response-window-shut",
    must: "ExpCmdSN is MaxCmdSN + 1 when the target can take no new command.",
    proof: [inFolder("limit-session", "is the number of commands that may be outstanding: a 17th is ignored")],
  },
  {
    clause: "11.4.11",
    id: "max-cmd-sn-told-by-nop-in",
    must: "When MaxCmdSN grows and no PDU is due that could tell it, the target sends a NOP-In with it.",
    proof: [inFolder("max-cmd-sn-told", "an initiator that has used up its window while memory was short is told")],
  },
];

const TASK_MANAGEMENT: readonly Rule[] = [
  {
    clause: "11.5.1",
    id: "management-answered",
    must: "The target answers every task management function, with the tag of its request.",
    proof: [
      inFolder("task-management", "%s ends a write that waits for data"),
      inFolder("task-management", "%s is answered with its response code"),
      inFolder("reserved-codes", "task management function %i: not supported"),
    ],
  },
  {
    clause: "11.5.1",
    id: "management-lower-cmd-sn",
    must: "A function acts on all commands of its session with a lower CmdSN, delivered or not.",
    proof: [
      inFolder("group-abort-held", "are ended by %s when they are before it, and executed when they are after it"),
      inFolder("task-management", "%s ends a write that waits for data"),
    ],
  },
  {
    clause: "11.5.1",
    id: "management-immediate",
    must: "The target considers a function for immediate delivery at once, whatever CmdSN is missing.",
    proof: [
      inFolder("abort-undelivered-command", "commands behind one that was aborted while it waited for its turn are delivered"),
    ],
  },
  {
    clause: "11.5.1",
    id: "management-no-response-after",
    must: "After the response to a function no response comes for a task that it covers.",
    proof: [
      inFolder("function-after-responses", "after the response to ABORT TASK SET nothing comes of the reads before it"),
      inFolder("wait-for-data", "is ended by LOGICAL UNIT RESET while it waits, and gets no answer of its own"),
      inFolder("reset-ends-refused-writes", "refused write + reset"),
    ],
  },
  {
    clause: "11.5.1",
    id: "management-waits-for-transfer-tags",
    must: "The target waits for the data of all valid transfer tags of the tasks concerned before it acts on ABORT TASK SET or CLEAR TASK SET.",
    proof: {
      uncovered:
        "The target acts at once and throws away what still comes: Linux hosts with their default FastAbort=Yes answer no R2T after a function, and waiting for them would end in a lost session.",
    },
  },
  {
    clause: "11.5.1",
    id: "abort-task",
    must: "ABORT TASK ends the task that its tag and LUN name, and no other.",
    proof: [
      inFolder("task-management", "%s ends a write that waits for data", "ABORT TASK"),
      inFolder("task-fields", "as ABORT TASK does not find the task, which goes on"),
    ],
  },
  {
    clause: "11.5.1",
    id: "abort-of-management",
    must: "ABORT TASK is not executed on a task management function, but answered Function rejected.",
    proof: [inFolder("abort-of-a-function", "ABORT TASK that names a function which waits for its turn is rejected")],
  },
  {
    clause: "11.5.1",
    id: "abort-of-reinstated-task",
    must: "ABORT TASK for a task of a connection that was logged out takes on its allegiance and reissues its status.",
    proof: { notApplicable: LEVEL_2 },
  },
  {
    clause: "11.5.1",
    id: "logical-unit-reset",
    must: "LOGICAL UNIT RESET does what SAM says: the tasks of all sessions at the unit end, and each session is told by a unit attention.",
    proof: [
      inFolder("task-management", "LOGICAL UNIT RESET tells every session by a unit attention"),
      inFolder("task-management", "%s ends a write that waits for data", "LOGICAL UNIT RESET"),
    ],
  },
  {
    clause: "11.5.1",
    id: "target-reset",
    must: "TARGET WARM RESET and TARGET COLD RESET end the tasks at every logical unit that the initiator knows.",
    proof: [
      inFolder("task-management", "%s ends a write that waits for data", "TARGET WARM RESET"),
      inFolder("cold-reset", "TARGET WARM RESET leaves every connection open and tells each session by a unit attention"),
    ],
  },
  {
    clause: "11.5.1",
    id: "target-reset-authorization",
    must: "When access controls forbid TARGET WARM RESET, the target answers Function authorization failed.",
    proof: {
      notApplicable:
        "The target has no SCSI access controls: ACCESS CONTROL IN and OUT are no commands of it. A reset reaches only units that the initiator's own access entry gives it.",
    },
  },
  {
    clause: "11.5.1",
    id: "target-cold-reset-closes",
    must: "TARGET COLD RESET is a power on event as well: all connections of all initiators are closed, after the response.",
    proof: [inFolder("cold-reset", "TARGET COLD RESET closes the connections of all initiators of the target")],
  },
  {
    clause: "11.5.1",
    id: "task-reassign-order",
    must: "The response to TASK REASSIGN is sent before the reassignment takes effect, and not for a function, a text negotiation or a logout.",
    proof: { notApplicable: LEVEL_2 },
  },
  {
    clause: "11.5.5",
    id: "abort-task-ref-cmd-sn",
    must: "Where the task is not with the target, it goes by RefCmdSN as 11.6.1 says.",
    proof: [inFolder("abort-missing-command", "of the next command, before it comes, makes the target ignore it when it does")],
  },
  {
    clause: "11.5.6",
    id: "task-reassign-exp-data-sn",
    must: "After TASK REASSIGN the target sends Data-In again from ExpDataSN on and ignores a value out of range.",
    proof: { notApplicable: LEVEL_2 },
  },
  {
    clause: "11.6.1",
    id: "management-response-complete",
    must: "ABORT TASK of a task that is there is answered Function complete once it has ended.",
    proof: [inFolder("task-management", "%s ends a write that waits for data", "ABORT TASK")],
  },
  {
    clause: "11.6.1",
    id: "management-response-missing-command",
    must: "ABORT TASK of a task that is not there, whose RefCmdSN is in the window and before its own CmdSN, makes that CmdSN count as received and is answered Function complete.",
    proof: [
      inFolder("abort-missing-command", "of a command that never came fills the gap in CmdSN that it left"),
      inFolder("abort-undelivered-command", "commands behind one that was aborted while it waited for its turn are delivered"),
    ],
  },
  {
    clause: "11.6.1",
    id: "management-response-no-task",
    must: "ABORT TASK of a task that is not there, whose RefCmdSN is outside of the window, is answered Task does not exist.",
    proof: [
      inFolder("task-management", "%s is answered with its response code", "ABORT TASK of a task that is over"),
      inFolder("abort-missing-command", "of a command that has been answered says that the task does not exist"),
    ],
  },
  {
    clause: "11.6.1",
    id: "management-response-no-lun",
    must: "A function for a LUN that is not there is answered LUN does not exist.",
    proof: [
      inFolder("task-management", "%s is answered with its response code", "LOGICAL UNIT RESET of a LUN that is not there"),
    ],
  },
  {
    clause: "11.6.1",
    id: "management-response-reassign",
    must: "TASK REASSIGN is answered Task allegiance reassignment not supported.",
    proof: [inFolder("task-management", "%s is answered with its response code", "TASK REASSIGN")],
  },
  {
    clause: "11.6.1",
    id: "management-response-not-supported",
    must: "A function that the target does not have is answered Task management function not supported.",
    proof: [inFolder("reserved-codes", "task management function %i: not supported")],
  },
  {
    clause: "11.6.1",
    id: "management-response-set-after-receipt",
    must: "The response to ABORT TASK SET and CLEAR TASK SET comes when all commands concerned have been received and ended.",
    proof: [
      inFolder("group-abort-held", "are ended by %s when they are before it, and executed when they are after it"),
      inFolder("function-after-responses", "after the response to ABORT TASK SET nothing comes of the reads before it"),
    ],
  },
  {
    clause: "11.6.1",
    id: "management-response-set-acknowledged",
    must: "The response to ABORT TASK SET and CLEAR TASK SET comes when the initiator has acknowledged, on all connections of the session, every response sent before.",
    proof: {
      notApplicable:
        "The acknowledgement makes sure that no response on another connection overtakes it; a session has one connection (13.2), where the order of PDUs does.",
    },
  },
  {
    clause: "11.6.2",
    id: "management-response-no-data",
    must: "TotalAHSLength and DataSegmentLength of a task management response are 0.",
    proof: [inFolder("reserved-fields", "has nothing in what its format leaves reserved, whatever its kind")],
  },
];

const DATA: readonly Rule[] = [
  {
    clause: "11.7.1",
    id: "data-in-final-bit",
    must: "The F bit is set in the last Data-In of each sequence and in no other; sequences do not begin DataSN anew.",
    proof: [inFolder("data-in-order", "comes in order, within the bounds that the initiator set")],
  },
  {
    clause: "11.7.1",
    id: "data-in-segment-length",
    must: "No Data-In is longer than the initiator's MaxRecvDataSegmentLength, and no sequence longer than MaxBurstLength.",
    proof: [inFolder("data-in-order", "comes in order, within the bounds that the initiator set")],
  },
  {
    clause: "11.7.1",
    id: "data-out-sequence-length",
    must: "The target takes no sequence of Data-Out that is longer than what it allowed: FirstBurstLength unasked, else its R2T.",
    proof: [
      inFolder("unsolicited-data", "beyond FirstBurstLength is refused"),
      inFolder("sense-data", "and INCORRECT AMOUNT OF DATA when %s comes", "more than the R2T asked for"),
    ],
  },
  {
    clause: "11.7.1",
    id: "data-out-final-bit",
    must: "A sequence of Data-Out ends with the F bit, and the target waits for it.",
    proof: [
      inFolder("empty-data-out", "in answer to an R2T may begin, interrupt and end the run"),
      inFolder("sense-data", "and INCORRECT AMOUNT OF DATA when %s comes", "less than the R2T asked for"),
    ],
  },
  {
    clause: "11.7.2",
    id: "data-in-no-a-bit",
    must: "The target does not set the A bit in a session with ErrorRecoveryLevel 0.",
    proof: [inFolder("status-with-data", "comes without the A bit, which belongs to higher recovery levels")],
  },
  {
    clause: "11.7.2",
    id: "data-in-a-bit-rarely",
    must: "At higher recovery levels the A bit is set no more often than once in MaxBurstLength bytes or at the end of the data.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "11.7.3",
    id: "data-in-no-sense",
    must: "A command that fails is answered with its sense data in a SCSI Response, never in Data-In.",
    proof: [inFolder("status-with-data", "is answered with sense data in a SCSI Response and sends no Data-In")],
  },
  {
    clause: "11.7.3",
    id: "data-in-single-status",
    must: "When the status comes with Data-In, no SCSI Response is sent.",
    proof: [inFolder("status-with-data", "comes once: with the last Data-In, which has F too, and no SCSI Response follows")],
  },
  {
    clause: "11.7.3",
    id: "data-in-bidirectional-status",
    must: "The status of a bidirectional command comes in a SCSI Response.",
    proof: [inFolder("status-with-data", "is none of this target's: its status comes in a SCSI Response")],
  },
  {
    clause: "11.7.3",
    id: "data-in-s-implies-f",
    must: "Data-In with S has F as well.",
    proof: [inFolder("status-with-data", "comes once: with the last Data-In, which has F too")],
  },
  {
    clause: "11.7.3",
    id: "data-in-fields-with-status-only",
    must: "StatSN, status, residual count, O and U of Data-In have a meaning with S only, and it is that of a SCSI Response.",
    proof: [
      inFolder("status-numbering", "a ping, a status with data and without"),
      inFolder("reserved-fields", "leaves fields zero that have no meaning in it"),
      inFolder("residual-counts", "say underflow when the command returns less than expected"),
    ],
  },
  {
    clause: "11.7.4",
    id: "data-in-tag-with-a-bit-only",
    must: "Data-In has a transfer tag and a LUN with the A bit only; without, the tag is the reserved one.",
    proof: [inFolder("status-with-data", "comes without the A bit, which belongs to higher recovery levels")],
  },
  {
    clause: "11.7.4",
    id: "data-out-transfer-tag",
    must: "The target takes Data-Out for an answer to the R2T whose transfer tag it repeats, and without a tag for unsolicited.",
    proof: [
      inFolder("r2t-multiple", "takes four outstanding R2Ts answered in order"),
      inFolder("unsolicited-data", "in answer to an R2T is refused %s", "with a transfer tag that nobody gave"),
    ],
  },
  {
    clause: "11.7.4",
    id: "data-out-lun",
    must: "The LUN that comes with a transfer tag has to be the one of the command.",
    proof: [inFolder("task-fields", "as Data-Out fails the command, and its data is not written")],
  },
  {
    clause: "11.7.5",
    id: "data-in-data-sn",
    must: "DataSN numbers the Data-In of a command from 0, in all its sequences together.",
    proof: [inFolder("data-in-order", "comes in order, within the bounds that the initiator set")],
  },
  {
    clause: "11.7.5",
    id: "data-in-shared-numbering",
    must: "R2T and Data-In of a bidirectional command share their numbers.",
    proof: { notApplicable: NO_BIDIRECTIONAL },
  },
  {
    clause: "11.7.5",
    id: "data-out-data-sn",
    must: "The target expects DataSN to begin at 0 in every sequence of Data-Out, and fails a command whose numbers have a gap.",
    proof: [
      inFolder("r2t-multiple", "takes the data of one R2T in several PDUs with DataSN from 0"),
      inFolder("unsolicited-data", "in answer to an R2T is refused %s", "with a wrong DataSN"),
    ],
  },
  {
    clause: "11.7.6",
    id: "data-in-buffer-offset",
    must: "Buffer offsets of Data-In grow without gap or overlay, within and between sequences.",
    proof: [inFolder("data-in-order", "comes in order, within the bounds that the initiator set")],
  },
  {
    clause: "11.7.6",
    id: "data-out-buffer-offset",
    must: "The target fails a command whose Data-Out leaves a gap in the buffer, overlays it or goes beyond the expected length.",
    proof: [
      inFolder("unsolicited-data", "in answer to an R2T is refused %s", "with a wrong offset"),
      inFolder("unsolicited-data-order", "that skips a piece of the buffer is an error"),
      inFolder("unsolicited-data", "beyond the expected length is refused"),
    ],
  },
  {
    clause: "11.7.7",
    id: "data-out-empty",
    must: "The target receives Data-Out with an empty data segment properly.",
    proof: [
      inFolder("empty-data-out", "in answer to an R2T may begin, interrupt and end the run"),
      inFolder("empty-data-out", "may end unsolicited data, of which there is none or some"),
    ],
  },
  {
    clause: "11.8",
    id: "r2t-outstanding-bound",
    must: "The target has no more R2Ts of a task outstanding than MaxOutstandingR2T.",
    proof: [
      inFolder("r2t-multiple", "asks for one at a time when MaxOutstandingR2T is 1"),
      inFolder("r2t-multiple", "takes pairs of R2Ts"),
      inFolder("limit-session", "is the answer to MaxOutstandingR2T=8, and as many R2Ts come at once"),
    ],
  },
  {
    clause: "11.8",
    id: "r2t-lun-and-tag",
    must: "An R2T has the task tag and the LUN of its command.",
    proof: [inFolder("r2t-fields", "has a transfer tag of its own, not the reserved one, and the LUN of its command")],
  },
  {
    clause: "11.8",
    id: "r2t-recovery",
    must: "An R2T that asks again for data that was lost has the number and the bounds that recovery within a command gives it.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "11.8.1",
    id: "r2t-no-data",
    must: "TotalAHSLength and DataSegmentLength of an R2T are 0.",
    proof: [inFolder("r2t-fields", "asks for at most MaxBurstLength, never for nothing")],
  },
  {
    clause: "11.8.2",
    id: "r2t-sn",
    must: "R2TSN counts the R2Ts of a command from 0.",
    proof: [inFolder("r2t-fields", "counts R2TSN from 0 in each command")],
  },
  {
    clause: "11.8.3",
    id: "r2t-stat-sn",
    must: "An R2T carries the next StatSN and does not advance it.",
    proof: [inFolder("status-numbering", "an R2T and a ping of the target carry the next number and do not use it up")],
  },
  {
    clause: "11.8.4",
    id: "r2t-length-not-zero",
    must: "The desired data transfer length of an R2T is never 0.",
    proof: [
      inFolder("r2t-fields", "asks for at most MaxBurstLength, never for nothing, and together they ask for everything once"),
      inFolder("r2t-fields", "is not sent for a command that takes no data"),
    ],
  },
  {
    clause: "11.8.4",
    id: "r2t-length-bound",
    must: "The desired data transfer length of an R2T is at most MaxBurstLength.",
    proof: [inFolder("r2t-fields", "asks for at most MaxBurstLength")],
  },
  {
    clause: "11.8.4",
    id: "r2t-within-expected-length",
    must: "The target asks for no data beyond the expected length of the command.",
    proof: [inFolder("r2t-fields", "asks for no more than the initiator has, when the command wants more")],
  },
  {
    clause: "11.8.5",
    id: "r2t-transfer-tag",
    must: "Every R2T that is outstanding has a transfer tag of its own, which is not the reserved one.",
    proof: [
      inFolder("r2t-fields", "has a transfer tag of its own, not the reserved one"),
      inFolder("r2t-multiple", "takes four outstanding R2Ts answered in order"),
    ],
  },
];

const ASYNC: readonly Rule[] = [
  {
    clause: "11.9",
    id: "async-stat-sn",
    must: "An Asynchronous Message uses up a StatSN.",
    proof: [inFolder("async-logout-request", "asks every connection on that connection")],
  },
  {
    clause: "11.9",
    id: "async-task-tag",
    must: "The task tag of an Asynchronous Message is the reserved one.",
    proof: [inFolder("async-logout-request", "asks every connection on that connection")],
  },
  {
    clause: "11.9.1",
    id: "async-logout-same-connection",
    must: "The request to log out is sent on the connection that is to be logged out.",
    proof: [inFolder("async-logout-request", "asks every connection on that connection, with a deadline")],
  },
  {
    clause: "11.9.1",
    id: "async-logout-deadline",
    must: "The request to log out gives its deadline in Parameter3; when that is over, the target drops the connection.",
    proof: [
      inFolder("async-logout-request", "asks every connection on that connection, with a deadline"),
      inFolder("shutdown", "a session that does not log out is closed within the deadline"),
    ],
  },
  {
    clause: "11.9.1",
    id: "async-connection-dropped",
    must: "The message that a connection is dropped names its CID and the time to wait before the initiator comes back.",
    proof: [inFolder("wait-for-data", "ends its connection when the rest never comes")],
  },
  {
    clause: "11.9.1",
    id: "async-session-dropped",
    must: "The message that a session is dropped has a reserved Parameter1 and the times to wait and to retain in the others.",
    proof: [inFolder("cold-reset", "TARGET COLD RESET closes the connections of all initiators of the target")],
  },
  {
    clause: "11.9.1",
    id: "async-drop-ends-commands",
    must: "When the target drops a connection or session, it ends the commands on it and answers none of them afterwards.",
    proof: [inFolder("wait-for-data", "ends its connection when the rest never comes")],
  },
  {
    clause: "11.9.1",
    id: "async-tasks-terminated",
    must: "The message that tasks were terminated for another initiator's function precedes what follows for them, and is acknowledged.",
    proof: {
      notApplicable:
        "It belongs to FastAbort, on which the target never agrees (13.23); others learn of it by a unit attention.",
    },
  },
  {
    clause: "11.9.2",
    id: "async-vendor-code",
    must: "AsyncVCode is reserved unless the event is a vendor's own.",
    proof: [inFolder("async-logout-request", "asks every connection on that connection")],
  },
  {
    clause: "11.9.3",
    id: "async-lun",
    must: "The LUN is valid in a message about a SCSI event and reserved in every other.",
    proof: [inFolder("async-logout-request", "asks every connection on that connection")],
  },
  {
    clause: "11.9.4",
    id: "async-sense-data",
    must: "The data segment of a message about a SCSI event begins with the length of its sense data.",
    proof: { notApplicable: "The target sends no SCSI events: it tells units' changes by unit attentions, as SPC-4 does." },
  },
];

const TEXT: readonly Rule[] = [
  {
    clause: "11.10.1",
    id: "text-request-without-f",
    must: "A Text Request without F announces another one, and the target keeps the negotiation open.",
    proof: [inFolder("text-exchange", "to a request without F has no F, and a transfer tag to go on with")],
  },
  {
    clause: "11.10.2",
    id: "text-request-c-bit",
    must: "The target puts the pieces of a list together that is continued with C; C together with F is a protocol error.",
    proof: [
      inFolder("text-exchange", "may be cut anywhere with C, and is answered when its list is whole"),
      inFolder("text-exchange", "with F and C is a protocol error"),
    ],
  },
  {
    clause: "11.10.3",
    id: "text-request-same-tag",
    must: "All requests of a negotiation have one task tag: the target does not go on with another one.",
    proof: [inFolder("text-exchange", "with the transfer tag of another task tag's negotiation is rejected")],
  },
  {
    clause: "11.10.4",
    id: "text-request-resets",
    must: "A Text Request with the reserved transfer tag resets what the target kept under its task tag.",
    proof: [
      inFolder("text-exchange", "without a transfer tag begins anew: what came before under its task tag is forgotten"),
      inFolder("text-sequence", "is forgotten when the initiator begins anew without a transfer tag"),
    ],
  },
  {
    clause: "11.10.4",
    id: "text-transfer-tag-without-f",
    must: "Whenever the response has no F, the target gives it a transfer tag other than the reserved one.",
    proof: [
      inFolder("text-exchange", "to a request without F has no F, and a transfer tag to go on with"),
      inFolder("text-exchange", "goes on with C and without F when it does not fit"),
    ],
  },
  {
    clause: "11.10.4",
    id: "text-lun-with-transfer-tag",
    must: "A Text Response with a transfer tag has the LUN.",
    proof: [inFolder("text-exchange", "with a transfer tag has the LUN of the request")],
  },
  {
    clause: "11.10.5",
    id: "text-request-length",
    must: "The target takes no Text Request that is longer than its MaxRecvDataSegmentLength.",
    proof: [inFolder("text-exchange", "that is longer than what the target takes is refused on its header")],
  },
  {
    clause: "11.10.5",
    id: "text-pair-spans-pdus",
    must: "A key=value pair may begin in one PDU and end in another.",
    proof: [inFolder("text-exchange", "may be cut anywhere with C, and is answered when its list is whole")],
  },
  {
    clause: "11.11.1",
    id: "text-response-f-bit",
    must: "A Text Response has F only in answer to a request with F, when the target has finished.",
    proof: [inFolder("text-exchange", "to a request without F has no F, and a transfer tag to go on with")],
  },
  {
    clause: "11.11.1",
    id: "text-response-f-no-offers",
    must: "A Text Response with F has no key that would want an answer.",
    proof: [
      proof(NEGOTIATION, "answers unknown and obsolete keys"),
      proof(NEGOTIATION, "takes SendTargets and a new MaxRecvDataSegmentLength"),
    ],
  },
  {
    clause: "11.11.1",
    id: "text-response-f-reserved-tag",
    must: "A Text Response with F has the reserved transfer tag.",
    proof: [inFolder("text-exchange", "goes on with C and without F when it does not fit, within what the initiator takes")],
  },
  {
    clause: "11.11.2",
    id: "text-response-c-without-f",
    must: "A Text Response with C has no F.",
    proof: [inFolder("text-exchange", "goes on with C and without F when it does not fit")],
  },
  {
    clause: "11.11.3",
    id: "text-response-task-tag",
    must: "The task tag of a Text Response is that of the first request of the negotiation.",
    proof: [inFolder("text-exchange", "goes on with C and without F when it does not fit")],
  },
  {
    clause: "11.11.4",
    id: "text-stale-transfer-tag",
    must: "The target may forget a negotiation; a request with a transfer tag that it does not know is rejected.",
    proof: [inFolder("text-exchange", "without a transfer tag begins anew")],
  },
  {
    clause: "11.11.4",
    id: "text-out-of-resources",
    must: "A target that lacks the means to go on with an answer rejects the request and does not cut the answer.",
    proof: [inFolder("limit-text", "refuses a longer list of targets (0Ah), tells one of them, and the session goes on")],
  },
  {
    clause: "11.11.5",
    id: "text-response-stat-sn",
    must: "Each Text Response advances StatSN.",
    proof: [inFolder("status-numbering", "a ping, a status with data and without, Text, Reject")],
  },
  {
    clause: "11.11.6",
    id: "text-response-length",
    must: "No Text Response is longer than the initiator's MaxRecvDataSegmentLength.",
    proof: [
      inFolder("text-exchange", "goes on with C and without F when it does not fit, within what the initiator takes"),
      inFolder("send-targets", "is continued when the initiator takes little at a time"),
    ],
  },
];

const LOGIN: readonly Rule[] = [
  {
    clause: "11.12",
    id: "login-first",
    must: "The target grants nothing to a connection that has not logged in.",
    proof: [
      inFolder("before-login", "a SCSI command as the first PDU ends the connection"),
      inFolder("before-login", "a SCSI command within a login is refused with 020Bh"),
    ],
  },
  {
    clause: "11.12",
    id: "login-one-task-tag",
    must: "All requests of a login have one task tag, and its responses repeat it.",
    proof: [
      proof(MACHINE, "with %s is refused with 0200h", "another task tag"),
      inFolder("login-numbers", "is answered with its own ISID, task tag and stage"),
    ],
  },
  {
    clause: "11.12",
    id: "login-immediate",
    must: "Login Requests are immediate: they do not use up their CmdSN.",
    proof: [inFolder("login-numbers", "begins the session's numbering at its CmdSN")],
  },
  {
    clause: "11.12.2",
    id: "login-request-c-bit",
    must: "The target puts the pieces of a list together that is continued with C; C together with T is an error.",
    proof: [
      inFolder("login-c-bit", "after %i bytes succeeds"),
      inFolder("login-c-bit", "with T as well is an initiator error"),
    ],
  },
  {
    clause: "11.12.3",
    id: "login-stages",
    must: "The target takes CSG for the current stage, and NSG for the next one with T only; all other codes are errors.",
    proof: [
      inFolder("login-transit", "%i ends in the stage %i that the initiator asks for, not before it asks, and not farther on"),
      proof(MACHINE, "with a higher maximal version is taken, and NSG is ignored without T"),
      proof(MACHINE, "with %s is refused", "a transition to stage 2"),
      proof(MACHINE, "may not go back to the security stage"),
    ],
  },
  {
    clause: "11.12.4",
    id: "login-version-0",
    must: "The version of this protocol is 00h: a login whose range leaves it out is refused.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "with a version we do not have"),
      proof(MACHINE, "with %s is refused", "a minimal version above ours"),
    ],
  },
  {
    clause: "11.12.4.1",
    id: "login-first-version-max",
    must: "The target goes by Version-max of the first request of a login.",
    proof: [inFolder("login-numbers", "goes by the versions of its first request, whatever a later one says")],
  },
  {
    clause: "11.12.4.2",
    id: "login-first-version-min",
    must: "The target goes by Version-min of the first request of a login.",
    proof: [inFolder("login-numbers", "goes by the versions of its first request, whatever a later one says")],
  },
  {
    clause: "11.12.6",
    id: "login-tsih-checked",
    must: "The target checks the TSIH of the first request: 0 is a new session, another value has to name the one that is there.",
    proof: [
      inFolder("tsih-rules", "of a living session admits no second connection"),
      inFolder("tsih-rules", "of a session with another ISID does not exist for the asker"),
      inFolder("login-refusals", "%s is refused with its status", "to a session that is not there"),
      proof(MACHINE, "with %s is refused with 0200h", "another TSIH"),
    ],
  },
  {
    clause: "11.12.7",
    id: "login-cid",
    must: "The target goes by the CID of the first request of a login.",
    proof: [
      inFolder("login-numbers", "gives the connection the CID of its first request: that CID can be logged out, and no other"),
      proof(MACHINE, "with %s is refused with 0200h", "another CID"),
    ],
  },
  {
    clause: "11.12.7",
    id: "login-connection-reinstatement",
    must: "A login with the TSIH and the CID of a connection that is there implies the logout of that connection.",
    proof: {
      notApplicable:
        "A session has one connection (13.2), and what would reinstate it begins a session anew: with TSIH 0 the old one is reinstated (6.3.5).",
    },
  },
  {
    clause: "11.12.8",
    id: "login-cmd-sn",
    must: "The target takes the CmdSN of the leading login for its ExpCmdSN.",
    proof: [
      inFolder("login-numbers", "begins the session's numbering at its CmdSN, which its requests and responses do not use up"),
    ],
  },
  {
    clause: "11.12.10",
    id: "login-keys-supported",
    must: "The target supports all keys of chapter 13 except private and public extensions.",
    proof: [
      proof(NEGOTIATION, "answers every key of the table that is offered in the operational stage"),
      proof(NEGOTIATION, "are those of section 13"),
    ],
  },
  {
    clause: "11.13.1",
    id: "login-response-version-max",
    must: "All responses of a login have the same Version-max, the highest that the target has.",
    proof: [
      inFolder("login-numbers", "goes by the versions of its first request, whatever a later one says"),
      inFolder("login-refusals", "says the version it has, also when it refuses"),
    ],
  },
  {
    clause: "11.13.2",
    id: "login-response-version-active",
    must: "All responses of a login have the same Version-active; in a refusal for its version it is the lowest that the target has.",
    proof: [
      inFolder("login-numbers", "goes by the versions of its first request, whatever a later one says"),
      inFolder("login-refusals", "says the version it has, also when it refuses"),
    ],
  },
  {
    clause: "11.13.3",
    id: "login-response-tsih",
    must: "The target makes a TSIH other than 0 for a new session and tells it in the final response only.",
    proof: [
      inFolder("tsih-rules", "is 0 before the final response and not 0 in it"),
      inFolder("tsih-rules", "differs between two sessions"),
    ],
  },
  {
    clause: "11.13.3",
    id: "login-response-tsih-repeated",
    must: "In every other response the TSIH is that of the request.",
    proof: [inFolder("login-numbers", "to a session that is there repeats the TSIH of the request")],
  },
  {
    clause: "11.13.4",
    id: "login-response-stat-sn",
    must: "The first Login Response begins the StatSN of the connection; the next response of any kind has that number plus one.",
    proof: [
      inFolder(
        "status-numbering",
        "the responses of one login carry consecutive numbers, and the first answer after it the next",
      ),
    ],
  },
  {
    clause: "11.13.5",
    id: "login-status-redirect-address",
    must: "A redirection names at least one TargetAddress.",
    proof: [
      inFolder("login-redirect", "answers a normal login with 0101h and the address without a portal group tag, and closes"),
      inFolder("login-redirect", "answers 0102h with its own address in every portal group, IPv6 in brackets"),
    ],
  },
  {
    clause: "11.13.5",
    id: "login-status-closes",
    must: "When the status class is not 0, the target closes the connection.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status"),
      inFolder("login-redirect", "answers a normal login with 0101h and the address without a portal group tag, and closes"),
    ],
  },
  {
    clause: "11.13.5",
    id: "login-status-codes",
    must: "The status says why a login is refused, by the codes of the table.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status"),
      proof(MACHINE, "that the policy refuses with %i is answered so"),
      inFolder("limit-connections", "refuses one session more with 0302h"),
      inFolder("before-login", "a SCSI command within a login is refused with 020Bh"),
      inFolder("tsih-rules", "of a living session admits no second connection"),
    ],
  },
  {
    clause: "11.13.6",
    id: "login-response-t-bit-last-word",
    must: "A Login Response with T has no key that would want an answer within the stage.",
    proof: [proof(MACHINE, "login that begins in the operational stage"), proof(NEGOTIATION, "%s is answered with %s")],
  },
  {
    clause: "11.13.6",
    id: "login-response-t-bit-asked",
    must: "A response with status class 0 has no T when the request had none.",
    proof: [
      inFolder("login-numbers", "is answered with its own ISID, task tag and stage; the next stage only together with T"),
      inFolder("login-transit", "%i ends in the stage %i that the initiator asks for, not before it asks"),
    ],
  },
  {
    clause: "11.13.7",
    id: "login-response-c-bit",
    must: "A Login Response with C has no T.",
    proof: [
      proof(MACHINE, "is continued with the C bit, and the transition waits for its end"),
      proof(MACHINE, "as text end in a bounded answer or a defined refusal"),
    ],
  },
  {
    clause: "11.13.8",
    id: "login-response-parameters",
    must: "The target tells the initiator whether it has come to the right port: TargetPortalGroupTag, in its first response.",
    proof: [
      inFolder("login-numbers", "tells the first response's target portal group, once"),
      inFolder(
        "login-transit",
        "may be the security stage alone, with no key but the names: the target tells its portal group",
      ),
    ],
  },
];

const LOGOUT: readonly Rule[] = [
  {
    clause: "11.14",
    id: "logout-ends-commands",
    must: "Logout of a connection or session ends every command that is pending there, acknowledged by ExpCmdSN or not.",
    proof: [
      inFolder(
        "logout-ends-tasks",
        "ends a write that waits for its data; nothing of it is answered, and no byte of it is written",
      ),
      inFolder("logout-ends-tasks", "ends commands that wait for their turn, which ExpCmdSN has not acknowledged"),
      inFolder("logout-before-held-commands", "a write held behind a gap and behind a logout is not written"),
    ],
  },
  {
    clause: "11.14",
    id: "logout-closes-after-response",
    must: "The target closes its side of the connection after the Logout Response.",
    proof: [
      inFolder("logout-ends-tasks", "is answered with its tag and without data, and the target closes first"),
      inFolder("logout-reasons", "of %s succeeds and the target closes"),
    ],
  },
  {
    clause: "11.14",
    id: "logout-for-recovery",
    must: "After a logout for recovery the target discards what was not acknowledged and suspends the rest.",
    proof: {
      notApplicable:
        "Recovery of a connection needs ErrorRecoveryLevel 2; below it the request is answered that it is not supported (11.15.1).",
    },
  },
  {
    clause: "11.14",
    id: "logout-implicit",
    must: "What holds for a logout holds for the implicit one of session reinstatement too.",
    proof: [
      inFolder("session-reinstatement", "ends commands of the old session that wait for data, whose bytes are never written"),
      inFolder("session-reinstatement", "closes the old connection and lets the new one work"),
    ],
  },
  {
    clause: "11.14.3",
    id: "logout-cid",
    must: "The CID names the connection to close unless the session is closed: another connection's is not closed by it.",
    proof: [
      inFolder("login-numbers", "gives the connection the CID of its first request: that CID can be logged out, and no other"),
      inFolder("logout-reasons", "%s, and the session goes on", "of a connection that is not there says so"),
    ],
  },
  {
    clause: "11.14.5",
    id: "logout-implicit-termination",
    must: "Tasks end with the connection or session that they belong to, when it is logged out or lost.",
    proof: [
      inFolder("lost-connection-ends-tasks", "%s that waits for data ends, and its tag begins a new task in the next session"),
      inFolder("logout-ends-tasks", "ends a write that waits for its data"),
      inFolder("connection-states", "whose only connection is lost ends: its TSIH is gone"),
    ],
  },
  {
    clause: "11.14.5",
    id: "logout-cleared-attention",
    must: "After tasks have ended with a connection, the next command of their nexus gets the unit attention 47h/7Fh.",
    proof: {
      notApplicable:
        "With one connection per session (13.2) the session and its nexus end as well; the next one is a new nexus and begins with a unit attention of its own, 29h.",
    },
  },
  {
    clause: "11.15",
    id: "logout-response-after-cleanup",
    must: "The Logout Response says that the cleanup is done: after it no byte of the session reaches a volume.",
    proof: [
      inFolder("logout-waits-for-writes", "the volume does not change after the response to a logout that comes amid writes"),
    ],
  },
  {
    clause: "11.15",
    id: "logout-tcp-closed",
    must: "After a logout the TCP connection is closed at both ends.",
    proof: [
      inFolder("logout-reasons", "of %s succeeds and the target closes"),
      inFolder("discovery-requests", "ends by the logout of the session"),
    ],
  },
  {
    clause: "11.15.1",
    id: "logout-response-codes",
    must: "The response says whether the logout succeeded, the CID is not there, or recovery is not supported.",
    proof: [
      inFolder("logout-reasons", "of %s succeeds and the target closes"),
      inFolder("logout-reasons", "%s, and the session goes on", "of a connection that is not there says so"),
      inFolder("logout-reasons", "%s, and the session goes on", "for recovery is not supported"),
    ],
  },
  {
    clause: "11.15.2",
    id: "logout-response-no-data",
    must: "TotalAHSLength and DataSegmentLength of a Logout Response are 0.",
    proof: [inFolder("logout-ends-tasks", "is answered with its tag and without data, and the target closes first")],
  },
];

const REST: readonly Rule[] = [
  {
    clause: "11.16",
    id: "snack-types-supported",
    must: "A target that supports an ErrorRecoveryLevel above 0 supports all SNACK types.",
    proof: { notApplicable: "The target supports level 0 only (13.20); it rejects every SNACK, and the session goes on." },
  },
  {
    clause: "11.16",
    id: "snack-refused-at-level-0",
    must: "At ErrorRecoveryLevel 0 the target retransmits nothing: it rejects a SNACK of any type.",
    proof: [inFolder("snack-refused", "of type %i is rejected with SNACK reject"), inFolder("reserved-codes", "SNACK type %i")],
  },
  {
    clause: "11.16",
    id: "snack-exact-replicas",
    must: "What a SNACK asks for again is an exact replica but for fields that carry current values.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "11.16",
    id: "snack-for-what-was-not-sent",
    must: "A SNACK for what was not sent or is acknowledged is rejected as a protocol error.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "11.16.3",
    id: "snack-r-data-response",
    must: "After an R-Data SNACK the last or only response of the command repeats its SNACK Tag.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "11.17.1",
    id: "reject-reasons",
    must: "The reason of a Reject is one of the table, and the one that is meant.",
    proof: [
      inFolder("reserved-codes", "operation code %i, which no initiator has: command not supported"),
      inFolder("snack-refused", "of type %i is rejected with SNACK reject"),
      inFolder("digest-errors", "a wrong data digest of a ping is rejected with its reason"),
      inFolder("limit-session", "rejects one more immediate command (06h)"),
      inFolder("reject-fields", "carries additional header segments too, without digests"),
      inFolder("limit-text", "refuses a longer list of targets (0Ah)"),
    ],
  },
  {
    clause: "11.17.1",
    id: "reject-task-answered",
    must: "A task that ends because a PDU of it was rejected is answered with CHECK CONDITION.",
    proof: [inFolder("sense-data", "and PROTOCOL SERVICE CRC ERROR, after a Reject, when its data has a wrong digest")],
  },
  {
    clause: "11.17.1",
    id: "reject-waits-for-data",
    must: "When the error is found while data is on its way, that answer waits for the F bit of all of it.",
    proof: [
      inFolder("wait-for-data", "is answered when every run that was asked for has ended, and asks for no more"),
      inFolder("wait-for-data", "waits for the F bit of the very run in which the error was"),
    ],
  },
  {
    clause: "11.17.2",
    id: "reject-data-sn",
    must: "DataSN/R2TSN of a Reject is valid for a SNACK that was a protocol error, and reserved otherwise.",
    proof: [
      inFolder("reject-fields", "has the reserved task tag, the usual numbers, and advances StatSN"),
      inFolder("reserved-fields", "leaves fields zero that have no meaning in it"),
    ],
  },
  {
    clause: "11.17.3",
    id: "reject-numbers",
    must: "StatSN, ExpCmdSN and MaxCmdSN of a Reject have their usual values, and StatSN advances.",
    proof: [
      inFolder("reject-fields", "has the reserved task tag, the usual numbers, and advances StatSN"),
      inFolder("reject-reasons", "uses up a StatSN"),
    ],
  },
  {
    clause: "11.17.4",
    id: "reject-header",
    must: "The data of a Reject is the complete header of the PDU in error, without its digest.",
    proof: [
      inFolder("reject-fields", "carries additional header segments too, without digests"),
      inFolder("reject-reasons", "answers an unknown operation code with command not supported and the header"),
    ],
  },
  {
    clause: "11.18.1",
    id: "nop-out-answered",
    must: "The target answers a NOP-Out with a task tag by a NOP-In, and one without by nothing.",
    proof: [
      inFolder("nop", "with %i bytes comes back with the same bytes"),
      inFolder("nop", "without a task tag gets no answer"),
    ],
  },
  {
    clause: "11.18.1",
    id: "nop-out-without-tag-immediate",
    must: "A NOP-Out without task tag has the I bit and does not advance CmdSN.",
    proof: [
      inFolder("nop-in-fields", "answers a ping of the target and uses up no CmdSN"),
      inFolder("nop-in-fields", "must be immediate: it is rejected otherwise"),
    ],
  },
  {
    clause: "11.18.2",
    id: "nop-out-answers-ping",
    must: "The target takes a NOP-Out with the transfer tag of its NOP-In for the answer to it.",
    proof: [inFolder("nop", "is pinged, and lives as long as it answers")],
  },
  {
    clause: "11.19",
    id: "nop-in-same-tag",
    must: "A NOP-In that answers has the task tag of the NOP-Out.",
    proof: [inFolder("nop-in-fields", "that answers has the task tag of the NOP-Out and no transfer tag")],
  },
  {
    clause: "11.19",
    id: "nop-in-ping-data",
    must: "A NOP-In that answers has the ping data, up to the initiator's MaxRecvDataSegmentLength.",
    proof: [
      inFolder("nop", "with %i bytes comes back with the same bytes"),
      inFolder("nop-in-fields", "returns the first bytes of a ping that is larger than what the initiator takes"),
    ],
  },
  {
    clause: "11.19",
    id: "nop-in-answer-transfer-tag",
    must: "A NOP-In that answers has the reserved transfer tag.",
    proof: [inFolder("nop-in-fields", "that answers has the task tag of the NOP-Out and no transfer tag")],
  },
  {
    clause: "11.19",
    id: "nop-in-own-tag-and-data",
    must: "A NOP-In that does not answer has the reserved task tag and no data.",
    proof: [
      inFolder("nop-in-fields", "that asks has no task tag, a transfer tag, a LUN that is there, no data and the next StatSN"),
      inFolder("max-cmd-sn-told", "an initiator that has used up its window while memory was short is told"),
    ],
  },
  {
    clause: "11.19.1",
    id: "nop-in-ping-transfer-tag",
    must: "A NOP-In that wants an answer has a transfer tag of its own; one that wants none has the reserved one.",
    proof: [
      inFolder("nop-in-fields", "that asks has no task tag, a transfer tag, a LUN that is there"),
      inFolder("max-cmd-sn-told", "an initiator that has used up its window while memory was short is told"),
    ],
  },
  {
    clause: "11.19.2",
    id: "nop-in-stat-sn",
    must: "A NOP-In carries the next StatSN and advances it only when it has a task tag.",
    proof: [inFolder("status-numbering", "an R2T and a ping of the target carry the next number and do not use it up")],
  },
  {
    clause: "11.19.3",
    id: "nop-in-lun",
    must: "A NOP-In with a transfer tag has a LUN that is right.",
    proof: [inFolder("nop-in-fields", "that asks has no task tag, a transfer tag, a LUN that is there")],
  },
];

export const RULES: readonly Rule[] = [
  ...GENERAL,
  ...HEADERS,
  ...COMMAND_AND_RESPONSE,
  ...TASK_MANAGEMENT,
  ...DATA,
  ...ASYNC,
  ...TEXT,
  ...LOGIN,
  ...LOGOUT,
  ...REST,
];
