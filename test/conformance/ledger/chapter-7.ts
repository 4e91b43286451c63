// RFC 7143 chapter 7, "iSCSI Error Handling and Recovery".

import { inFolder, proof, type Rule } from "./rule.ts";

const KEYS = "test/iscsi/login/negotiation.test.ts";
const FRAMER = "test/wire/framer.test.ts";

const LEVEL_0 = "ErrorRecoveryLevel is answered 0 (13.20)";

export const RULES: readonly Rule[] = [
  // 7.1 Overview
  {
    clause: "7.1.4.1",
    id: "recovery-within-command",
    must: "What recovery within a command does (recovery R2T, retransmitted data) follows its rules.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "7.1.4.2",
    id: "recovery-within-connection",
    must: "What recovery within a connection does (retransmitted requests and status) follows its rules.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "7.1.4.3",
    id: "connection-recovery",
    must: "What connection recovery does (logout for recovery, reassigned tasks) follows its rules.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "7.1.4.4",
    id: "session-recovery",
    must: "Session recovery ends the connections of the session and all its tasks, and the initiator may begin a new one.",
    proof: [
      inFolder("lost-connection-ends-tasks", "%s that waits for data ends, and its tag begins a new task in the next session"),
      inFolder("session-reinstatement", "ends commands of the old session that wait for data, whose bytes are never written"),
    ],
  },
  {
    clause: "7.1.5",
    id: "recovery-level-0-supported",
    must: "ErrorRecoveryLevel 0 is supported.",
    proof: [
      proof(KEYS, "%s is answered with %s", "ErrorRecoveryLevel=2"),
      inFolder("lost-connection-ends-tasks", "%s that waits for data ends, and its tag begins a new task in the next session"),
    ],
  },
  {
    clause: "7.1.5",
    id: "answered-level-is-supported",
    must: "The target supports what the ErrorRecoveryLevel that it answers stands for, and answers no higher one.",
    proof: [
      proof(KEYS, "%s is answered with %s", "ErrorRecoveryLevel=2"),
      proof(KEYS, "negotiates digests and times as any session"),
      inFolder("snack-refused", "of type %i is rejected with SNACK reject"),
    ],
  },

  // 7.2 Retry and reassignment
  {
    clause: "7.2.1",
    id: "retry-of-a-running-command-ignored",
    must: "A command that is sent again although it has been received is ignored without an answer.",
    proof: [
      inFolder("cmdsn-duplicate", "is ignored without an answer when it %s", "has had its CmdSN before"),
      inFolder("retry-of-running-command", "a retry of a write that waits for its data changes nothing"),
    ],
  },
  {
    clause: "7.2.1",
    id: "retry-fills-a-gap",
    must: "A command that is sent again because it was lost is taken in the place of the first.",
    proof: [
      inFolder("rejected-command-number", "is not used up by %s"),
      inFolder(
        "digest-errors",
        "a wrong data digest of a ping beyond a gap in CmdSN is rejected, and the same ping sent again",
      ),
    ],
  },
  {
    clause: "7.2.2",
    id: "reassignment-refused",
    must: "A target without allegiance reassignment answers TASK REASSIGN with the response that says so.",
    proof: [inFolder("task-management", "%s is answered with its response code", '"TASK REASSIGN"')],
  },
  {
    clause: "7.2.2",
    id: "reassignment-of-an-allegiant-task",
    must: "TASK REASSIGN of a task that has not been logged out for recovery is answered that it is still allegiant.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "7.2.2",
    id: "reassignment-answered-first",
    must: "The answer to TASK REASSIGN precedes the reassignment.",
    proof: { notApplicable: LEVEL_0 },
  },
  {
    clause: "7.2.2",
    id: "snack-tag-of-a-reassigned-task",
    must: "A reassigned task has lost the SNACK tag of its former connection.",
    proof: { notApplicable: LEVEL_0 },
  },

  // 7.3 Reject
  {
    clause: "7.3",
    id: "reject-ends-no-task",
    must: "A Reject never ends a task: a task that has begun ends with a response of its own.",
    proof: [
      inFolder("sense-data", "and PROTOCOL SERVICE CRC ERROR, after a Reject, when its data has a wrong digest"),
      inFolder("wait-for-data", "is answered when every run that was asked for has ended, and asks for no more"),
    ],
  },
  {
    clause: "7.3",
    id: "rejected-number-not-received",
    must: "The CmdSN of a rejected request counts as not received, even where it can be read.",
    proof: [
      inFolder("rejected-command-number", "is not used up by %s"),
      inFolder("discovery-requests", "rejects %s and goes on"),
    ],
  },
  {
    clause: "7.3",
    id: "gap-of-a-rejected-request-filled",
    must: "The gap that a rejected request leaves is filled by a request with its CmdSN or by aborting the task.",
    proof: [
      inFolder("rejected-command-number", "is not used up by %s"),
      inFolder("rejected-command-number", "counts as received when the initiator aborts the command instead"),
    ],
  },
  {
    clause: "7.3",
    id: "rejected-data-advances-exp-data-sn",
    must: "When a rejected Data-Out is asked for again by a recovery R2T, the expected DataSN of the burst goes on.",
    proof: { notApplicable: `no recovery R2T is sent: ${LEVEL_0}` },
  },

  // 7.4 Discovery sessions
  {
    clause: "7.4.1",
    id: "discovery-recovery-level-0",
    must: "ErrorRecoveryLevel that is offered in a discovery session is answered 0, and 0 holds there.",
    proof: [proof(KEYS, "negotiates digests and times as any session", "ErrorRecoveryLevel=0")],
  },
  {
    clause: "7.4.2.1",
    id: "unnamed-discovery-unique",
    must: "An initiator port has at most one discovery session without a target's name at one network portal.",
    proof: [
      inFolder("discovery-reinstatement", "%s takes the place of the one before it with the same ISID", "that names no target"),
    ],
  },
  {
    clause: "7.4.2.1",
    id: "unnamed-discovery-reinstated",
    must: "Another one like it reinstates the one that is there.",
    proof: [
      inFolder("discovery-reinstatement", "%s takes the place of the one before it with the same ISID", "that names no target"),
    ],
  },
  {
    clause: "7.4.2.1",
    id: "discovery-at-other-portals-independent",
    must: "Discovery sessions of one initiator port at different network portals are independent.",
    proof: [
      inFolder(
        "discovery-at-two-portals",
        "discovery sessions with one ISID at two portals of one group leave each other alone",
      ),
    ],
  },
  {
    clause: "7.4.2.2",
    id: "named-discovery-isid-rule",
    must: "A discovery session that names a target takes the place of the initiator port's other discovery session with that target and portal group.",
    proof: [
      inFolder("discovery-reinstatement", "%s takes the place of the one before it with the same ISID", "that names a target"),
    ],
  },
  {
    clause: "7.4.2.2",
    id: "named-discovery-and-normal-sessions",
    must: "A discovery session that names a target takes the place of the initiator port's normal session with it.",
    proof: {
      uncovered:
        "Lunette lets both stand (`discovery-reinstatement.test.ts`): discovery may ask for less proof than the target does, and who has not given that must not end a session",
    },
  },

  // 7.6 to 7.10
  {
    clause: "7.6",
    id: "tasks-end-with-logout",
    must: "A logout that closes connection or session ends their tasks, without an answer to them.",
    proof: [inFolder("logout-ends-tasks", "ends a write that waits for its data; nothing of it is answered")],
  },
  {
    clause: "7.6",
    id: "tasks-end-with-the-connection",
    must: "When a connection has failed and nothing is retained, its tasks end.",
    proof: [
      inFolder("lost-connection-ends-tasks", "%s that waits for data ends, and its tag begins a new task in the next session"),
    ],
  },
  {
    clause: "7.7",
    id: "format-error-ends-the-session",
    must: "A PDU whose fields are illegal or contradict each other ends the connections of its session at once, and session recovery follows.",
    proof: [
      inFolder("format-errors", "(%s) ends the connection and its tasks, and no other"),
      inFolder("lying-lengths", "in %s is refused on its header, and nothing is stored for it"),
      proof(FRAMER, "ignores everything behind the refused header"),
    ],
  },
  {
    clause: "7.8",
    id: "header-digest-error",
    must: "A PDU with a wrong header digest is not used: what follows is discarded up to a PDU whose start is known, or the connection is closed.",
    proof: [
      inFolder("digest-errors", "a wrong header digest ends the connection"),
      proof(FRAMER, "says where a flipped bit was, or that it was in bytes without a digest"),
    ],
  },
  {
    clause: "7.8",
    id: "data-digest-error-rejected",
    must: "A PDU whose data has a wrong digest is answered by a Reject with reason data digest error and is not used.",
    proof: [
      inFolder("digest-errors", "a wrong data digest of a ping is rejected with its reason"),
      inFolder("digest-errors", "data with a wrong digest never reaches the volume and never gets GOOD"),
      inFolder("immediate-data-digest", "a write with spoiled immediate data (F %s) is rejected without a status"),
      inFolder("rejected-command-number", "is not used up by %s", "text with a wrong digest"),
    ],
  },
  {
    clause: "7.8",
    id: "spoiled-data-out-ends-its-task",
    must: "When Data-Out was discarded for its digest and is not asked for again, its task ends with CHECK CONDITION, protocol service CRC error.",
    proof: [inFolder("sense-data", "and PROTOCOL SERVICE CRC ERROR, after a Reject, when its data has a wrong digest")],
  },
  {
    clause: "7.8",
    id: "spoiled-data-out-waits-for-the-rest",
    must: "That response waits for the last Data-Out of all that was asked for; a task management function may end the task meanwhile.",
    proof: [
      inFolder("wait-for-data", "is answered when every run that was asked for has ended, and asks for no more"),
      inFolder("wait-for-data", "waits for the F bit of the very run in which the error was"),
      inFolder("wait-for-data", "is ended by LOGICAL UNIT RESET while it waits, and gets no answer of its own"),
    ],
  },
  {
    clause: "7.9",
    id: "data-out-of-sequence",
    must: "Data-Out with a DataSN that skips one is handled as one whose digest was wrong.",
    proof: [
      inFolder("unsolicited-data", "in answer to an R2T is refused %s", "with a wrong DataSN"),
      inFolder("wait-for-data", "waits for the F bit of the very run in which the error was"),
    ],
  },

  // 7.11 to 7.15
  {
    clause: "7.11",
    id: "abort-of-a-missing-command",
    must: "When the command that ABORT TASK names has not come, its CmdSN counts as received and the function is complete.",
    proof: [
      inFolder("abort-missing-command", "of a command that never came fills the gap in CmdSN that it left"),
      inFolder("abort-missing-command", "of the next command, before it comes, makes the target ignore it when it does"),
      inFolder("abort-undelivered-command", "commands behind one that was aborted while it waited for its turn are delivered"),
    ],
  },
  {
    clause: "7.11",
    id: "abort-of-an-answered-command",
    must: "When the command that ABORT TASK names has been answered, the response is that the task does not exist.",
    proof: [inFolder("abort-missing-command", "of a command that has been answered says that the task does not exist")],
  },
  {
    clause: "7.12",
    id: "negotiation-failure-ends-the-login",
    must: "A negotiation that fails during login ends the login and the connection, with a Login Response that says why.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "that offers no CHAP where it is needed"),
      inFolder("reserved-constants", "%s is refused as the initiator's error"),
      inFolder("stage-keys", "%s in the operational stage is refused"),
    ],
  },
  {
    clause: "7.12",
    id: "negotiation-failure-keeps-values",
    must: "When a negotiation of the full feature phase fails, the values of before stay in force, and nothing of the failed one takes effect.",
    proof: [inFolder("text-sequence", "is rejected when %s comes, and leaves everything as it was")],
  },
  {
    clause: "7.14",
    id: "connection-failure-handled",
    must: "When a connection fails, the target recovers the session in one of the ways of the standard: at level 0, by ending it.",
    proof: [
      inFolder("lost-connection-ends-tasks", "%s that waits for data ends, and its tag begins a new task in the next session"),
      inFolder("nop", "is dropped when it does not answer"),
    ],
  },
  {
    clause: "7.14",
    id: "escalation-takes-precedence",
    must: "When the initiator escalates to session recovery by dropping its connections, the target follows.",
    proof: [
      inFolder("connection-states", "whose only connection is lost ends: its TSIH is gone"),
      inFolder("session-reinstatement", "closes the old connection and lets the new one work"),
    ],
  },
  {
    clause: "7.14",
    id: "immediate-commands-end-with-the-connection",
    must: "When a connection fails, its immediate commands are ended.",
    proof: [
      inFolder(
        "lost-connection-ends-tasks",
        "%s that waits for data ends, and its tag begins a new task in the next session",
        '"an immediate command"',
      ),
    ],
  },
  {
    clause: "7.15",
    id: "reinstatement-after-session-errors",
    must: "A target is ready for a session reinstatement, which may be how the initiator handles an error of the session.",
    proof: [
      inFolder("session-reinstatement", "closes the old connection and lets the new one work"),
      inFolder("session-reinstatement", "ends commands of the old session that wait for data, whose bytes are never written"),
    ],
  },
];
