/** A ring, slab and pool, and promises around the completions of a backend. */
import { spawnSync } from "node:child_process";
import type { BlockBackend } from "../../src/backend/block-backend.ts";
import { type Lease, SlabBufferPool } from "../../src/backend/buffer-pool.ts";
import { IoRing } from "../../src/backend/io-ring.ts";
import { createSlab, type Slab } from "../../src/backend/native-io.ts";

export const KiB = 1024;
export const MiB = 1024 * KiB;

export const RING_KINDS = ["io_uring", "threads"] as const;
export type RingKind = (typeof RING_KINDS)[number];

export interface Storage {
  readonly slab: Slab;
  readonly ring: IoRing;
  readonly pool: SlabBufferPool;
}

export function makeStorage(kind: RingKind | "auto" = "auto", entries = 32, slabBytes = 4 * MiB): Storage {
  const slab = createSlab(slabBytes);
  return { slab, ring: new IoRing({ entries, slab, kind, threads: 2 }), pool: new SlabBufferPool(slab.memory) };
}

/** The result of one backend call as a promise. */
export function done(start: (target: { ioDone(token: number, result: number): void }) => void): Promise<number> {
  return new Promise((resolve) => start({ ioDone: (_token, result) => resolve(result) }));
}

export function takeLease(pool: SlabBufferPool, bytes: number): Lease {
  const leases: Lease[] = [];
  if (!pool.tryLease(bytes, leases)) throw new Error(`no lease of ${bytes} bytes`);
  return leases[0]!;
}

export async function writeBytes(
  backend: BlockBackend,
  pool: SlabBufferPool,
  offset: number,
  bytes: Uint8Array,
): Promise<number> {
  const lease = takeLease(pool, bytes.length);
  lease.data.set(bytes);
  const result = await done((target) => backend.write(offset, lease, 0, bytes.length, false, target, 0));
  pool.release([lease]);
  return result;
}

export async function readBytes(backend: BlockBackend, pool: SlabBufferPool, offset: number, length: number): Promise<Buffer> {
  const lease = takeLease(pool, length);
  lease.data.fill(0xee);
  const result = await done((target) => backend.read(offset, lease, 0, length, target, 0));
  const bytes = Buffer.from(lease.data.subarray(0, length));
  pool.release([lease]);
  if (result !== length) throw new Error(`read answered ${result}`);
  return bytes;
}

/** Runs a command; its trimmed output, or undefined when it failed (not installed, not permitted). */
export function tryCommand(command: string, ...args: string[]): string | undefined {
  const result = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` },
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
