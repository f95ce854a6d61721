"""Write frozen.json anew, after a change that is meant: `make frozen`."""

import json
import tempfile
from pathlib import Path

from same.audits import AUDITS
from same.test_same import FROZEN, hashes

if __name__ == "__main__":
    frozen = {}
    for name in AUDITS:
        with tempfile.TemporaryDirectory() as folder:
            frozen[name] = hashes(name, Path(folder))
    FROZEN.write_text(json.dumps(frozen, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
