/**
 * Every limit of the service with its unit and reason. The defaults and maximums of a single run (time, memory, output)
 * are settings and stand in `config.ts`.
 */

const KiB = 1024;
const MiB = 1024 * KiB;

/** UTF-8 bytes of a program. MongoDB holds documents up to 16 MB; code, args and labels share one. */
export const CODE_BYTES = 1 * MiB;
/** UTF-8 bytes of all arguments together, and how many: well below Linux's 128 KiB for one argument. */
export const ARGS_BYTES = 64 * KiB;
export const ARGS_COUNT = 256;
/** UTF-8 bytes of stdin. */
export const STDIN_BYTES = 4 * MiB;
/** Bytes of one write to an open stdin, of what a program has not read yet, and of all its stdin. */
export const STDIN_WRITE_BYTES = 64 * KiB;
export const STDIN_UNREAD_BYTES = 1 * MiB;
export const STDIN_TOTAL_BYTES = 32 * MiB;
/** Decoded bytes of all files together, and how many. */
export const FILES_BYTES = 4 * MiB;
export const FILES_COUNT = 64;
/**
 * Files that programs leave: how many of one execution are kept, their bytes in all, and how many are listed of those that
 * are not.
 */
export const OUTPUT_FILES_COUNT = 64;
export const OUTPUT_FILES_BYTES = 32 * MiB;
export const OMITTED_FILES_COUNT = 100;
/** Bytes of one piece of their content, as stores keep it. */
export const FILE_PIECE_BYTES = 256 * KiB;
/** How long files may be looked for and read after a program's end, and how long storing them may hold up that end, milliseconds. */
export const TAKE_FILES_MS = 5000;
export const STORE_FILES_MS = 30_000;
/** Globs of one submission, and UTF-8 bytes of one. */
export const GLOBS_COUNT = 32;
export const GLOB_BYTES = 256;
/** UTF-8 bytes of one file's path; a name between slashes is bounded by what file systems take. */
export const PATH_BYTES = 512;
export const PATH_SEGMENT_BYTES = 255;
/** Environment: variables, and UTF-8 bytes of names and values together. */
export const ENV_COUNT = 64;
export const ENV_BYTES = 64 * KiB;
/** Labels: how many, and UTF-16 code units of a name and a value (63 is what Kubernetes takes for a label). */
export const LABELS_COUNT = 16;
export const LABEL_NAME_LENGTH = 63;
export const LABEL_VALUE_LENGTH = 255;
export const IDEMPOTENCY_KEY_LENGTH = 255;

/** Sessions: the minimum of an idle limit, milliseconds; executions queued in one; named interpreters of one; a name's length. */
export const SESSION_IDLE_MIN_MS = 1000;
export const SESSION_QUEUED = 100;
export const SESSION_CONTEXTS = 8;
export const CONTEXT_NAME_LENGTH = 63;
/** Sessions in one page. */
export const PAGE_SESSIONS = 100;

/** The minimum of each limit of a run, and of the settings: with less nothing useful runs. */
export const MINIMUM_LIMITS = { timeoutMs: 100, memoryMb: 16, cpuMillis: 100, outputBytes: 1 * KiB } as const;

/** Sandbox processes of the embedded runner at once, ready and running; a bound for the machine, whatever is configured. */
export const SANDBOXES = 1024;

/** UTF-8 bytes of one chunk's text; launchers in pods use less, so that a frame stays under 16 KiB where runtimes split lines. */
export const CHUNK_BYTES = 16 * KiB;
/**
 * Bytes of the parts of one rich result that are kept with their chunk, as text or base64: what is more is stored beside the files and
 * counts as those do. Bytes of all its parts, as JSON, and how many there may be. A figure of matplotlib has some 40 KiB.
 */
export const DISPLAY_BYTES = 1 * MiB;
export const DISPLAY_ALL_BYTES = 8 * MiB;
export const DISPLAY_PARTS = 16;
/** Bytes up to which a part that is text comes with its chunk; larger ones, and all others, have an address. */
export const DISPLAY_INLINE_BYTES = 32 * KiB;
/**
 * Bytes of the files of a session whose processes have their files in memory, and how many files and directories: what one
 * process changes is carried over to the others. Beyond it stays with the process.
 */
