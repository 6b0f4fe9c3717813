"""The command line with a reader that misbehaves for an input called ``bad``: the fault is the first argument."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from permcheck import inputs
from permcheck.cli import main


def take_memory():
    pieces = []
    while True:
        pieces.append(bytearray(32 << 20))


def spin():
    while True:
        pass


def dive():
    dive()


def stop():
    os.kill(os.getpid(), signal.SIGSTOP)


FAULTS = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "leave": lambda: os._exit(7),
    "memory": take_memory,
    "hang": lambda: time.sleep(3600),
    "stop": stop,
    "spin": spin,
    "bug": lambda: 1 // 0,
    "deep": dive,
    "none": lambda: None,
}


def faulty(function, fault):
    def read(first, shown, *rest):
        if "bad" in shown:
            FAULTS[fault]()
        return function(first, shown, *rest)

    return read


if __name__ == "__main__":
    if "--thread" in sys.argv:
        sys.argv.remove("--thread")
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    fault = sys.argv.pop(1)
    inputs.read_app = faulty(inputs.read_app, fault)
    inputs.read_policy = faulty(inputs.read_policy, fault)
    main()
