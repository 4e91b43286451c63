/** RFC 7143 11.4.11: an initiator is told of a MaxCmdSN that has grown, by a NOP-In where nothing else does. */
import { expect, it } from "vitest";
import { CommandWindow } from "../../src/iscsi/command-window.ts";

/** A window whose MaxCmdSN grows by one. */
function serve(window: CommandWindow): void {
  window.take();
  window.answered();
}

it("MaxCmdSN is told too little when a growth is still untold at the second look", () => {
  const window = new CommandWindow(1, 16);
  expect(window.tellsTooLittle()).toBe(false);
  serve(window);
  expect(window.tellsTooLittle()).toBe(false);
  expect(window.tellsTooLittle()).toBe(true);
  expect(window.tell()).toBe(17);
  expect(window.tellsTooLittle()).toBe(false);
});

it("MaxCmdSN is told enough while answers leave, even when it has grown again at each look", () => {
  const window = new CommandWindow(1, 16);
  for (let look = 0; look < 5; look += 1) {
    window.tell();
    serve(window);
    expect(window.tellsTooLittle()).toBe(false);
  }
});
