"""`breeze demo` as a user meets it: one line when ready, a shell that works, nothing left when it ends."""

import json
import signal
import subprocess
from pathlib import Path

from breeze_lab.programs import breeze

KEYS = {
    "url",
    "email",
    "password",
    "totp_secret",
    "device_id",
    "org_id",
    "agent_id",
    "agent_token",
    "enrollment_key",
}


def test_demo_prints_its_line_opens_a_shell_and_ends_clean(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    command = breeze("demo", "--json", "--data", str(data))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        line = json.loads(demo.stdout.readline())
        account = tmp_path / "account.json"
        account.write_text(json.dumps(line))
        shell = subprocess.run(
            breeze("term", "--account", str(account), line["device_id"]),
            input="echo it is $((40 + 2)); exit 3\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        demo.send_signal(signal.SIGINT)
        demo.send_signal(signal.SIGTERM)  # whoever is impatient leaves nothing behind either
        status = demo.wait(timeout=30)

    assert set(line) >= KEYS
    assert "it is 42" in shell.stdout
    assert shell.returncode == 3
    assert status == 0
    assert processes_with(str(data)) == []


def processes_with(word: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if word in line:
                found.append(line)
    return found
