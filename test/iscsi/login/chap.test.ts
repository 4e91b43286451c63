/** RFC 7143 12.1 and RFC 1994. The responses were computed with another implementation (Python's hashlib). */
import { describe, expect, it } from "vitest";
import { type AuthCredentials, CHAP_ALGORITHMS, type ChapAlgorithmName, chapResponse } from "../../../src/iscsi/login/chap.ts";
import type { LoginDecision } from "../../../src/iscsi/login/login-policy.ts";
import { parseBinary } from "../../../src/iscsi/login/text-value.ts";
import { INITIATOR, keysOf, knownBytes, LoginDriver, NAMES, statusOf } from "./login-driver.ts";

const SECRET = "correct horse";
const MUTUAL_SECRET = "the other way";

/** Name, registered number, H(1Ch, SECRET, a0h a1h …), H(FFh, MUTUAL_SECRET, the same challenge backwards). */
const VECTORS: readonly (readonly [ChapAlgorithmName, number, string, string])[] = [
  ["md5", 5, "6fe500281dcb4fc60a4e527cc10a1636", "fb81e2e84ffde071ed07b10eeb08ae81"],
  ["sha1", 6, "edcec828a42666e49aa127f5a98231b30af1e74a", "84489bffaa9c4fcbeb8b1fd5c5f0da428efbac43"],
  [
    "sha256",
    7,
    "b992b6b7c5090ca9c329ae3296e2ee1041646ad6d070374b8f7275c037f41970",
    "902240719d80e47617b399e9547db171c1e3f17057183ea9a884f6e93c7b389f",
  ],
  [
    "sha3-256",
    8,
    "037699a938fd649f3b16871383e7924df4305d30f078b69d57630c1ab1782789",
    "a267ee49fa9568588c82a09185afc3e87551f82086daf09386b3e77a168dea8e",
  ],
];

const everyAlgorithm = Object.keys(CHAP_ALGORITHMS) as ChapAlgorithmName[];

function needs(
  auth: "chap" | "mutual",
  over: Partial<AuthCredentials> = {},
  mutualSecret: string | undefined = MUTUAL_SECRET,
): LoginDecision {
  const mutual = mutualSecret === undefined ? undefined : { user: "san1", secret: mutualSecret };
  const credentials: AuthCredentials = {
    algorithms: everyAlgorithm,
    find: (user) => (user === "esx-a" ? { secret: SECRET, mutual } : undefined),
    ...over,
  };
  return { kind: "admitted", auth, credentials, target: "the target" };
}

/** A login that has received its challenge. */
function challenged(decision: LoginDecision, offered = "7"): LoginDriver {
  const driver = new LoginDriver(decision);
  keysOf(driver.send("0,1", 1, [...NAMES, "AuthMethod=CHAP,None"]));
  keysOf(driver.send("0,1", 1, [`CHAP_A=${offered}`]));
  return driver;
}

const RIGHT = `CHAP_R=0x${chapResponse("sha256", 0x1c, SECRET, knownBytes(32)).toString("hex")}`;
const OUR_CHALLENGE = `0x${knownBytes(32).toString("hex")}`;
const THEIR_CHALLENGE = `0x${knownBytes(32).reverse().toString("hex")}`;

describe.each(VECTORS)("CHAP with %s", (name, id, oneWay, otherWay) => {
  const challenge = knownBytes(CHAP_ALGORITHMS[name].bytes);

  it(`has number ${id} and the digest of the independent implementation`, () => {
    expect(CHAP_ALGORITHMS[name].id).toBe(id);
    expect(chapResponse(name, 0x1c, SECRET, challenge).toString("hex")).toBe(oneWay);
    expect(CHAP_ALGORITHMS[name].bytes).toBe(oneWay.length / 2);
  });

  it("logs in with mutual authentication", () => {
    const driver = new LoginDriver(needs("mutual"));
    const first = driver.send("0,1", 1, [...NAMES, "AuthMethod=CHAP,None"]);
    expect(first).toMatchObject({ kind: "respond", transit: false, currentStage: 0, nextStage: 0 });
    expect(keysOf(first)).toEqual(["AuthMethod=CHAP", "TargetPortalGroupTag=1"]);
    const second = driver.send("0,1", 1, [`CHAP_A=${id}`]);
    expect(second).toMatchObject({ kind: "respond", transit: false });
    expect(keysOf(second)).toEqual([`CHAP_A=${id}`, "CHAP_I=28", `CHAP_C=0x${challenge.toString("hex")}`]);
    const theirs = `CHAP_C=0b${Buffer.from(challenge).reverse().toString("base64")}`;
    const third = driver.send("0,1", 1, ["CHAP_N=esx-a", `CHAP_R=0x${oneWay.toUpperCase()}`, "CHAP_I=0xff", theirs]);
    expect(third).toMatchObject({ kind: "respond", transit: true, nextStage: 1 });
    expect(keysOf(third)).toEqual(["CHAP_N=san1", `CHAP_R=0x${otherWay}`]);
    const last = driver.send("1,3", 1, []);
    expect(last.kind === "complete" && last.result.authentication).toEqual({
      method: "mutual",
      algorithm: name,
      user: "esx-a",
    });
  });
});

