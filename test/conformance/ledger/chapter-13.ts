// RFC 7143 chapter 13, "Login/Text Operational Text Keys": one key after the other, as the target negotiates and then keeps it.

import { inFolder, proof, type Rule } from "./rule.ts";

const MACHINE = "test/iscsi/login/login-machine.test.ts";
const NEGOTIATION = "test/iscsi/login/negotiation.test.ts";

/** A row of the table of offers and answers. */
const answer = (row: string) => proof(NEGOTIATION, "%s is answered with %s", row);
const defaults = proof(NEGOTIATION, "are those of section 13");
const irrelevant = (key: string) => proof(NEGOTIATION, "finds %s irrelevant", `"${key}"`);

const ONE_CONNECTION = "The negotiation always ends at one connection (13.2).";

const SCOPE: readonly Rule[] = [
  {
    clause: "13",
    id: "keys-leading-only",
    must: "Keys of use LO and IO are negotiated in the login and can't be changed after it.",
    proof: [
      inFolder("send-targets", "that negotiates a login key is rejected"),
      proof(NEGOTIATION, "rejects %j as a protocol error"),
    ],
  },
  {
    clause: "13",
    id: "keys-leading-connection",
    must: "Keys of use LO are those of the leading connection for every other connection of the session.",
    proof: { notApplicable: ONE_CONNECTION },
  },
  {
    clause: "13",
    id: "keys-full-feature-only",
    must: "A key of use FFPO is taken in full feature phase only.",
    proof: [proof(NEGOTIATION, "%s in the operational stage ends the login with %s", "SendTargets=All")],
  },
  {
    clause: "13",
    id: "keys-any-stage",
    must: "In the security stage the target takes keys that are marked Any-Stage, and no other of this chapter.",
    proof: [
      inFolder("login-keys-by-stage", "is refused in the security stage with %s"),
      inFolder("login-keys-by-stage", "takes %s in the security stage"),
    ],
  },
  {
    clause: "13",
    id: "keys-sender",
    must: "The target takes no key from an initiator that only targets send.",
    proof: [
      proof(NEGOTIATION, "%s in the operational stage ends the login with %s", "TargetAlias=mine"),
      proof(NEGOTIATION, "%s in the operational stage ends the login with %s", "TargetPortalGroupTag=1"),
      proof(NEGOTIATION, "%s in the operational stage ends the login with %s", "TargetAddress=192.0.2.1"),
    ],
  },
  {
    clause: "13",
    id: "keys-declarative-unanswered",
    must: "A key that is marked Declarative gets no answer.",
    proof: [proof(NEGOTIATION, "%s is a declaration and gets no answer")],
  },
  {
    clause: "13",
    id: "keys-result-minimum",
    must: "Where the result is the minimum, the target's answer is not above the offer.",
    proof: [
      proof(NEGOTIATION, "whatever numbers are offered, the result keeps 13.14 and the offers' bounds"),
      answer("MaxConnections=8"),
    ],
  },
  {
    clause: "13",
    id: "keys-result-maximum",
    must: "Where the result is the maximum, the target's answer is not below the offer.",
    proof: [answer("DefaultTime2Wait=0"), answer("DefaultTime2Wait=3600")],
  },
  {
    clause: "13",
    id: "keys-result-and-or",
    must: "Where the result is AND or OR, the target's answer is one that the function can have for the offer.",
    proof: [answer("ImmediateData=No"), answer("InitialR2T=Yes"), answer("DataPDUInOrder=No")],
  },
];

