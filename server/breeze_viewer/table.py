"""Tables and times for people. What comes from the server is shown with its control characters made visible."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence

from breeze_transport.visible import visible

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_DAYS_AGO = 7


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two blanks between them."""
    cells = [list(heads), *[[visible(cell, 60) for cell in row] for row in rows]]
    widths = [max(width(row[at]) for row in cells) for at in range(len(heads))]
    lines = ["  ".join(cell + " " * (widths[at] - width(cell)) for at, cell in enumerate(row)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def width(text: str) -> int:
    """Columns that the text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def ago(moment: str | None, now: float) -> str:
    """A date of the wire (ISO 8601) as people say it: `3 min ago`, and the day where it is long ago."""
    if moment is None:
        return "-"
    seconds = seconds_since(moment, now)
    if seconds is None:
        return visible(moment, 32)
    if seconds >= _DAYS_AGO * 86400 or seconds < -60:
        then = datetime.datetime.fromtimestamp(now - seconds, datetime.UTC)
        return then.astimezone().strftime("%Y-%m-%d %H:%M")
    return "just now" if seconds < 5 else f"{span(seconds)} ago"


def seconds_since(moment: str, now: float) -> float | None:
    """Seconds from a date of the wire until `now`; None where it is no date."""
    try:
        then = datetime.datetime.fromisoformat(moment)
        return now - (then if then.tzinfo else then.replace(tzinfo=datetime.UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def span(seconds: float | None) -> str:
    """A duration in its largest unit, below three of those with the next one: `45 s`, `1 h 20 min`, `3 d`."""
    if seconds is None:
        return "-"
    whole = max(0, int(seconds))
    for at, (unit, name) in enumerate(_UNITS):
        if whole >= unit:
            count, rest = divmod(whole, unit)
            words = f"{count} {name}"
            if count < 3 and at + 1 < len(_UNITS):
                smaller, small_name = _UNITS[at + 1]
                words += f" {rest // smaller} {small_name}" if rest // smaller else ""
            return words
    return "0 s"


def amount(count: int | None) -> str:
    """Bytes in the unit that fits."""
    if count is None:
        return "-"
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
