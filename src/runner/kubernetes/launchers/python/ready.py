"""Frames, and the one that says how the launcher is."""

from .start import PROTOCOL, VERSION


def frame(**fields):
    import json

    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def ready_frame(launcher, nonce):
    """Written by hand: it is sent before anything is imported that could write it."""
    run, session = launcher.run, launcher.session
    run_id, stdin, kept, notice = "null", "", "", ""
    if run is not None:
        run_id = frame(id=run.id).decode()[6:-2]
        if run.feed.stays_open:
            stdin = ',"stdin":{"next":%d,"taken":%d}' % (run.feed.next, run.feed.taken)
    if session is not None:
        fields = {"session": session.id, "epoch": launcher.epoch, "run": session.number}
        if session.lost is not None:
            fields["lost"] = session.lost
        kept = "," + frame(**fields).decode()[1:-2]
    if launcher.child.notice is not None:
        notice = ',"notice":"%s"' % plain(launcher.child.notice)
    return '{"type":"ready","nonce":"%s","protocol":%d,"version":"%s","state":"%s","id":%s,"last":%d%s%s%s}\n' % (
        plain(nonce),
        PROTOCOL,
        VERSION,
        launcher.state,
        run_id,
        launcher.outlet.last,
        stdin,
        kept,
        notice,
    )


def plain(text):
    """The text as JSON takes it without escapes."""
    return "".join(c if c.isprintable() and c not in '"\\' else "?" for c in text)
