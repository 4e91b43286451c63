/**
 * `npm test`: everything a clean clone needs, then every ring of tests.
 *
 *   npm test                    all rings, fast ones first
 *   npm test -- unit            one ring: lint, unit, conformance or e2e
 *   npm test -- test/wire       files whose path contains this, and any other option of vitest
 *
 * Plain JavaScript, because nothing is installed yet when it starts. Exits with 0 only if every step and every test
 * succeeded. The last line of the output is the summary of the test runner (test/support/summary-reporter.ts).
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureBuilt, ensureInstalled, orExplain } from "../config/set-up.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RINGS = ["lint", "unit", "conformance", "e2e"];

/** Debian packages of the end-to-end ring, and what each is for. */
const DEBIAN_PACKAGES = {
  "libiscsi-bin": "iscsi-test-cu, iscsi-inq: libiscsi's initiator and its test suite",
  "qemu-utils": "qemu-img and qemu-io",
  "qemu-block-extra": "QEMU's own iSCSI initiator",
  "qemu-system-x86": "runs the Linux guest",
  cpio: "packs the guest's initramfs",
  "busybox-static": "the guest's shell",
  kmod: "depmod, and modprobe in the guest",
  "open-iscsi": "iscsid and iscsiadm in the guest",
  "sg3-utils": "SCSI commands in the guest: sg_persist, sg_xcopy, sg_sanitize and others",
  lsscsi: "in the guest",
  fio: "in the guest",
  e2fsprogs: "mkfs.ext4 and e2fsck in the guest",
  xfsprogs: "mkfs.xfs and xfs_repair in the guest",
  mount: "in the guest, and small filesystems that fill up",
  "util-linux": "fstrim and blkdiscard in the guest, losetup",
  udev: "names disks in the guest, for multipathd (which is downloaded and not installed: guest/build-image.sh)",
  dmsetup: "in the guest, for multipathd",
  curl: "the examples and README's commands for the REST API",
  openssl: "certificates of clients of the REST API",
  iproute2: "network namespaces for peers that vanish",
  chromium: "the console as a browser shows it",
};
/** Programs that build the addon, and their packages. They may have come from elsewhere, so programs are looked for. */
const BUILD_TOOLS = { "g++": "g++", make: "make", python3: "python3" };
/** What Debian starts when it installs some of them, and the tests have no use for. */
const UNWANTED_SERVICES = ["iscsid.socket", "iscsid.service", "open-iscsi.service"];

const started = performance.now();
function say(text) {
  console.log(`[${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s] ${text}`);
}

function run(command, parameters, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { cwd: ROOT, stdio: "inherit", ...options });
    child.once("error", (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.once("close", (code) => resolve(code ?? 1));
  });
}

function missingBuildTools() {
  return Object.entries(BUILD_TOOLS)
    .filter(([program]) => spawnSync(program, ["--version"], { stdio: "ignore" }).error !== undefined)
    .map(([, name]) => name);
}

function missingPackages() {
  const names = Object.keys(DEBIAN_PACKAGES);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are dpkg-query's placeholders
  const { stdout = "" } = spawnSync("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...names], {
    encoding: "utf8",
  });
  const installed = new Set(
    (stdout ?? "")
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/**
 * Installs what is missing. A failure is only said here: the tests that need the tool are those that fail (when CI is
 * set) or are skipped, counted and named in the summary.
 */
async function installPackages(forEndToEnd) {
  if (!existsSync("/usr/bin/apt-get")) {
    if (forEndToEnd) say("!!! this is not Debian: end-to-end tests whose tools are missing cannot run");
    return;
  }
  const missing = [...missingBuildTools(), ...(forEndToEnd ? missingPackages() : [])];
  if (missing.length === 0) {
    say("Debian packages: all there");
    return;
  }
  if (process.getuid() !== 0) {
    say(`!!! not root: cannot install ${missing.join(" ")}`);
    return;
  }
  say(`Debian packages: installing ${missing.join(" ")}`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const quiet = ["-qq", "-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=3"];
  const code =
    (await run("apt-get", [...quiet, "update"], options)) ||
    (await run("apt-get", [...quiet, "install", "--yes", "--no-install-recommends", ...missing], {
      ...options,
      stdio: ["ignore", "ignore", "inherit"],
    }));
  if (code !== 0) say(`!!! apt-get ended with ${code}: what could not be installed is still missing`);
  // Where systemd runs, a service that this installation has started is stopped again; in a container there is none.
  if (missing.includes("open-iscsi") && existsSync("/run/systemd/system")) {
    await run("systemctl", ["stop", ...UNWANTED_SERVICES], { stdio: "ignore" });
  }
}

async function buildGuest() {
  say("Linux guest: building, or finding it in .cache/guest");
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  const image = () => run("bash", ["test/e2e/guest/build-image.sh"], { env: { ...process.env, PATH: path } });
  if ((await image()) === 0) return;
  // The kernel's version moves on; an old package list names one that the mirror no longer has.
  if (process.getuid() === 0 && (await run("apt-get", ["-qq", "update"])) === 0 && (await image()) === 0) return;
  say("!!! the guest could not be built: the tests that need it cannot run");
}

async function main() {
  const [first, ...rest] = process.argv.slice(2);
  const ring = RINGS.includes(first) ? first : undefined;
  // "e2e*": a part of that ring runs alone, after the others.
  const selection = ring === undefined ? process.argv.slice(2) : ["--project", ring === "e2e" ? "e2e*" : ring, ...rest];
  const path = selection.find((word) => !word.startsWith("-"));
  const needsTools = ring === "e2e" || (ring === undefined && (path === undefined || path.includes("e2e")));

  await installPackages(needsTools);
  say("npm packages and build");
  await orExplain(() => {
    ensureInstalled();
    ensureBuilt();
  });
  if (needsTools) await buildGuest();
  say("tests");
  return run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...selection]);
}

process.exitCode = await main();
