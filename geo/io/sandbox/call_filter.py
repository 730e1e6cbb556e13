"""seccomp: which calls of the kernel a process may still make.

No new processes, no programs, no sockets, no signals to others, no peeking into others.
Threads are allowed. Kernel documentation, userspace-api/seccomp_filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache

from geo.io.sandbox.system_calls import SECCOMP, machine, process_control

__all__ = ["filter_calls"]

MODE_FILTER = 2
ALLOW, KILL_PROCESS, REFUSE = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
AT_NUMBER, AT_ARCHITECTURE, AT_FIRST_ARGUMENT = 0, 4, 16
CLONE_THREAD = 0x0001_0000
ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
# x86_64 has a second set of numbers for another width of pointers
OTHER_NUMBERS_FROM = 0x4000_0000
CLONE3 = 435
CLONE = {"x86_64": 56, "aarch64": 220}
TGKILL = {"x86_64": 234, "aarch64": 131}
REFUSED_CALLS = {
    "x86_64": {
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "execveat": 322,
        "socket": 41,
        "socketpair": 53,
        "ptrace": 101,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "unshare": 272,
        "setns": 308,
        "mount": 165,
        "umount2": 166,
        "pivot_root": 155,
        "chroot": 161,
        "mknod": 133,
        "mknodat": 259,
        "open_by_handle_at": 304,
        "bpf": 321,
        "perf_event_open": 298,
        "userfaultfd": 323,
        "io_uring_setup": 425,
        "add_key": 248,
        "request_key": 249,
        "keyctl": 250,
        "init_module": 175,
        "finit_module": 313,
        "kexec_load": 246,
        "kill": 62,
        "tkill": 200,
        "rt_sigqueueinfo": 129,
        "rt_tgsigqueueinfo": 297,
        "pidfd_send_signal": 424,
        "pidfd_getfd": 438,
    },
    "aarch64": {
        "execve": 221,
        "execveat": 281,
        "socket": 198,
        "socketpair": 199,
        "ptrace": 117,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "unshare": 97,
        "setns": 268,
        "mount": 40,
        "umount2": 39,
        "pivot_root": 41,
        "chroot": 51,
        "mknodat": 33,
        "open_by_handle_at": 265,
        "bpf": 280,
        "perf_event_open": 241,
        "userfaultfd": 282,
        "io_uring_setup": 425,
        "add_key": 217,
        "request_key": 218,
        "keyctl": 219,
        "init_module": 105,
        "finit_module": 273,
        "kexec_load": 104,
        "kill": 129,
        "tkill": 130,
        "rt_sigqueueinfo": 138,
        "rt_tgsigqueueinfo": 240,
        "pidfd_send_signal": 424,
        "pidfd_getfd": 438,
    },
}


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


# the place of the number of the process, which is another one in every child
OWN_PROCESS = _Step(EQUAL, 0, 1, 0)


def filter_calls() -> None:
    """Refuse the calls above to this process from now on, with "not permitted".

    Needs `NO_NEW_PRIVILEGES`. A signal to the own process stays, as `abort` sends one.

    Raises
    ------
    OSError
        The kernel does not take the filter, or the processor is another.
    """
    kind = machine()
    if kind is None:
        raise OSError(errno.ENOSYS, "no list of calls for this processor")
    steps = [*_steps(kind)]
    steps[steps.index(OWN_PROCESS)] = _Step(EQUAL, 0, 1, os.getpid())
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    process_control(SECCOMP, MODE_FILTER, ctypes.byref(program))


@cache
def _steps(kind: str) -> tuple[_Step, ...]:
    refused = REFUSE | errno.EPERM
    steps = [
        _Step(LOAD, 0, 0, AT_ARCHITECTURE),
        _Step(EQUAL, 1, 0, ARCHITECTURES[kind]),
        _Step(RETURN, 0, 0, KILL_PROCESS),
        _Step(LOAD, 0, 0, AT_NUMBER),
        _Step(AT_LEAST, 0, 1, OTHER_NUMBERS_FROM),
        _Step(RETURN, 0, 0, refused),
        # the C library falls back to clone, whose flags can be seen
        _Step(EQUAL, 0, 1, CLONE3),
        _Step(RETURN, 0, 0, REFUSE | errno.ENOSYS),
        _Step(EQUAL, 0, 4, CLONE[kind]),
        _Step(LOAD, 0, 0, AT_FIRST_ARGUMENT),
        _Step(ANY_BIT, 0, 1, CLONE_THREAD),
        _Step(RETURN, 0, 0, ALLOW),
        _Step(RETURN, 0, 0, refused),
        _Step(EQUAL, 0, 4, TGKILL[kind]),
        _Step(LOAD, 0, 0, AT_FIRST_ARGUMENT),
        OWN_PROCESS,
        _Step(RETURN, 0, 0, ALLOW),
        _Step(RETURN, 0, 0, refused),
    ]
    for number in REFUSED_CALLS[kind].values():
        steps += [_Step(EQUAL, 0, 1, number), _Step(RETURN, 0, 0, refused)]
    return (*steps, _Step(RETURN, 0, 0, ALLOW))
