/**
 * iSCSI names: RFC 7143 4.2.7 (formats iqn, eui and naa; at most 223 bytes) and the preparation of
 * RFC 3722, which folds case, so that two spellings of one name are one name.
 */

/** RFC 7143 4.2.7.1: bytes of an iSCSI name, as UTF-8. */
export const ISCSI_NAME_MAX_BYTES = 223;

const FORMATS = '"iqn.yyyy-mm.reversed.domain:name", "eui." with 16 hex digits, or "naa." with 16 or 32 hex digits';

/** Lower case and compatibility composition, as far as RFC 3722 matters for the characters that we accept. */
export function normaliseIscsiName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** What would be right when `name` is no valid iSCSI name; undefined when it is valid. */
export function iscsiNameFault(name: string): string | undefined {
  const normal = normaliseIscsiName(name);
  if (Buffer.byteLength(normal) > ISCSI_NAME_MAX_BYTES) return `an iSCSI name of at most ${ISCSI_NAME_MAX_BYTES} bytes`;
  if (normal.startsWith("iqn.")) return iqnFault(normal);
  if (normal.startsWith("eui.")) return /^eui\.[0-9a-f]{16}$/.test(normal) ? undefined : '"eui." with exactly 16 hex digits';
  if (normal.startsWith("naa.")) {
    return /^naa\.(?:[0-9a-f]{16}|[0-9a-f]{32})$/.test(normal) ? undefined : '"naa." with exactly 16 or 32 hex digits';
  }
  return `an iSCSI name: ${FORMATS}`;
}

/** As iscsiNameFault, for names that must be an iqn. */
export function iqnFault(name: string): string | undefined {
  const normal = normaliseIscsiName(name);
  const date = /^iqn\.(\d{4})-(\d{2})\./.exec(normal);
  if (!date) return 'an iqn that begins with its year and month: "iqn.2026-11.com.example:name"';
  const month = Number(date[2]);
  if (month < 1 || month > 12) return `a month from 01 to 12 after the year, not ${date[2]}`;
  const rest = normal.slice(date[0].length);
  const colon = rest.indexOf(":");
  const domain = colon < 0 ? rest : rest.slice(0, colon);
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(domain)) {
    return 'a reversed domain name after the date, such as "iqn.2026-11.com.example:name"';
  }
  return colon < 0 ? undefined : nameCharactersFault(rest.slice(colon + 1), "after the colon");
}

/** The rule for the last part of an iqn, which is also the short name of a target. */
export function shortNameFault(name: string): string | undefined {
  return nameCharactersFault(normaliseIscsiName(name), "in a target's name");
}

/**
 * RFC 3722 6.2 leaves letters, digits, ".", "-" and ":" of ASCII. An underscore is accepted all the same:
 * initiators in the field carry it in their names and no administrator of a target can change that.
 */
function nameCharactersFault(part: string, where: string): string | undefined {
  if (part === "") return `at least one character ${where}`;
  const odd = /[^\p{Ll}\p{Lo}\p{Lm}\p{M}\p{Nd}._:-]/u.exec(part);
  return odd ? `only letters, digits, ".", "-", ":" and "_" ${where}, not ${JSON.stringify(odd[0])}` : undefined;
}
