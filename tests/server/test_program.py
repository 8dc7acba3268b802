"""`breeze server` as a process: what it prints, what it keeps private, how it ends, and when it does not begin."""

from __future__ import annotations

import json
import os
import signal
import ssl
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import trio

from breeze_server.certificate import server_context
from breeze_server.config import ConfigError
from breeze_transport.http import HttpClient
from breeze_transport.seams import live_world

PEM = Path(__file__).parents[1] / "transport" / "localhost.pem"
"""A certificate and its key in one file."""


def start(data: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "breeze_transport.cli", "server", "--data", str(data), "--json"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    return subprocess.Popen([*command, "--listen", "127.0.0.1:0", *more], stdout=pipe, stderr=pipe, env=environment)


def test_program_starts_private_and_stops_when_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with start(data, "--admin-email", "Boss@Example.com") as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert set(line) == {"url", "dataDir", "firstRun"}
    assert set(line["firstRun"]) == {"email", "activationCode", "enrollmentKey", "orgId", "siteId"}
    assert line["firstRun"]["email"] == "boss@example.com"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in data.iterdir()} == {0o600}

    with start(data) as again:
        assert again.stdout is not None
        assert json.loads(again.stdout.readline())["firstRun"] is None
        again.send_signal(signal.SIGINT)
        assert again.wait(10) == 0


def test_program_says_in_one_line_why_it_cannot_start(tmp_path: Path) -> None:
    with start(tmp_path, "--database", "postgresql://x/y") as process:
        out, error = process.communicate(timeout=20)
    assert (process.returncode, out, error.count(b"\n")) == (1, b"", 1)
    assert error.startswith(b"breeze server: ")


def test_second_program_on_a_data_directory_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline()
        with start(tmp_path) as second:
            out, error = second.communicate(timeout=20)
        words = f"breeze server: another server uses {tmp_path} already, with pid {first.pid}\n"
        assert (second.returncode, out, error.decode()) == (1, b"", words)
        first.kill()

    with start(tmp_path) as third:
        assert third.stdout is not None
        assert json.loads(third.stdout.readline())["dataDir"] == str(tmp_path)
        third.terminate()
        assert third.wait(10) == 0


def test_program_speaks_tls(tmp_path: Path) -> None:
    async def log_in(url: str, first: dict[str, Any]) -> list[str]:
        tls = ssl.create_default_context(cafile=str(PEM))
        headers = [("Content-Type", "application/json")]
        account = {"email": first["email"], "password": "correct horse battery"}
        activation = {"email": first["email"], "code": first["activationCode"], "newPassword": account["password"]}
        with trio.fail_after(20):
            async with HttpClient(live_world().network, url, tls=tls) as http:
                for path, body in (("activate", activation), ("login", account)):
                    raw = json.dumps(body).encode()
                    answer = await http.request("POST", f"/api/v1/auth/{path}", headers=headers, body=raw)
                    assert answer.status == 200
        return [value for name, value in answer.headers if name == "set-cookie"]

    with start(tmp_path / "data", "--tls-cert", str(PEM), "--tls-key", str(PEM)) as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        assert line["url"].startswith("https://127.0.0.1:")
        cookies = trio.run(log_in, line["url"], line["firstRun"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert len(cookies) == 2
    assert all(each.endswith("; Secure") for each in cookies)


def test_program_says_in_one_line_why_it_cannot_speak_tls(tmp_path: Path) -> None:
    with start(tmp_path, "--tls-cert", str(PEM), "--tls-key", str(tmp_path / "none.pem")) as process:
        out, error = process.communicate(timeout=20)
    words = f"breeze server: the TLS key {tmp_path}/none.pem cannot be read: No such file or directory\n"
    assert (process.returncode, out, error.decode()) == (1, b"", words)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key that belongs to no certificate, the same behind a passphrase, and something else."""
    folder = tmp_path_factory.mktemp("keys")
    curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    for more in (["-out", "other.pem"], ["-out", "locked.pem", "-aes256", "-pass", "pass:word"]):
        subprocess.run(["openssl", "genpkey", *curve, *more], cwd=folder, check=True, capture_output=True)
    (folder / "letter.txt").write_text("Dear server,\n")
    return folder


@pytest.mark.parametrize(
    ("certificate", "key", "words"),
    [
        (PEM, None, "go together"),
        (None, PEM, "go together"),
        (PEM, Path("other.pem"), "does not belong"),
        (PEM, Path("locked.pem"), "without a passphrase"),
        (PEM, Path("letter.txt"), "have to be PEM"),
        (Path("letter.txt"), PEM, "have to be PEM"),
        (Path("."), PEM, "Is a directory"),
    ],
)
def test_wrong_certificate_is_explained(keys: Path, certificate: Path | None, key: Path | None, words: str) -> None:
    def placed(path: Path | None) -> Path | None:
        return None if path is None else keys / path

    with pytest.raises(ConfigError, match=words):
        server_context(placed(certificate), placed(key))
