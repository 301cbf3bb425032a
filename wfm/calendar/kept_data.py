"""How far back AMC's data goes: a window before that is no error, but reads little or nothing."""

from datetime import datetime
from typing import Final

# Amazon's guide, "How AMC works": a new instance gets the last 13 months, and then as many are kept. A few data sets of
# their own go further back (Amazon Retail Purchases: 60 months), so that an older window is no error.
KEPT_MONTHS: Final = 13


def age_hint(start: object, now: datetime) -> str:
    """What somebody should know of a window that begins before what AMC keeps of most data; empty for most.

    `start` is the window's as AMC gets it, yyyy-MM-ddTHH:mm:ss. The month in which the data ends still counts as kept.
    """
    try:
        begin = datetime.fromisoformat(str(start))
    except ValueError:
        return ""
    if (now.year - begin.year) * 12 + now.month - begin.month <= KEPT_MONTHS:
        return ""
    return f"the window begins at {start}; of most data AMC keeps {KEPT_MONTHS} months"
