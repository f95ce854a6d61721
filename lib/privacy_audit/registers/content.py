"""What kind of values a column holds, whatever its name."""

from collections.abc import Iterable, Sequence

from privacy_audit.registers.day import LONDON, UnreadError, order_of, written_day
from privacy_audit.registers.schema import Column
from privacy_audit.registers.values import Countries, Dialect, reader

MOSTLY = 0.9


def share(cells: Sequence[str], column: Column, countries: Countries) -> float:
    """Return which share of the cells can be read as values of a register's column; of none, nothing."""
    read, times = reader(column, Dialect(countries=countries)), 0
    for each in cells:
        try:
            read(each)
        except UnreadError:
            continue
        times += 1
    return times / len(cells) if cells else 0


def are_days(cells: Sequence[str]) -> bool:
    """Whether nearly all of the cells are days, in whatever order day and month stand."""
    return bool(cells) and sum(map(is_day, cells)) >= MOSTLY * len(cells)


def is_day(text: str) -> bool:
    """Whether a text is a day in some order."""
    for order in ("DMY", "MDY", "YMD"):
        try:
            written_day(text, order, LONDON)
        except UnreadError:
            continue
        return True
    return False


def proved_order(cells: Iterable[str]) -> str:
    """Return the order of day and month that the dates prove; blank where they prove none, or both."""
    orders = {order_of(each) for each in cells} & {"DMY", "MDY"}
    return orders.pop() if len(orders) == 1 else ""
