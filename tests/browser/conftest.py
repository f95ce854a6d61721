"""JupyterLab on this machine alone, with a token, and a browser to open it: as an adviser would."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import browsers

# For the test alone: every cell drawn, and the state of widgets saved with the notebook, which is the harder case for
# what must not be saved. That no news is fetched is the package's own setting.
SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}
PATIENCE = 180


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it listens, its token, the folder it serves."""

    address: str
    token: str
    folder: Path

    def address_of(self, name: str) -> str:
        """The address of one notebook, alone on the page."""
        return f"{self.address}/doc/tree/{name}?token={self.token}&reset"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen, log: Path) -> None:
    """Wait until the server listens; fail with its log when it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as asked:
            asked.settimeout(1)
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab over an empty folder, with folders of its own and no setting of this machine's."""
    folder, own = tmp_path_factory.mktemp("served"), tmp_path_factory.mktemp("jupyter")
    (own / "labconfig").mkdir()
    (own / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    port, token = free_port(), secrets.token_hex(16)
    homes = {f"JUPYTER_{name}_DIR": str(own / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | homes | {"JUPYTER_CONFIG_PATH": str(own), "IPYTHONDIR": str(own / "ipython")}
    program = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root"]
    program += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    program += ["--LabApp.extension_manager=readonly"]
    log = own / "log.txt"
    with log.open("w", encoding="utf-8") as said:
        server = subprocess.Popen(program, stdout=said, stderr=said, cwd=folder, env=environment)
        try:
            wait_for(port, server, log)
            yield Lab(f"http://127.0.0.1:{port}", token, folder)
        finally:
            server.send_signal(signal.SIGTERM)  # JupyterLab ends its kernels first
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@pytest.fixture(scope="session")
def chromium():
    """A real browser."""
    with browsers.browser("of the desk in a real browser") as browser:
        yield browser


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Remember a failed test, so that its page can be kept."""
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


@pytest.fixture
def page(chromium, request, tmp_path):
    """An empty page; of a test that fails, a picture is kept and its place is told."""
    opened = chromium.new_page(viewport={"width": 1400, "height": 1600})
    opened.set_default_timeout(PATIENCE * 1000)
    opened.elsewhere = []
    opened.on("request", lambda asked: opened.elsewhere.append(asked.url))
    yield opened
    if getattr(request.node, "failed", False):
        picture = tmp_path / "failed.png"
        opened.screenshot(path=picture, full_page=True)
        sys.stderr.write(f"\nThe page as it was when the test failed: {picture}\n")
    opened.close()
