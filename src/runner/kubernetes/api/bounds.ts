/** The bounds of what we do to an API server, and what it may do to us. */

const KiB = 1024;
const MiB = 1024 * KiB;

/** Calls at once; watches, logs and attached streams do not count. Kind to a small API server. */
export const CALLS = 32;
/** How long one attempt of a call may take, and how long it may wait for its turn, milliseconds. */
export const ATTEMPT_MS = 10_000;
/** Attempts of one call, the first included. */
export const ATTEMPTS = 4;
/** Bytes of a response; a page of a list is the largest there is. */
export const RESPONSE_BYTES = 64 * MiB;
/** Bytes of a response that says why not. */
export const STATUS_BYTES = 64 * KiB;
/** Objects in one page of a list; the API server would make them all one response. */
export const PAGE = 500;
/** Bytes of one event of a watch: etcd holds objects up to 1.5 MiB. */
export const WATCH_LINE_BYTES = 8 * MiB;
/** Bytes of one line of a log; the launchers' frames are less than 16 KiB. */
export const LOG_LINE_BYTES = 64 * KiB;
/** Events read of one object. */
export const EVENTS = 100;
/** UTF-8 bytes of one message to a pod's stdin; servers on the way read up to 32 KiB at once. */
export const STDIN_MESSAGE_BYTES = 16 * KiB;
/** Bytes of one message from a pod's stdout. */
export const STDOUT_MESSAGE_BYTES = 4 * MiB;

/** How long the API server is asked to keep a watch, seconds; then it is opened again where it ended. */
export const WATCH_SECONDS = 290;
/** A watch without an event or a bookmark (one a minute) for so long is dead, milliseconds. */
export const WATCH_SILENCE_MS = 100_000;
/** How often what the watches reported is compared with a list, milliseconds. */
export const COMPARE_MS = 60_000;
/** How often an attached stream is pinged, and how long its response may take, milliseconds. */
export const PING_MS = 10_000;
/** How old credentials may be before files and providers are read again, milliseconds. */
export const CREDENTIALS_MS = 5_000;
/** How often missing permissions are checked again, milliseconds. */
export const PERMISSIONS_INTERVAL_MS = 5_000;
