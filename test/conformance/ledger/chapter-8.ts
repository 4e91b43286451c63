// RFC 7143 chapter 8, "State Transitions": connections and sessions, as far as a target takes part and a peer can see it.

import { inFolder, proof, type Rule } from "./rule.ts";

const LEVEL_2 =
  "A connection is cleaned up and its tasks wait for another one at ErrorRecoveryLevel 2 only; here it ends with its session at once (13.2, 13.20).";

export const RULES: readonly Rule[] = [
  {
    clause: "8.1.2",
    id: "connection-t3-accept",
    must: "The target takes a transport connection and waits for a login on it (T3).",
    proof: [
      inFolder("connection-states", "is closed when the time for its login is over, whether a request has come or not"),
      inFolder("portals", "serves IPv4, and tells the IPv4 address that the asker came to"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t4-login-begins",
    must: "The first Login Request begins the login of its connection (T4), and nothing else does.",
    proof: [
      inFolder("before-login", "a SCSI command as the first PDU ends the connection"),
      inFolder("connection-states", "becomes a logged in one by the final response and not before"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t5-logged-in",
    must: "The final Login Request is answered by the final response with status class 0, and with that the connection is logged in (T5).",
    proof: [
      inFolder("connection-states", "becomes a logged in one by the final response and not before"),
      proof("test/iscsi/login/login-machine.test.ts", "after the end is refused with 020Bh"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t6-login-timeout",
    must: "A connection on which no login comes within the time for it is closed (T6).",
    proof: [
      inFolder("connection-states", "is closed when the time for its login is over"),
      inFolder("before-login", "silence ends with the time for a login"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t7-login-refused",
    must: "The target answers a login that it refuses with a status class other than 0 and closes the connection (T7).",
    proof: [
      inFolder("connection-states", "is closed by a refusal (T7)"),
      inFolder("login-refusals", "%s is refused with its status"),
      inFolder("before-login", "a command right behind a refused login is not executed"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t7-login-lost",
    must: "A login that takes too long, or whose connection is lost, ends with its connection and leaves no session (T7).",
    proof: [
      inFolder("before-login", "a login that never ends is ended by its time, whatever it sends"),
      inFolder("connection-states", "leaves no session behind when the peer vanishes in the middle of its login"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t8-reinstated",
    must: "A login that reinstates the session closes the old connection (T8).",
    proof: [inFolder("session-reinstatement", "closes the old connection and lets the new one work")],
  },
  {
    clause: "8.1.2",
    id: "connection-t9-logout",
    must: "From a Logout Request that it grants on, the target takes nothing more on the connection (T9, T10).",
    proof: [inFolder("connection-states", "takes nothing after its logout: a command right behind it is not executed")],
  },
  {
    clause: "8.1.2",
    id: "connection-t11-asked-to-log-out",
    must: "After the message that asks for a logout the connection stays usable for the logout (T11, T12).",
    proof: [
      inFolder("shutdown", "every session is asked to log out, may do so, and the daemon exits with 0"),
      inFolder("async-logout-request", "asks every connection on that connection"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t13-logged-out",
    must: "The Logout Response with success ends the connection, and the transport connection is closed (T13).",
    proof: [
      inFolder("connection-states", "ends with the logout of its only connection (T9, T13, N9)"),
      inFolder("logout-reasons", "of %s succeeds and the target closes"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t15-lost",
    must: "A connection that is lost, or that the target drops, is no longer logged in (T15), whatever state its commands are in.",
    proof: [
      inFolder("connection-states", "whose only connection is lost ends: its TSIH is gone"),
      inFolder("nop", "is dropped when it does not answer"),
      inFolder("wait-for-data", "ends its connection when the rest never comes"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t16-refused-logout",
    must: "A logout that is not granted leaves the connection logged in.",
    proof: [
      inFolder("connection-states", "goes on when a logout is refused"),
      inFolder("logout-reasons", "%s, and the session goes on"),
    ],
  },
  {
    clause: "8.1.2",
    id: "connection-t18-lost-while-logging-out",
    must: "A connection that is lost while its logout is under way ends all the same (T17, T18).",
    proof: [inFolder("connection-states", "whose connection is lost while its logout is under way ends all the same")],
  },
  {
    clause: "8.2.1",
    id: "cleanup-other-connection",
    must: "A connection to be cleaned up is logged out over another one, or reinstated (M1 to M4).",
    proof: { notApplicable: LEVEL_2 },
  },
  {
    clause: "8.2.2",
    id: "cleanup-timeout-ends-tasks",
    must: "When the time for its cleanup is over, the state of a lost connection is discarded with its tasks (M1).",
    proof: [
      inFolder(
        "connection-states",
        "whose only connection is lost ends: its TSIH is gone, and a new one begins without what the old one had",
      ),
      inFolder("lost-connection-ends-tasks", "%s that waits for data ends, and its tag begins a new task in the next session"),
    ],
  },
  {
    clause: "8.3.2",
    id: "session-n1-begins",
    must: "A session begins with the login of its leading connection (N1, N2).",
    proof: [
      inFolder("tsih-rules", "is 0 before the final response and not 0 in it"),
      inFolder("connection-states", "becomes a logged in one by the final response and not before"),
    ],
  },
  {
    clause: "8.3.2",
    id: "session-n3-closed",
    must: "A session ends when its last connection is logged out (N3, N9).",
    proof: [inFolder("connection-states", "ends with the logout of its only connection (T9, T13, N9)")],
  },
  {
    clause: "8.3.2",
    id: "session-n5-failed",
    must: "A session whose last connection is lost fails, and ends when the time to retain it is over, which is 0 here (N5, N6).",
    proof: [
      inFolder("connection-states", "whose only connection is lost ends: its TSIH is gone"),
      proof("test/iscsi/login/negotiation.test.ts", "%s is answered with %s", "DefaultTime2Retain=0"),
    ],
  },
  {
    clause: "8.3.2",
    id: "session-n4-continued",
    must: "A failed session goes on when a connection of it is reinstated in time (N4).",
    proof: { notApplicable: LEVEL_2 },
  },
  {
    clause: "8.3.2",
    id: "session-n7-reinstated",
    must: "A login that reinstates the session ends the old one before the new one begins, in every state of the old one (N7, N11).",
    proof: [
      inFolder("session-reinstatement", "closes the old connection and lets the new one work"),
      inFolder("session-reinstatement", "ends commands of the old session that wait for data, whose bytes are never written"),
    ],
  },
];
