"""Free memory is what the system calls available, and what the limit of a container leaves."""

from pathlib import Path

import pytest

from spec_compiler.runtime import free_memory as module
from spec_compiler.runtime.free_memory import free_memory

MEMINFO = "MemTotal: 8000 kB\nMemFree: 10 kB\nMemAvailable:    5000 kB\nCached: 4000 kB\n"
AVAILABLE = 5000 * 1024


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({}, None),
        # page cache is free
        ({"proc/meminfo": MEMINFO}, AVAILABLE),
        # cgroup v2, seen from within the container
        (
            {
                "proc/meminfo": MEMINFO,
                "sys/fs/cgroup/memory.max": "3000000\n",
                "sys/fs/cgroup/memory.current": "1000000\n",
            },
            2000000,
        ),
        (
            {
                "sys/fs/cgroup/memory.max": "3000000\n",
                "sys/fs/cgroup/memory.current": "2500000\n",
                "sys/fs/cgroup/memory.stat": "anon 500000\ninactive_file 1500000\n",
            },
            2000000,
        ),
        # none is set
        (
            {
                "proc/meminfo": MEMINFO,
                "sys/fs/cgroup/memory.max": "max\n",
                "sys/fs/cgroup/memory.current": "1000000\n",
            },
            AVAILABLE,
        ),
        # a group around the one that the process is in
        (
            {
                "proc/self/cgroup": "0::/user.slice/job.scope\n",
                "sys/fs/cgroup/user.slice/memory.max": "700\n",
                "sys/fs/cgroup/user.slice/memory.current": "200\n",
                "sys/fs/cgroup/user.slice/job.scope/memory.max": "max\n",
                "sys/fs/cgroup/user.slice/job.scope/memory.current": "200\n",
            },
            500,
        ),
        # cgroup v1
        (
            {
                "proc/meminfo": MEMINFO,
                "proc/self/cgroup": "5:cpu,cpuacct:/a\n3:memory:/docker/1\n",
                "sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": "900\n",
                "sys/fs/cgroup/memory/docker/1/memory.usage_in_bytes": "100\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                "sys/fs/cgroup/memory/memory.usage_in_bytes": "100\n",
            },
            800,
        ),
        # more is used than there may be
        (
            {
                "sys/fs/cgroup/memory.max": "100\n",
                "sys/fs/cgroup/memory.current": "200\n",
            },
            0,
        ),
    ],
)
def test_the_least_of_what_is_told_is_free(
    tmp_path: Path, files: dict[str, str], free: int | None
) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert free_memory(tmp_path) == free


def test_a_system_without_proc_is_asked_for_its_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"SC_AVPHYS_PAGES": 10, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(module, "_text", lambda path: "")
    monkeypatch.setattr(module.os, "sysconf", told.__getitem__)
    assert free_memory() == 40960
    assert free_memory(tmp_path) is None
    monkeypatch.setattr(module.os, "sysconf", lambda name: int("-"))
    assert free_memory() is None
