/** Rates from two samples of counters: pure. */
import type { LunCounters, OperationCounters, TopSample } from "../control/service.ts";

/** Of a volume or a session. */
export interface OperationRates {
  readonly readIops: number;
  readonly writeIops: number;
  /** Discards, flushes and everything else. */
  readonly otherIops: number;
  readonly readBytesPerSecond: number;
  readonly writeBytesPerSecond: number;
  /** Mean over the interval; undefined when nothing ended in it. */
  readonly readLatencySeconds: number | undefined;
  readonly writeLatencySeconds: number | undefined;
  readonly errorsPerSecond: number;
}

export interface LunRates extends OperationRates {
  readonly volume: string;
  readonly depth: number;
}

export interface SessionRates extends OperationRates {
  readonly tsih: number;
  readonly initiator: string;
  readonly target: string;
  /** Commands received. */
  readonly iops: number;
  readonly depth: number;
}

export interface Rates {
  readonly at: string;
  readonly seconds: number;
  readonly luns: readonly LunRates[];
  readonly sessions: readonly SessionRates[];
}

const NOTHING: OperationCounters = { operations: 0, bytes: 0, errors: 0, latencySeconds: 0 };

/** What has come up since `before` counts from there; what was not there before (a session, a volume) has no rate yet. */
export function ratesBetween(before: TopSample, after: TopSample): Rates {
  const seconds = Math.max(after.milliseconds - before.milliseconds, 1) / 1000;
  const lunsBefore = new Map(before.luns.map((lun) => [lun.volume, lun.counters]));
  const sessionsBefore = new Map(before.sessions.map((session) => [`${session.tsih} ${session.initiator}`, session]));
  return {
    at: after.at,
    seconds,
    luns: after.luns.map(({ volume, depth, counters }) => ({
      volume,
      depth,
      ...operationRates(lunsBefore.get(volume) ?? counters, counters, seconds),
    })),
    sessions: after.sessions.map((session) => {
      const { tsih, initiator, target, depth } = session;
      const old = sessionsBefore.get(`${tsih} ${initiator}`) ?? session;
      return {
        tsih,
        initiator,
        target,
        depth,
        iops: grown(old.commands, session.commands) / seconds,
        ...operationRates(old.counters, session.counters, seconds),
        // What the initiator was sent and has sent, as its network counts.
        readBytesPerSecond: grown(old.bytesRead, session.bytesRead) / seconds,
        writeBytesPerSecond: grown(old.bytesWritten, session.bytesWritten) / seconds,
      };
    }),
  };
}

/** Counters only rise; one that has fallen belongs to a daemon that was started again. */
const grown = (before: number, after: number): number => Math.max(0, after - before);

function operationRates(before: LunCounters, after: LunCounters, seconds: number): OperationRates {
  const difference = (kind: string): OperationCounters => {
    const [a, b] = [before[kind] ?? NOTHING, after[kind] ?? NOTHING];
    return {
      operations: grown(a.operations, b.operations),
      bytes: grown(a.bytes, b.bytes),
      errors: grown(a.errors, b.errors),
      latencySeconds: grown(a.latencySeconds, b.latencySeconds),
    };
  };
  const latency = ({ operations, latencySeconds }: OperationCounters): number | undefined =>
    operations === 0 ? undefined : latencySeconds / operations;
  const read = difference("read");
  const write = difference("write");
  const all = Object.keys(after).map(difference);
  const operations = all.reduce((sum, each) => sum + each.operations, 0);
  return {
    readIops: read.operations / seconds,
    writeIops: write.operations / seconds,
    otherIops: (operations - read.operations - write.operations) / seconds,
    readBytesPerSecond: read.bytes / seconds,
    writeBytesPerSecond: write.bytes / seconds,
    readLatencySeconds: latency(read),
    writeLatencySeconds: latency(write),
    errorsPerSecond: all.reduce((sum, each) => sum + each.errors, 0) / seconds,
  };
}
