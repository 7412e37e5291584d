"""What the system refuses to write, in words that say what to do."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from portfolio_lib.errors import RunFailure

FULL = (errno.ENOSPC, errno.EDQUOT)
TOO_LARGE = (errno.EFBIG,)
FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
IN_THE_WAY = (errno.ENOTDIR, errno.EEXIST)
_STEPS = (
    (FULL, "Free some space and run again"),
    (TOO_LARGE, "Raise the limit on the size of files (ulimit -f) and run again"),
    (FORBIDDEN, "Let the user who runs this write there and run again"),
    (IN_THE_WAY, "A file lies where a folder should be: move it away and run again"),
)
OTHER_STEP = "See that the disk is there and can be written, and run again"
NOT_EVEN_THE_REASON = (
    "the system refused to write, even the reason why. Free some space, or see that the folder "
    "can be written, and run again"
)


def disk_message(error: OSError) -> str:
    """What the system refused, in words, and the next step.

    Examples
    --------
    >>> disk_message(OSError(errno.ENOSPC, "No space left on device"))
    'the system refused to write: No space left on device. Free some space and run again'
    """
    step = next((step for codes, step in _STEPS if error.errno in codes), OTHER_STEP)
    reason = str(error) if error.errno is None else os.strerror(error.errno)
    return f"the system refused to write: {reason}. {step}"


@contextlib.contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """Tell what the system refuses to write in a folder that a whole run needs.

    Raises
    ------
    RunFailure
        With the folder, the reason and the next step.
    """
    try:
        yield
    except OSError as error:
        raise RunFailure(f"{folder}: {disk_message(error)}") from error


def disk_refusal(error: BaseException) -> OSError | None:
    """The refusal of a full or closed disk behind an error; None where it is about something else.

    Libraries that write by themselves wrap it or only quote it, so its words are looked for too.
    A file that may not be *read* is no refusal to write, so permissions do not count.
    """
    for code in (*FULL, *TOO_LARGE, errno.EROFS):
        for one in (error, error.__cause__):
            if isinstance(one, OSError) and one.errno == code:
                return one
            if one is not None and os.strerror(code) in str(one):
                return OSError(code, os.strerror(code))
    return None
