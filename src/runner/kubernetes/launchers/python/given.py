"""Writing the files that come with a payload."""

import os


def write_given(directory, files, given_at):
    """Writes files as a payload has them; returns a sentence about the first that cannot be written, or None.
    `given_at`: when they are to seem written, nanoseconds."""
    import binascii

    for file in files:
        problem = write_file(directory, file["path"], binascii.a2b_base64(file["content"]), given_at)
        if problem is not None:
            return problem
    return None


def write_file(directory, name, content, given_at):
    """Puts a file in the place of whatever has its name: what an earlier program of a session left there, a link or a named
    pipe, is never opened. Returns a sentence when it cannot, else None."""
    path = os.path.normpath(os.path.join(directory, name))
    if not path.startswith(os.path.join(directory, "")):
        return "%s: not inside the working directory" % name
    folder = os.path.dirname(path)
    fresh = os.path.join(folder, ".podline-%d" % os.getpid())
    try:
        os.makedirs(folder, exist_ok=True)
        with open(fresh, "xb") as file:
            file.write(content)
        os.utime(fresh, ns=(given_at, given_at))
        os.rename(fresh, path)
    except OSError as error:
        try:
            os.unlink(fresh)
        except OSError:
            pass
        import errno

        return "%s: cannot be written (%s)" % (name, errno.errorcode.get(error.errno, "unknown"))
    return None
