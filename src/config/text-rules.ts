/** Rules for text values. Each gives what would be right when a value is wrong, and undefined when it is fine. */

/** Names of objects appear in metrics labels, file names and logs, so they stay plain. */
export function objectNameFault(name: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(name)
    ? undefined
    : 'a name of 1 to 64 letters, digits, ".", "_", ":" and "-" that begins with a letter or digit';
}

export const igroupNameFault = (name: string): string | undefined =>
  name === "any" ? 'another name: "any" stands for every initiator' : objectNameFault(name);

export const uuidFault = (value: string): string | undefined =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
    ? undefined
    : 'a UUID such as "7d0ad5a5-57a3-4cf4-9f4b-6c2ecb0a5d0e"';

/** Printable ASCII of 1 to `max` bytes, without blanks at the ends (SPC-4 4.3.1: ASCII fields are padded with blanks). */
export const asciiFault = (max: number) => (value: string) =>
  value.length <= max && /^[!-~](?:[ -~]*[!-~])?$/.test(value)
    ? undefined
    : `1 to ${max} printable ASCII characters without blanks at the ends`;

/** A text value of the login (RFC 7143 6.1: at most 255 bytes) without control characters. */
export const textValueFault = (value: string): string | undefined =>
  value !== "" && Buffer.byteLength(value) <= 255 && !/\p{Cc}/u.test(value)
    ? undefined
    : "1 to 255 bytes without control characters";

export const pathFault = (value: string): string | undefined => (value !== "" && !value.includes("\0") ? undefined : "a path");

/** unix(7): sun_path has 108 bytes, the last of them zero. */
export const socketPathFault = (value: string): string | undefined =>
  pathFault(value) ?? (Buffer.byteLength(value) <= 107 ? undefined : "a path of at most 107 bytes, as unix sockets allow");
