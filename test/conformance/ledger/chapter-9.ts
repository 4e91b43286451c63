// RFC 7143 chapter 9, "Security Considerations": what the target itself does. What the host's IP stack does is said to be so.

import { inFolder, proof, type Rule } from "./rule.ts";

const CHAP = "test/iscsi/login/chap.test.ts";
const ERRORS = "test/config/errors.test.ts";
const PLATFORM =
  "IPsec is below TCP, in the operating system of the host: the target is a process that uses its sockets, and works over them whether they are protected or not.";
const OPTIONAL_METHOD = "The method is optional, and the target does not offer it: it takes CHAP and None.";

export const RULES: readonly Rule[] = [
  {
    clause: "9",
    id: "security-means-against-active-attacks",
    must: "An implementation has means against active attacks, such as pretending to be another initiator.",
    proof: [
      inFolder("login-chap", "refuses who does not with 0201h and closes"),
      proof(CHAP, "may not be avoided by skipping the security stage, nor by asking for the transition only"),
    ],
  },
  {
    clause: "9",
    id: "security-means-against-passive-attacks",
    must: "An implementation has means against eavesdropping and alteration on the way.",
    proof: { notApplicable: PLATFORM },
  },
  {
    clause: "9.1",
    id: "security-two-mechanisms",
    must: "The target authenticates in the login, for each initiator and target, although they share a communication end point.",
    proof: [
      inFolder("login-refusals", "%s is refused with its status", "that skips a security stage that is needed"),
      inFolder("login-chap", "lets in who knows the secret"),
      proof(CHAP, "protects discovery as well"),
    ],
  },
  {
    clause: "9.2",
    id: "security-chap",
    must: "The target implements CHAP.",
    proof: [inFolder("login-chap", "lets in who knows the secret"), proof(CHAP, "has number ")],
  },
  {
    clause: "9.2",
    id: "security-chap-both-directions",
    must: "The target implements the authentication of the target by CHAP too.",
    proof: [
      inFolder("login-chap", "proves the target's own name to who asks for it"),
      proof(CHAP, "logs in with mutual authentication"),
    ],
  },
  {
    clause: "9.2",
    id: "security-authenticate-before-use",
    must: "Where authentication is asked for, the initiator gets nothing before it has proved its name, and is refused when it can't.",
    proof: [
      proof(CHAP, "stops the transition until the name is proved, and lets the initiator transit later"),
      proof(
        "test/iscsi/login/login-machine.test.ts",
        "does not carry the alias of the target before the initiator has proved its name",
      ),
      inFolder("login-chap", "refuses who does not with 0201h and closes"),
    ],
  },
  {
    clause: "9.2.1",
    id: "chap-128-bit-secrets",
    must: "The target takes random CHAP secrets of up to 128 bits from an external source.",
    proof: [inFolder("login-chap", "lets in who knows the secret"), proof(ERRORS, "a file of root is accepted")],
  },
  {
    clause: "9.2.1",
    id: "chap-secret-generation",
    must: "The implementation has means to generate random secrets of up to 128 bits.",
    proof: {
      notApplicable:
        "The examples use the system's own generator, openssl rand, which is there before the target is; a second one would be one more to trust.",
    },
  },
  {
    clause: "9.2.1",
    id: "chap-random-generation-only",
    must: "The implementation generates or expands secrets in no other way than at random.",
    proof: { notApplicable: "It generates and expands none: a secret is used as it stands in the configuration." },
  },
  {
    clause: "9.2.1",
    id: "chap-short-secrets",
    must: "A secret of fewer than 96 random bits is used over IPsec encryption only.",
    proof: [proof(ERRORS, "a secret of %s is refused", "11 bytes")],
  },
  {
    clause: "9.2.1",
    id: "chap-separate-secrets",
    must: "No secret that authenticates an initiator is configured for a target, nor the other way round.",
    proof: [
      proof(ERRORS, "$name", "equal secrets in both directions are refused"),
      proof(ERRORS, "$name", "equal secrets in both directions are refused across groups"),
    ],
  },
  {
    clause: "9.2.1",
    id: "chap-same-response",
    must: "A response that the target itself would have given to its challenge is an authentication failure and closes the connection.",
    proof: [
      proof(CHAP, "refuses equal secrets in both directions"),
      inFolder("login-chap", "refuses who does not with 0201h and closes"),
    ],
  },
  {
    clause: "9.2.1",
    id: "chap-challenge-not-reflected",
    must: "The target finds its own challenge among the initiator's and closes the connection.",
    proof: [
      inFolder("login-chap", "refuses its own challenge sent back"),
      proof(CHAP, "with %s (auth %s) is refused", "our own challenge sent back"),
    ],
  },
  {
    clause: "9.2.1",
    id: "chap-challenge-fresh",
    must: "The target never uses a challenge twice.",
    proof: [
      inFolder("login-chap", "never gives the same challenge twice"),
      proof(CHAP, "uses a challenge once: after a refusal the login is over"),
    ],
  },
  {
    clause: "9.2.1",
    id: "chap-roles",
    must: "An implementation that is initiator and target at the same time has different secrets and names for the two roles.",
    proof: { notApplicable: "The target is no initiator." },
  },
  {
    clause: "9.2.2",
    id: "srp-considerations",
    must: "An implementation with SRP uses the groups and checks of RFC 3723.",
    proof: { notApplicable: OPTIONAL_METHOD },
  },
  {
    clause: "9.2.3",
    id: "kerberos-considerations",
    must: "An implementation with Kerberos derives names and keys as RFC 4120 says.",
    proof: { notApplicable: OPTIONAL_METHOD },
  },
  {
    clause: "9.3.1",
    id: "ipsec-data-authentication",
    must: "The end point provides data authentication and integrity by ESP in tunnel mode, with the algorithms of RFC 7146.",
    proof: { notApplicable: PLATFORM },
  },
  {
    clause: "9.3.1",
    id: "ipsec-replay-protection",
    must: "The end point provides protection against replay, with extended sequence numbers at high rates.",
    proof: { notApplicable: PLATFORM },
  },
  {
    clause: "9.3.2",
    id: "ipsec-confidentiality",
    must: "The end point provides confidentiality by ESP in tunnel mode.",
    proof: { notApplicable: PLATFORM },
  },
  {
    clause: "9.3.3",
    id: "ipsec-policy",
    must: "The end point has IKE, its security policy database and the authentication methods that RFC 7146 asks for.",
    proof: { notApplicable: PLATFORM },
  },
  {
    clause: "9.4",
    id: "node-architecture-can-be-off",
    must: "An implementation of X#NodeArchitecture can be told not to send it.",
    proof: [
      inFolder(
        "node-architecture",
        "a login with X#NodeArchitecture ends as one without it, and neither makes the target tell its own",
      ),
    ],
  },
  {
    clause: "9.4",
    id: "node-architecture-log",
    must: "What is logged of the key is kept from whoever has no administrative rights.",
    proof: [
      inFolder(
        "node-architecture",
        "a login with X#NodeArchitecture ends as one without it, and neither makes the target tell its own",
      ),
    ],
  },
];
