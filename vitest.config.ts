/**
 * The rings of tests, fast ones first (test/README.md). A ring starts when the one before it has ended, and
 * only files of the first two rings run side by side: the others measure time or start daemons.
 */
import { defineConfig } from "vitest/config";

const SECOND_MS = 1000;

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/summary-reporter.ts"],
    passWithNoTests: false,
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
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["./test/support/e2e-setup.mjs"],
          // Progress of the guest as it comes, without a heading for each line.
          disableConsoleIntercept: true,
          testTimeout: 180 * SECOND_MS,
          hookTimeout: 420 * SECOND_MS,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