export const SESSION_FILES_BYTES = 64 * MiB;
export const SESSION_FILES = 4096;
/** Text without a newline waits this long for the rest of its line, milliseconds; also how long chunks are gathered at first. */
export const GATHER_MS = 20;
/** Once a program has used its budget of early chunks, output is gathered for up to this long, milliseconds. */
export const GATHER_LONG_MS = 1000;
/** Chunks an execution may use before its output is gathered for longer. */
export const EARLY_CHUNKS = 2000;

/** UTF-8 bytes of text that one subscription event may carry. */
export const EVENT_BYTES = 64 * KiB;
/** Chunks that one page or event may carry. */
export const PAGE_CHUNKS = 1000;
/** Lines of a tail that an event may carry; with two chunks read for each, 2 MiB of text at the most. */
export const TAIL_LINES = 64;
/** Executions in one page. */
export const PAGE_EXECUTIONS = 100;

/** Bytes of text not yet stored, of all executions together; at the bound runners are made to wait. */
export const UNSTORED_BYTES = 64 * MiB;
/** Bytes of recent text kept for viewers that are up to date, for each execution under way. */
export const TAIL_BYTES = 128 * KiB;

/** How often each process on a shared store raises its heartbeat counter and reads those of the others, milliseconds. */
export const HEARTBEAT_INTERVAL_MS = 2000;

/** Bytes of a request's body: code, stdin and files may come base64-coded in one JSON document. */
export const BODY_BYTES = 14 * MiB;
/** Bytes of one WebSocket message; a program may be submitted over a WebSocket too. */
export const MESSAGE_BYTES = 14 * MiB;
/**
 * Bytes that somebody not yet known may send: the body of a request without a key, all that comes over a WebSocket before
 * its `connection_init` is accepted. All there is to ask without a key is the health and, where it is open, the schema.
 */
export const ANONYMOUS_BYTES = 4 * KiB;
/**
 * Values (members of objects and lists, at any depth) of one JSON text, counted before it is parsed: parsing and reading a
 * value costs a microsecond and more, so that millions of them would hold everybody up. The largest submission has some 800.
 */
export const JSON_VALUES = 4096;
/** Levels of nesting of one JSON text. */
export const JSON_DEPTH = 32;
/**
 * Bytes of requests and messages that are being received or worked on, of all clients together, and of one caller: what is
 * not whole yet waits in memory. Above it HTTP answers 503, a WebSocket is closed with 1013 (try again later).
 */
export const RECEIVED_BYTES = 128 * MiB;
export const RECEIVED_BYTES_PER_CALLER = 96 * MiB;
/** WebSockets of the whole process, those of them that have not said `connection_init`, and subscriptions of one socket. */
export const SOCKETS = 20_000;
export const UNACKNOWLEDGED_SOCKETS = 5000;
export const SUBSCRIPTIONS_PER_SOCKET = 100;
/** Bytes of one GraphQL response that is no subscription event. */
export const RESPONSE_BYTES = 32 * MiB;
/** Bytes of events that wait to be written, over all WebSockets; beyond, each has one event under way and no more. */
export const UNREAD_EVENTS_BYTES = 64 * MiB;
/** Bytes of answers under way, of all callers together: being made, or not read yet. Made, they take several times that. */
export const ANSWERS_BYTES = 64 * MiB;
/** GraphQL documents: nesting, aliases, tokens. */
export const QUERY_DEPTH = 12;
export const QUERY_ALIASES = 30;
export const QUERY_TOKENS = 2000;
/** UTF-16 code units of a GraphQL document beside the strings in it: names, punctuation, comments, white space. */
export const DOCUMENT_LENGTH = 100 * KiB;
/** Line breaks and escapes in the strings of a document; each error looks through all lines for its place. */
export const DOCUMENT_LINES = 50_000;
/** Connections are kept alive at this interval, milliseconds; load balancers cut idle ones after 50 to 60 s. */
export const KEEP_ALIVE_MS = 12_000;
/** Bytes the answer to a GraphQL operation may bring, reckoned before it is executed: pages full, texts as below. */
export const QUERY_BYTES = 64 * MiB;
/** What a field counts for its own work and its place in the answer, bytes; bounds an operation to 262,144 fields. */
export const QUERY_FIELD_BYTES = 256;
/** What a question to the store counts, bytes; bounds an operation to some 4,000 of them. */
export const QUERY_LOOK_UP_BYTES = 16 * KiB;
/** What a whole `output` counts, bytes. Most are far smaller and some are greater: RESPONSE_BYTES counts what they are. */
export const QUERY_OUTPUT_BYTES = 1 * MiB;
