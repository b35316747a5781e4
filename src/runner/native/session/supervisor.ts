import { OURS } from '../root.ts';

/** Where a jail finds the directory of its session; it can only read there. */
export const SESSION = `${OURS}/session`;

/**
 * What starts the processes of a session in its jail: it reads their names, and says when each was started and has ended.
 * A shell has what it starts in the background ignore interrupts, and so would all programs; only `env` can undo that.
 */
export const SUPERVISOR = `exec 3<&0 </dev/null
env --default-signal=INT,QUIT true 2>/dev/null && set -- env --default-signal=INT,QUIT
printf . >&3
while IFS= read -r name <&3; do
  (
    "$@" /bin/sh "${SESSION}/$name.sh"
    printf 'ended %s %s\\n' "$name" "$?" >&3
  ) &
done`;
