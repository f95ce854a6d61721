"""The firm's key: findings and personal records go by short names that tell nothing to whoever lacks it."""

import os
import secrets
import tempfile
from pathlib import Path

from privacy_audit.errors import SettingsError

FILE, KEY_BYTES, OTHERS = "firm.key", 32, 0o077


def firm_key(folder: Path, *, public: bool) -> bytes:
    """Return a firm's key, made on the first run and readable by its owner alone; raise SettingsError in words.

    The key of the fictional example is public.
    """
    path = folder / FILE
    if not path.exists():
        _make(path)
    if not public and os.name == "posix" and path.stat().st_mode & OTHERS:
        raise SettingsError(f"Others on this machine can read {path}. Hint: chmod 600 {path}")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        message = (
            f"{path} is no key. Hint: bring back the copy that you keep; with a new key every finding has a new id."
        )
        raise SettingsError(message)
    return key


def _make(path: Path) -> None:
    """Write a new key under another name first: a run that is killed here leaves no half of one."""
    descriptor, fresh = tempfile.mkstemp(prefix=f".{FILE}-", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:  # another run was quicker, and its key is the firm's
        pass
    except OSError:  # a disk without links
        Path(fresh).replace(path)
    finally:
        Path(fresh).unlink(missing_ok=True)
