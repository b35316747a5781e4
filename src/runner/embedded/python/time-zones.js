/**
 * /usr/share/zoneinfo, where Python's `zoneinfo` looks: files in the TZif format (RFC 9636), made from V8's own time
 * zone data when they are opened.
 */

const ROOT = '/usr/share/zoneinfo';
/** The names of the tz database that V8 knows and does not list, since they are other names of listed zones. */
const OTHER_NAMES = `
  Africa/Asmara Africa/Timbuktu America/Argentina/Buenos_Aires America/Argentina/Catamarca
  America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/Mendoza
  America/Atikokan America/Atka America/Buenos_Aires America/Ensenada America/Fort_Wayne
  America/Indiana/Indianapolis America/Kentucky/Louisville America/Knox_IN America/Montreal America/Nipigon
  America/Nuuk America/Pangnirtung America/Porto_Acre America/Rainy_River America/Rosario America/Santa_Isabel
  America/Shiprock America/Thunder_Bay America/Virgin America/Yellowknife Antarctica/McMurdo Antarctica/South_Pole
  Asia/Ashkhabad Asia/Calcutta Asia/Choibalsan Asia/Chongqing Asia/Chungking Asia/Dacca Asia/Harbin Asia/Ho_Chi_Minh
  Asia/Istanbul Asia/Kashgar Asia/Kathmandu Asia/Kolkata Asia/Macao Asia/Macau Asia/Saigon Asia/Tel_Aviv Asia/Thimbu
  Asia/Ujung_Pandang Asia/Ulan_Bator Asia/Yangon Atlantic/Faroe Atlantic/Jan_Mayen Australia/ACT Australia/Canberra
  Australia/Currie Australia/LHI Australia/NSW Australia/North Australia/Queensland Australia/South
  Australia/Tasmania Australia/Victoria Australia/West Australia/Yancowinna Brazil/Acre Brazil/DeNoronha Brazil/East
  Brazil/West CET CST6CDT Canada/Atlantic Canada/Central Canada/Eastern Canada/Mountain Canada/Newfoundland
  Canada/Pacific Canada/Saskatchewan Canada/Yukon Chile/Continental Chile/EasterIsland Cuba EET EST EST5EDT Egypt
  Eire Etc/GMT Etc/GMT+0 Etc/GMT+1 Etc/GMT+10 Etc/GMT+11 Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5
  Etc/GMT+6 Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT-0 Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 Etc/GMT-13 Etc/GMT-14
  Etc/GMT-2 Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Etc/GMT0 Etc/Greenwich Etc/UCT
  Etc/UTC Etc/Universal Etc/Zulu Europe/Belfast Europe/Kiev Europe/Kyiv Europe/Nicosia Europe/Tiraspol
  Europe/Uzhgorod Europe/Zaporozhye GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel
  Jamaica Japan Kwajalein Libya MET MST MST7MDT Mexico/BajaNorte Mexico/BajaSur Mexico/General NZ NZ-CHAT Navajo PRC
  PST8PDT Pacific/Chuuk Pacific/Johnston Pacific/Kanton Pacific/Pohnpei Pacific/Samoa Pacific/Yap Poland Portugal
  ROC ROK Singapore Turkey UCT US/Alaska US/Aleutian US/Arizona US/Central US/East-Indiana US/Eastern US/Hawaii
  US/Indiana-Starke US/Michigan US/Mountain US/Pacific US/Samoa UTC Universal W-SU WET Zulu
`
  .trim()
  .split(/\s+/);
const UNSET = 'Factory';
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
const UNIVERSAL = /^(Etc\/)?(UTC|UCT|GMT|Zulu|Universal|Greenwich|GMT[+-]?0)$/;

/** Adds the directory; a file's bytes are made at its first use. */
export function mountTimeZones(FS) {
  const { MEMFS } = FS.filesystems;
  for (const name of new Set([...Intl.supportedValuesOf('timeZone'), ...OTHER_NAMES, UNSET])) {
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
  // A machine whose zone nobody has set; V8 has no such zone.
  if (name === UNSET) return encode([], [{ offset: 0, isSummer: false, abbreviation: '-00' }]);
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
  if (UNIVERSAL.test(name)) return /G(MT|reenwich)/.test(name) ? 'GMT' : 'UTC';
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
