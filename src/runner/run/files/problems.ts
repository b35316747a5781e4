/** Why something that a program left is not kept, by the names that launchers in pods have for it; for people. */
export const FILE_PROBLEMS = {
  link: 'It is a symbolic link, not a regular file.',
  pipe: 'It is a named pipe, not a regular file.',
  socket: 'It is a socket, not a regular file.',
  device: 'It is a device, not a regular file.',
  other: 'It is something else, not a regular file.',
  utf8: 'Its name is not UTF-8.',
  long: 'Its path is one of more than 512 bytes.',
  deep: 'At most 32 folders within each other are looked at.',
  denied: 'The program took the right to read it away.',
  gone: 'It is not there any more.',
  replaced: 'Something else has taken its place.',
  unopened: 'It could not be opened.',
  unread: 'It could not be read.',
  entries: 'Only 10000 files and folders are looked at: there are more.',
  time: 'Looking for files took too long: there may be more that were not found.',
} as const;

/** For one that a launcher names; also for a name that is not known. */
export function describeProblem(problem: string): string {
  return Object.hasOwn(FILE_PROBLEMS, problem)
    ? FILE_PROBLEMS[problem as keyof typeof FILE_PROBLEMS]
    : FILE_PROBLEMS.unread;
}

/** Stands for the path of what is not listed one by one. */
export const REST_OF_FILES = '…';
/** Of files that were found and not come to in time. */
export const TOO_LATE = 'Looking for files and reading them took too long.';
