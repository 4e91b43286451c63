// RFC 7143 chapter 6, "Login and Full Feature Phase Negotiation".

import { inFolder, proof, type Rule } from "./rule.ts";

const LOGIN = "test/iscsi/login/login-machine.test.ts";
const KEYS = "test/iscsi/login/negotiation.test.ts";
const CHAP = "test/iscsi/login/chap.test.ts";
const TEXT = "test/wire/text-keys.test.ts";

const ANSWERED = "%s is answered with %s";

export const RULES: readonly Rule[] = [
  // 6.1 Text format
  {
    clause: "6.1",
    id: "standard-label",
    must: "A key is a label of at most 63 characters: letters, digits and a few signs, the first of them a capital letter.",
    proof: [
      proof(TEXT, "are refused with %s, and the message says so", "a key of 64 bytes"),
      proof(TEXT, "are refused with %s, and the message says so", "a space in the key"),
      proof(TEXT, "are read as they were written, in order and with repetitions"),
    ],
  },
  {
    clause: "6.1",
    id: "text-is-case-sensitive",
    must: "Keys and values are taken as they are written: capital and small letters differ.",
    proof: [
      proof(KEYS, ANSWERED, "maxburstlength=512"),
      proof(KEYS, ANSWERED, "DataDigest=crc32c"),
      proof(KEYS, ANSWERED, "InitialR2T=no"),
    ],
  },
  {
    clause: "6.1",
    id: "pairs-end-with-nul",
    must: "Every pair, the last one too, is ended by a NUL.",
    proof: [
      proof(TEXT, "are read as they were written, in order and with repetitions"),
      proof(TEXT, "are refused with %s, and the message says so", "no NUL at the end"),
    ],
  },
  {
    clause: "6.1",
    id: "values-of-255-bytes",
    must: "A simple value has at most 255 bytes where its key says nothing else; in a list each value for itself.",
    proof: [
      proof(KEYS, "takes a value of 255 bytes, and a list that is longer as a whole"),
      proof(KEYS, "%s in the operational stage ends the login with %s", '"a".repeat(256)'),
    ],
  },
  {
    clause: "6.1",
    id: "numbers-decimal-or-hex",
    must: "A number is written in decimal or, after 0x, in hexadecimal.",
    proof: [proof(KEYS, ANSWERED, "MaxBurstLength=0x1000"), proof(KEYS, ANSWERED, "MaxBurstLength=-1")],
  },
  {
    clause: "6.1",
    id: "binary-values",
    must: "A binary value is written in hexadecimal after 0x or in base64 after 0b, and both are read.",
    proof: [proof(CHAP, "%s is %s", "0bAQI="), proof(CHAP, "%j is refused", "0bAQ=I")],
  },
  {
    clause: "6.1",
    id: "eight-kib-of-keys",
    must: "The target takes at least 8,192 bytes of keys in one negotiation.",
    proof: [
      inFolder("limit-text", "a login request with %i bytes of data: taken is %s (login_data_bytes)"),
      inFolder("text-sequence", "may bring 8,192 bytes of keys, over as many requests as it likes"),
      proof(LOGIN, "is bounded in bytes, in keys and in requests", "login_bytes: 20_000"),
    ],
  },
  {
    clause: "6.1",
    id: "sixty-four-kib-for-long-authentication",
    must: "A target that takes part in an authentication method with very long items takes at least 64 KiB of keys.",
    proof: { notApplicable: "CHAP is the only method (12.1.3), and its items have at most 1,024 bytes" },
  },

  // 6.2 Text mode negotiation
  {
    clause: "6.2",
    id: "c-without-t-or-f",
    must: "No PDU has the C bit together with the T or F bit.",
    proof: [
      proof(LOGIN, "as text end in a bounded answer or a defined refusal"),
      proof(LOGIN, "is continued with the C bit, and the transition waits for its end"),
      inFolder("login-c-bit", "with T as well is an initiator error"),
      inFolder("text-exchange", "with F and C is a protocol error"),
      inFolder("text-exchange", "goes on with C and without F when it does not fit"),
    ],
  },
  {
    clause: "6.2",
    id: "continued-request-answered-empty",
    must: "A request with the C bit is answered by a response without data.",
    proof: [
      inFolder("login-c-bit", "after %i bytes succeeds"),
      proof(LOGIN, "may be cut at every byte"),
      inFolder("text-exchange", "may be cut anywhere with C, and is answered when its list is whole"),
    ],
  },
  {
    clause: "6.2",
    id: "one-text-pdu-outstanding",
    must: "There is never more than one Text Response outstanding on a connection.",
    proof: [inFolder("text-exchange", "goes on with C and without F when it does not fit")],
  },
  {
    clause: "6.2",
    id: "explicit-negotiation-only",
    must: "The result follows from values that were exchanged, and what nobody offers keeps its default.",
    proof: [
      proof(LOGIN, "login without any offer, straight from the security stage, keeps every default"),
      proof(KEYS, "are those of section 13"),
    ],
  },
  {
    clause: "6.2",
    id: "ranges-only-where-allowed",
    must: "A range or a large number is taken only where the key allows it.",
    proof: [
      proof(KEYS, "answers every key of the table that is offered in the operational stage"),
      proof(KEYS, ANSWERED, "OFMarkInt=1~65535"),
    ],
  },
  {
    clause: "6.2",
    id: "unknown-key-answered",
    must: "A key that the target does not understand is answered NotUnderstood.",
    proof: [
      proof(KEYS, ANSWERED, "X-com.example.key=1"),
      proof(KEYS, ANSWERED, "constructor=1"),
      inFolder("send-targets", "with an unknown key is answered NotUnderstood"),
    ],
  },
  {
    clause: "6.2",
    id: "not-understood-handled",
    must: "NotUnderstood about a key of the standard is taken as a protocol error.",
    proof: [inFolder("reserved-constants", "%s, about a key that every implementation has to know, is refused as well")],
  },
  {
    clause: "6.2",
    id: "all-keys-comprehended",
    must: "The target comprehends every key of the standard and never answers one of them NotUnderstood.",
    proof: [
      proof(KEYS, "answers every key of the table that is offered in the operational stage"),
      proof(KEYS, ANSWERED, "IFMarker=No"),
      proof(KEYS, "%s is a declaration and gets no answer"),
    ],
  },
  {
    clause: "6.2",
    id: "reserved-constants",
    must: "None, Reject, Irrelevant and NotUnderstood are used as the standard says and no other way: as an offer the last three are errors.",
    proof: [
      inFolder("reserved-constants", "%s is refused as the initiator's error"),
      proof(KEYS, "%j are answered with %j", "FirstBurstLength=Irrelevant"),
    ],
  },
  {
    clause: "6.2",
    id: "rejected-key-keeps-its-value",
    must: "A key that was answered Reject keeps the value that it had.",
    proof: [
      proof(KEYS, ANSWERED, "MaxBurstLength=511"),
      proof(KEYS, "whatever numbers are offered, the result keeps 13.14 and the offers' bounds"),
      inFolder("rejected-key", "leaves its default in force"),
    ],
  },
  {
    clause: "6.2.1",
    id: "first-supported-of-a-list",
    must: "Of an offered list the target answers the first value that it has and may use.",
    proof: [
      proof(KEYS, ANSWERED, "HeaderDigest=None,CRC32C"),
      proof(KEYS, ANSWERED, "HeaderDigest=CRC32C,None"),
      proof(CHAP, "CHAP_A=%s where %j are allowed takes %i"),
    ],
  },
  {
    clause: "6.2.1",
    id: "none-only-when-offered",
    must: "A function is done without only where None was offered.",
    proof: [
      proof(KEYS, ANSWERED, "DataDigest=x-vendor"),
      proof(CHAP, "an access with auth %s refuses %s with 0201h", '["none", "CHAP"]'),
    ],
  },
  {
    clause: "6.2.1",
    id: "unknown-list-value-ignored",
    must: "A value of a list that the target does not understand is ignored.",
    proof: [
      proof(KEYS, ANSWERED, "DataDigest=x-vendor,CRC32C"),
      proof(CHAP, "an access with auth %s answers %s with %s", "KRB5,SRP,CHAP"),
    ],
  },
  {
    clause: "6.2.1",
    id: "value-that-was-not-offered",
    must: "An answer to the target's own offer that was not among the offered values is a protocol error.",
    proof: { notApplicable: "the target declares and answers, and offers nothing: a negotiation never takes a second round" },
  },
  {
    clause: "6.2.2",
    id: "simple-value-answered",
    must: "An offered simple value is answered with the same key, and the answer is the result.",
    proof: [
      proof(KEYS, ANSWERED, "MaxConnections=8"),
      proof(LOGIN, "tells the session what was agreed"),
      inFolder("data-in-order", "comes in order, within the bounds that the initiator set"),
    ],
  },
  {
    clause: "6.2.2",
    id: "admissible-value-selected",
    must: "The answer is a value that the key admits, or Reject where the offer is not one.",
    proof: [
      proof(KEYS, "whatever numbers are offered, the result keeps 13.14 and the offers' bounds"),
      proof(KEYS, ANSWERED, "MaxBurstLength=16777216"),
    ],
  },
  {
    clause: "6.2.2",
    id: "value-within-an-offered-range",
    must: "Of an offered range the answer is a number within it.",
    proof: { notApplicable: "only the obsolete marker keys had ranges, and they are answered Reject (13.25)" },
  },
  {
    clause: "6.2.2",
    id: "boolean-answered",
    must: "An offered Yes or No is answered wherever it does not settle the result by itself.",
    proof: [
      proof(KEYS, ANSWERED, "InitialR2T=No"),
      proof(KEYS, ANSWERED, "ImmediateData=Yes"),
      proof(KEYS, ANSWERED, "DataPDUInOrder=No"),
    ],
  },

  // 6.3 Login phase
  {
    clause: "6.3",
    id: "one-login-task",
    must: "The whole login has one task tag.",
    proof: [
      proof(LOGIN, "with %s is refused with 0200h", "another task tag"),
      inFolder("login-numbers", "is answered with its own ISID, task tag and stage"),
    ],
  },
  {
    clause: "6.3",
    id: "login-right-after-connecting",
    must: "The login follows the establishment of the connection at once; anything else that comes first ends the connection.",
    proof: [
      inFolder("before-login", "a SCSI command as the first PDU ends the connection"),
      inFolder("before-login", "silence ends with the time for a login"),
    ],
  },
  {
    clause: "6.3",
    id: "no-second-login",
    must: "A connection sees no second login.",
    proof: [
      inFolder("login-numbers", "another Login Request is rejected and changes nothing"),
      proof(LOGIN, "after the end is refused with 020Bh"),
    ],
  },
  {
    clause: "6.3",
    id: "other-pdu-during-login",
    must: "A PDU that is no Login Request, once a login has begun, is answered by a Login Response of status 020Bh and the end of the connection.",
    proof: [inFolder("before-login", "a SCSI command within a login is refused with 020Bh")],
  },
  {
    clause: "6.3",
    id: "one-login-pdu-outstanding",
    must: "There is never more than one Login Response outstanding.",
    proof: [
      inFolder("status-numbering", "the responses of one login carry consecutive numbers"),
      proof(LOGIN, "may not be interrupted by keys or a continuation"),
    ],
  },
  {
    clause: "6.3",
    id: "default-segment-length-during-login",
    must: "During login the default MaxRecvDataSegmentLength holds in both directions.",
    proof: [
      proof(LOGIN, "may not exceed 8 KiB in one request"),
      proof(LOGIN, "is continued with the C bit, and the transition waits for its end"),
      inFolder("limit-text", "a login request with %i bytes of data: taken is %s (login_data_bytes)"),
    ],
  },
  {
    clause: "6.3",
    id: "initiator-name-wanted",
    must: "A first Login Request without InitiatorName is refused.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "without InitiatorName"),
      proof(LOGIN, "with %s is refused", "no InitiatorName"),
    ],
  },
  {
    clause: "6.3",
    id: "target-name-wanted",
    must: "A first Login Request of a normal session without TargetName is refused.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "without TargetName"),
      proof(LOGIN, "with %s is refused", "no TargetName"),
    ],
  },
  {
    clause: "6.3",
    id: "at-least-one-stage",
    must: "A login has a security stage, an operational stage, or the first and then the second.",
    proof: [
      inFolder("login-transit", "%i ends in the stage %i that the initiator asks for"),
      proof(LOGIN, "may not go back to the security stage"),
      proof(LOGIN, "with %s is refused", "a transition backwards"),
    ],
  },
  {
    clause: "6.3",
    id: "authentication-within-the-login",
    must: "Keys of authentication are negotiated in the login and nowhere else.",
    proof: [
      proof(KEYS, "rejects %j as a protocol error", "CHAP_A=5"),
      proof(CHAP, "stops the transition until the name is proved, and lets the initiator transit later"),
    ],
  },
  {
    clause: "6.3",
    id: "keys-of-the-stage-only",
    must: "A key that the stage does not allow is a protocol error.",
    proof: [
      proof(KEYS, "%s in the operational stage ends the login with %s", "AuthMethod=None"),
      proof(LOGIN, "may not repeat or change %s"),
      inFolder("stage-keys", "%s in the security stage is refused"),
    ],
  },
  {
    clause: "6.3",
    id: "next-stage-not-beyond-the-offer",
    must: "The next stage that the target answers is not beyond the one that the initiator asked for.",
    proof: [
      inFolder("login-transit", "%i ends in the stage %i that the initiator asks for, not before it asks, and not farther on"),
    ],
  },
  {
    clause: "6.3",
    id: "transit-only-when-asked",
    must: "The target sets T only in answer to T.",
    proof: [
      inFolder("login-transit", "%i ends in the stage %i that the initiator asks for, not before it asks, and not farther on"),
      proof(LOGIN, "login with CHAP, then operational parameters in two requests"),
    ],
  },
  {
    clause: "6.3",
    id: "nothing-open-after-transit",
    must: "A Login Response with T holds no key that would need another Login Request.",
    proof: [inFolder("login-transit", "needs nothing more from the initiator once it has been left")],
  },
  {
    clause: "6.3",
    id: "final-response-both-agree",
    must: "The response that accepts a login has T and NSG 3, as had its request.",
    proof: [
      inFolder("login-transit", "%i ends in the stage %i that the initiator asks for"),
      proof(LOGIN, "login that begins in the operational stage"),
    ],
  },
  {
    clause: "6.3",
    id: "stage-transitions-of-the-table",
    must: "Only the transitions of the standard's table take place.",
    proof: [
      proof(LOGIN, "with %s is refused", "a transition to stage 2"),
      proof(LOGIN, "with %s is refused", "a transition to the stage it is in"),
      proof(LOGIN, "with %s is refused", "stage 3"),
      proof(LOGIN, "with %s is refused with 0200h", "the next stage before its time"),
    ],
  },
  {
    clause: "6.3",
    id: "key-twice-in-a-login",
    must: "A key that comes again in the same login, where the standard does not allow that, is noticed and refused as the initiator's error.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "with a key twice"),
      proof(LOGIN, "with %s is refused", "a key twice"),
      proof(LOGIN, "may not repeat or change %s"),
    ],
  },

  // 6.3.1 Login phase start
  {
    clause: "6.3.1",
    id: "new-session",
    must: "A login with a new ISID and TSIH 0 makes a new session.",
    proof: [
      inFolder("tsih-rules", "differs between two sessions"),
      inFolder("tsih-rules", "is 0 before the final response and not 0 in it"),
    ],
  },
  {
    clause: "6.3.1",
    id: "existing-isid-reinstates",
    must: "A login with an ISID that has a session and TSIH 0 reinstates that session.",
    proof: [inFolder("session-reinstatement", "closes the old connection and lets the new one work")],
  },
  {
    clause: "6.3.1",
    id: "unknown-tsih-fails",
    must: "A login with a TSIH that names no session of that ISID fails: the session does not exist.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "to a session that is not there"),
      inFolder("tsih-rules", "of a session with another ISID does not exist for the asker"),
    ],
  },
  {
    clause: "6.3.1",
    id: "existing-tsih-adds-a-connection",
    must: "A login with ISID and TSIH of a session and a new CID adds a connection, as far as MaxConnections allows.",
    proof: [inFolder("tsih-rules", "of a living session admits no second connection")],
  },
  {
    clause: "6.3.1",
    id: "target-portal-group-tag-told",
    must: "The first response to a whole list of keys carries TargetPortalGroupTag where TargetName was given, in sessions of every type.",
    proof: [
      inFolder("login-numbers", "tells the first response's target portal group, once"),
      proof(LOGIN, "of a discovery session has no target, even when one is named"),
      proof(LOGIN, "may be cut at every byte"),
    ],
  },
  {
    clause: "6.3.1",
    id: "security-stage-needed",
    must: "A login that leaves out a security stage that the target wants is refused as an authentication failure, and the connection ends.",
    proof: [inFolder("login-refusals", "%s is refused with its status", "that skips a security stage that is needed")],
  },

  // 6.3.2 Security negotiation
  {
    clause: "6.3.2",
    id: "first-allowed-method",
    must: "Of the offered methods the target takes the first that it has and allows for this initiator.",
    proof: [proof(CHAP, "an access with auth %s answers %s with %s"), proof(CHAP, "CHAP_A=%s where %j are allowed takes %i")],
  },
  {
    clause: "6.3.2",
    id: "no-method-refused",
    must: "Where it allows none of the offered methods the negotiation fails, which in a login ends the login (6.2.1, 7.12).",
    proof: [
      proof(CHAP, "an access with auth %s refuses %s with 0201h"),
      inFolder("login-refusals", "%s is refused with its status", "that offers no CHAP where it is needed"),
    ],
  },
  {
    clause: "6.3.2",
    id: "tsih-with-the-end-of-security",
    must: "Where the security stage leads to the full feature phase, the response carries the TSIH.",
    proof: [inFolder("login-transit", "may be the security stage alone, with no key but the names")],
  },
  {
    clause: "6.3.2",
    id: "security-failure-told",
    must: "When the security negotiation fails at the target, the Login Response says so with its status.",
    proof: [
      inFolder("login-chap", "refuses who does not with 0201h and closes"),
      inFolder("login-chap", "refuses its own challenge sent back"),
      proof(CHAP, "with %s (auth %s) is refused"),
    ],
  },

  // 6.3.4 to 6.3.6
  {
    clause: "6.3.4",
    id: "connection-reinstatement-at-level-2",
    must: "At ErrorRecoveryLevel 2 a second connection may be opened to clean up the first, even where sessions have one.",
    proof: { notApplicable: "ErrorRecoveryLevel is answered 0 (13.20); below level 2 this is no MUST" },
  },
  {
    clause: "6.3.5",
    id: "reinstatement-ends-tasks",
    must: "Session reinstatement ends all tasks of the old session at once, without an answer.",
    proof: [
      inFolder("session-reinstatement", "ends commands of the old session that wait for data, whose bytes are never written"),
    ],
  },
  {
    clause: "6.3.5",
    id: "session-closes-with-logout",
    must: "A logout of the session, or of its last connection, ends the session.",
    proof: [
      inFolder("connection-states", "ends with the logout of its only connection"),
      inFolder("logout-reasons", "of %s succeeds and the target closes"),
    ],
  },
  {
    clause: "6.3.5.1",
    id: "nexus-loss-notified",
    must: "Reinstatement, closure and timeout of a session tell the SCSI layer that the I_T nexus is gone.",
    proof: [
      inFolder(
        "connection-states",
        "whose only connection is lost ends: its TSIH is gone, and a new one begins without what the old one had",
      ),
      proof("test/scsi/commands/persistent-reserve.test.ts", "ends with the nexus and with a reset"),
    ],
  },
  {
    clause: "6.3.6",
    id: "session-continuation",
    must: "The tasks of a session whose last connection failed wait to be reassigned.",
    proof: { notApplicable: "at ErrorRecoveryLevel 0 no task is reassigned: the session ends with its connection" },
  },

  // 6.4 Negotiation outside the login
  {
    clause: "6.4",
    id: "no-open-key-with-final-text",
    must: "A Text Response with F holds no key that would need another Text Request.",
    proof: [
      inFolder("send-targets", "may renew MaxRecvDataSegmentLength, which then bounds the data of reads"),
      proof(KEYS, "takes SendTargets and a new MaxRecvDataSegmentLength"),
    ],
  },
  {
    clause: "6.4",
    id: "transfer-tag-without-f",
    must: "A Text Response without F has a Target Transfer Tag that is not the reserved one.",
    proof: [
      inFolder("text-exchange", "to a request without F has no F, and a transfer tag to go on with"),
      inFolder("text-sequence", "takes keys in each of them, and its result holds from its end on"),
    ],
  },
  {
    clause: "6.4",
    id: "negotiation-may-be-reset",
    must: "A Text Request without a transfer tag begins a new negotiation: the one that was under way is forgotten.",
    proof: [
      inFolder("text-sequence", "is forgotten when the initiator begins anew without a transfer tag"),
      inFolder("text-exchange", "without a transfer tag begins anew"),
    ],
  },
  {
    clause: "6.4",
    id: "key-twice-in-a-text-negotiation",
    must: "A key that comes again in the same negotiation is answered by a Reject with reason protocol error.",
    proof: [
      inFolder("text-sequence", "is rejected when %s comes, and leaves everything as it was", "a key that came before"),
      proof(KEYS, "rejects %j as a protocol error", "SendTargets=All"),
    ],
  },
  {
    clause: "6.4",
    id: "effective-at-the-end",
    must: "What a negotiation settles holds once the whole of it has ended.",
    proof: [inFolder("text-sequence", "takes keys in each of them, and its result holds from its end on")],
  },
];
