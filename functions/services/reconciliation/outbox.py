"""Ends of runs that were recorded and not announced: their stream record was lost, or went to the queue of failures."""

from functions.ports import Ports
from wfm.model.sweeps import GRACE


def resend_announcements(ports: Ports) -> int:
    """Reconcile: send the stream records of these runs again, and again with each sweep until one is announced."""
    now = ports.clock()
    left = ports.executions.unannounced(now - GRACE)
    for row in left:
        ports.executions.announce_again(row, now)
    return len(left)
