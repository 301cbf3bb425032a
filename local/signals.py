"""Signals as our processes want them, whatever the process that started them has made of them.

A script that starts a command in the background lets it ignore SIGINT, and ignored signals are inherited: Python then
raises no KeyboardInterrupt, and a child's end may go unnoticed.
"""

import signal


def own_dispositions() -> None:
    """Handle signals as in a terminal: SIGINT interrupts, SIGTERM ends, children are waited for, nothing is blocked."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
