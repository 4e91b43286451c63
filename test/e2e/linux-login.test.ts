/** Discovery, authentication and digests with Linux's initiator. One boot of the guest; the cases are in guest/cases/login.sh. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOST_IN_GUEST } from "../support/guest.ts";
import { describeWithGuest, type GuestCases, runGuestCases } from "../support/guest-cases.ts";
import { LunetteProcess } from "../support/lunette-process.ts";

const BASE = "iqn.2026-11.com.example.e2e";
const GUEST = "iqn.2026-11.com.example.guest:linux";
const CHAP = { user: "guest", secret: "one-way-secret-1" };
const MUTUAL = { user: "e2e", secret: "way-back-secret2" };
/** Each has an auth group that allows nothing else, so a login proves that this one was used. */
const ALGORITHMS = ["md5", "sha1", "sha256", "sha3-256"] as const;

function volume(folder: string, name: string): string {
  return `[[volume]]\nname = "${name}"\npath = "${folder}/${name}.img"\nsize = "64 MiB"\ncreate = "thin"\n`;
}

function target(name: string, igroup: string, auth: string): string {
  return `[[target]]\nname = "${name}"\n[[target.access]]\nigroup = "${igroup}"\n${auth}\n[[target.lun]]\nlun = 0\nvolume = "${name}"\n`;
}

function authGroup(name: string, algorithms: readonly string[], mutual: boolean): string {
  const back = mutual ? `mutual_user = "${MUTUAL.user}"\nmutual_secret = "${MUTUAL.secret}"\n` : "";
  return `[[auth_group]]
name = "${name}"
algorithms = [${algorithms.map((algorithm) => `"${algorithm}"`).join(", ")}]
[[auth_group.chap]]
user = "${CHAP.user}"
secret = "${CHAP.secret}"
${back}`;
}

describeWithGuest("a Linux host finds its targets and logs in", () => {
  let lunette: LunetteProcess;
  let cases: GuestCases;

  beforeAll(async () => {
    lunette = await LunetteProcess.start(
      ({ folder, ports: [port, chapPort] }) =>
        [
          `[[portal_group]]\ntag = 1\nname = "guest"\nportals = ["127.0.0.1:${port}"]\nadvertise = ["${HOST_IN_GUEST}:${port}"]\n`,
          `[[portal_group]]\ntag = 2\nname = "secret"\nportals = ["127.0.0.1:${chapPort}"]\nadvertise = ["${HOST_IN_GUEST}:${chapPort}"]`,
          `discovery_auth_group = "discovery"\n`,
          `[[igroup]]\nname = "guest"\ninitiators = ["${GUEST}"]\n`,
          `[[igroup]]\nname = "somebody-else"\ninitiators = ["iqn.2026-11.com.example.guest:other"]\n`,
          authGroup("discovery", ALGORITHMS, false),
          volume(folder, "open"),
          target("open", "guest", `auth = "none"`),
          volume(folder, "foreign"),
          target("foreign", "somebody-else", `auth = "none"`),
          ...ALGORITHMS.flatMap((algorithm) => [
            authGroup(`only-${algorithm}`, [algorithm], false),
            authGroup(`mutual-only-${algorithm}`, [algorithm], true),
            volume(folder, `chap-${algorithm}`),
            target(`chap-${algorithm}`, "guest", `auth = "chap"\nauth_group = "only-${algorithm}"`),
            volume(folder, `mutual-${algorithm}`),
            target(`mutual-${algorithm}`, "guest", `auth = "mutual"\nauth_group = "mutual-only-${algorithm}"`),
          ]),
        ].join("\n"),
      { ports: 2 },
    );
    cases = await runGuestCases({
      cases: "login",
      settings: {
        PORTAL: `${HOST_IN_GUEST}:${lunette.ports[0]}`,
        CHAP_PORTAL: `${HOST_IN_GUEST}:${lunette.ports[1]}`,
        BASE,
        CHAP_USER: CHAP.user,
        CHAP_SECRET: CHAP.secret,
        MUTUAL_USER: MUTUAL.user,
        MUTUAL_SECRET: MUTUAL.secret,
        ALGORITHMS: ALGORITHMS.map((algorithm) => algorithm.toUpperCase()).join(" "),
      },
      deadlineSeconds: 180,
    });
  });
  afterAll(async () => lunette?.dispose());

  test("discovery lists the targets it may log in to, at the advertised address, and no other", () =>
    cases.expectPassed("discovery-lists-allowed-targets"));
  test("discovery without CHAP is refused where the portal group wants CHAP", () =>
    cases.expectPassed("discovery-without-chap-refused"));
  test("discovery with a wrong secret is refused", () => cases.expectPassed("discovery-chap-wrong-secret-refused"));
  test("discovery with CHAP is answered", () => cases.expectPassed("discovery-chap-accepted"));
  test("a login without CHAP reads where the access entry says none", () => cases.expectPassed("login-without-chap"));
  test("a login to a target for somebody else is refused", () => cases.expectPassed("login-to-foreign-target-refused"));

  describe.each(ALGORITHMS)("CHAP with %s only", (algorithm) => {
    test("one-way CHAP logs in and reads", () => cases.expectPassed(`chap-one-way-${algorithm}`));
    test("mutual CHAP logs in and reads", () => cases.expectPassed(`chap-mutual-${algorithm}`));
  });
  test("a login that offers only an algorithm that is not allowed is refused", () =>
    cases.expectPassed("chap-algorithm-not-allowed-refused"));
  test("a wrong secret is refused as an authorization failure", () => cases.expectPassed("chap-wrong-secret-refused"));
  test("a login without CHAP is refused where CHAP is needed", () =>
    cases.expectPassed("chap-needed-but-none-offered-refused"));
  test("the initiator turns away from a target that does not know its mutual secret", () =>
    cases.expectPassed("initiator-refuses-target-with-other-mutual-secret"));
  test("with CRC32C digests on headers and data, odd lengths are written and read back equal", () =>
    cases.expectPassed("digests-crc32c"));
  test("no secret stands in the log of the target", () => {
    const log = lunette.logText(Number.POSITIVE_INFINITY);
    expect(log).not.toContain(CHAP.secret);
    expect(log).not.toContain(MUTUAL.secret);
  });
  test("every case of the guest is one of the tests above", () => cases.expectNoOthers());
});
