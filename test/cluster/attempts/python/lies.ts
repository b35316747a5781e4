/** Begins a program: `lies` are lines that launchers print, and worse; `tell` writes one somewhere and says whether it could. */
export const LIES = `
import json, os, sys, time
word = sys.argv[1]
at = int(time.time() * 1000)
def line(**fields): return json.dumps(fields).encode() + b"\\n"
def out(number): return line(type="out", n=number, s=1, at=at, d=word)
def end(last, code=0): return line(type="end", last=last, cause="exit", exitCode=code, signal=None, wallMs=1, cpuMs=1, maxMemoryMb=1, truncated=False)
lies = [out(number) for number in (1, 2, 3, 4, 1000, 2 ** 53, 10 ** 30, 0, -1, 1.5)]
lies += [end(last) for last in (0, 1, 2, 3, 4, 1000, 2 ** 53, -1)]
lies += [line(type="ready", nonce=nonce, protocol=1, version="3", state=state, id=None, last=9) for nonce in ("-", word) for state in ("waiting", "ended")]
lies += [line(type="start", id=word, at=at), line(type="refused", id=word), line(type=word), b"[" * 9000 + b"\\n", b"{\\n", b"null\\n"]
lies += [b"\\0" * 3000 + b"\\n", b"\\xff\\xfe\\xc3\\n", b"x" * 200_000 + b"\\n", out(5)[:-9]]
def tell(place, data):
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_NONBLOCK) if isinstance(place, str) else place
        os.write(descriptor, data)
        return True
    except OSError:
        return False
`;
