/**
 * Runs one boot of the Linux guest (test/e2e/guest/) under QEMU's emulation and collects what its test cases report.
 *
 * The guest reaches the host's 127.0.0.1 as 10.0.2.2 through QEMU's user networking: no bridge, no privilege, and no
 * packet leaves the QEMU process except to the loopback interface.
 */
import { spawn, spawnSync } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { oneAtATime } from "./one-at-a-time.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const GUEST_FOLDER = fileURLToPath(new URL("../e2e/guest", import.meta.url));

/** The host's loopback address as the guest sees it. */
export const HOST_IN_GUEST = "10.0.2.2";

export interface GuestResult {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly log: string;
}

export interface GuestRun {
  readonly results: ReadonlyMap<string, GuestResult>;
  /** Undefined when the guest reported the end of its cases; otherwise why it did not. */
  readonly incomplete: string | undefined;
  readonly console: string;
}

export interface GuestOptions {
  /** Name of the script in test/e2e/guest/cases, without `.sh`. */
  readonly cases: string;
  /** Shell variables for the script. */
  readonly settings: Readonly<Record<string, string>>;
  readonly deadlineSeconds: number;
  /** Does what the guest asks for ("kill-and-restart 4000") and resolves to the answer. */
  readonly onAsk?: (words: readonly string[]) => Promise<string>;
}

/** Builds the guest or finds it in the cache. Throws with the builder's output when that is not possible here. */
export function guestImage(): string {
  const built = spawnSync("bash", [join(GUEST_FOLDER, "build-image.sh")], { encoding: "utf8", timeout: 300_000 });
  if (built.status !== 0) throw new Error(`the guest image could not be built:\n${built.stderr}`);
  return built.stdout.trim();
}

const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The image and, behind it, an archive with this run's scripts. The kernel unpacks archives one after the other, so the
 * scripts can change without a new image.
 */
async function makeInitramfs(image: string, folder: string, options: GuestOptions): Promise<string> {
  const overlay = join(folder, "overlay");
  await mkdir(join(overlay, "cases"), { recursive: true });
  const settings = Object.entries(options.settings).map(([name, value]) => `${name}=${shellQuoted(value)}\n`);
  await writeFile(join(overlay, "cases/settings.sh"), settings.join(""));
  await cp(join(GUEST_FOLDER, "library.sh"), join(overlay, "cases/library.sh"));
  await cp(join(GUEST_FOLDER, "cases", `${options.cases}.sh`), join(overlay, "cases", `${options.cases}.sh`));
  const packed = spawnSync("sh", ["-c", "find . | cpio --create --format=newc --owner=0:0 --quiet > ../overlay.cpio"], {
    cwd: overlay,
    encoding: "utf8",
  });
  if (packed.status !== 0) throw new Error(`cpio failed: ${packed.stderr}`);
  const initramfs = join(folder, "initramfs.cpio");
  await cp(join(image, "initramfs.cpio"), initramfs);
  await pipeline(createReadStream(join(folder, "overlay.cpio")), createWriteStream(initramfs, { flags: "a" }));
  return initramfs;
}

/** Runs the script to its end, or to the deadline. A guest takes a whole core of a small machine, so another one waits. */
export function runGuest(options: GuestOptions): Promise<GuestRun> {
  return oneAtATime("guest", () => bootGuest(options));
}

async function bootGuest(options: GuestOptions): Promise<GuestRun> {
  const image = guestImage();
  const folder = await makeTemporaryFolder("guest");
  const results = new Map<string, GuestResult>();
  const consolePath = join(folder, "console.log");
  const channelPath = join(folder, "channel.sock");
  let ended = false;

  async function onLine(line: string, socket: Socket): Promise<void> {
    const words = line.trim().split(" ");
    if (words[0] === "result" && words.length >= 4) {
      const [, name = "", state = "", milliseconds = "0", log = ""] = words;
      // Twice the same name would let the second hide the first.
      const ok = state === "ok" && !results.has(name);
      const result = { name, ok, milliseconds: Number(milliseconds), log: Buffer.from(log, "base64").toString() };
      results.set(name, result);
      const notes = result.log.match(/^note: .*/gm)?.map((line) => line.slice("note".length)) ?? [];
      console.log(
        `guest ${options.cases}: ${ok ? "ok  " : "FAIL"} ${name} (${(result.milliseconds / 1000).toFixed(1)} s)${notes.join("")}`,
      );
    } else if (words[0] === "ask") {
      try {
        if (options.onAsk === undefined) throw new Error("nobody answers");
        socket.write(`ok ${await options.onAsk(words.slice(1))}\n`);
      } catch (error) {
        socket.write(`error ${String(error).replaceAll("\n", " ")}\n`);
      }
    } else if (words[0] === "end") {
      ended = true;
    }
  }

  const channel = createServer((socket) => {
    socket.on("error", () => {});
    // The lines are handled one after the other: the guest waits for each answer before it goes on.
    createInterface({ input: socket }).on("line", (line) => void onLine(line, socket));
  });
  await new Promise<void>((resolve) => channel.listen(channelPath, resolve));

  try {
    const initramfs = await makeInitramfs(image, folder, options);
    const qemu = spawn(
      "qemu-system-x86_64",
      [
        ...["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024", "-nodefaults", "-no-user-config"],
        ...["-display", "none", "-no-reboot", "-serial", `file:${consolePath}`],
        ...["-kernel", join(image, "vmlinuz"), "-initrd", initramfs],
        ...["-append", `console=ttyS0 panic=-1 quiet loglevel=4 mitigations=off lunette.cases=${options.cases}`],
        ...["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="],
        ...["-chardev", `socket,id=channel,path=${channelPath}`],
        ...["-device", "virtio-serial-pci", "-device", "virtserialport,chardev=channel"],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let complaint = "";
    qemu.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      qemu.kill("SIGKILL");
    }, options.deadlineSeconds * 1000);
    const code = await new Promise<number | null>((resolve, reject) => {
      qemu.once("error", reject);
      qemu.once("close", resolve);
    }).finally(() => clearTimeout(deadline));

    let incomplete: string | undefined;
    if (late) incomplete = `it was not finished after ${options.deadlineSeconds} s`;
    else if (code !== 0) incomplete = `QEMU ended with code ${code}: ${complaint}`;
    else if (!ended) incomplete = "the guest powered off before its last case";
    return { results, incomplete, console: await readFile(consolePath, "utf8").catch(() => "") };
  } finally {
    channel.close();
    await rm(folder, { recursive: true, force: true });
  }
}
