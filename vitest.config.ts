/**
 * The rings of tests, fast ones first (test/README.md). A ring starts when the one before it has ended. Files run side by side
 * but for those that look at time: the conformance ring, and a part of the end-to-end ring that comes last.
 */
import { defineConfig } from "vitest/config";
import TwoLanes from "./test/support/two-lanes.ts";

const SECOND_MS = 1000;

/** How long something takes is a part of what they claim, so nothing else may run beside them. */
const ALONE = ["linux-reload", "linux-multipath", "lost-and-ended", "service", "api-concurrency"].map(
  (name) => `test/e2e/${name}.test.ts`,
);

const END_TO_END = {
  globalSetup: ["./test/support/e2e-setup.mjs"],
  // Progress of the guest as it comes, without a heading for each line.
  disableConsoleIntercept: true,
  testTimeout: 180 * SECOND_MS,
  hookTimeout: 420 * SECOND_MS,
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/summary-reporter.ts"],
    passWithNoTests: false,
    sequence: { sequencer: TwoLanes },
    projects: [
      {
        test: {
          name: "lint",
          include: ["test/lint.test.ts"],
          testTimeout: 120 * SECOND_MS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/lint.test.ts", "test/conformance/**", "test/e2e/**", "test/fuzz/**"],
          testTimeout: 20 * SECOND_MS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts", "test/fuzz/**/*.test.ts"],
          testTimeout: 30 * SECOND_MS,
          hookTimeout: 30 * SECOND_MS,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...END_TO_END,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: ALONE,
          // One lane for the Linux guest, and one for the others (two-lanes.ts).
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...END_TO_END,
          name: "e2e-alone",
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
