"""Bounds. What both launchers share is explained in ../../PROTOCOL.md. Times are in seconds unless a name says otherwise."""

KIB = 1024
MIB = 1024 * KIB
MILLISECOND = 1000
"""Milliseconds of a second."""

LINE_BYTES = 16 * MIB
"""The longest line that is received."""
TOKEN_BYTES = 200
"""The longest nonce, id or cause: they are repeated in frames."""
HELD_BYTES = 4 * MIB
"""With more frames unacknowledged than this the program's pipes are not read."""
MAX_ANSWERS = 16
"""Answers that cannot go out; of more the oldest are dropped."""
CHUNK_BYTES = 15_000
"""A chunk's text in UTF-8."""
JSON_BYTES = 15_880
"""A chunk's text as JSON; with what stands around it a frame stays below 16,000 bytes."""
DISPLAY_PIECE = 7_500
"""Characters of a display's JSON in one frame. They are ASCII, and as JSON up to twice as many."""
MESSAGE_BYTES = 9 * MIB
"""A message of an interpreter, a display with the most that those keep; of a longer one nothing is kept."""
STDIN_BYTES = 64 * KIB
"""What is kept of an open stdin beyond what the program's pipe has taken."""
READ_BYTES = 64 * KIB
PIPE_BYTES = 1 * MIB

GATHER = 0.02
GATHER_LONG = 1.0
EARLY_CHUNKS = 2000
BUSY_READS = 32
"""So many reads within a gathering time, and the pipes are left to fill for a moment: a program that writes each line by
itself would otherwise wake this process for each."""
PAUSE = 0.004
SAMPLE = 0.025
"""How often memory and free space are sampled."""
TERMINATE_GRACE = 1.0
"""From SIGTERM to SIGKILL where the launcher itself ends a program, and how long after the end it waits for `bye` when it
was told to go."""
DRAIN = 1.0
"""How long the pipes are read on after the program's end, at most."""
KILL_AGAIN = 0.1
"""How often everything is killed meanwhile: a process may be born while all are killed."""
KILL_SOON = 0.005
"""The same in a session, where what was killed is looked for again."""
FORK = 10.0
"""How long the waiting interpreter of a session may take to fork before another is made."""
FLUSH = 2.0
"""How long the last frames may take to go out before an exit."""
IDLE_POLL = 1.0
"""How often SIGTERM is polled for when nothing happens."""
TERMINATED = 143
"""What this process exits with after SIGTERM."""

PROCESSES = 256
FILE_BYTES = 256 * MIB

DISK_BYTES = 512 * MIB
"""What the program's files may take of the disk at a time, all together. A node samples it too, a minute late."""
DISK_FILES = 20_000
DISK_DESCRIPTORS = 5 * DISK_FILES
"""Going through more open descriptors than this would take too long to be of use."""
DISK_STEP = 32 * MIB
DISK_STEP_FILES = 2000
"""So much less free space, or room for files, whoever took it, and the program's files are gone through without delay."""
DISK_FIRST = 0.1
DISK_OFTEN = 0.25
DISK_RARELY = 1.0
"""When they are gone through otherwise: first, while they grow, and at the rarest."""
DISK_SLICE = 0.002
"""How long a pass goes on before the output has its turn; the rest of it comes later."""
DISK_PAUSE = 49
DISK_PAUSE_URGENT = 9
"""How much longer than a pass the pause after it is: it takes a fiftieth of a processor, and a tenth, as each slice by
itself, while the free space is going."""

FILE_ENTRIES = 10_000
"""Files and folders that are looked at for what a program left."""
FILE_FOLDERS = 32
"""Folders within each other; each is open while what is in it is looked at."""
FILE_PATH_BYTES = 512
FILE_LOOK = 5.0
FILE_SLICE = 0.005
"""How long is looked before the server has its turn; what is done by then is told with the end."""
LISTING_BYTES = 15_000
"""Of the entries of one frame, as JSON."""
PART_BYTES = 11_520
"""Of a file in one frame; in base64 a third more."""
FILE_READ_BYTES = MIB
"""What is read of a file before the server has to ask again."""
FILE_BATCH_BYTES = 256 * KIB
"""Bytes of frames that are made of files before the server has its turn."""
