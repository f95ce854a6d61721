"""A limit on how long one control may take, so that one that hangs keeps no other from being judged."""

import ctypes
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class TooSlowError(Exception):
    """The function took longer than it may."""


class QuitError(Exception):
    """The function tried to end the whole program."""


def within(seconds: float, function: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - whatever it takes
    """Return what the function returns, raise what it raises, or raise TooSlowError when the time is over.

    An attempt to end the whole program raises QuitError. The function runs in a thread of its own, since nothing else
    can be left behind in the middle of a library's compiled code; Python code that runs on is stopped.
    """
    returned: list[T] = []
    raised: list[BaseException] = []

    def work() -> None:
        try:
            returned.append(function(*arguments))
        except BaseException as error:  # noqa: BLE001 - even an exit is only the end of this one function
            raised.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        _stop(thread)
        raise TooSlowError
    if raised:
        raise raised[0] if isinstance(raised[0], Exception) else QuitError
    return returned[0]


def _stop(thread: threading.Thread) -> None:
    """Ask Python to raise an exit in the thread at its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))
