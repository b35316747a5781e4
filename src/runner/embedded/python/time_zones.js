/**
 * /usr/share/zoneinfo, where Python's `zoneinfo` looks: files in the TZif format (RFC 9636), made from V8's own time
 * zone data when they are opened.
 */

const ROOT = '/usr/share/zoneinfo';
/** Names that people use and V8 does not list, since it knows them as other names of listed zones. */
const OTHER_NAMES = `
  UTC GMT Zulu Universal Etc/UTC Etc/GMT US/Eastern US/Central US/Mountain US/Pacific US/Alaska US/Hawaii US/Arizona
  Canada/Eastern Canada/Pacific EST MST HST EST5EDT CST6CDT MST7MDT PST8PDT CET EET MET WET GB Japan Singapore Hongkong
  Israel Turkey Egypt Iran Poland Portugal PRC ROK NZ Asia/Kolkata Asia/Kathmandu Asia/Ho_Chi_Minh Asia/Saigon
  Asia/Yangon Asia/Calcutta Europe/Kyiv Europe/Kiev America/Argentina/Buenos_Aires America/Buenos_Aires America/Nuuk
  America/Indiana/Indianapolis America/Kentucky/Louisville Atlantic/Faroe Pacific/Pohnpei Pacific/Chuuk
  Africa/Asmara America/Atikokan Antarctica/McMurdo Europe/Belfast Asia/Macau
`
  .trim()
  .split(/\s+/);
/** Abbreviations in use that V8 does not know; where it knows none, IANA writes the offset: `+08`. */
const ABBREVIATIONS = {
  'Asia/Tokyo': 'JST',
  Japan: 'JST',
  'Asia/Seoul': 'KST',
  ROK: 'KST',
  'Asia/Shanghai': 'CST',
  PRC: 'CST',
  'Asia/Taipei': 'CST',
  'Asia/Macau': 'CST',
  'Asia/Hong_Kong': 'HKT',
  Hongkong: 'HKT',
  'Asia/Manila': 'PST',
  'Asia/Karachi': 'PKT',
  'Asia/Jakarta': 'WIB',
  'Asia/Calcutta': 'IST',
  'Asia/Kolkata': 'IST',
  'Europe/Moscow': 'MSK',
  'Africa/Johannesburg': 'SAST',
  'Africa/Lagos': 'WAT',
  'Africa/Nairobi': 'EAT',
  'Africa/Maputo': 'CAT',
  'Asia/Kathmandu': '+0545',
};
/** Locales whose people abbreviate the zones of their part of the world. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA', 'en-CA', 'en-IL'];
/** A winter and a summer of today. */
const MODERN = ['2024-01-15T00:00Z', '2024-07-15T00:00Z'];
const BEGINNING = '1800-01-01T00:00Z';
/** Transitions are written out up to this year; later ones are as if there were none any more. */
const LAST_YEAR = 2100;
const UNIVERSAL = /^(UTC|GMT|Zulu|Universal|Etc\/(UTC|GMT))$/;

/** Adds the directory; a file's bytes are made at its first use. */
export function mountTimeZones(FS) {
  const { MEMFS } = FS.filesystems;
  for (const name of new Set([...Intl.supportedValuesOf('timeZone'), ...OTHER_NAMES])) {
    const path = `${ROOT}/${name}`;
    const slash = path.lastIndexOf('/');
    FS.mkdirTree(path.slice(0, slash));
    const parent = FS.lookupPath(path.slice(0, slash)).node;
    const node = MEMFS.createNode(parent, path.slice(slash + 1), 0o100444, 0);
    let made;
    const bytes = () => {
      made ??= timeZoneFile(name);
      return made;
    };
    Object.defineProperty(node, 'contents', { get: bytes });
    Object.defineProperty(node, 'usedBytes', { get: () => bytes().length });
  }
}

function timeZoneFile(name) {
  const types = [];
  const now = MODERN.map((instant) =>
    describe(name, Temporal.Instant.from(instant).toZonedDateTimeISO(name)),
  );
  const typeAt = (moment) => {
    // V8 has no names for the time before its tables of names begin: take those of today's time with that offset.
    const today = moment.year < 1970 ? now.find(({ offset }) => offset === secondsOf(moment)) : undefined;
    const type = today ?? describe(name, moment);
    const known = types.findIndex((other) => other.key === type.key);
    return known >= 0 ? known : types.push(type) - 1;
  };
  let moment = Temporal.Instant.from(BEGINNING).toZonedDateTimeISO(name);
  typeAt(moment);
  const transitions = [];
  for (;;) {
    moment = moment.getTimeZoneTransition('next');
    if (moment === null || moment.year > LAST_YEAR) break;
    transitions.push([BigInt(moment.epochMilliseconds / 1000), typeAt(moment)]);
  }
  return encode(transitions, types);
}

/** One local time type: offset in seconds, whether it is summer time, abbreviation. */
function describe(name, moment) {
  const offset = secondsOf(moment);
  const date = new Date(moment.epochMilliseconds);
  const isSummer = /Summer|Daylight/.test(zoneName('en-US', name, 'long', date));
  const abbreviation = abbreviate(name, offset, date);
  return { offset, isSummer, abbreviation, key: `${offset} ${isSummer} ${abbreviation}` };
}

function secondsOf(moment) {
  return moment.offsetNanoseconds / 1e9;
}

function abbreviate(name, offset, date) {
  if (UNIVERSAL.test(name)) return name.endsWith('GMT') ? 'GMT' : 'UTC';
  if (ABBREVIATIONS[name] !== undefined) return ABBREVIATIONS[name];
  for (const locale of LOCALES) {
    const short = zoneName(locale, name, 'short', date);
    if (!/^(GMT|UTC).+/.test(short)) return short;
  }
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const digits = String(Math.trunc(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${digits}${rest}`;
}

const formats = new Map();

function zoneName(locale, timeZone, timeZoneName, date) {
  const key = `${locale} ${timeZone} ${timeZoneName}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName });
    formats.set(key, format);
  }
  return format.formatToParts(date).find((part) => part.type === 'timeZoneName').value;
}

function encode(transitions, types) {
  const names = [...new Set(types.map(({ abbreviation }) => abbreviation))];
  const text = new TextEncoder().encode(names.map((each) => `${each}\0`).join(''));
  const nameAt = (wanted) =>
    names.slice(0, names.indexOf(wanted)).reduce((sum, each) => sum + each.length + 1, 0);
  const HEADER = 44;
  // The first block is for readers of 32-bit times, and empty but for the one type it must have.
  const firstBlock = HEADER + 6 + 1;
  const length = firstBlock + HEADER + transitions.length * 9 + types.length * 6 + text.length + 2;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const header = (at, times, kinds, characters) => {
    bytes.set(new TextEncoder().encode('TZif2'), at);
    [0, 0, 0, times, kinds, characters].forEach((count, index) => {
      view.setUint32(at + 20 + index * 4, count);
    });
  };
  header(0, 0, 1, 1);
  header(firstBlock, transitions.length, types.length, text.length);
  let at = firstBlock + HEADER;
  for (const [time] of transitions) {
    view.setBigInt64(at, time);
    at += 8;
  }
  for (const [, type] of transitions) bytes[at++] = type;
  for (const { offset, isSummer, abbreviation } of types) {
    view.setInt32(at, offset);
    bytes[at + 4] = isSummer ? 1 : 0;
    bytes[at + 5] = nameAt(abbreviation);
    at += 6;
  }
  bytes.set(text, at);
  bytes.set([10, 10], at + text.length);
  return bytes;
}
