"""What a password's hash takes is given back, which the C library does not do by itself."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
from pathlib import Path
from argon2.low_level import Type, hash_secret_raw
from breeze_server.allocator import return_large_blocks

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024

def hash_some():
    for _ in range(3):
        hash_secret_raw(b"word", b"some salt", 1, 19456, 1, 32, Type.ID)

if sys.argv[1] == "True":
    return_large_blocks()
before = resident()
threads = [threading.Thread(target=hash_some) for _ in range(3)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than glibc keeps other habits")
@pytest.mark.parametrize("told", [True, False])
def test_memory_of_hashes_is_given_back(told: bool) -> None:
    command = [sys.executable, "-c", PROGRAM, str(told)]
    done = subprocess.run(command, check=True, capture_output=True, env={"PYTHONPATH": ":".join(sys.path)})

    assert (int(done.stdout) < 10) is told  # MiB; one hash takes 19
