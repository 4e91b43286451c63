/** Who may hold a file or device that could not be locked: for error messages only, so it never throws. */
import { readFileSync, statSync } from "node:fs";

/** "process 123 (qemu)", "a mount on /srv", or a guess in general terms. */
export function describeHolder(path: string): string {
  try {
    const found = statSync(path);
    const device = found.isBlockDevice() ? found.rdev : found.dev;
    const major = majorOf(device);
    const minor = minorOf(device);
    if (found.isBlockDevice()) {
      const mount = mountOf(`${major}:${minor}`);
      if (mount !== undefined) return `a mount on ${mount}`;
    }
    // The lock on a block device node lies on the node's own inode.
    const holder = lockOwner(majorOf(found.dev), minorOf(found.dev), found.ino);
    if (holder !== undefined) return holder;
    return found.isBlockDevice() ? "the kernel (a mount, swap, LVM, RAID) or another process" : "another process";
  } catch {
    return "another process";
  }
}

/** Lines of /proc/locks read "1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF": process, then major:minor (hex) and inode. */
function lockOwner(major: number, minor: number, inode: number): string | undefined {
  const hex = (value: number): string => value.toString(16).padStart(2, "0");
  const wanted = `${hex(major)}:${hex(minor)}:${inode}`;
  for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
    const fields = line.trim().split(/\s+/);
    if (fields[1] !== "FLOCK" || fields[5] !== wanted) continue;
    const pid = fields[4]!;
    if (Number(pid) === process.pid) return "this process already (is the path used by two volumes?)";
    try {
      return `process ${pid} (${readFileSync(`/proc/${pid}/comm`, "utf8").trim()})`;
    } catch {
      return `process ${pid}`;
    }
  }
  return undefined;
}

/** Lines of /proc/self/mountinfo: field 3 is major:minor, field 5 the mount point (proc(5)). */
function mountOf(device: string): string | undefined {
  for (const line of readFileSync("/proc/self/mountinfo", "utf8").split("\n")) {
    const fields = line.split(" ");
    if (fields[2] === device) return fields[4];
  }
  return undefined;
}

/** Linux' encoding of a device number in 64 bits (makedev(3)). */
function majorOf(device: number): number {
  const bits = BigInt(device);
  return Number(((bits >> 8n) & 0xfffn) | ((bits >> 32n) & ~0xfffn));
}

function minorOf(device: number): number {
  const bits = BigInt(device);
  return Number((bits & 0xffn) | ((bits >> 12n) & ~0xffn & 0xffffffffn));
}
