/** WHATWG HTML 9.2.6: how an event stream is read. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventStreamParser } from "../../src/console/event-stream.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => new EventStreamParser().push(bytesOf(text));

describe("the event stream", () => {
  test("an event ends with an empty line and not before", () => {
    const parser = new EventStreamParser();
    expect(parser.push(bytesOf('id: 4\ndata: {"a":1}\n'))).toEqual([]);
    expect(parser.push(bytesOf("\n"))).toEqual([{ type: "message", data: '{"a":1}', id: "4" }]);
  });

  test("comments and fields that nobody knows are passed over, and an event without data is none", () => {
    expect(read(": hello\nretry: 10\nevent: x\n\n")).toEqual([]);
  });

  test("one space after the colon is not data, a second one is, and lines of data are joined", () => {
    expect(read("data:a\ndata:  b\ndata\n\n")).toEqual([{ type: "message", data: "a\n b\n", id: undefined }]);
  });

  test("the type is that of its event only, and the id stays", () => {
    expect(read("event: missed\nid: 1\ndata: a\n\ndata: b\n\n")).toEqual([
      { type: "missed", data: "a", id: "1" },
      { type: "message", data: "b", id: "1" },
    ]);
  });

  test("lines may end with LF, CR or CRLF", () => {
    expect(read("data: a\r\n\r\ndata: b\r\rdata: c\n\n").map(({ data }) => data)).toEqual(["a", "b", "c"]);
  });

  test("wherever the stream is cut, within a character as well, the events are the same", () => {
    const text = "id: 1\r\ndata: größer 磁盘\r\n\r\n: x\r\nid: 2\r\nevent: missed\r\ndata: 2\r\n\r\n";
    const whole = bytesOf(text);
    const wanted = read(text);
    expect(wanted).toHaveLength(2);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 8 }), (cuts) => {
        const parser = new EventStreamParser();
        const ends = [...cuts, whole.length].toSorted((a, b) => a - b);
        const events = ends.flatMap((end, index) => parser.push(whole.subarray(ends[index - 1] ?? 0, end)));
        expect(events).toEqual(wanted);
      }),
    );
  });
});
