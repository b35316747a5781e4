"""Linux's error numbers for what programs see: WebAssembly has others, so a missing file would be `[Errno 44]`.

The C code goes on with WebAssembly's. An OSError made by C code is told by its text, which is that of its number
there; error-numbers.js translates it while the exception is made. Numbers that a program gives are Linux's already.
"""

import errno
import gc
import os

_LINUX = """
    - EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST
    EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM
    ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG
    EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET
    ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG
    ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE
    EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE
    EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN
    ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL
    EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD
    ENOTRECOVERABLE ERFKILL EHWPOISON
""".split()
_SAME = {"EWOULDBLOCK": "EAGAIN", "EDEADLOCK": "EDEADLK", "ENOTSUP": "EOPNOTSUPP"}


def use_linux_error_numbers():
    """Renumbers the `errno` module and the choice of OSError's subclasses.

    Returns WebAssembly's number -> (its text, Linux's number), and Linux's number -> text.
    """
    linux = {name: number for number, name in enumerate(_LINUX) if name != "-"}
    linux |= {name: linux[other] for name, other in _SAME.items()}
    here = {name: number for name, number in vars(errno).items() if name.startswith("E")}
    translations = {
        number: (os.strerror(number), linux[name]) for name, number in here.items() if name in linux
    }
    _renumber_subclasses({number: to for number, (_, to) in translations.items()})
    errno.errorcode.clear()
    for name in here:
        if name in linux:
            setattr(errno, name, linux[name])
            errno.errorcode.setdefault(linux[name], name)
        else:
            delattr(errno, name)
    errno.errorcode |= {linux[name]: name for name in _SAME.values()}
    return translations, {to: text for text, to in translations.values()}


def _renumber_subclasses(numbers):
    """CPython's own table, number -> subclass of OSError, is found by what is in it: nothing else leads to it."""
    for table in gc.get_objects():
        if type(table) is dict and BlockingIOError in table.values() and all(type(key) is int for key in table):
            renumbered = {numbers[number]: subclass for number, subclass in table.items()}
            table.clear()
            table.update(renumbered)
            return
    raise LookupError("expected CPython's table of OSError's subclasses, found none")


def subclasses_of_os_error():
    found = [OSError]
    for subclass in found:
        found.extend(subclass.__subclasses__())
    return found
