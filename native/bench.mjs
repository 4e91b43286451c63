/**
 * The figures of README.md: 4 KiB and 128 KiB requests through the ring, without the protocol. Process CPU time counts the
 * kernel's workers for io_uring as well. `node native/bench.mjs [folder] [addon]`: needs 256 MiB in the folder.
 */
import { rmSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = process.argv[2] ?? ".";
const native = createRequire(import.meta.url)(process.argv[3] ?? "./build/Release/lunette.node");

const FILE_BYTES = 256 * 2 ** 20;
const ROUNDS = 5;
const WARM_UP_MS = 200;
const MEASURED_MS = 800;
const TRY_INLINE = native.FLAG_TRY_INLINE ?? 4;

const path = join(folder, `lunette-bench-${process.pid}`);
const fd = native.openDevice(path, { direct: false, readOnly: false, create: true });
if (fd < 0) throw new Error(`${path}: errno ${-fd}`);
const chunk = Buffer.alloc(2 ** 20, 1);
for (let at = 0; at < FILE_BYTES; at += chunk.length) writeSync(fd, chunk, 0, chunk.length, at);

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

/** Batches of `depth` requests, one after the other, for `ms`; requests done, and CPU microseconds each. */
async function run(kind, op, flags, bytes, depth, ms) {
  const slab = new native.Slab(depth * bytes);
  let wake;
  let slowest = 0;
  const ring = new native.Ring({
    entries: depth,
    slab,
    kind,
    threads: 4,
    inlineWriteBoundUs: 2000,
    onCompletions: () => {
      if (ring.inFlight === 0) wake();
    },
  });
  const places = FILE_BYTES / bytes;
  let count = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < ms) {
    for (let i = 0; i < depth; i++) {
      ring.sqOp[i] = op;
      ring.sqFlags[i] = flags;
      ring.sqFd[i] = fd;
      ring.sqBuffer[i] = i * bytes;
      ring.sqLength[i] = bytes;
      ring.sqOffset[i] = Math.floor(Math.random() * places) * bytes;
      ring.sqTag[i] = i;
    }
    ring.submit(depth);
    slowest = Math.max(slowest, ring.stall?.[0] ?? 0);
    if (ring.inFlight > 0) {
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
    count += depth;
  }
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - start) / 1000;
  ring.close();
  return { perSecond: count / seconds, cpu: (used.user + used.system) / count, slowest };
}

try {
  for (const [what, op, bytes] of [
    ["read", native.OP_READ, 4096],
    ["write", native.OP_WRITE, 4096],
    ["write", native.OP_WRITE, 131_072],
  ]) {
    for (const depth of [1, 32]) {
      for (const kind of ["io_uring", "threads"]) {
        for (const flags of [0, TRY_INLINE]) {
          const runs = [];
          await run(kind, op, flags, bytes, depth, WARM_UP_MS);
          for (let i = 0; i < ROUNDS; i++) runs.push(await run(kind, op, flags, bytes, depth, MEASURED_MS / ROUNDS));
          const perSecond = Math.round(median(runs.map((one) => one.perSecond)));
          const cpu = median(runs.map((one) => one.cpu)).toFixed(2);
          const slowest = Math.max(...runs.map((one) => one.slowest));
          process.stdout.write(
            `${what} ${bytes / 1024} KiB, ${depth} at once, ${kind}${flags === 0 ? "" : ", inline"}: ` +
              `${perSecond}/s, ${cpu} µs CPU each${slowest > 0 ? `, longest stall ${slowest} µs` : ""}\n`,
          );
        }
      }
    }
  }
} finally {
  native.closeDevice(fd);
  rmSync(path);
}
