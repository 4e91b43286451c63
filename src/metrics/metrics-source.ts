/** What the metrics are read from. Every read is one of plain numbers that are there anyway. */
import type { SlabBufferPool } from "../backend/buffer-pool.ts";
import type { Services } from "../iscsi/services.ts";
import type { LogicalUnit } from "../scsi/logical-unit.ts";
import type { ConfigurationFacts } from "./configuration-facts.ts";

export interface MetricsSource {
  readonly version: string;
  /** By volume name. */
  readonly units: ReadonlyMap<string, LogicalUnit>;
  readonly services: Pick<Services, "counters" | "sessions" | "connections" | "dataOutBudget">;
  readonly pool: Pick<SlabBufferPool, "totalBytes" | "leasedBytes" | "waits" | "waiting">;
  readonly ring: { readonly outstanding: number; readonly inlineStalls: number };
  readonly configuration: ConfigurationFacts;
  /** Of the objects made over CLI and API; 0: there never was one. */
  generation(): number;
  readonly events: { readonly unwritten: number };
}
