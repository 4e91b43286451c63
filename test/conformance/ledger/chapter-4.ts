// RFC 7143 chapter 4, "Overview": numbering, task management, data, names, kinds of session, and the mapping to SCSI.

import { inFolder, proof, type Rule } from "./rule.ts";

const NAMES = "test/config/iscsi-name.test.ts";
const LOGIN = "test/iscsi/login/login-machine.test.ts";
const KEYS = "test/iscsi/login/negotiation.test.ts";
const SERIAL = "test/wire/serial-number.test.ts";
const INQUIRY = "test/scsi/commands/inquiry.test.ts";

const ONE_CONNECTION = "a session has one connection: MaxConnections is answered 1 (13.2), and a second one is refused";
const NO_FAST_ABORT = "TaskReporting=FastAbort is never agreed on (13.23)";

export const RULES: readonly Rule[] = [
  // 4.2.2.1 Command numbering and acknowledging
  {
    clause: "4.2.2.1",
    id: "functions-act-as-sam-says-whenever-they-arrive",
    must: "A task management function has the effect that SAM gives it also when it is immediate and overtakes commands.",
    proof: [
      inFolder("group-abort-held", "are ended by %s when they are before it"),
      inFolder("abort-undelivered-command", "commands behind one that was aborted while it waited"),
      inFolder("function-after-responses", "after the response to ABORT TASK SET nothing comes of the reads before it"),
    ],
  },
  {
    clause: "4.2.2.1",
    id: "room-for-immediate-requests",
    must: "The target can always take at least one immediate task management function and one other immediate request.",
    proof: [inFolder("immediate-room", "an immediate function and a ping are taken while immediate commands have used up")],
  },
  {
    clause: "4.2.2.1",
    id: "delivery-in-order",
    must: "Commands that are not immediate are executed in the order of their CmdSN.",
    proof: [
      inFolder("cmdsn-gap", "waits until the gap is filled, then both run in order"),
      inFolder("cmdsn-gap", "is delivered in order even when many come backwards"),
    ],
  },
  {
    clause: "4.2.2.1",
    id: "serial-number-arithmetic",
    must: "Command numbers are compared and counted by serial number arithmetic of 32 bits.",
    proof: [
      proof(SERIAL, "have no order when 2^31 apart"),
      proof(SERIAL, "are less than themselves plus 1 to 2^31 - 1"),
      inFolder("cmdsn-window", "goes on over the end of the 32-bit circle"),
      inFolder("window-bounds", "no PDU tells a window of negative width"),
    ],
  },
  {
    clause: "4.2.2.1",
    id: "max-cmd-sn-not-below-exp-cmd-sn-minus-one",
    must: "No PDU of the target carries a MaxCmdSN that is less than ExpCmdSN - 1.",
    proof: [inFolder("window-bounds", "no PDU tells a window of negative width or a smaller number than before")],
  },
  {
    clause: "4.2.2.1",
    id: "outside-the-window-ignored",
    must: "A command whose CmdSN lies outside of ExpCmdSN to MaxCmdSN is ignored without an answer.",
    proof: [
      inFolder("cmdsn-duplicate", "is ignored without an answer when it %s", "is one beyond MaxCmdSN"),
      inFolder("limit-session", "is the number of commands that may be outstanding: a 17th is ignored"),
    ],
  },
  {
    clause: "4.2.2.1",
    id: "duplicate-ignored",
    must: "A second command with the same CmdSN within the window is ignored without an answer.",
    proof: [
      inFolder("cmdsn-duplicate", "executes a duplicate within a gap once"),
      inFolder("cmdsn-duplicate", "is ignored without an answer when it %s", "has had its CmdSN before"),
    ],
  },
  {
    clause: "4.2.2.1",
    id: "no-status-before-acknowledgment",
    must: "No status leaves before ExpCmdSN has acknowledged its command; the same PDU may do both.",
    proof: [
      inFolder("response-acknowledges", "in %s comes with an ExpCmdSN behind its command"),
      inFolder("response-acknowledges", "never comes while the command is held back behind a gap"),
    ],
  },

  // 4.2.2.2 Response and status numbering
  {
    clause: "4.2.2.2",
    id: "response-numbering",
    must: "Responses are numbered by StatSN, connection by connection, from the first Login Response on.",
    proof: [
      inFolder("status-numbering", "the responses of one login carry consecutive numbers"),
      inFolder(
        "status-numbering",
        "a ping, a status with data and without, Text, Reject, task management and Logout count one each",
      ),
    ],
  },

  // 4.2.2.3 Response ordering
  {
    clause: "4.2.2.3.2",
    id: "fenced-response-in-order",
    must: "A response with a fence reaches the initiator after all that were sent before it and before all that are sent after it.",
    proof: [
      inFolder("function-after-responses", "after the response to ABORT TASK SET nothing comes of the reads before it"),
      inFolder("affected-tasks", "is ended by %s, and one at another target goes on"),
    ],
  },
  {
    clause: "4.2.2.3.3",
    id: "fence-with-one-connection",
    must: "Where ResponseFence is agreed on, a session with one connection sends its responses in the order in which they were made.",
    proof: [inFolder("function-after-responses", "after the response to ABORT TASK SET nothing comes of the reads before it")],
  },
  {
    clause: "4.2.2.3.3",
    id: "fence-over-connections",
    must: "In a session of several connections, a fenced response waits until all before it are acknowledged.",
    proof: { notApplicable: ONE_CONNECTION },
  },
  {
    clause: "4.2.2.3.4",
    id: "fence-for-functions-and-attentions",
    must: "The response to a function that ends several tasks, and the unit attention that it leaves for others, are fenced.",
    proof: [
      inFolder("function-after-responses", "after the response to ABORT TASK SET nothing comes of the reads before it"),
      inFolder("task-management", "LOGICAL UNIT RESET tells every session by a unit attention"),
    ],
  },
  {
    clause: "4.2.2.3.4",
    id: "fence-for-preempt-and-abort",
    must: "The response to PERSISTENT RESERVE OUT with PREEMPT AND ABORT is fenced: it follows the end of every aborted task.",
    proof: [
      proof(
        "test/scsi/commands/persistent-reserve.test.ts",
        "aborts what the preempted had begun, and ends after its last byte",
      ),
      proof("test/scsi/commands/persistent-reserve.test.ts", "lets no byte of the preempted land after its GOOD"),
    ],
  },
  {
    clause: "4.2.2.3.4",
    id: "fence-for-aca",
    must: "What establishes, reports and clears an auto contingent allegiance is fenced.",
    proof: { notApplicable: "NORMACA is not supported: no auto contingent allegiance is ever established" },
  },

  // 4.2.2.4 Data sequencing
  {
    clause: "4.2.2.4",
    id: "data-in-numbered",
    must: "The Data-In PDUs of a command carry DataSN from 0, each one more than the one before.",
    proof: [inFolder("data-in-order", "comes in order, within the bounds that the initiator set")],
  },
  {
    clause: "4.2.2.4",
    id: "r2t-numbered",
    must: "The R2Ts of a command carry R2TSN from 0, each one more than the one before.",
    proof: [
      inFolder("r2t-multiple", "takes four outstanding R2Ts answered in order"),
      inFolder("r2t-fields", "counts R2TSN from 0 in each command"),
    ],
  },
  {
    clause: "4.2.2.4",
    id: "data-out-numbered",
    must: "Data-Out is taken by its DataSN, which begins with 0 in each sequence: the unsolicited one and that of each R2T.",
    proof: [
      inFolder("r2t-multiple", "takes the data of one R2T in several PDUs with DataSN from 0"),
      inFolder("unsolicited-data", "in answer to an R2T is refused %s", "with a wrong DataSN"),
      inFolder("unsolicited-data-order", "may follow both commands, first that of the first"),
    ],
  },
  {
    clause: "4.2.2.4",
    id: "bidirectional-numbers-shared",
    must: "A bidirectional command numbers its R2Ts and Data-In PDUs in one sequence.",
    proof: { notApplicable: "no bidirectional command is supported (`status-with-data.test.ts` shows the refusal)" },
  },
  {
    clause: "4.2.2.4",
    id: "fewer-than-two-to-the-32",
    must: "A command sends fewer than 2^32 R2T and Data-In PDUs.",
    proof: [inFolder("limit-blocks", "is MAXIMUM TRANSFER LENGTH; as many blocks are read and one more is refused")],
  },

  // 4.2.3 Task management
  {
    clause: "4.2.3.2",
    id: "affected-by-abort-task-set",
    must: "ABORT TASK SET ends all tasks of its session at its LUN that come before it, and no other session's.",
    proof: [
      inFolder("affected-tasks", "goes on after ABORT TASK SET"),
      inFolder("group-abort-held", "are ended by %s when they are before it", '"ABORT TASK SET"'),
    ],
  },
  {
    clause: "4.2.3.2",
    id: "affected-by-resets",
    must: "CLEAR TASK SET, LOGICAL UNIT RESET and TARGET WARM RESET end the tasks of all sessions at the logical unit or target.",
    proof: [inFolder("affected-tasks", "is ended by %s, and one at another target goes on")],
  },
  {
    clause: "4.2.3.2",
    id: "affected-by-cold-reset",
    must: "TARGET COLD RESET ends all tasks at the target and closes the connections of all its sessions.",
    proof: [inFolder("cold-reset", "TARGET COLD RESET closes the connections of all initiators of the target")],
  },
  {
    clause: "4.2.3.3",
    id: "standard-semantics-by-default",
    must: "The standard semantics of functions that end several tasks are supported and hold where nothing else is agreed on.",
    proof: [
      proof(KEYS, "are those of section 13", 'TaskReporting: "RFC3720"'),
      inFolder("task-management", "%s ends a write that waits for data; data that comes late is thrown away"),
    ],
  },
  {
    clause: "4.2.3.3",
    id: "wait-for-asked-data",
    must: "Before it ends several tasks, the target waits for the data of R2Ts that the issuing initiator has still to answer.",
    proof: {
      uncovered:
        "Lunette ends the tasks at once and throws late data away (`task-management.test.ts`), so that a host whose data never comes can still reset",
    },
  },
  {
    clause: "4.2.3.3",
    id: "wait-for-earlier-commands",
    must: "Before it ends several tasks, the target has all commands of the issuing session that come before the function.",
    proof: {
      notApplicable:
        "on the one connection of a session commands arrive in the order of CmdSN; if a peer leaves a gap all the same, `group-abort-held.test.ts` shows that what waits behind it is ended too",
    },
  },
  {
    clause: "4.2.3.3",
    id: "function-reaches-scsi",
    must: "The function is handed to the SCSI layer, and its answer waits until that has ended the tasks.",
    proof: [
      inFolder("task-management", "%s ends a write that waits for data; data that comes late is thrown away"),
      proof("test/scsi/commands/persistent-reserve.test.ts", "ends with the nexus and with a reset"),
    ],
  },
  {
    clause: "4.2.3.3",
    id: "function-response-is-last",
    must: "Nothing about an affected task follows the response to the function in the issuing session.",
    proof: [inFolder("function-after-responses", "after the response to ABORT TASK SET nothing comes of the reads before it")],
  },
  {
    clause: "4.2.3.3",
    id: "attention-to-third-parties",
    must: "Sessions of others whose tasks were ended learn of it by a unit attention, and their ended tasks are not answered.",
    proof: [
      inFolder("task-management", "LOGICAL UNIT RESET tells every session by a unit attention"),
      inFolder("affected-tasks", "is ended by %s, and one at another target goes on"),
    ],
  },
  {
    clause: "4.2.3.4",
    id: "fast-abort",
    must: "Where FastAbort is agreed on, its quicker semantics hold, with an Asynchronous Message to the sessions of others.",
    proof: { notApplicable: NO_FAST_ABORT },
  },
  {
    clause: "4.2.3.4",
    id: "fast-abort-never-agreed",
    must: "A target that does not have FastAbort does not agree on it.",
    proof: [proof(KEYS, "%s is answered with %s", "TaskReporting=FastAbort,ResponseFence,RFC3720")],
  },
  {
    clause: "4.2.3.5",
    id: "mixed-fast-abort",
    must: "Tasks shared by standard and FastAbort sessions are ended for each as it has agreed.",
    proof: { notApplicable: NO_FAST_ABORT },
  },

  // 4.2.4 Login, 4.2.5 full feature phase
  {
    clause: "4.2.4",
    id: "only-login-before-full-feature",
    must: "Before the full feature phase only Login Requests are served.",
    proof: [
      inFolder("before-login", "a SCSI command as the first PDU ends the connection"),
      inFolder("before-login", "a SCSI command within a login is refused with 020Bh"),
      inFolder("before-login", "a command right behind a refused login is not executed"),
    ],
  },
  {
    clause: "4.2.5.1",
    id: "connection-allegiance",
    must: "Whatever belongs to a request goes over the connection that brought it.",
    proof: [inFolder("connection-allegiance", "two connections that use the same tags at the same time each get their own")],
  },
  {
    clause: "4.2.5.1",
    id: "data-and-status-same-connection",
    must: "The data of a read, and after it the status, go over the connection of the command.",
    proof: [
      inFolder("connection-allegiance", "two connections that use the same tags at the same time each get their own"),
      inFolder("status-with-data", "comes once: with the last Data-In"),
    ],
  },
  {
    clause: "4.2.5.1",
    id: "r2t-same-connection",
    must: "The R2Ts of a write, and its status, go over the connection of the command.",
    proof: [inFolder("connection-allegiance", "two connections that use the same tags at the same time each get their own")],
  },
  {
    clause: "4.2.5.1",
    id: "retransmission-same-connection",
    must: "What a SNACK makes the target send again goes over the same connection.",
    proof: { notApplicable: "at ErrorRecoveryLevel 0 a SNACK is rejected (`snack-refused.test.ts`)" },
  },
  {
    clause: "4.2.5.2",
    id: "beyond-first-burst-solicited",
    must: "All data of a write beyond the first burst is asked for by R2Ts.",
    proof: [
      inFolder("unsolicited-data", "of the first burst needs no R2T, the rest does"),
      inFolder("unsolicited-data", "may end before the first burst is full"),
    ],
  },
  {
    clause: "4.2.5.2",
    id: "ordering-rules-enforced",
    must: "The target enforces the order of data: what comes out of order is not used.",
    proof: [
      inFolder("unsolicited-data-order", "that skips a piece of the buffer is an error"),
      inFolder("unsolicited-data", "in answer to an R2T is refused %s", "with a wrong offset"),
    ],
  },
  {
    clause: "4.2.5.2",
    id: "interleaved-unsolicited-data",
    must: "Unsolicited data may follow later commands, in the order of the commands that it belongs to.",
    proof: [inFolder("unsolicited-data-order", "may follow both commands, first that of the first")],
  },
  {
    clause: "4.2.5.3",
    id: "task-fields-verified",
    must: "Fields of a PDU that names a task are checked against those with which the task was begun.",
    proof: [
      inFolder("task-fields", "as Data-Out fails the command, and its data is not written"),
      inFolder("task-fields", "as ABORT TASK does not find the task, which goes on"),
    ],
  },
  {
    clause: "4.2.5.3",
    id: "r2t-has-the-lun-of-its-command",
    must: "An R2T has the LUN of the SCSI Command that it belongs to.",
    proof: [inFolder("r2t-fields", "has a transfer tag of its own, not the reserved one, and the LUN of its command")],
  },

  // 4.2.7 Names
  {
    clause: "4.2.7.1",
    id: "target-has-a-name",
    must: "Every target has an iSCSI name.",
    proof: [proof("test/config/errors.test.ts", "the base_iqn %j is refused"), proof(NAMES, "%j is refused")],
  },
  {
    clause: "4.2.7.1",
    id: "one-name-for-initiator-and-target",
    must: "A node that is initiator and target has one name for both.",
    proof: { notApplicable: "Lunette is never an initiator" },
  },
  {
    clause: "4.2.7.1",
    id: "names-of-223-bytes",
    must: "Names of up to 223 bytes are taken.",
    proof: [inFolder("initiator-names", "with a name of %s logs in and works"), proof(NAMES, "%j is valid", "repeat(199)")],
  },
  {
    clause: "4.2.7.2",
    id: "names-are-utf-8",
    must: "A name is UTF-8 of characters that the iSCSI profile of stringprep lets through, of at most 223 bytes.",
    proof: [
      proof(NAMES, "%j is refused"),
      proof(LOGIN, "with %s is refused", "white space in InitiatorName"),
      proof(LOGIN, "with %s is refused", "an InitiatorName of 224 bytes"),
      proof("test/wire/text-keys.test.ts", "are refused with %s, and the message says so", "a value that is not UTF-8"),
    ],
  },
  {
    clause: "4.2.7.2",
    id: "names-compared-normalised",
    must: "Names are normalised before they are compared: spellings that differ in case or composition are one name.",
    proof: [
      proof(NAMES, "spellings that differ in case or composition are one name"),
      inFolder("initiator-names", "is the same when it spells its name in capitals"),
    ],
  },
  {
    clause: "4.2.7.4",
    id: "iqn-form",
    must: 'A name of type "iqn." has a year and month, and a reversed domain name.',
    proof: [proof(NAMES, "%j is refused", "iqn.2001-00.com.example"), proof(NAMES, "%j is valid", "iqn.2001-04.com.example")],
  },
  {
    clause: "4.2.7.5",
    id: "eui-form",
    must: 'A name of type "eui." has 16 hexadecimal digits.',
    proof: [proof(NAMES, "%j is refused", "eui.02004567A425678DA"), proof(NAMES, "%j is valid", "eui.02004567A425678D")],
  },
  {
    clause: "4.2.7.6",
    id: "naa-form",
    must: 'A name of type "naa." has 16 or 32 hexadecimal digits.',
    proof: [proof(NAMES, "%j is refused", "naa.52004567BA64678DA"), proof(NAMES, "%j is valid", "naa.52004567BA64678D")],
  },

  // 4.3 Session types
  {
    clause: "4.3",
    id: "discovery-takes-send-targets-and-logout",
    must: "A discovery session takes SendTargets and the logout that closes the session.",
    proof: [
      inFolder("discovery-requests", "ends by the logout of the session"),
      inFolder("send-targets", "All in a discovery session lists every target the asker may log in to"),
    ],
  },
  {
    clause: "4.3",
    id: "discovery-tells-every-path",
    must: "In a discovery session the target returns every path (address, port, group tag) that the initiator may use; Lunette does where `discovery` is all, and by default keeps to the group that was asked, because addresses of another network would be told to hosts that can't reach them.",
    proof: [
      inFolder(
        "send-targets-all-groups",
        "tells every path through every group that asks for the same proof, each with its tag",
      ),
    ],
  },
  {
    clause: "4.3",
    id: "discovery-rejects-the-rest",
    must: "A discovery session rejects every other request.",
    proof: [inFolder("discovery-requests", "rejects %s and goes on")],
  },

  // 4.4 SCSI concepts
  {
    clause: "4.4.1",
    id: "session-within-a-portal-group",
    must: "All connections of a session are to portals of one portal group.",
    proof: { notApplicable: ONE_CONNECTION },
  },
  {
    clause: "4.4.1",
    id: "portal-group-tags",
    must: "Portals of a target with one tag are one portal group, and the target tells the tag of each portal.",
    proof: [
      inFolder("portals", "tell all their own portals and none of another group's"),
      inFolder("login-numbers", "tells the first response's target portal group, once"),
    ],
  },
  {
    clause: "4.4.2",
    id: "scsi-port-name",
    must: "In SCSI parameter data a port is named by the iSCSI name, a comma, i or t, a comma, and ISID or portal group tag as hex, ended and padded by NUL.",
    proof: [
      proof(INQUIRY, "has NAA, T10, UUID, port, group and name designators (83h)", "target,t,0x0001"),
      proof("test/scsi/transport-id.test.ts", "have format 01b, protocol 5h, and a name padded to a multiple of four"),
      proof("test/scsi/transport-id.test.ts", "come back as they went, in the spelling of port names"),
    ],
  },
  {
    clause: "4.4.2",
    id: "scsi-device-name",
    must: "In SCSI parameter data the SCSI device is named by the iSCSI name of the target, ended by NUL.",
    proof: [proof(INQUIRY, "has NAA, T10, UUID, port, group and name designators (83h)", "iqn.2026-01.test:target")],
  },
  {
    clause: "4.4.3",
    id: "isid-rule",
    must: "One initiator, with one ISID, has at most one session with a target portal group.",
    proof: [
      inFolder("session-reinstatement", "closes the old connection and lets the new one work"),
      inFolder("session-reinstatement", "leaves a session of another ISID and one of another target alone"),
    ],
  },
  {
    clause: "4.4.3.2",
    id: "reservations-outlive-sessions",
    must: "Persistent reservations outlive sessions and belong to the same initiator port when it comes back.",
    proof: [
      proof("test/scsi/commands/persistent-reserve.test.ts", "survives logout: the same initiator port is registered still"),
    ],
  },
];
