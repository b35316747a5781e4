import { type Attempt, LONG } from '../attempt.ts';
import { LIES } from './lies.ts';

/** Frames of its own making. */
export const frames: readonly Attempt[] = [
  {
    name: "frames to its launcher's descriptors, its parent's and any it may have inherited",
    code: `${LIES}
places = [f"/proc/{process}/fd/{number}" for process in (1, os.getppid()) for number in range(256)]
places += list(range(3, 256))
reached = [place for place in places if tell(place, lies[0])]
for place in reached:
    for lie in lies: tell(place, lie)
print("made,", len(reached), "reached", flush=True)
sys.exit(3)`,
    ends: ['EXITED'],
    tells: /^made, 0 reached\n$/,
    limits: LONG,
  },
  {
    name: 'frames on its own stdout and stderr, in pieces and as one',
    code: `${LIES}
for lie in lies:
    os.write(1, lie); os.write(2, lie)
for lie in lies[:4]:
    for byte in lie: os.write(1, bytes([byte]))
os.write(1, b"\\nmade\\n")
sys.exit(3)`,
    ends: ['EXITED'],
    tells: /"type": "end"[\s\S]*made/,
    limits: LONG,
  },
];
