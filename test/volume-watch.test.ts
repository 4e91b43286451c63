/** What happens to a volume from outside: whoever runs the machine hears of each failure. */
import { describe, expect, it } from "vitest";
import { CheckedBackend } from "../src/backend/checked-backend.ts";
import { VolumeWatch } from "../src/volume-watch.ts";
import { ModelBackend } from "./scsi/support/model-backend.ts";
import { MiB, makeUnit } from "./scsi/support/scsi-harness.ts";
import { memoryEvents, recordingLog } from "./support/control.ts";

describe("flushes that fail", () => {
  it("are told once, and again after the volume was opened anew, though its new backend has failed less often", () => {
    const unit = makeUnit({ geometry: { thin: false } });
    const events = memoryEvents();
    const watch = new VolumeWatch(unit.server.coordinator, recordingLog().log, events);
    const told = (): number => events.read(events.oldest, 100).filter(({ kind }) => kind === "volume-data-lost").length;
    unit.backend.failedFlushes = 3;
    watch.look(unit.lu);
    watch.look(unit.lu);
    expect(told()).toBe(1);
    const again = new ModelBackend({ sizeBytes: 4 * MiB });
    unit.lu.replaceBackend(new CheckedBackend(again, 512));
    watch.look(unit.lu);
    expect(told()).toBe(1);
    again.failedFlushes = 1;
    watch.look(unit.lu);
    expect(told()).toBe(2);
  });
});
