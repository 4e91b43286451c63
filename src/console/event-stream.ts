/** Server-sent events (HTML 9.2.6) out of a fetched body: EventSource can't send the key. Pure but for the decoder. */

export interface ServerEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string | undefined;
}

export class EventStreamParser {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #type = "";
  #data: string[] = [];
  #id: string | undefined;

  /** The events that this piece completes. */
  push(piece: Uint8Array): ServerEvent[] {
    const text = this.#rest + this.#decoder.decode(piece, { stream: true });
    // A carriage return at the end may be half of a line's end.
    const cut = text.endsWith("\r") ? text.length - 1 : text.length;
    const lines = text.slice(0, cut).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + text.slice(cut);
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerEvent | undefined {
    if (line === "") {
      const [type, data] = [this.#type, this.#data];
      this.#type = "";
      this.#data = [];
      return data.length === 0 ? undefined : { type: type === "" ? "message" : type, data: data.join("\n"), id: this.#id };
    }
    const colon = line.indexOf(":");
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return undefined;
  }
}
