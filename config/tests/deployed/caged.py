"""Runs a command within the system calls that a unit allows, and without memory that is written and run.

`caged.py FILE COMMAND…`: FILE names the calls that are allowed, one a line. systemd does it by the same library.
"""

import ctypes
import errno
import os
import sys
from pathlib import Path

_SCMP_ACT_ALLOW, _SCMP_ACT_ERRNO = 0x7FFF0000, 0x00050000  # seccomp.h
_PR_SET_NO_NEW_PRIVS, _PR_SET_MDWE, _REFUSE_EXEC_GAIN = 38, 65, 1  # linux/prctl.h


def cage(calls: list[str]) -> None:
    seccomp, libc = ctypes.CDLL("libseccomp.so.2"), ctypes.CDLL(None)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_MDWE, _REFUSE_EXEC_GAIN, 0, 0, 0)  # kernels before 6.3 do not know it
    found = ctypes.c_void_p(seccomp.seccomp_init(_SCMP_ACT_ERRNO | errno.EPERM))
    for name in calls:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            assert seccomp.seccomp_rule_add(found, _SCMP_ACT_ALLOW, number, 0) == 0, name
    assert seccomp.seccomp_load(found) == 0


if __name__ == "__main__":
    cage(Path(sys.argv[1]).read_text().split())
    os.execvp(sys.argv[2], sys.argv[2:])