const KEYS: readonly Rule[] = [
  {
    clause: "13.1",
    id: "key-digests",
    must: "The target implements CRC32C and None for both digests, takes the first of the offered list that it has, and None by default.",
    proof: [
      answer("HeaderDigest=CRC32C,None"),
      answer("HeaderDigest=None,CRC32C"),
      answer("DataDigest=x-vendor,CRC32C"),
      defaults,
      inFolder("digest-errors", "data goes both ways"),
    ],
  },
  {
    clause: "13.1",
    id: "key-digests-on-every-pdu",
    must: "A digest that was agreed on is on every PDU of full feature phase.",
    proof: [
      inFolder("digest-every-pdu", "with %s every kind of PDU that the target sends has it"),
      inFolder("digest-every-pdu", "a login that agrees on digests in an early request has none on its later requests"),
    ],
  },
  {
    clause: "13.1",
    id: "key-digests-algorithm",
    must: "The CRC gives the results of the process that is described, for whole segments with their padding.",
    proof: [
      proof("test/wire/framer.test.ts", "gives the digests of RFC 3720 B.4"),
      inFolder("digest-every-pdu", "with %s every kind of PDU that the target sends has it"),
    ],
  },
  {
    clause: "13.1",
    id: "key-digests-extensions",
    must: "An implementation with an extension digest in its default offer offers CRC32C as well and None not.",
    proof: { notApplicable: "The target has no extension digest, and makes no offers: it answers (6.2)." },
  },
  {
    clause: "13.2",
    id: "key-max-connections",
    must: "MaxConnections is a number from 1 to 65535, 1 by default, the minimum of both, and irrelevant in discovery.",
    proof: [
      answer("MaxConnections=8"),
      answer("MaxConnections=0"),
      answer("MaxConnections=65536"),
      defaults,
      irrelevant("MaxConnections"),
    ],
  },
  {
    clause: "13.2",
    id: "key-max-connections-kept",
    must: "The target takes no more connections into a session than were agreed on.",
    proof: [inFolder("tsih-rules", "of a living session admits no second connection")],
  },
  {
    clause: "13.3",
    id: "key-send-targets-discovery",
    must: "The target answers SendTargets=All in a discovery session with every target that the initiator may see.",
    proof: [
      inFolder("send-targets", "All in a discovery session lists every target the asker may log in to, with its address"),
    ],
  },
  {
    clause: "13.3",
    id: "key-send-targets-name",
    must: "The target answers SendTargets with a name with that target's record, or with nothing.",
    proof: [inFolder("send-targets", "with a name tells that target only, and nothing of one that is not there")],
  },
  {
    clause: "13.3",
    id: "key-send-targets-normal",
    must: "In a normal session the target answers an empty SendTargets with its own record, and rejects All.",
    proof: [
      inFolder("send-targets", "without a value in a normal session tells the session's target only"),
      inFolder("send-targets-scope", "All is rejected in a normal session"),
    ],
  },
  {
    clause: "13.3",
    id: "key-send-targets-discovery-empty",
    must: "In a discovery session, which has no target of its own, an empty SendTargets is rejected.",
    proof: [inFolder("send-targets-scope", "without a value is rejected in a discovery session")],
  },
  {
    clause: "13.4",
    id: "key-target-name",
    must: "A login that begins a normal session names its target in the first request, and is refused otherwise.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "without TargetName"),
      proof(MACHINE, "with %s is refused", "no TargetName in a session said to be normal"),
    ],
  },
  {
    clause: "13.4",
    id: "key-target-name-once",
    must: "TargetName is not declared again within the login.",
    proof: [
      proof(MACHINE, "may not repeat or change %s"),
      inFolder("login-refusals", "%s is refused with its status", "with a key twice"),
    ],
  },
  {
    clause: "13.4",
    id: "key-target-name-by-target",
    must: "The target sends TargetName in answer to SendTargets only.",
    proof: [
      inFolder("login-numbers", "answers a login without the names that it was given"),
      inFolder("send-targets", "with a name tells that target only"),
    ],
  },
  {
    clause: "13.5",
    id: "key-initiator-name",
    must: "Every login names its initiator in the first request, and is refused otherwise.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "without InitiatorName"),
      proof(MACHINE, "with %s is refused", "no InitiatorName"),
    ],
  },
  {
    clause: "13.5",
    id: "key-initiator-name-once",
    must: "InitiatorName is not declared again within the login.",
    proof: [
      proof(MACHINE, "may not repeat or change %s"),
      proof(NEGOTIATION, "rejects %j as a protocol error", "InitiatorName="),
    ],
  },
  {
    clause: "13.6",
    id: "key-target-alias",
    must: "TargetAlias is the target's to declare, in normal sessions; it identifies and authorizes nothing.",
    proof: [
      proof(MACHINE, "tells the session what was agreed"),
      proof(MACHINE, "does not carry the alias of the target before the initiator has proved its name"),
      proof(NEGOTIATION, "%s in the operational stage ends the login with %s", "TargetAlias=mine"),
    ],
  },
  {
    clause: "13.7",
    id: "key-initiator-alias",
    must: "InitiatorAlias is taken for show: it gets no answer and decides nothing about authentication or access.",
    proof: [
      proof(NEGOTIATION, "%s is a declaration and gets no answer", "InitiatorAlias=host"),
      proof(MACHINE, "tells the session what was agreed"),
    ],
  },
  {
    clause: "13.8",
    id: "key-target-address-with-tag",
    must: "TargetAddress in answer to SendTargets has the portal group tag.",
    proof: [
      inFolder("send-targets", "All in a discovery session lists every target the asker may log in to, with its address"),
    ],
  },
  {
    clause: "13.8",
    id: "key-target-address-redirect",
    must: "TargetAddress of a redirection has no portal group tag and no comma.",
    proof: [
      inFolder("login-redirect", "answers a normal login with 0101h and the address without a portal group tag, and closes"),
    ],
  },
  {
    clause: "13.8",
    id: "key-target-address-format",
    must: "TargetAddress is a host name, an IPv4 address or an IPv6 address in brackets, and the port.",
    proof: [
      inFolder("portals", "serves IPv6, and tells the IPv6 address in brackets"),
      inFolder("portals", "serves IPv4, and tells the IPv4 address that the asker came to"),
    ],
  },
  {
    clause: "13.9",
    id: "key-portal-group-tag",
    must: "The target tells the tag of the portal group that serves the login in its response to the first request without C that comes with TargetName.",
    proof: [
      inFolder("login-numbers", "tells the first response's target portal group, once"),
      inFolder("login-c-bit", "after %i bytes succeeds"),
      proof(MACHINE, "of a discovery session has no target, even when one is named"),
    ],
  },
  {
    clause: "13.10",
    id: "key-initial-r2t",
    must: "InitialR2T is Yes or No, Yes by default, the OR of both, and irrelevant in discovery.",
    proof: [answer("InitialR2T=No"), answer("InitialR2T=Yes"), answer("InitialR2T=no"), defaults, irrelevant("InitialR2T")],
  },
  {
    clause: "13.10",
    id: "key-initial-r2t-kept",
    must: "With InitialR2T=Yes the target takes no unsolicited Data-Out, and with No as much as FirstBurstLength.",
    proof: [
      inFolder("unsolicited-data", "as Data-Out is refused after InitialR2T=Yes"),
      inFolder("unsolicited-data", "of the first burst needs no R2T, the rest does"),
    ],
  },
  {
    clause: "13.11",
    id: "key-immediate-data",
    must: "ImmediateData is Yes or No, Yes by default, the AND of both, and irrelevant in discovery.",
    proof: [answer("ImmediateData=Yes"), answer("ImmediateData=No"), defaults, irrelevant("ImmediateData")],
  },
  {
    clause: "13.11",
    id: "key-immediate-data-kept",
    must: "With ImmediateData=No and InitialR2T=Yes the target refuses unsolicited data with the response for it.",
    proof: [
      inFolder("sense-data", "and UNEXPECTED UNSOLICITED DATA when immediate data comes that was ruled out"),
      inFolder("sense-data", "and UNEXPECTED UNSOLICITED DATA when Data-Out is announced that was ruled out"),
    ],
  },
  {
    clause: "13.11",
    id: "key-immediate-data-only",
    must: "With ImmediateData=Yes and InitialR2T=Yes the target takes immediate data and nothing else unasked.",
    proof: [inFolder("unsolicited-matrix", "with InitialR2T=%s and ImmediateData=%s")],
  },
  {
    clause: "13.12",
    id: "key-max-recv-data-segment-length",
    must: "MaxRecvDataSegmentLength is declared by each side for itself, a number from 512 to 2^24 - 1, 8192 by default.",
    proof: [
      defaults,
      proof(MACHINE, "declares our MaxRecvDataSegmentLength once"),
      proof(NEGOTIATION, "%s in the operational stage ends the login with %s", "MaxRecvDataSegmentLength=511"),
      proof(NEGOTIATION, "%s in the operational stage ends the login with %s", "MaxRecvDataSegmentLength=16777216"),
    ],
  },
  {
    clause: "13.12",
    id: "key-max-recv-data-segment-length-kept",
    must: "The target sends no data segment beyond the initiator's value, which it may renew in full feature phase.",
    proof: [
      inFolder("data-in-order", "comes in order, within the bounds that the initiator set"),
      inFolder("send-targets", "may renew MaxRecvDataSegmentLength, which then bounds the data of reads"),
    ],
  },
  {
    clause: "13.12",
    id: "key-max-recv-data-segment-length-ours",
    must: "The target takes data segments of its own value, and none beyond it.",
    proof: [
      inFolder("limit-text", "a PDU with %i bytes of data after login: taken is %s (pdu_data_bytes)"),
      inFolder("lying-lengths", "in %s is refused on its header, and nothing is stored for it"),
    ],
  },
  {
    clause: "13.13",
    id: "key-max-burst-length",
    must: "MaxBurstLength is a number from 512 to 2^24 - 1, 262144 by default, the minimum of both, and irrelevant in discovery.",
    proof: [
      answer("MaxBurstLength=16776192"),
      answer("MaxBurstLength=511"),
      answer("MaxBurstLength=16777216"),
      defaults,
      irrelevant("MaxBurstLength"),
    ],
  },
  {
    clause: "13.13",
    id: "key-max-burst-length-kept",
    must: "No sequence of Data-In and no R2T goes beyond MaxBurstLength.",
    proof: [
      inFolder("data-in-order", "comes in order, within the bounds that the initiator set"),
      inFolder("r2t-fields", "asks for at most MaxBurstLength"),
    ],
  },
  {
    clause: "13.14",
    id: "key-first-burst-length",
    must: "FirstBurstLength is a number from 512 to 2^24 - 1, 65536 by default, the minimum of both.",
    proof: [answer("FirstBurstLength=65536"), answer("FirstBurstLength=16777215"), defaults],
  },
  {
    clause: "13.14",
    id: "key-first-burst-length-bound",
    must: "FirstBurstLength does not exceed MaxBurstLength.",
    proof: [
      proof(NEGOTIATION, "FirstBurstLength never exceeds MaxBurstLength, even as a default"),
      proof(NEGOTIATION, "whatever numbers are offered, the result keeps 13.14 and the offers' bounds"),
    ],
  },
  {
    clause: "13.14",
    id: "key-first-burst-length-irrelevant",
    must: "FirstBurstLength is irrelevant in discovery, and with InitialR2T=Yes and ImmediateData=No.",
    proof: [irrelevant("FirstBurstLength"), proof(NEGOTIATION, "%j are answered with %j", "FirstBurstLength=Irrelevant")],
  },
  {
    clause: "13.14",
    id: "key-first-burst-length-kept",
    must: "The target takes no more unsolicited data of a command than FirstBurstLength, immediate data included.",
    proof: [
      inFolder("unsolicited-data", "beyond FirstBurstLength is refused"),
      inFolder("unsolicited-data", "of the first burst needs no R2T, the rest does"),
    ],
  },
  {
    clause: "13.15",
    id: "key-default-time-2-wait",
    must: "DefaultTime2Wait is a number from 0 to 3600, 2 by default, and the maximum of both.",
    proof: [answer("DefaultTime2Wait=2"), answer("DefaultTime2Wait=0"), answer("DefaultTime2Wait=3601"), defaults],
  },
  {
    clause: "13.16",
    id: "key-default-time-2-retain",
    must: "DefaultTime2Retain is a number from 0 to 3600, 20 by default, and the minimum of both; with 0 the state is discarded at once.",
    proof: [
      answer("DefaultTime2Retain=20"),
      defaults,
      inFolder("connection-states", "whose only connection is lost ends: its TSIH is gone"),
    ],
  },
  {
    clause: "13.17",
    id: "key-max-outstanding-r2t",
    must: "MaxOutstandingR2T is a number from 1 to 65535, 1 by default, the minimum of both, and irrelevant in discovery.",
    proof: [answer("MaxOutstandingR2T=1"), answer("MaxOutstandingR2T=65535"), defaults, irrelevant("MaxOutstandingR2T")],
  },
  {
    clause: "13.17",
    id: "key-max-outstanding-r2t-kept",
    must: "The target has no more R2Ts of a task outstanding than that; one is outstanding until its Data-Out with F.",
    proof: [
      inFolder("r2t-multiple", "asks for one at a time when MaxOutstandingR2T is 1"),
      inFolder("r2t-multiple", "takes pairs of R2Ts"),
      inFolder("empty-data-out", "in answer to an R2T may begin, interrupt and end the run"),
    ],
  },
  {
    clause: "13.18",
    id: "key-data-pdu-in-order",
    must: "DataPDUInOrder is Yes or No, Yes by default, the OR of both, and irrelevant in discovery; with Yes PDUs of a sequence come in order.",
    proof: [
      answer("DataPDUInOrder=No"),
      defaults,
      irrelevant("DataPDUInOrder"),
      inFolder("data-in-order", "comes in order, within the bounds that the initiator set"),
      inFolder("unsolicited-data", "in answer to an R2T is refused %s", "with a wrong offset"),
    ],
  },
  {
    clause: "13.19",
    id: "key-data-sequence-in-order",
    must: "DataSequenceInOrder is Yes or No, Yes by default, the OR of both, and irrelevant in discovery; with Yes sequences and R2Ts have growing offsets.",
    proof: [
      answer("DataSequenceInOrder=No"),
      defaults,
      irrelevant("DataSequenceInOrder"),
      inFolder("r2t-fields", "asks for at most MaxBurstLength, never for nothing, and together they ask for everything once"),
      inFolder("data-in-order", "comes in order, within the bounds that the initiator set"),
    ],
  },
  {
    clause: "13.19",
    id: "key-data-sequence-in-order-recovery",
    must: "With DataSequenceInOrder=Yes and an ErrorRecoveryLevel above 0, MaxOutstandingR2T is 1.",
    proof: { notApplicable: "The negotiation always ends at ErrorRecoveryLevel 0 (13.20)." },
  },
  {
    clause: "13.20",
    id: "key-error-recovery-level",
    must: "ErrorRecoveryLevel is a number from 0 to 2, 0 by default, and the minimum of both.",
    proof: [answer("ErrorRecoveryLevel=2"), answer("ErrorRecoveryLevel=3"), defaults],
  },
  {
    clause: "13.21",
    id: "key-session-type",
    must: "SessionType is Normal or Discovery, Normal by default, and declared in the first request; the target takes or refuses it.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "with an unknown session type"),
      proof(MACHINE, "may not bring SessionType late"),
      proof(MACHINE, "of a discovery session has no target, even when one is named"),
    ],
  },
  {
    clause: "13.21",
    id: "key-session-type-discovery-requests",
    must: "In a discovery session the target takes SendTargets and the logout of the session, and rejects every other request.",
    proof: [
      inFolder("discovery-requests", "rejects %s and goes on"),
      inFolder("discovery-requests", "ends by the logout of the session"),
    ],
  },
  {
    clause: "13.21",
    id: "key-session-type-discovery-connection",
    must: "A discovery session has one connection, whatever was offered.",
    proof: [
      irrelevant("MaxConnections"),
      inFolder("discovery-reinstatement", "%s takes the place of the one before it with the same ISID"),
    ],
  },
  {
    clause: "13.22",
    id: "key-private-extensions",
    must: "The target answers a key that it does not know, such as a private extension, with NotUnderstood.",
    proof: [answer("X-com.example.key=1"), inFolder("send-targets", "with an unknown key is answered NotUnderstood")],
  },
  {
    clause: "13.23",
    id: "key-task-reporting",
    must: "TaskReporting is a list of which the target takes the first that it has, RFC3720 by default, and irrelevant in discovery.",
    proof: [
      answer("TaskReporting=FastAbort,ResponseFence,RFC3720"),
      answer("TaskReporting=FastAbort"),
      defaults,
      irrelevant("TaskReporting"),
    ],
  },
  {
    clause: "13.23",
    id: "key-task-reporting-fence",
    must: "With ResponseFence the target reports the end of tasks behind a response fence.",
    proof: [inFolder("function-after-responses", "after the response to ABORT TASK SET nothing comes of the reads before it")],
  },
  {
    clause: "13.23",
    id: "key-task-reporting-standard-abort",
    must: "Without FastAbort the functions that end several tasks act as 4.2.3.3 says.",
    proof: [
      inFolder("group-abort-held", "are ended by %s when they are before it, and executed when they are after it"),
      inFolder("affected-tasks", "is ended by %s, and one at another target goes on"),
    ],
  },
  {
    clause: "13.23",
    id: "key-task-reporting-fast-abort",
    must: "With FastAbort the target acts as 4.2.3.4 says.",
    proof: { notApplicable: "The target does not have FastAbort and never agrees on it (key-task-reporting)." },
  },
  {
    clause: "13.24",
    id: "key-protocol-level",
    must: "The key iSCSIProtocolLevel is a number from 0 to 31, 1 by default, the minimum of both, and irrelevant in discovery.",
    proof: [answer("iSCSIProtocolLevel=31"), answer("iSCSIProtocolLevel=0"), defaults, irrelevant("iSCSIProtocolLevel")],
  },
  {
    clause: "13.25",
    id: "key-markers-rejected",
    must: "The target never answers the obsolete keys IFMarker, OFMarker, IFMarkInt and OFMarkInt with NotUnderstood; the intervals get Reject.",
    proof: [
      answer("IFMarker=No"),
      answer("OFMarker=Yes"),
      answer("OFMarkInt=1~65535"),
      answer("IFMarkInt=2048"),
      proof(NEGOTIATION, "answers unknown and obsolete keys"),
    ],
  },
  {
    clause: "13.26",
    id: "key-node-architecture-changes-nothing",
    must: "The behaviour of the target does not depend on X#NodeArchitecture, and it shuts nobody out on its account.",
    proof: [inFolder("node-architecture", "a login with X#NodeArchitecture ends as one without it")],
  },
  {
    clause: "13.26",
    id: "key-node-architecture-declaration",
    must: "X#NodeArchitecture is a declaration and gets no answer.",
    proof: [proof(NEGOTIATION, "%s is a declaration and gets no answer", "X#NodeArchitecture=Linux/x86")],
  },
];

export const RULES: readonly Rule[] = [...SCOPE, ...KEYS];
