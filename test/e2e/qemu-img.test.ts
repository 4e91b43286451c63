/** QEMU's initiator (qemu-img and qemu-io with the iscsi driver of qemu-block-extra). */
import { randomFillSync } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { allocatedSectors } from "../support/temporary-folder.ts";
import { describeWithTools } from "../support/tools.ts";

const BASE = "iqn.2026-11.com.example.e2e";
const MIB = 1024 * 1024;
const IMAGE_BYTES = 256 * MIB;

/** A file of random bytes with holes, so that convert has zeros to skip or to write. */
async function makeImage(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.truncate(IMAGE_BYTES);
    const chunk = Buffer.alloc(4 * MIB);
    for (let offset = 0; offset < IMAGE_BYTES; offset += chunk.length) {
      if ((offset / chunk.length) % 8 === 5) continue;
      await file.write(randomFillSync(chunk), 0, chunk.length, offset);
    }
  } finally {
    await file.close();
  }
}

describeWithTools(["qemu-img", "qemu-io"], "QEMU's initiator", () => {
  let lunette: LunetteProcess;
  let image: string;
  const url = (target: string, lun: number, credentials = "") =>
    `iscsi://${credentials}127.0.0.1:${lunette.port}/${BASE}:${target}/${lun}`;
  const qemuIo = (address: string, ...commands: string[]) =>
    runCommand("qemu-io", ["-f", "raw", "-d", "unmap", ...commands.flatMap((command) => ["-c", command]), address]);

  beforeAll(async () => {
    lunette = await LunetteProcess.start(({ folder, port }) => {
      const volumes = [
        ["image", "buffered", 512],
        ["image4k", "direct", 4096],
        ["patterns", "buffered", 512],
        ["secret", "buffered", 512],
      ] as const;
      const volumeText = volumes.map(
        ([name, io, blockSize]) =>
          `[[volume]]\nname = "${name}"\npath = "${folder}/${name}.img"\nsize = ${IMAGE_BYTES}\ncreate = "thin"\nio = "${io}"\nblock_size = ${blockSize}\n`,
      );
      return `
[[portal_group]]
tag = 1
name = "local"
portals = ["127.0.0.1:${port}"]

[[auth_group]]
name = "qemu"
algorithms = ["sha256", "sha1", "md5"]
[[auth_group.chap]]
user = "qemu"
secret = "secret-of-qemu-1"

${volumeText.join("\n")}
[[target]]
name = "disks"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "image"
[[target.lun]]
lun = 1
volume = "image4k"
[[target.lun]]
lun = 2
volume = "patterns"

[[target]]
name = "secret"
[[target.access]]
igroup = "any"
auth = "chap"
auth_group = "qemu"
[[target.lun]]
lun = 0
volume = "secret"
`;
    });
    image = join(lunette.folder, "source.raw");
    await makeImage(image);
  });
  afterAll(async () => lunette?.dispose());

  test.each([
    ["a buffered volume of 512-byte blocks", 0],
    ["a direct volume of 4096-byte blocks", 1],
  ])("an image of 256 MiB converted to %s compares identical", async (_what, lun) => {
    const convert = await runCommand("qemu-img", ["convert", "-n", "-f", "raw", "-O", "raw", image, url("disks", lun)]);
    expect(convert).toMatchObject({ code: 0 });
    const compare = await runCommand("qemu-img", ["compare", "-f", "raw", "-F", "raw", image, url("disks", lun)]);
    expect(compare.output).toContain("Images are identical.");
    expect(compare.code).toBe(0);
    // And the file itself, not only what the target says of it.
    const file = await runCommand("cmp", [image, lunette.volumePath(lun === 0 ? "image" : "image4k")]);
    expect(file).toMatchObject({ code: 0, output: "" });
  });

  test("compare notices one byte that differs, so the comparisons above could have failed", async () => {
    const written = await qemuIo(url("disks", 0), "write -P 0x11 100M 512");
    expect(written.code, written.output).toBe(0);
    const compare = await runCommand("qemu-img", ["compare", "-f", "raw", "-F", "raw", image, url("disks", 0)]);
    expect(compare.code, compare.output).toBe(1);
  });

  test("patterns are read back where they were written, and a discarded range reads as zeros", async () => {
    const result = await qemuIo(
      url("disks", 2),
      ...["write -P 0x5a 0 1M", "discard 0 512k", "read -P 0 0 512k", "read -P 0x5a 512k 512k"],
      ...["write -P 0x21 1M 512", "write -P 0x22 1049088 1024", "read -P 0x21 1M 512", "read -P 0x22 1049088 1024"],
      ...["write -z 600k 8k", "read -P 0 600k 8k", "read -P 0x5a 592k 8k", "read -P 0x5a 608k 8k"],
      ...["write -P 0x77 8M 16M", "read -P 0x77 8M 16M", "flush", "read -P 0 24M 1M"],
    );
    expect(result.output).not.toMatch(/failed|error/i);
    expect(result.code, result.output).toBe(0);
  });

  test("a discard gives its space back to the file system", async () => {
    const before = await allocatedSectors(lunette.volumePath("patterns"));
    const result = await qemuIo(url("disks", 2), "discard 8M 16M", "read -P 0 8M 16M");
    expect(result.code, result.output).toBe(0);
    expect(before - (await allocatedSectors(lunette.volumePath("patterns")))).toBeGreaterThanOrEqual((16 * MIB) / 512);
  });

  test("with CHAP credentials in the URL it writes and reads", async () => {
    const result = await qemuIo(url("secret", 0, "qemu%secret-of-qemu-1@"), "write -P 0x33 4k 64k", "read -P 0x33 4k 64k");
    expect(result.output).not.toMatch(/failed|error/i);
    expect(result.code, result.output).toBe(0);
  });

  test.each([
    ["a wrong secret", "qemu%secret-of-qemu-2@"],
    ["another user", "kvm%secret-of-qemu-1@"],
    ["no credentials", ""],
  ])("with %s it can't log in", async (_what, credentials) => {
    const result = await qemuIo(url("secret", 0, credentials), "read 0 4k");
    expect(result.output).toMatch(/auth|login|connect/i);
    expect(result.output).not.toContain("read 4096/4096");
    expect(result.code).not.toBe(0);
  });
});