describe("the choice of an algorithm", () => {
  it.each([
    ["8,7,6,5", everyAlgorithm, 8],
    ["5,7", everyAlgorithm, 5],
    ["9,6", everyAlgorithm, 6],
    ["5,8", ["sha3-256", "sha256"] as ChapAlgorithmName[], 8],
  ])("CHAP_A=%s where %j are allowed takes %i", (offered, algorithms, id) => {
    const driver = new LoginDriver(needs("chap", { algorithms }));
    driver.send("0,1", 1, [...NAMES, "AuthMethod=CHAP"]);
    expect(keysOf(driver.send("0,1", 1, [`CHAP_A=${offered}`]))[0]).toBe(`CHAP_A=${id}`);
  });

  it.each(["5", "", "05", "md5", "7,"])("CHAP_A=%s is refused where only sha3-256 is allowed", (offered) => {
    const driver = new LoginDriver(needs("chap", { algorithms: ["sha3-256"] }));
    driver.send("0,1", 1, [...NAMES, "AuthMethod=CHAP"]);
    expect(statusOf(driver.send("0,1", 1, [`CHAP_A=${offered}`]))).toBe("0201");
  });
});

describe("AuthMethod", () => {
  it.each([
    ["none", "None", "AuthMethod=None"],
    ["none", "CHAP,None", "AuthMethod=None"],
    ["none", "None,CHAP", "AuthMethod=None"],
    ["chap", "CHAP,None", "AuthMethod=CHAP"],
    ["chap", "None,CHAP", "AuthMethod=CHAP"],
    ["mutual", "KRB5,SRP,CHAP", "AuthMethod=CHAP"],
  ] as const)("an access with auth %s answers %s with %s", (auth, offered, answer) => {
    const driver = new LoginDriver(auth === "none" ? undefined : needs(auth));
    expect(keysOf(driver.send("0,1", 1, [...NAMES, `AuthMethod=${offered}`]))).toContain(answer);
  });

  it.each([
    ["none", "CHAP"],
    ["none", "KRB5"],
    ["none", ""],
    ["chap", "None"],
    ["chap", "chap"],
    ["mutual", "None,KRB5"],
  ] as const)("an access with auth %s refuses %s with 0201h", (auth, offered) => {
    const driver = new LoginDriver(auth === "none" ? undefined : needs(auth));
    expect(statusOf(driver.send("0,1", 1, [...NAMES, `AuthMethod=${offered}`]))).toBe("0201");
  });

  it("may not be avoided by skipping the security stage, nor by asking for the transition only", () => {
    expect(statusOf(new LoginDriver(needs("chap")).send("1,3", 1, NAMES))).toBe("0201");
    const driver = new LoginDriver(needs("chap"));
    expect(driver.send("0,3", 1, NAMES)).toMatchObject({ kind: "respond", transit: false });
    expect(driver.send("0,3", 1, [])).toMatchObject({ kind: "respond", transit: false });
    expect(statusOf(driver.send("1,3", 1, []))).toBe("0200");
  });

  it("stops the transition until the name is proved, and lets the initiator transit later", () => {
    const driver = challenged(needs("chap"));
    expect(driver.send("0,0", 0, ["CHAP_N=esx-a", RIGHT])).toMatchObject({ kind: "respond", transit: false });
    expect(driver.send("0,3", 1, [])).toMatchObject({ kind: "complete", transit: true, nextStage: 3 });
  });
});

