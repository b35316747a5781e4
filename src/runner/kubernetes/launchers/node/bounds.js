/** Bounds. What both launchers share is explained in ../../PROTOCOL.md. */
export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Bytes of a line from the server; of a longer one nothing is kept. */
export const LINE_BYTES = 16 * MiB;
/** Bytes of what stands before a payload, and of any other line, at most. */
export const HEAD_BYTES = 400;
/** Bytes of a chunk's text in UTF-8, and as JSON; with what stands around it a frame stays below 16,000 bytes. */
export const CHUNK_BYTES = 15_000;
export const JSON_BYTES = 15_880;
/** Characters of a display's JSON in one frame. They are ASCII, and as JSON up to twice as many. */
export const DISPLAY_PIECE = 7500;
/** Bytes of a message of an interpreter, a display with the most that those keep; of a longer one nothing is kept. */
export const MESSAGE_BYTES = 9 * MiB;
/** Lines that wait for a run whose process gets ready; of more the rest is dropped, and asked for or sent again. */
export const MAX_WAITING = 1000;
/** Answers that cannot go out; of more the oldest are dropped. */
export const MAX_ANSWERS = 16;
/** Bytes that are kept of an open stdin beyond what the program's pipe has taken. */
export const STDIN_BYTES = 64 * KiB;
/** Characters of frames written at once. */
export const WRITE_LENGTH = 64 * KiB;
/** Bytes of frames that are held before the program is held back. */
export const HELD_BYTES = 4 * MiB;
/** As ../../../run/output/chunker.ts gathers, milliseconds. */
export const GATHER_MS = 20;
export const GATHER_LONG_MS = 1000;
export const EARLY_CHUNKS = 2000;

/** How often memory and free space are sampled, milliseconds. */
export const SAMPLE_MS = 25;
/**
 * From SIGTERM to SIGKILL where the launcher itself ends a program, and how long after the end it waits for `bye` when it
 * was told to go, milliseconds.
 */
export const GRACE_MS = 1000;
/** How long the pipes are read on after the program's end, at most, milliseconds. */
export const DRAIN_MS = 1000;
/** How often everything is killed meanwhile, milliseconds: a process may be born while all are killed. */
export const KILL_AGAIN_MS = 100;
/** The same in a session, where what was killed is looked for again. */
export const KILL_SOON_MS = 5;
/** What this process exits with after SIGTERM. */
export const TERMINATED = 143;
/** How long the last frames may take to go out before an exit, milliseconds. */
export const FLUSH_MS = 2000;
/** How long a child may take to get ready before another is tried without bounds, milliseconds. */
export const CHILD_MS = 20_000;

/** Bytes of memory of an interpreter that has run nothing, which are not its program's. */
export const INTERPRETER_BYTES = 48 * MiB;

export const PROCESSES = 256;
export const FILE_BYTES = 256 * MiB;

/** What the program's files may take of the disk at a time, all together. A node samples it too, a minute late. */
export const DISK_BYTES = 512 * MiB;
export const DISK_FILES = 20_000;
/** Going through more open descriptors than this would take too long to be of use. */
export const DISK_DESCRIPTORS = 5 * DISK_FILES;
/** So much less free space, or room for files, whoever took it, and the program's files are gone through without delay. */
export const DISK_STEP = 32 * MiB;
export const DISK_STEP_FILES = 2000;
/** When they are gone through otherwise, milliseconds: first, while they grow, and at the rarest. */
export const DISK_FIRST_MS = 100;
export const DISK_OFTEN_MS = 250;
export const DISK_RARELY_MS = 1000;
/** How long a pass goes on before the output has its turn, milliseconds; the rest of it comes later. */
export const DISK_SLICE_MS = 2;
/**
 * How much longer than a pass the pause after it is: it takes a fiftieth of a processor, and a tenth, as each slice by
 * itself, while the free space is going.
 */
export const DISK_PAUSE = 49;
export const DISK_PAUSE_URGENT = 9;
/** MiB of the container's memory that are not for the program's heap: this process, and what a child has that is no heap. */
export const OWN_MB = 128;
/** MiB of heap that a child has at least. */
export const HEAP_MB = 64;

/** Files and folders that are looked at for what a program left, and folders within each other. */
export const FILE_ENTRIES = 10_000;
export const FILE_FOLDERS = 32;
export const FILE_PATH_BYTES = 512;
/** How long is looked, in all and before the server has its turn, milliseconds; what is done by then is told with the end. */
export const FILE_LOOK_MS = 5000;
export const FILE_SLICE_MS = 5;
/** Bytes of the entries of one frame, as JSON. */
export const LISTING_BYTES = 15_000;
/** Bytes of a file in one frame; in base64 a third more. */
export const PART_BYTES = 11_520;
/** Bytes that are read of a file before the server has to ask again. */
export const FILE_READ_BYTES = MiB;