describe("the CHAP exchange", () => {
  const wrong = `CHAP_R=0x${"00".repeat(32)}`;
  it.each([
    ["a wrong response", "chap", ["CHAP_N=esx-a", wrong], "0201"],
    ["an unknown user", "chap", ["CHAP_N=nobody", RIGHT], "0201"],
    ["a response of another length", "chap", ["CHAP_N=esx-a", "CHAP_R=0x00"], "0201"],
    ["no request for our proof where it is needed", "mutual", ["CHAP_N=esx-a", RIGHT], "0201"],
    ["our own challenge sent back", "mutual", ["CHAP_N=esx-a", RIGHT, "CHAP_I=1", `CHAP_C=${OUR_CHALLENGE}`], "0201"],
    [
      "our own challenge sent back with a wrong response",
      "chap",
      ["CHAP_N=esx-a", wrong, "CHAP_I=1", `CHAP_C=${OUR_CHALLENGE}`],
      "0201",
    ],
    ["no response", "chap", ["CHAP_N=esx-a"], "0200"],
    ["no name", "chap", [RIGHT], "0200"],
    ["a challenge without identifier", "chap", ["CHAP_N=esx-a", RIGHT, `CHAP_C=${THEIR_CHALLENGE}`], "0200"],
    ["an identifier without challenge", "chap", ["CHAP_N=esx-a", RIGHT, "CHAP_I=1"], "0200"],
    ["an identifier of 256", "chap", ["CHAP_N=esx-a", RIGHT, "CHAP_I=256", `CHAP_C=${THEIR_CHALLENGE}`], "0200"],
    ["an empty challenge", "chap", ["CHAP_N=esx-a", RIGHT, "CHAP_I=1", "CHAP_C=0x"], "0200"],
    ["a challenge of 1025 bytes", "chap", ["CHAP_N=esx-a", RIGHT, "CHAP_I=1", `CHAP_C=0x${"ab".repeat(1025)}`], "0200"],
    ["a response that is no binary value", "chap", ["CHAP_N=esx-a", "CHAP_R=secret"], "0200"],
    ["a name of 256 bytes", "chap", [`CHAP_N=${"u".repeat(256)}`, RIGHT], "0200"],
    ["CHAP_A again", "chap", ["CHAP_A=7", "CHAP_N=esx-a", RIGHT], "0200"],
  ] as const)("with %s (auth %s) is refused", (_what, auth, keys, status) => {
    expect(statusOf(challenged(needs(auth)).send("0,1", 1, keys))).toBe(status);
  });

  it("takes a mutual request where one-way is enough, if there is a pair", () => {
    const keys = ["CHAP_N=esx-a", RIGHT, "CHAP_I=1", `CHAP_C=0x${"ab".repeat(1024)}`];
    expect(challenged(needs("chap")).send("0,1", 1, keys)).toMatchObject({ kind: "respond", transit: true });
    const noPair: Partial<AuthCredentials> = { find: () => ({ secret: SECRET }) };
    expect(statusOf(challenged(needs("chap", noPair)).send("0,1", 1, keys))).toBe("0201");
  });

  it("refuses equal secrets in both directions", () => {
    const keys = ["CHAP_N=esx-a", RIGHT, "CHAP_I=1", `CHAP_C=${THEIR_CHALLENGE}`];
    expect(statusOf(challenged(needs("mutual", {}, SECRET)).send("0,1", 1, keys))).toBe("0201");
  });

  it("uses a challenge once: after a refusal the login is over", () => {
    const driver = challenged(needs("chap"));
    expect(statusOf(driver.send("0,1", 1, ["CHAP_N=esx-a", wrong]))).toBe("0201");
    expect(statusOf(driver.send("0,1", 1, ["CHAP_N=esx-a", RIGHT]))).toBe("020b");
  });

  it("gives an unknown user and a wrong secret the same answer", () => {
    const answer = (keys: string[]) => {
      const outcome = challenged(needs("chap")).send("0,1", 1, keys);
      return outcome.kind === "refuse" ? { ...outcome, reason: "" } : outcome;
    };
    expect(answer(["CHAP_N=nobody", wrong])).toEqual(answer(["CHAP_N=esx-a", wrong]));
  });

  it("never tells a secret in a reason", () => {
    for (const keys of [
      ["CHAP_N=esx-a", wrong],
      ["CHAP_N=nobody", wrong],
      ["CHAP_N=esx-a", RIGHT],
    ]) {
      const outcome = challenged(needs("mutual")).send("0,1", 1, keys);
      expect(outcome.kind === "refuse" && outcome.reason).not.toContain(SECRET);
    }
  });

  it("protects discovery as well", () => {
    const driver = new LoginDriver(needs("chap"));
    const keys = [`InitiatorName=${INITIATOR}`, "SessionType=Discovery", "AuthMethod=CHAP,None"];
    expect(keysOf(driver.send("0,1", 1, keys))).toEqual(["AuthMethod=CHAP"]);
    expect(driver.questions[0]?.targetName).toBeUndefined();
  });
});

describe("binary values", () => {
  it.each([
    ["0x00ff", "00ff"],
    ["0XAbCd", "abcd"],
    ["0bAQI=", "0102"],
    ["0BAQID", "010203"],
  ])("%s is %s", (text, hex) => {
    expect(parseBinary(text, 4)).toEqual({ ok: true, bytes: Buffer.from(hex, "hex") });
  });

  it.each([
    "",
    "0x",
    "0b",
    "0x1",
    "0xgg",
    "0b=",
    "0bA",
    "0bAQI",
    "0bAQ=I",
    "0b====",
    "12",
    "0x0102030405",
    "0bAQIDBAU=",
    "0b AQI",
  ])("%j is refused", (text) => {
    expect(parseBinary(text, 4).ok).toBe(false);
  });
});
